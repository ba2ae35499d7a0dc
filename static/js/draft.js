// The text of a form as data: read, written back, and kept in this browser until the server has it.

import { clear, read, write } from "./copies.js";
import { setRows } from "./rows.js";

const kept = ["csrf_token", "revision", "writer"];
const own = `strefa:${document.body.dataset.person}:`;
const place = (form) => own + new URL(form.action).pathname;

/** Whether others use this computer, too: nothing is kept on it then. */
export const shared = () => document.body.hasAttribute("data-shared");

/** From now on others use this computer: what was kept for this person goes. */
export function share() {
  document.body.setAttribute("data-shared", "");
  clear(own);
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(own)) localStorage.removeItem(key);
  } catch {
    return;
  }
}

/** What is typed: {name: [values]}, without files, token and revision. */
export function typed(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !kept.includes(name)) (fields[name] ??= []).push(value);
  }
  return fields;
}

/** What the server put into the form, whatever was typed since (a person may be faster than this script). */
export function brought(form) {
  const untouched = form.cloneNode(true);
  untouched.reset();
  return typed(untouched);
}

/** The unit two people may clash over: a whole table, or one field. */
export const unit = (name) => /^(.+?)-\d+-.+$/.exec(name)?.[1] ?? name;

/** Fields gathered by unit: {unit: {name: [values]}}. */
export function units(fields) {
  const gathered = {};
  for (const [name, values] of Object.entries(fields)) (gathered[unit(name)] ??= {})[name] = values;
  return gathered;
}

/** One unit as text, to be compared and to be read by a person; empty boxes of rows are left out. */
export function asText(fields = {}) {
  const rows = {};
  for (const [name, values] of Object.entries(fields)) {
    const row = /-(\d+)-/.exec(name)?.[1] ?? "";
    const text = values.join(", ").replace(/\r\n?/g, "\n");
    if (text.trim()) (rows[row] ??= []).push(text);
  }
  return Object.values(rows).map((cells) => cells.join(" · ")).join("\n");
}

/** Put the values of one unit into the form. */
export function put(form, name, fields) {
  const numbers = Object.keys(fields).map((key) => Number(/-(\d+)-/.exec(key)?.[1] ?? -1));
  if (form.querySelector(`[data-rows="${CSS.escape(name)}"]`)) setRows(form, name, Math.max(-1, ...numbers) + 1);
  const controls = [...form.elements].filter((control) => control.name && unit(control.name) === name && control.type !== "file");
  for (const control of controls) {
    const values = fields[control.name] ?? [];
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
    else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
    else if (control.type !== "submit") control.value = values[0] ?? "";
  }
}

/** Tell counters, totals and the score card that values changed under them. */
export const filled = () => document.dispatchEvent(new CustomEvent("strefa:filled"));

/**
 * Keep a copy in this browser; a full or forbidden storage is no reason to stop the person.
 * @param base what the form held at its revision: by it, a copy that is found later tells what was changed in it
 * @param sent whether it is on its way
 */
export function keep(form, base, sent = false) {
  if (shared()) return;
  const copy = { at: Date.now(), revision: form.elements.revision?.value, sent, base, fields: typed(form) };
  write(place(form), copy);
  try {
    localStorage.setItem(place(form), JSON.stringify(copy));
  } catch {
    return;
  }
}

/** The server has it: the copy goes. */
export function forget(form) {
  write(place(form), null);
  try {
    localStorage.removeItem(place(form));
  } catch {
    return;
  }
}

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** The last copy kept here, if it differs from what the form holds and is not known to have arrived. */
export async function leftover(form) {
  const key = place(form);
  const [copy] = [stored(key), await read(key)].filter(Boolean).sort((one, other) => other.at - one.at);
  const arrived = copy?.sent && Number(form.elements.revision?.value) > Number(copy.revision);
  return copy && !arrived && JSON.stringify(copy.fields) !== JSON.stringify(typed(form)) ? copy : null;
}

if (shared()) share();
// She has signed out in another tab: this one keeps nothing for her any more.
addEventListener("storage", (event) => event.key === "strefa:out" && event.newValue && share());
