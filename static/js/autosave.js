// A section saves itself: two seconds after the last key it is posted with the revision it began from.
// Nothing typed is lost: until the server answers, a copy stays in this browser.

import { resolve } from "./clash.js";
import { asText, brought, filled, forget, keep, leftover, put, share, shared, typed, units } from "./draft.js";
import { closeSignIn, signIn } from "./sign_in.js";
import { announce, moment, words } from "./words.js";

const PAUSE = 2000;
const RETRY = [3000, 6000, 12000, 20000];
const form = document.querySelector("form[data-autosave]");
const status = document.querySelector("[data-saved]") ?? form.appendChild(document.createElement("span"));
const touched = new Set();

let base = brought(form);
let timer = 0;
let failures = 0;
let busy = false;
let waiting = false;
let leaving = false;
let tokenTries = 0;
let underway = null; // the save that the server is answering now
let going = "";
let asked = false; // to sign in again: once by itself, then at the press of a button
let stopped = false; // somebody else is signed in here now

const dirty = () => JSON.stringify(typed(form)) !== JSON.stringify(base);
const safe = (key) => words(shared() ? `${key}_shared` : key); // where the text waits meanwhile
const later = (pause) => {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
};

function say(state, text, button) {
  const before = status.dataset.state;
  status.dataset.state = state;
  if (status.firstChild?.data === text && Boolean(button) === Boolean(status.querySelector("button"))) return; // its focus stays
  status.textContent = text;
  if (button) status.append(" ", button);
  if (before !== state && (state === "failed" || (before === "failed" && state === "saved"))) announce(text); // each save would be too much
}

/** The question a control belongs to, and its own label in it. */
const called = (control) => [control?.closest("fieldset")?.querySelector("legend"), control?.labels?.[0]].map((one) => one?.firstChild?.textContent.trim()).filter(Boolean).join(", ");

/** What was typed in, and what stands reproached already, shows what the server says of it now; what is new is said, too. */
function showProblems(problems = []) {
  const fresh = [];
  const reproached = [...form.querySelectorAll(".error:not([hidden])")].map((place) => place.id.replace(/-error$/, ""));
  for (const id of new Set([...touched, ...reproached])) {
    const place = document.getElementById(`${id}-error`);
    const control = document.getElementById(id);
    const here = problems.filter((problem) => problem.at.replaceAll(".", "-") === id).map((problem) => problem.text);
    if (control?.matches("input, select, textarea")) {
      if (here.length) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    if (!place) continue;
    if (place.hidden && here.length) fresh.push(`${called(control)}: ${here.join(" ")}`);
    place.hidden = here.length === 0;
    place.textContent = here.join(" ");
  }
  if (fresh.length) announce(fresh.join(" "));
}

function accepted(answer, sent) {
  failures = tokenTries = 0;
  asked = false;
  closeSignIn();
  base = sent;
  form.elements.revision.value = answer.revision;
  const more = dirty(); // typed while the server was answering: that is not saved yet, and must not read so
  if (more) say("waiting", words("unsaved"));
  else say("saved", words("saved", { time: answer.saved_at }));
  showProblems(answer.problems);
  for (const [id, text] of Object.entries(answer.echo ?? {})) {
    const place = document.getElementById(`${id}-echo`);
    if (place) place.textContent = text;
  }
  for (const step of answer.steps ?? []) {
    const place = document.getElementById(`step-${step.key}`);
    if (!place) continue;
    place.textContent = step.word;
    place.className = step.word ? `badge ${step.kind}` : "";
  }
  document.dispatchEvent(new CustomEvent("strefa:saved", { detail: answer }));
  if (answer.closed) document.dispatchEvent(new Event("strefa:closed"));
  if (more) later(PAUSE);
  else forget(form);
}

/** Try later: after the pause that a busy server asks for, or after a longer one each time. */
function again(text, button, pause) {
  keep(form, base);
  going = "";
  say("failed", text, button);
  const usual = RETRY[Math.min(failures++, RETRY.length - 1)];
  later(pause ?? usual);
}

/** The sign-in is over: it is asked for here, in place, and the text stays as it is. */
function signedOut(here) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: words("sign_in") });
  const ask = () => signIn(here).then(welcome).catch(() => say("failed", safe("offline")));
  button.addEventListener("click", ask);
  again(safe("signed_out"), button);
  if (!asked) ask();
  asked = true;
}

function welcome(who) {
  if (!who) return;
  if (who.person !== document.body.dataset.person) return strange(who.name);
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = who.csrf_token;
  if (who.shared) share();
  later(0);
}

/** Somebody else is signed in on this page: the text is not hers, so it is not saved as hers. */
function strange(name) {
  keep(form, base);
  stopped = form.inert = true;
  clearTimeout(timer);
  const open = Object.assign(document.createElement("a"), { href: location.href, textContent: words("stranger_open") });
  say("failed", words("stranger", { name }), open);
}

async function clashed(answer) {
  keep(form, base);
  going = "";
  waiting = true;
  say("waiting", words("unsaved"));
  const note = await resolve(form, base, answer);
  waiting = false;
  form.elements.revision.value = answer.revision;
  if (note) announce(note);
  later(0);
}

function answered(response, answer, sent) {
  if (response.ok && answer.revision !== undefined) return accepted(answer, sent);
  if (response.status === 409 && answer.theirs) return clashed(answer);
  if (response.status === 401 && answer.here) return signedOut(answer.here);
  if (answer.other !== undefined) return strange(answer.other);
  if (answer.csrf_token && tokenTries++ < 3) {
    for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = answer.csrf_token;
    return later(0);
  }
  if (response.status < 500 && answer.text) {
    // The server says why this cannot be saved at all (the call has closed, say): the copy stays, asking again is no use.
    keep(form, base);
    return say("failed", answer.text);
  }
  return again(safe("failing"), undefined, answer.retry_after > 0 ? answer.retry_after * 1000 : undefined);
}

async function save() {
  if (waiting || stopped) return;
  if (busy) return underway;
  if (!dirty() && failures === 0 && status.dataset.state !== "waiting") return;
  busy = true;
  underway = send();
  return underway;
}

async function send() {
  const sent = typed(form);
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  if (failures === 0) say("waiting", words("saving"));
  try {
    const headers = { "X-Strefa-Autosave": "1", Accept: "application/json" };
    const small = body.toString().length < 60000; // what may still be sent while the page goes away
    const response = await fetch(form.action, { method: "POST", body, headers, credentials: "same-origin", keepalive: small });
    busy = false;
    await answered(response, await response.json().catch(() => ({})), sent);
  } catch {
    busy = false;
    again(safe("offline"));
  }
}

function offer(copy) {
  const notice = document.createElement("div");
  notice.className = "notice wait";
  const text = Object.assign(document.createElement("p"), { textContent: words("copy", { time: moment(copy.at) }) });
  const buttons = Object.assign(document.createElement("div"), { className: "row" });
  const restore = Object.assign(document.createElement("button"), { type: "button", textContent: words("restore") });
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: words("drop") });
  buttons.append(restore, drop);
  notice.append(text, buttons);
  form.before(notice);
  restore.addEventListener("click", () => {
    const began = copy.base ?? base; // copies of before it was kept have none
    const before = units(began);
    for (const [name, fields] of Object.entries(units(copy.fields))) if (asText(fields) !== asText(before[name])) put(form, name, fields);
    base = began; // as if this page had been open since: what others saved meanwhile is joined, or asked about
    form.elements.revision.value = copy.revision;
    notice.remove();
    filled();
    changed();
  });
  drop.addEventListener("click", () => {
    forget(form);
    notice.remove();
  });
}

function changed(event) {
  if (event?.target?.id) touched.add(event.target.id);
  if (!dirty()) return;
  keep(form, base);
  if (status.dataset.state !== "failed") say("waiting", words("unsaved"));
  if (!waiting && failures === 0) later(PAUSE);
}

status.classList.add("saved");
form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(timer);
  if (dirty()) keep(form, base, true);
});
addEventListener("beforeunload", (event) => {
  if (!leaving && dirty()) event.preventDefault();
});
// A phone puts a page to sleep without a word: what waits is sent at once.
document.addEventListener("visibilitychange", () => document.hidden && dirty() && save());
// A link inside the site waits for the save it would have cut off.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  const away = link && link.origin === location.origin && !link.target && !link.hasAttribute("download") && link.pathname !== location.pathname;
  if (!away || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !dirty() || waiting || failures) return;
  event.preventDefault();
  going = link.href;
  await underway; // it may have left before the last keys
  await save();
  if (going) location.assign(going);
});
addEventListener("online", () => dirty() && later(0));
addEventListener("focus", () => failures > 0 && later(0));

addEventListener("offline", () => dirty() && say("failed", safe("offline")));

const reading = leftover(form); // begun before anything is kept in its place: a person may be faster than this script
if (dirty()) changed();
const copy = await reading;
if (copy) offer(copy);
else if (!dirty()) forget(form);
