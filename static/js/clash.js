// Two people saved the same section. What only one of them changed is joined without a question;
// where both changed the same thing both texts are shown side by side, and a person chooses.

import { asText, filled, put, typed, units } from "./draft.js";
import { words } from "./words.js";

const element = (tag, text = "", className = "") => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};

function titleOf(form, name) {
  const field = form.querySelector(`#${CSS.escape(name)}`);
  const label = form.querySelector(`label[for="${CSS.escape(name)}"]`) ?? field?.querySelector("legend");
  return label?.firstChild?.textContent.trim() || field?.querySelector("[role=radiogroup]")?.ariaLabel || name;
}

/** What a person chose, as the page calls it: "3½" for the mark 3.5; what was typed stays as it is. */
function spoken(form, name, value) {
  const controls = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  const option = controls.flatMap((control) => [...(control.options ?? [])]).find((one) => one.value === value);
  const ticked = controls.find((control) => /^(radio|checkbox)$/.test(control.type) && control.value === value);
  return option?.text.trim() || ticked?.labels?.[0]?.textContent.trim() || value;
}

const read = (form, fields = {}) =>
  asText(Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.map((value) => spoken(form, name, value))])));

function choice(group, value, text, checked) {
  const line = element("div", "", "option");
  const radio = Object.assign(document.createElement("input"), { type: "radio", name: group, value, id: `${group}-${value}`, checked });
  const label = Object.assign(element("label", text), { htmlFor: radio.id });
  line.append(radio, label);
  return line;
}

const TAGS = { removed: "del", added: "ins" };

/** One of two texts; `pieces`, when they still make up this text, say which of its words the other has not. */
function column(title, text, pieces, only) {
  const side = element("div");
  const own = (pieces ?? []).filter(([change]) => change === "kept" || change === only);
  const body = element("pre", "", "changes");
  if (own.map(([, piece]) => piece).join("") === text) {
    for (const [change, piece] of own) body.append(TAGS[change] ? element(TAGS[change], piece) : piece);
  } else body.textContent = text;
  body.tabIndex = 0;
  side.append(element("h3", title), body);
  return side;
}

function question(form, name, mine, theirs, by, pieces) {
  const fields = element("fieldset");
  const texts = element("div", "", "texts");
  texts.append(column(words("mine"), read(form, mine), pieces, "removed"), column(words("theirs", { name: by }), read(form, theirs), pieces, "added"));
  fields.append(element("legend", titleOf(form, name)), texts);
  fields.append(choice(`clash-${name}`, "mine", words("keep_mine"), true), choice(`clash-${name}`, "theirs", words("take_theirs"), false));
  if (form.elements[name]?.tagName === "TEXTAREA") fields.append(choice(`clash-${name}`, "both", words("keep_both"), false));
  return fields;
}

const listed = (fields) => Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, Array.isArray(v) ? v : [v]]));

function compare(form, base, answer) {
  const [was, mine, theirs] = [units(base), units(typed(form)), units(listed(answer.theirs ?? {}))];
  const joined = [];
  const disputed = [];
  for (const name of Object.keys(theirs)) {
    const [before, here, there] = [was[name], mine[name], theirs[name]].map((fields) => asText(fields));
    if (there === before || there === here) continue;
    (here === before ? joined : disputed).push(name);
  }
  return { joined, disputed, mine, theirs };
}

function settle(form, panel, found) {
  for (const name of found.disputed) {
    const chosen = panel.querySelector(`input[name="${CSS.escape(`clash-${name}`)}"]:checked`)?.value;
    if (chosen === "theirs") put(form, name, found.theirs[name]);
    if (chosen === "both") put(form, name, { [name]: [`${found.mine[name]?.[name]?.[0] ?? ""}\n\n${found.theirs[name][name][0]}`] });
  }
  panel.remove();
  filled();
}

/**
 * Join what can be joined and ask about the rest.
 * @param base what the form held when it was last in step with the server
 * @param answer the server's 409: {theirs, saved_by, marked}
 * @returns {Promise<string>} resolves, when everything is settled, to a sentence for the status line
 */
export function resolve(form, base, answer) {
  const by = answer.saved_by || words("somebody");
  const found = compare(form, base, answer);
  for (const name of found.joined) put(form, name, found.theirs[name]);
  if (found.joined.length) filled();
  if (!found.disputed.length) return Promise.resolve(found.joined.length ? words("merged", { name: by }) : "");
  return new Promise((done) => {
    const panel = element("section", "", "clash");
    panel.tabIndex = -1;
    const button = Object.assign(element("button", words("choose")), { type: "button" });
    panel.append(element("h2", words("clash")));
    for (const name of found.disputed) panel.append(question(form, name, found.mine[name], found.theirs[name], by, answer.marked?.[name]));
    panel.append(button);
    button.addEventListener("click", () => {
      settle(form, panel, found);
      done("");
    });
    form.before(panel);
    panel.focus();
  });
}
