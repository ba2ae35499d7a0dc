// A second copy of what is typed, in IndexedDB. Browsers write localStorage to disk seconds later, and one that dies takes
// those seconds along; what is written here is on disk at once. localStorage stays: a page that is going away can still
// write there.

const STORE = "copies";
const waiting = new Map();
let writing = false;
let opening;

function opened() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("strefa", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function inStore(mode, act) {
  const database = await opened();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

function store(all) {
  for (const [key, copy] of waiting) {
    if (copy) all.put(copy, key);
    else all.delete(key);
  }
  waiting.clear();
}

/** Write a copy under this key, or take it away where there is none; while one write runs, only the last of the next counts. */
export async function write(key, copy) {
  waiting.set(key, copy);
  if (writing) return;
  writing = true;
  try {
    while (waiting.size) await inStore("readwrite", store);
  } catch {
    // a browser that keeps nothing here has the other copy
  } finally {
    writing = false;
  }
}

/** The copy under this key; a storage that does not answer within a second has none. */
export function read(key) {
  const late = new Promise((resolve) => setTimeout(resolve, 1000, null));
  return Promise.race([inStore("readonly", (all) => all.get(key)), late]).catch(() => null);
}

/** Take away every copy whose key begins so; whoever leaves the page waits for it, but not for long. */
export function clear(prefix) {
  for (const key of waiting.keys()) if (key.startsWith(prefix)) waiting.delete(key);
  const late = new Promise((resolve) => setTimeout(resolve, 1000));
  return Promise.race([inStore("readwrite", (all) => all.delete(IDBKeyRange.bound(prefix, `${prefix}\uffff`))), late]).catch(() => null);
}
