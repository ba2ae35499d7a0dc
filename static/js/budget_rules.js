// Rules of a budget as data, judged while one types; the server judges again and its word stands.
// {key, kind, parts: [columns], of: [columns], groups: [keys] or none for all, limit: "0.10" or grosze, least, most}
//   share_at_least, share_at_most   parts (in groups) against of (all rows), limit is a decimal share
//   total_between                   parts between least and most grosze
//   price_at_most                   unit price of each row in groups at most limit grosze
//   sources_add                     grant and own means of each row add up to its total

import { share, written } from "./money.js";
import { words } from "./words.js";

/** The columns that say where the money comes from. */
export const SOURCES = ["grant", "own_cash", "own_work", "own_in_kind"];

const within = (rule, row) => !rule.groups?.length || rule.groups.includes(row.group);
const sum = (rows, columns) => rows.reduce((total, row) => columns.reduce((t, c) => t + (row[c] ?? 0n), total), 0n);

function ofShare(rule, rows) {
  const part = sum(rows.filter((row) => within(rule, row)), rule.parts);
  const whole = sum(rows, rule.of);
  if (whole === 0n) return { passes: null, said: "" };
  const limit = BigInt(Math.round(Number(rule.limit) * 10000));
  const most = rule.kind === "share_at_most";
  const passes = most ? part * 10000n <= whole * limit : part * 10000n >= whole * limit;
  return { passes, said: `${share(part, whole)} · ${written(part)}` };
}

function ofTotal(rule, rows) {
  const total = sum(rows, rule.parts);
  if (total === 0n) return { passes: null, said: "" };
  return { passes: total >= BigInt(rule.least ?? 0) && (!rule.most || total <= BigInt(rule.most)), said: written(total) };
}

function ofPrice(rule, rows) {
  const prices = rows.filter((row) => within(rule, row) && row.unit_price !== null).map((row) => row.unit_price);
  if (!prices.length) return { passes: null, said: "" };
  const highest = prices.reduce((a, b) => (a > b ? a : b));
  return { passes: highest <= BigInt(rule.limit), said: written(highest) };
}

function ofSources(_rule, rows) {
  const known = rows.filter((row) => row.total !== null);
  if (!known.length) return { passes: null, said: "" };
  return { passes: known.every((row) => sum([row], SOURCES) === row.total), said: "" };
}

const KINDS = { share_at_least: ofShare, share_at_most: ofShare, total_between: ofTotal, price_at_most: ofPrice, sources_add: ofSources };

/** {passes: true, false or null, said} for a rule, or nothing for a kind only the server knows. */
export function judged(rule, rows) {
  return KINDS[rule.kind]?.(rule, rows);
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
