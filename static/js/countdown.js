// Time left by the server's clock: the difference is taken once, when the page arrives.

import { counted, words } from "./words.js";

const offset = Date.parse(document.body.dataset.now || new Date().toISOString()) - Date.now();
const now = () => Date.now() + offset;

function left(milliseconds) {
  const minutes = Math.floor(milliseconds / 60000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (milliseconds <= 0) return words("ended");
  if (days > 0) return [counted("days", days), hours > 0 ? words("hours", { n: hours }) : ""].join(" ").trim();
  const seconds = String(Math.floor((milliseconds % 60000) / 1000)).padStart(2, "0");
  if (hours > 0) return `${words("hours", { n: hours })} ${words("minutes", { n: minutes % 60 })}`;
  return `${minutes}:${seconds}`;
}

let told = false;

/** The bar that stays in sight promises nothing any more; missing.js says the same of the application. */
function closed() {
  told = true;
  const bar = document.querySelector(".deadline");
  if (bar) bar.querySelector("span").textContent = words(bar.dataset.over);
}

document.addEventListener("strefa:closed", closed);

/** After the announced close applications are accepted for the grace that the round states; the bar counts that down. */
function beginGrace(place) {
  place.dataset.countdown = new Date(Date.parse(place.dataset.countdown) + place.dataset.grace * 60000).toISOString();
  delete place.dataset.grace;
  place.previousSibling.textContent = `${words("in_grace")} `;
}

const clock = new Intl.DateTimeFormat("pl", { timeZone: "Europe/Warsaw", timeStyle: "medium" });

function tick() {
  for (const place of document.querySelectorAll("[data-countdown]")) {
    if (place.dataset.grace && Date.parse(place.dataset.countdown) <= now()) beginGrace(place);
    const text = left(Date.parse(place.dataset.countdown) - now());
    if (place.textContent !== text) place.textContent = text;
    if (!told && text === words("ended")) document.dispatchEvent(new Event("strefa:closed"));
  }
  for (const place of document.querySelectorAll("[data-clock]")) place.textContent = clock.format(now());
}

tick();
setInterval(tick, 1000);
