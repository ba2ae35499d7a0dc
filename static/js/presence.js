// Who else has this application open: the page says where it is and is told who else is there.

import { words } from "./words.js";

const EVERY = 30000; // the server forgets a page after two and a half such pauses
const place = document.querySelector("[data-presence]");
const token = document.querySelector("input[name=csrf_token]");

function show(others) {
  const said = words("others", { who: others.map(([name, section]) => `${name} (${section})`).join(", ") });
  place.hidden = others.length === 0;
  if (place.textContent !== said) place.textContent = said; // what did not change is not read aloud twice a minute
}

async function tell() {
  if (document.visibilityState !== "visible" || !token) return;
  try {
    const body = new URLSearchParams({ csrf_token: token.value });
    const answer = await fetch(place.dataset.presence, { method: "POST", headers: { "X-Strefa-Autosave": "1" }, body });
    if (answer.ok) show((await answer.json()).others);
  } catch {
    // without a connection nobody is told anything; the form says so itself
  }
}

tell();
setInterval(tell, EVERY);
document.addEventListener("visibilitychange", tell);
