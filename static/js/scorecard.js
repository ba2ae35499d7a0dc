// The score card: the level that fits the mark stands out, each criterion shows its arithmetic, the sum its total.
// Markup: [data-score-card] holds [data-criterion][data-weight][data-most] blocks with radios, .levels li[data-from][data-to],
// [data-sum]; the card holds [data-card-total] and [data-card-of].

import { words } from "./words.js";

const card = document.querySelector("[data-score-card]");
const shown = (value) => value.replace(".", ",");

/** Hundredths of points for weight × mark / most, rounded half-up; the exact sum is the server's. */
function fraction(weight, mark, most) {
  const thousandths = (text) => BigInt(Math.round(Number(text.replace(",", ".")) * 1000));
  return { top: thousandths(weight) * thousandths(mark), bottom: thousandths(most) * 1000n };
}

function written({ top, bottom }) {
  const hundredths = (top * 200n + bottom) / (2n * bottom);
  const digits = String(hundredths).padStart(3, "0");
  return `${digits.slice(0, -2)},${digits.slice(-2)}`;
}

const plus = (a, b) => ({ top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom });

function show() {
  let total = { top: 0n, bottom: 1n };
  let possible = 0;
  for (const block of card.querySelectorAll("[data-criterion]")) {
    const chosen = block.querySelector('.scale input[type="radio"]:checked');
    const { weight, most } = block.dataset;
    const sum = block.querySelector("[data-sum]");
    if (chosen) {
      const points = fraction(weight, chosen.value, most);
      total = plus(total, points);
      possible += Number(weight.replace(",", "."));
      if (sum) sum.textContent = `${shown(weight)} × ${shown(chosen.value)}/${shown(most)} = ${written(points)}`;
    }
    const mark = chosen ? Number(chosen.value.replace(",", ".")) : NaN;
    for (const level of block.querySelectorAll(".levels li")) {
      // A half between two levels belongs to the lower one.
      const inside = Number(level.dataset.from) <= mark && mark < Number(level.dataset.to) + 1;
      level.classList.toggle("now", inside);
    }
  }
  const place = card.querySelector("[data-card-total]");
  if (place) place.textContent = written(total);
  const of = card.querySelector("[data-card-of]");
  if (of) of.textContent = words("so_far", { n: shown(String(possible)) });
}

card.addEventListener("change", show);
document.addEventListener("strefa:filled", show);
card.addEventListener("keydown", (event) => {
  if (event.target.type !== "radio" || !/^[0-9]$/.test(event.key)) return;
  const same = event.target.closest(".scale")?.querySelector(`input[value="${event.key}"]`);
  if (!same) return;
  same.focus();
  same.click();
});
show();
