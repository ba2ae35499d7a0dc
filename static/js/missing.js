// Under a section: what is still missing stays true while one types. What other sections lack came with the page.

import { counted, words } from "./words.js";

const box = document.querySelector(".notice[data-missing]"); // a juror's card counts its own in scorecard.js

let closed = false;

document.addEventListener("strefa:closed", () => {
  closed = true;
  box.querySelector("[data-missing-count]").textContent = words("too_late");
  box.querySelector("ul")?.remove();
});

document.addEventListener("strefa:saved", ({ detail }) => {
  if (closed) return;
  const count = Number(box.dataset.missing) + detail.problems.length;
  box.querySelector("[data-missing-count]").textContent = count ? counted("missing", count) : words("nothing_missing");
  const list = box.querySelector("ul");
  if (list) name(list, detail.problems, count);
});

/** Link to the first places of this section in which something is missing, as far as there is room for them. */
function name(list, problems, count) {
  for (const line of list.querySelectorAll("[data-place]")) line.remove();
  const more = list.querySelector("[data-more]");
  const places = [...new Map(problems.filter(({ at }) => at).map((problem) => [problem.at, problem])).values()];
  const named = () => list.children.length - 2; // two lines name no place: where this section's stand, and how many more
  const room = Math.max(0, Number(box.dataset.first) - named());
  list.querySelector("[data-here]").before(...places.slice(0, room).map(({ at, place }) => link(at, place)));
  const left = count - named();
  more.hidden = left <= 0;
  more.firstElementChild.textContent = counted("further", left);
  list.hidden = !count;
}

function link(at, place) {
  const line = document.createElement("li");
  const anchor = document.createElement("a");
  line.dataset.place = "";
  anchor.href = `#${at.replaceAll(".", "-")}`;
  anchor.textContent = place;
  line.append(anchor);
  return line;
}
