// Files go one by one with a bar and a way to stop; without this script the form sends them all at once.
// The form's own action answers 200 {"url"} or 4xx {"problems": [{"text"}]}; header X-Strefa-Upload: 1.
// A form that answers with a page bears no data-upload: nobody here would read the page.

import { announce, words } from "./words.js";

const REFUSED = "strefa-refused-files";

function line(form, file) {
  const place = document.createElement("div");
  place.className = "upload";
  const name = document.createElement("span");
  name.textContent = words("sending_file", { name: file.name });
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", name.textContent);
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "quiet";
  stop.textContent = words("cancel");
  place.append(name, bar, stop);
  form.append(place);
  return { place, name, bar, stop };
}

function refused(row, text) {
  row.bar.remove();
  row.stop.remove();
  row.name.className = "error";
  row.name.textContent = text;
  announce(text);
}

const megabytes = (size) => (Math.ceil((size * 10) / 1048576) / 10).toLocaleString(document.documentElement.lang);

function answerOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

function send(form, input, file) {
  const row = line(form, file);
  const most = Number(input.dataset.mostBytes || 0);
  if (file.size === 0) return refused(row, words("file_empty", { name: file.name }));
  if (most && file.size > most) return refused(row, words("file_too_big", { name: file.name, size: megabytes(file.size), most: megabytes(most) }));
  const body = new FormData(form);
  body.delete(input.name);
  body.append(input.name, file);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Strefa-Upload", "1");
    request.upload.onprogress = (event) => event.lengthComputable && (row.bar.value = (100 * event.loaded) / event.total);
    request.onload = () => {
      const answer = answerOf(request);
      if (request.status >= 400) {
        refused(row, answer.problems?.map((p) => p.text).join(" ") || answer.text || words("file_failed", { name: file.name }));
        return done(null);
      }
      row.stop.remove();
      row.bar.value = 100;
      row.name.textContent = words("file_sent", { name: file.name });
      announce(row.name.textContent);
      return done(answer.url || location.href);
    };
    request.onerror = () => done(refused(row, words("file_failed", { name: file.name })));
    request.onabort = () => done(void row.place.remove());
    row.stop.onclick = () => request.abort();
    request.send(body);
  });
}

/** Open the page that lists the files; it may be this very one, where a new fragment alone would load nothing. */
function show(address) {
  const here = new URL(address, location).pathname === location.pathname;
  if (here) history.replaceState(null, "", address);
  if (here) location.reload();
  else location.assign(address);
}

async function sendAll(form) {
  const input = form.querySelector('input[type="file"]');
  const files = [...input.files];
  form.querySelectorAll(".upload").forEach((old) => old.remove());
  const sent = [];
  for (const file of files) sent.push(await send(form, input, file));
  input.value = "";
  if (!sent.some(Boolean)) return; // every reason stays in sight
  const kept = [...form.querySelectorAll(".upload .error")].map((told) => told.textContent);
  if (kept.length) sessionStorage.setItem(REFUSED, JSON.stringify({ at: form.closest("[data-files]").id, kept }));
  show(sent.findLast(Boolean)); // the page with the new list says what was refused
}

/** Say on the page with the new list which of the files just sent were refused, and why. */
function tellRefused() {
  const { at, kept } = JSON.parse(sessionStorage.getItem(REFUSED) || '{"kept":[]}');
  const place = document.getElementById(at);
  if (!place) return;
  sessionStorage.removeItem(REFUSED);
  for (const text of kept) {
    const told = document.createElement("p");
    told.className = "error";
    told.textContent = text;
    place.append(told);
  }
  announce(kept.join(" "));
}

tellRefused();

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    if (!form.querySelector('input[type="file"]').files.length) return;
    event.preventDefault();
    sendAll(form);
  });
}
