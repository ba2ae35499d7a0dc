// Rules of a budget as data (budget_rules_as_json of the server), judged while one types; the server judges again
// and its word stands. What the rules ask of other sections comes with the page: when the activities start.

import { share, written } from "./money.js";
import { words } from "./words.js";

/** The columns that say where the money comes from. */
export const SOURCES = ["grant", "own_cash", "own_work", "own_in_kind"];
const OWN = SOURCES.slice(1);

const NOTHING = { passes: null, said: "" };
const sum = (rows, columns) => rows.reduce((total, row) => columns.reduce((t, c) => t + (row[c] ?? 0n), total), 0n);
const of = (rule, rows) => rows.filter((row) => row.group === rule.group);

/** Compare part/whole with a decimal text such as "0.10" exactly: below zero, zero or above. */
function against(part, whole, limit) {
  const [units, decimals = ""] = limit.split(".");
  return part * 10n ** BigInt(decimals.length) - whole * BigInt(units + decimals);
}

function ownShare(rule, rows) {
  const [own, grant] = [sum(rows, OWN), sum(rows, ["grant"])];
  if (grant === 0n) return NOTHING;
  return { passes: against(own, grant, rule.share) >= 0n, said: `${share(own, grant)} · ${written(own)}` };
}

function groupShare(rule, rows) {
  const [part, grant] = [sum(of(rule, rows), ["grant"]), sum(rows, ["grant"])];
  if (grant === 0n) return NOTHING;
  return { passes: against(part, grant, rule.share) <= 0n, said: `${share(part, grant)} · ${written(part)}` };
}

function grantBetween(rule, rows) {
  const grant = sum(rows, ["grant"]);
  const enough = rule.least_grosze === null || grant >= BigInt(rule.least_grosze);
  return { passes: enough && (rule.most_grosze === null || grant <= BigInt(rule.most_grosze)), said: written(grant) };
}

function unitPrice(rule, rows) {
  const prices = of(rule, rows).flatMap((row) => row.unit_price ?? []);
  const highest = prices.reduce((a, b) => (a > b ? a : b), 0n);
  return { passes: highest <= BigInt(rule.amount_grosze), said: highest ? written(highest) : "" };
}

function sourcesAddUp(_rule, rows) {
  const clear = rows.filter((row) => row.total !== null && !row.unreadSources);
  if (clear.some((row) => sum([row], SOURCES) !== row.total)) return { passes: false, said: "" };
  return { passes: clear.length === rows.length ? true : null, said: "" };
}

function activityKnown(_rule, rows, plan) {
  const named = rows.filter(({ activity }) => activity !== null);
  if (named.some(({ activity }) => !(activity in plan.starts))) return { passes: false, said: "" };
  return { passes: named.length === rows.length ? true : null, said: "" };
}

function afterAgreement(_rule, rows, plan) {
  const early = ({ activity }) => /^\d{4}-\d{2}-\d{2}$/.test(plan.starts[activity] ?? "") && plan.starts[activity] < plan.work_from;
  return { passes: !rows.some(early), said: "" };
}

function noteAbove(rule, rows) {
  const dear = rows.some((row) => row.total !== null && row.total > BigInt(rule.amount_grosze));
  return { passes: !dear || Boolean(document.getElementById(rule.field)?.value.trim()), said: "" };
}

const KINDS = {
  own_share_at_least: ownShare,
  group_share_at_most: groupShare,
  grant_between: grantBetween,
  unit_price_at_most: unitPrice,
  sources_add_up: sourcesAddUp,
  activity_known: activityKnown,
  cost_after_agreement: afterAgreement,
  note_above: noteAbove,
};

/** {passes: true, false or null, said} for a rule; nothing for a kind only the server can judge. */
export function judged(rule, rows, plan) {
  const filled = rows.filter((row) => row.filled);
  if (KINDS[rule.kind] && !filled.length) return NOTHING;
  return KINDS[rule.kind]?.(rule, filled, plan);
}

/** What the sources of one row say against its total. */
export function sourcesOf(row) {
  const from = sum([row], SOURCES);
  if (row.total === null || from === 0n) return { wrong: false, said: "" };
  if (from === row.total) return { wrong: false, said: words("sources_add") };
  const short = from < row.total;
  const amount = written(short ? row.total - from : from - row.total);
  return { wrong: true, said: words(short ? "sources_short" : "sources_over", { amount }) };
}
