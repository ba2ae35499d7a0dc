// Rows of a table are added and removed without leaving the page; names stay FIELD-0-column, FIELD-1-column…

import { announce, words } from "./words.js";

const entries = (table) => [...table.querySelectorAll(":scope > .entry")];

function renumber(table) {
  const name = table.dataset.rows;
  const pattern = new RegExp(`^${name}-\\d+`);
  entries(table).forEach((entry, index) => {
    const number = index + 1;
    entry.setAttribute("aria-label", words("row", { n: number }));
    const ordinal = entry.querySelector(".ordinal");
    if (ordinal) ordinal.textContent = number;
    for (const element of entry.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
      for (const attribute of ["id", "name", "for"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(pattern, `${name}-${index}`));
      }
      const described = element.getAttribute("aria-describedby");
      if (described) {
        element.setAttribute("aria-describedby", described.split(" ").map((id) => id.replace(pattern, `${name}-${index}`)).join(" "));
      }
    }
    const remove = entry.querySelector("button.remove");
    remove.value = `remove:${name}:${index}`;
    remove.setAttribute("aria-label", words("remove_row", { n: number }));
  });
  const most = Number(table.dataset.most || 0);
  const add = table.querySelector(`button[value="add:${name}"]`);
  if (add) add.disabled = most > 0 && entries(table).length >= most;
}

function clear(entry) {
  for (const control of entry.querySelectorAll("input, textarea, select")) {
    if (control.type === "checkbox" || control.type === "radio") control.checked = false;
    else control.value = "";
    control.removeAttribute("aria-invalid");
  }
  for (const error of entry.querySelectorAll(".error")) error.hidden = true;
  for (const live of entry.querySelectorAll(".echo, [data-row-note]")) live.textContent = "";
}

const changed = (table) => {
  document.dispatchEvent(new CustomEvent("strefa:filled"));
  table.dispatchEvent(new Event("input", { bubbles: true }));
};

function add(table) {
  const all = entries(table);
  const fresh = all.at(-1).cloneNode(true);
  clear(fresh);
  all.at(-1).after(fresh);
  renumber(table);
  return fresh;
}

/** Give the table of `name` exactly `count` rows (at least one). */
export function setRows(form, name, count) {
  const table = form.querySelector(`[data-rows="${CSS.escape(name)}"]`);
  if (!table) return;
  while (entries(table).length < count) add(table);
  while (entries(table).length > Math.max(1, count)) entries(table).at(-1).remove();
  if (count === 0) clear(entries(table)[0]);
  renumber(table);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest('button[name="rows"]');
  const table = button?.closest("[data-rows]");
  if (!table) return;
  event.preventDefault();
  if (button.value.startsWith("add:")) {
    const fresh = add(table);
    fresh.querySelector("input, textarea, select").focus();
    announce(words("row_added", { n: entries(table).length }));
  } else {
    const entry = button.closest(".entry");
    const index = entries(table).indexOf(entry);
    if (entries(table).length > 1) entry.remove();
    else clear(entry);
    renumber(table);
    entries(table)[Math.max(0, index - 1)].querySelector("input, textarea, select").focus();
    announce(words("row_removed", { n: index + 1 }));
  }
  changed(table);
});

document.querySelectorAll("[data-rows]").forEach(renumber);
