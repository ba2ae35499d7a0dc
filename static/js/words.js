// Sentences come from the page (#words, in its language); the scripts hold none.

const block = document.getElementById("words");
const texts = block ? JSON.parse(block.textContent) : {};
const plurals = new Intl.PluralRules(document.documentElement.lang || "pl");

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

/** The sentence called `key`, with {name} filled in from `values`. */
export function words(key, values = {}) {
  return filled(texts[key] ?? "", values);
}

/** The plural form of `key` for `count`. */
export function counted(key, count) {
  const forms = texts[key] ?? {};
  const form = plurals.select(count);
  return filled(forms[form] ?? forms.many ?? "", { n: grouped(count) });
}

/** A whole number with hard spaces between thousands. */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

/** An instant as the server writes it: Polish time, and in English a month in words, for 11/02 may be read as November. */
export function moment(at) {
  const english = document.documentElement.lang === "en";
  const [locale, dateStyle] = english ? ["en-GB", "long"] : ["pl", "short"];
  const said = (style) => new Intl.DateTimeFormat(locale, { ...style, timeZone: "Europe/Warsaw" }).format(new Date(at));
  return `${said({ dateStyle })}, ${said({ timeStyle: "short" })}`;
}

/** Say a sentence to a screen reader without moving the focus. */
export function announce(sentence) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = sentence;
}
