// The budget adds up while one types: totals of rows, totals of sources, shares, each rule passed or not.

import { judged, SOURCES, sourcesOf } from "./budget_rules.js";
import { grosze, product, whole, written } from "./money.js";
import { words } from "./words.js";

const table = document.querySelector("[data-budget]");
const plan = JSON.parse(table.dataset.plan || "{}");
const block = document.getElementById("budget-rules");
const rules = block ? JSON.parse(block.textContent) : [];

function read(entry) {
  const text = (column) => entry.querySelector(`[name$="-${column}"]`)?.value.trim() ?? "";
  const row = { filled: [...entry.querySelectorAll("input, select, textarea")].some((control) => control.value.trim() !== "") };
  Object.assign(row, { group: text("group"), unit_price: grosze(text("unit_price")), total: product(text("quantity"), text("unit_price")) });
  for (const column of SOURCES) row[column] = grosze(text(column));
  row.activity = whole(text("activity"));
  row.unreadSources = SOURCES.some((column) => text(column) !== "" && row[column] === null);
  row.unread = ["unit_price", ...SOURCES].some((column) => text(column) !== "" && row[column] === null);
  return row;
}

function showRow(entry, row) {
  entry.querySelector("[data-row-total]").textContent = row.total === null ? "–" : written(row.total);
  const note = entry.querySelector("[data-row-note]");
  const { wrong, said } = row.unread ? { wrong: true, said: words("not_money") } : sourcesOf(row);
  note.textContent = said;
  note.toggleAttribute("data-wrong", wrong);
}

function showRule(rule, verdict) {
  const line = document.querySelector(`[data-rule="${CSS.escape(rule.key)}"]`);
  if (!line || !verdict) return;
  const badge = line.querySelector(".badge");
  const [kind, word] = verdict.passes === null ? ["", "not_yet"] : verdict.passes ? ["good", "passes"] : ["bad", "fails"];
  badge.className = `badge ${kind}`;
  badge.textContent = words(word);
  line.querySelector("[data-said]").textContent = verdict.said;
}

const live = new Map();

function show() {
  const entries = [...table.querySelectorAll(":scope > .entry")];
  const rows = entries.map(read);
  entries.forEach((entry, index) => showRow(entry, rows[index]));
  for (const place of document.querySelectorAll("[data-total]")) {
    place.textContent = written(rows.reduce((sum, row) => sum + (row[place.dataset.total] ?? 0n), 0n));
  }
  for (const rule of rules) {
    const verdict = judged(rule, rows, plan);
    live.set(rule.key, verdict?.passes);
    showRule(rule, verdict);
  }
}

table.addEventListener("input", show);
for (const { field } of rules) document.getElementById(field ?? "")?.addEventListener("input", show);
document.addEventListener("strefa:filled", show);
// The server's verdict arrives with each autosave: [{key, passes, said}]; where it says no more than is shown, that stays.
document.addEventListener("strefa:saved", ({ detail }) => {
  for (const verdict of detail.budget ?? []) {
    if (live.get(verdict.key) !== verdict.passes || verdict.passes === false) showRule(verdict, verdict);
  }
});
show();
