// A live count of characters, counted as the server counts: NFC, one character for a line end, Unicode code points.
// Nothing is ever cut: an overrun is said in words.

import { announce, counted, grouped } from "./words.js";

const DROPPED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Cs}/gu; // what the server does not keep: no database holds it

/** How long the server will find this text. */
export function length(text) {
  return [...text.replace(/\r\n?/g, "\n").replace(DROPPED, "").normalize("NFC")].length;
}

function show(field) {
  const place = document.getElementById(`${field.id}-count`);
  if (!place) return;
  const limit = Number(field.dataset.limit || 0);
  const least = Number(field.dataset.least || 0);
  const long = length(field.value);
  const over = limit > 0 && long > limit;
  const said = [limit ? `${grouped(long)} / ${grouped(limit)}` : grouped(long)];
  if (over) said.push(counted("over", long - limit));
  else if (long > 0 && long < least) said.push(counted("short", least - long));
  place.textContent = said.join(" · ");
  if (over && !place.hasAttribute("data-over")) announce(counted("over", long - limit));
  place.toggleAttribute("data-over", over);
}

const counts = (field) => field.matches?.("[data-limit], [data-least]");

document.addEventListener("input", (event) => counts(event.target) && show(event.target));
document.addEventListener("strefa:filled", () => document.querySelectorAll("[data-limit], [data-least]").forEach(show));
document.querySelectorAll("[data-limit], [data-least]").forEach(show);
