// The only script a page names: it loads the parts this page has a use for. Every page works without it.

const parts = [
  [".menu-button, .fold, [data-focus]", "./menu.js"],
  ["[data-limit], [data-least]", "./counter.js"],
  ["[data-when]", "./called_for.js"],
  ["[data-rows]", "./rows.js"],
  ["[data-budget]", "./budget.js"],
  ["form[data-autosave]", "./autosave.js"],
  ["textarea", "./paste.js"],
  ["[data-presence]", "./presence.js"],
  ["[data-files]", "./upload.js"],
  ["[data-countdown], [data-clock]", "./countdown.js"],
  [".notice[data-missing]", "./missing.js"],
  ["[data-standing]", "./standing.js"],
  ["[data-score-card]", "./scorecard.js"],
  ["form", "./landing.js"],
];

const wanted = parts.filter(([selector]) => document.querySelector(selector));
const loaded = Promise.all(wanted.map(([, path]) => import(path))).then(() => document.documentElement.toggleAttribute("data-scripted", true));

/** Somebody faster than the parts: a link waits for them, since one of them may have to save first what she typed. */
function hold(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  loaded.catch(() => null).then(() => link.click());
}
if (document.querySelector("form[data-autosave]")) {
  document.addEventListener("click", hold, true);
  loaded.catch(() => null).then(() => document.removeEventListener("click", hold, true));
}

document.querySelector("form[data-sign-out]")?.addEventListener("submit", async (event) => {
  // Shared computers: what one person left unsent must not wait for the next one.
  event.preventDefault();
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("strefa:")) localStorage.removeItem(key);
    localStorage.setItem("strefa:out", "1"); // other tabs hear it, and keep nothing any more
    localStorage.removeItem("strefa:out");
  } catch {
    // a browser without storage has kept nothing
  }
  await import("./copies.js").then(({ clear }) => clear("strefa:")).catch(() => null);
  event.target.submit();
});
