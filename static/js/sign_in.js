// Signing in again without leaving the page: the server's own pages of signing in, one after another in a dialog.

import { shared } from "./draft.js";
import { words } from "./words.js";

let open = null;

/**
 * Ask whoever is here to sign in.
 * @param here the address that tells who is signed in, and leads to what she still owes
 * @returns {Promise<object|null>} {person, name, csrf_token, shared}; null when she closed the dialog
 */
export function signIn(here) {
  open ??= ask(here).finally(() => { open = null; });
  return open;
}

/** She has signed in elsewhere meanwhile. */
export const closeSignIn = () => document.querySelector("dialog.door")?.close();

async function ask(here) {
  const [known, page] = await fetched(here);
  if (known) return known;
  const dialog = Object.assign(document.createElement("dialog"), { className: "door" });
  dialog.setAttribute("aria-labelledby", "door-title");
  document.body.append(dialog);
  show(dialog, page);
  dialog.showModal();
  firstToWrite(dialog)?.focus();
  const answer = await new Promise((done) => {
    dialog.addEventListener("close", () => done(null));
    dialog.addEventListener("submit", async (event) => {
      event.preventDefault();
      const who = await step(dialog, event.target, event.submitter);
      if (who) done(who);
    });
  });
  dialog.remove();
  return answer;
}

/** Send one form of the door; returns who came in, or shows what is asked next. */
async function step(dialog, form, button) {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.append(button.name, button.value);
  dialog.querySelectorAll("button").forEach((one) => { one.disabled = true; });
  try {
    const [known, page] = await fetched(button?.getAttribute("formaction") ?? form.getAttribute("action"), { method: "POST", body });
    if (known) return known;
    show(dialog, page);
  } catch {
    dialog.querySelectorAll("button").forEach((one) => { one.disabled = false; });
    dialog.querySelector("[data-door-note]").textContent = words("door_offline");
  }
  (dialog.querySelector("[aria-invalid=true]") ?? firstToWrite(dialog))?.focus();
  return null;
}

/** The first field that waits for something: who she is, the page knows. */
function firstToWrite(dialog) {
  const fields = [...dialog.querySelectorAll("input:not([type=hidden])")];
  return fields.find((one) => one.type !== "checkbox" && !one.value) ?? fields[0];
}

/** Write the address of whoever was signed in here; on a shared computer the next one may be somebody else. */
function introduce(body) {
  const email = shared() ? "" : document.querySelector("form[data-email]")?.dataset.email;
  const asked = body.querySelector("input[autocomplete=username]");
  if (email && asked && !asked.value) asked.value = email;
}

async function fetched(address, options = {}) {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  if (answer.headers.get("Content-Type")?.startsWith("application/json")) return [await answer.json(), null];
  return [null, new DOMParser().parseFromString(await answer.text(), "text/html")];
}

/** Put what a page asks into the dialog; its links open beside, so that this page stays. */
function show(dialog, page) {
  const title = Object.assign(document.createElement("h2"), { id: "door-title", textContent: page.querySelector("h1")?.textContent.trim() });
  const note = Object.assign(document.createElement("p"), { textContent: words("door") });
  const problem = Object.assign(document.createElement("p"), { className: "error" });
  problem.dataset.doorNote = "";
  problem.setAttribute("role", "alert");
  const body = document.importNode(page.querySelector("main .work > :last-child"), true);
  for (const link of body.querySelectorAll("a[href]:not([href^='#'])")) Object.assign(link, { target: "_blank", rel: "noopener" });
  introduce(body);
  const shut = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: words("door_shut") });
  shut.addEventListener("click", () => dialog.close());
  dialog.replaceChildren(title, note, problem, body, shut);
}
