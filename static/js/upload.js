// Files are dropped or chosen, several at once; each goes with a bar and a way to stop, and goes on after a cut.
// A chosen file goes at once: one that waited for a second button was lost whenever somebody went on without it.
// Without this script the form sends them all in one request.
// A form that answers with a page bears no data-upload: nobody here would read the page.

import { Refused, sendInPieces } from "./pieces.js";
import { announce, words } from "./words.js";

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
  const of = document.createElement("span");
  of.className = "unseen";
  of.textContent = file.name;
  stop.append(" ", of);
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

/** A size as the server writes it: kilobytes to a megabyte, then megabytes with one decimal, both up. */
function weight(size) {
  if (size < 1048576) return `${Math.ceil(size / 1024)}\u00a0kB`;
  return `${(Math.ceil((size * 10) / 1048576) / 10).toLocaleString(document.documentElement.lang)}\u00a0MB`;
}

/** What can be said without sending anything; empty for a file that may go. */
function flaw(input, file) {
  const most = Number(input.dataset.mostBytes || 0);
  if (file.size === 0) return words("file_empty", { name: file.name });
  if (most && file.size > most) return words("file_too_big", { name: file.name, size: weight(file.size), most: weight(most) });
  return "";
}

async function send(form, file, row, signal) {
  const going = row.name.textContent;
  const onProgress = (part) => {
    row.bar.value = 100 * part;
    if (row.name.textContent !== going) row.name.textContent = going;
  };
  const onWaiting = (told) => {
    row.name.textContent = told || words("file_waits", { name: file.name });
    announce(row.name.textContent);
  };
  try {
    const url = await sendInPieces(form.dataset.upload, form.elements.csrf_token, file, { signal, onProgress, onWaiting });
    row.stop.remove();
    row.bar.value = 100;
    row.name.textContent = words("file_sent", { name: file.name });
    announce(row.name.textContent);
    return url;
  } catch (error) {
    if (error.name === "AbortError") row.place.remove();
    else refused(row, (error instanceof Refused && error.message) || words("file_failed", { name: file.name }));
    return null;
  }
}

/** Say anew how far each section is and what is missing: a file may be all that was. */
function freshen(page) {
  for (const place of document.querySelectorAll('[id^="step-"], .notice[data-missing]')) {
    const fresh = place.id ? page.getElementById(place.id) : page.querySelector(".notice[data-missing]");
    if (!fresh) continue;
    place.className = fresh.className;
    place.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  }
}

/** Put the new list in the place of the old one: nothing else on the page is touched, least of all what is typed. */
async function showList(form, address) {
  const old = form.closest("[data-files]");
  const response = await fetch(address);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(old.id);
  if (!response.ok || !fresh) return location.assign(address);
  const kept = [...form.querySelectorAll(".upload:has(.error)")].map((row) => row.querySelector(".error"));
  freshen(fresh.ownerDocument);
  old.replaceWith(document.adoptNode(fresh));
  for (const told of kept) {
    const said = document.createElement("p");
    said.className = "error";
    said.textContent = told.textContent;
    fresh.append(said);
  }
  listen(fresh);
  fresh.querySelector('input[type="file"]')?.focus({ preventScroll: true });
}

let before = Promise.resolve();

async function sendAll(form, files) {
  const input = form.querySelector('input[type="file"]');
  form.querySelectorAll(".upload:has(.error)").forEach((old) => old.remove());
  const rows = files.map((file) => {
    const row = line(form, file);
    const stopping = new AbortController();
    row.stop.onclick = () => {
      stopping.abort();
      row.place.remove();
    };
    return { file, row, signal: stopping.signal };
  });
  const sent = [];
  for (const { file, row, signal } of rows) {
    if (signal.aborted) continue;
    const said = flaw(input, file);
    if (said) refused(row, said);
    else sent.push(await send(form, file, row, signal));
  }
  const url = sent.findLast(Boolean);
  if (url) await showList(form, url).catch(() => null); // the files are there: with no connection, the lines above say so
}

/** Send after whatever is on its way: one connection, and files in the order in which they were given. */
function queue(place, files) {
  before = before.then(() => {
    const form = document.getElementById(place)?.querySelector("form[data-upload]");
    return form && sendAll(form, files);
  });
}

function listen(section) {
  const form = section.querySelector("form[data-upload]");
  if (!form) return;
  const input = form.querySelector('input[type="file"]');
  const take = () => {
    const files = [...input.files];
    input.value = "";
    if (files.length) queue(section.id, files);
  };
  form.querySelector(".actions").hidden = true;
  input.addEventListener("change", take);
  take();
  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    section.classList.toggle("dropping", event.type === "dragover");
    if (event.type === "drop") queue(section.id, [...event.dataTransfer.files]);
  };
  for (const kind of ["dragover", "drop"]) section.addEventListener(kind, over);
  section.addEventListener("dragleave", (event) => section.contains(event.relatedTarget) || section.classList.remove("dropping"));
}

document.querySelectorAll("[data-files]").forEach(listen);

// The button that stops a file stands as long as the file is on its way.
addEventListener("beforeunload", (event) => {
  if (document.querySelector(".upload button")) event.preventDefault();
});
