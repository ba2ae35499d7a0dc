// One file in pieces, as strefa/web/applicant/pieces.py tells: a cut connection costs a piece, and it goes on by itself.

const PIECE = 1024 * 1024;
const LONGEST_WAIT = 15000; // milliseconds between tries
const SCRIPTED = { "X-Strefa-Upload": "1" };

/** Gone for good: the texts say why. */
export class Refused extends Error {
  constructor(texts) {
    super(texts.join(" "));
    this.texts = texts;
  }
}

/** Worth another try; `told` is what the server said, `stale` that the page's token is too old for it. */
class Cut extends Error {}

const answered = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

function judged(status, answer) {
  if (status === 422 || status === 413) throw new Refused(answer.problems?.map((one) => one.text) ?? [answer.text ?? ""]);
  if (status === 401 || status === 400) throw Object.assign(new Cut(), { told: answer.text, stale: status === 400 });
  if (status >= 400 && status !== 404 && status !== 409) throw new Cut();
  return { status, ...answer };
}

async function asked(url, signal, body) {
  const options = { headers: SCRIPTED, signal, method: body ? "POST" : "GET", body };
  const response = await fetch(url, options).catch((error) => {
    throw error.name === "AbortError" ? error : new Cut();
  });
  return judged(response.status, answered(await response.text().catch(() => "")));
}

function posted(url, piece, token, signal, onBytes) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of how far a body is
    request.open("POST", url);
    for (const [name, value] of Object.entries({ ...SCRIPTED, "X-CSRFToken": token })) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => onBytes(event.loaded);
    request.onerror = () => failed(new Cut());
    request.onabort = () => failed(new DOMException("", "AbortError"));
    request.onload = () => {
      try {
        done(judged(request.status, answered(request.responseText)));
      } catch (error) {
        failed(error);
      }
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(piece);
  });
}

/** Wait for so long, or until the connection is back. */
function pause(milliseconds, signal) {
  return new Promise((done, failed) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener("online", over);
      done();
    };
    const timer = setTimeout(over, milliseconds);
    addEventListener("online", over);
    signal.addEventListener("abort", () => failed(new DOMException("", "AbortError")), { once: true });
  });
}

/**
 * Send a file; returns the address of the list it is in.
 * `token` is the field of the page that holds it: signing in anew in another tab changes it.
 * onProgress(0…1); onWaiting(text) when the connection is gone, with what the server said if it did.
 */
export async function sendInPieces(begin, token, file, { signal, onProgress, onWaiting }) {
  let place = null;
  let tries = 0;
  const drop = () => place && fetch(`${place.url}/przerwij`, { method: "POST", headers: { ...SCRIPTED, "X-CSRFToken": token.value }, keepalive: true });
  const forget = () => Promise.resolve(drop()).catch(() => {});
  signal.addEventListener("abort", forget, { once: true });
  const begun = async () => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ csrf_token: token.value, name: file.name, size: file.size })) body.append(name, value);
    const answer = await asked(begin, signal, body);
    if (answer.status !== 200) throw new Refused([answer.text ?? ""]);
    return answer;
  };
  const next = async () => {
    place ??= await begun();
    const piece = file.slice(place.offset, place.offset + PIECE);
    const told = (bytes) => onProgress((place.offset + bytes) / file.size);
    const answer = await posted(`${place.url}?od=${place.offset}`, piece, token.value, signal, told);
    if (answer.status === 409) throw new Cut(); // another try is being written: ask how far it came
    place = answer.status === 404 ? null : { ...place, ...answer };
    return answer.status === 200 && answer.offset === undefined ? answer.url : null;
  };
  const lookedUp = async () => {
    if (!place) return;
    const answer = await asked(place.url, signal);
    token.value = answer.csrf_token ?? token.value; // signed in anew, perhaps
    place = answer.status === 404 ? null : { ...place, offset: answer.offset };
  };
  for (;;) {
    try {
      if (tries) await lookedUp();
      const before = place?.offset;
      const url = await next();
      if (url) return url;
      if (place && place.offset !== before) tries = 0;
      else tries += 1;
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
      if (error.stale && !place) throw new Refused([error.told ?? ""]);
      onWaiting(error.told);
      tries += 1;
    }
    if (tries) await pause(Math.min(LONGEST_WAIT, 500 * 2 ** tries), signal);
  }
}
