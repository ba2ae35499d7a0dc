// Amounts as people type them, by the same rules as the server; exact, in grosze as BigInt.

const CURRENCY = /^\s*(?:PLN|zł)\s*|\s*(?:zł\.?|zl\.?|PLN|złotych|złote|złoty)\s*$/gi;
const NO_GROSZE = /,\s?[-–—]+$/;
const GROUPED = [/^[1-9]\d{0,2}(?: \d{3})+$/, /^[1-9]\d{0,2}(?:\.\d{3})+$/, /^[1-9]\d{0,2}(?:,\d{3})+$/];

function halves(compact) {
  const marks = compact.match(/[.,]/g) ?? [];
  const last = marks.at(-1);
  if (!last || GROUPED.slice(1).some((grouped) => grouped.test(compact))) return [compact, ""];
  if (marks.filter((mark) => mark === last).length > 1) return [compact, ""];
  const cut = compact.lastIndexOf(last);
  return [compact.slice(0, cut), compact.slice(cut + 1)];
}

/** Grosze in a typed amount; null when empty or not understood. */
export function grosze(text) {
  const compact = text.replace(/\s+/g, " ").replace(CURRENCY, "").trim().replace(NO_GROSZE, "");
  if (!/^[0-9 .,]*[0-9]$/.test(compact)) return null;
  const [whole, decimals] = halves(compact);
  const understood = /^\d+$/.test(whole) || GROUPED.some((grouped) => grouped.test(whole));
  if (!understood || !/^\d{0,2}$/.test(decimals)) return null;
  return BigInt(whole.replace(/[ .,]/g, "") + decimals.padEnd(2, "0"));
}

/** A whole number such as the one of an activity; null when it cannot be read. */
export function whole(text) {
  const bare = text.replace(/\s/g, "");
  return /^\d+$/.test(bare) ? Number(bare) : null;
}

/** A quantity such as "2,5" as {units, scale}; null when it cannot be read. */
export function quantity(text) {
  const bare = text.replace(/\s/g, "").replace(",", ".");
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(bare)) return null;
  const [whole, decimals = ""] = bare.split(".");
  return { units: BigInt(whole + decimals), scale: decimals.length };
}

/** Quantity times unit price in grosze, rounded half-up; null when either cannot be read. */
export function product(typed, price) {
  const times = quantity(typed);
  const each = grosze(price);
  if (!times || each === null) return null;
  const scale = 10n ** BigInt(times.scale);
  return (times.units * each * 2n + scale) / (2n * scale);
}

const english = () => document.documentElement.lang === "en";

/** "1 234,50 zł" with hard spaces; on an English page "PLN 1,234.50". */
export function written(amount) {
  const sign = amount < 0n ? "\u2212" : "";
  const digits = String(amount < 0n ? -amount : amount).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, english() ? "," : "\u00a0");
  return english() ? `${sign}PLN\u00a0${whole}.${digits.slice(-2)}` : `${sign}${whole},${digits.slice(-2)}\u00a0zł`;
}

/** A share with two decimals: "8,00 %" (in English "8.00%"); empty when there is nothing to share. */
export function share(part, whole) {
  if (whole === 0n) return "";
  const hundredths = (part * 20000n + whole) / (2n * whole);
  const digits = String(hundredths).padStart(3, "0");
  return english() ? `${digits.slice(0, -2)}.${digits.slice(-2)}%` : `${digits.slice(0, -2)},${digits.slice(-2)}\u00a0%`;
}
