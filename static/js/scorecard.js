// The score card: the level that fits the mark stands out, each criterion shows its arithmetic, the sum its total.
// Markup: [data-score-card] holds [data-criterion][data-weight][data-least-mark][data-most] blocks with radios,
// .levels li[data-from][data-to], [data-sum]; the card holds [data-card-total] and [data-card-of]; [data-missing] is above.

import { length } from "./counter.js";
import { words } from "./words.js";

const card = document.querySelector("[data-score-card]");
const comma = document.documentElement.lang === "pl";
const shown = (value) => (comma ? value.replace(".", ",") : value);
const thousandths = (text) => BigInt(Math.round(Number(text.replace(",", ".")) * 1000));

/** Points for weight × (mark − least) / (most − least) as a fraction; the exact sum is the server's. */
function fraction({ weight, most, leastMark }, mark) {
  const least = thousandths(leastMark);
  return { top: thousandths(weight) * (thousandths(mark) - least), bottom: (thousandths(most) - least) * 1000n };
}

/** Two decimals, rounded half-up. */
function written({ top, bottom }) {
  const hundredths = (top * 200n + bottom) / (2n * bottom);
  const digits = String(hundredths).padStart(3, "0");
  return shown(`${digits.slice(0, -2)}.${digits.slice(-2)}`);
}

const above = (value, least) => shown(String(Number(value.replace(",", ".")) - Number(least)));
const plus = (a, b) => ({ top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom });

function show() {
  let total = { top: 0n, bottom: 1n };
  let possible = 0;
  for (const block of card.querySelectorAll("[data-criterion]")) {
    const chosen = block.querySelector('.scale input[type="radio"]:checked');
    const { weight, most, leastMark } = block.dataset;
    const sum = block.querySelector("[data-sum]");
    if (chosen) {
      const points = fraction(block.dataset, chosen.value);
      total = plus(total, points);
      possible += Number(weight.replace(",", "."));
      if (sum) sum.textContent = `${shown(weight)} × ${above(chosen.value, leastMark)}/${above(most, leastMark)} = ${written(points)}`;
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

const list = document.querySelector("[data-missing]");

/** What the card still lacks, as the list at its top says it: a mark, a justification long enough. */
function missing() {
  let count = 0;
  for (const line of list.querySelectorAll("[data-of]")) {
    const block = document.getElementById(line.dataset.of);
    const text = block.querySelector("textarea");
    const [mark, why] = line.querySelectorAll("a");
    mark.hidden = block.querySelector('.scale input[type="radio"]:checked') !== null;
    why.hidden = length(text.value.trim()) >= Number(text.dataset.least || 0);
    line.hidden = mark.hidden && why.hidden;
    count += !mark.hidden + !why.hidden;
  }
  const place = list.querySelector("[data-missing-count]");
  place.textContent = String(count);
  place.className = `badge ${count ? "wait" : "good"}`;
}

function refresh() {
  show();
  if (list) missing();
}

card.addEventListener("change", refresh);
card.addEventListener("input", () => list && missing());
document.addEventListener("strefa:filled", refresh);
card.addEventListener("keydown", (event) => {
  if (event.target.type !== "radio" || !/^[0-9]$/.test(event.key)) return;
  const same = event.target.closest(".scale")?.querySelector(`input[value="${event.key}"]`);
  if (!same) return;
  same.focus();
  same.click();
});
refresh();
