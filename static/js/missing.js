// Under a section: what is still missing stays true while one types. What other sections lack came with the page.

import { counted, words } from "./words.js";

const place = document.querySelector(".notice[data-missing]"); // a juror's card counts its own in scorecard.js

document.addEventListener("strefa:saved", ({ detail }) => {
  if (!detail.steps?.length) return; // a section with files: only the whole page knows
  const here = detail.problems.map((problem) => problem.at.replaceAll(".", "-"));
  const count = Number(place.dataset.missing) + here.length;
  place.querySelector("[data-missing-count]").textContent = count ? counted("missing", count) : words("nothing_missing");
  for (const line of place.querySelectorAll("[data-place]")) line.hidden = !here.includes(line.dataset.place);
});
