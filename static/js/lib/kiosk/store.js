/** A small box of values in IndexedDB. Where storage is refused, everything is simply forgotten. */

const NAME = "yitu-kiosk";
const TABLE = "values";

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run(mode, ask) {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const turn = base.transaction(TABLE, mode);
      const request = ask(turn.objectStore(TABLE));
      turn.oncomplete = () => resolve(request.result);
      turn.onabort = () => reject(turn.error);
      turn.onerror = () => reject(turn.error);
    });
  } finally {
    base.close();
  }
}

export const browserStore = {
  async get(key) {
    try {
      return await run("readonly", (table) => table.get(key));
    } catch (error) {
      return undefined;
    }
  },
  async set(key, value) {
    try {
      await run("readwrite", (table) => table.put(value, key));
    } catch (error) {
      // A full or refused storage must not stop the screen: it only forgets on a power cut.
    }
  },
  async clear() {
    try {
      await run("readwrite", (table) => table.clear());
    } catch (error) {
      // As above.
    }
  },
};

/** Of a simulation: it reads and writes nothing. */
export const noStore = { async get() {}, async set() {}, async clear() {} };
