// Amounts as people type them, by the same rules as the server; exact, in grosze as BigInt.

const spaces = /[\s\u00a0\u2009\u202f]/g;

/** A decimal such as "2,5" or "6 000.50" as {units, scale} or null when it cannot be understood. */
export function decimal(text, mostDecimals) {
  const bare = text.replace(spaces, "").replace(/(zł|PLN)$/i, "");
  const match = /^(\d{1,3}(?:([.,])\d{3})+|\d+)(?:([.,])(\d+))?$/.exec(bare);
  if (!match) return null;
  const [, whole, grouping, point, decimals = ""] = match;
  if (grouping && point === grouping) return null;
  if (decimals.length > mostDecimals) return null;
  return { units: BigInt(whole.replace(/[.,]/g, "") + decimals), scale: decimals.length };
}

/** Grosze in a typed amount; null when empty or not understood. */
export function grosze(text) {
  const read = decimal(text, 2);
  return read && read.units * 10n ** BigInt(2 - read.scale);
}

/** Quantity times unit price in grosze, rounded half-up; null when either cannot be read. */
export function product(quantity, price) {
  const times = decimal(quantity, 4);
  const each = grosze(price);
  if (!times || each === null) return null;
  const scale = 10n ** BigInt(times.scale);
  return (times.units * each * 2n + scale) / (2n * scale);
}

/** "1 234,50 zł" with hard spaces. */
export function written(amount) {
  const sign = amount < 0n ? "\u2212" : "";
  const digits = String(amount < 0n ? -amount : amount).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return `${sign}${whole},${digits.slice(-2)}\u00a0zł`;
}

/** A share with two decimals: "8,00 %"; empty when there is nothing to share. */
export function share(part, whole) {
  if (whole === 0n) return "";
  const hundredths = (part * 20000n + whole) / (2n * whole);
  const digits = String(hundredths).padStart(3, "0");
  return `${digits.slice(0, -2)},${digits.slice(-2)}\u00a0%`;
}
