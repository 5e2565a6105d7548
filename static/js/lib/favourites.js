/**
 * Favourites of this browser: kept here, sent nowhere. Each keeps what its card said, and the day on
 * which it said so, because nobody is asked again until the visitor opens the activity.
 */

const KEY = "yitu.favourites";
const MOST = 200;
const KEPT_AFTER_END_MS = 30 * 24 * 3600 * 1000;

/** @param {Storage} storage  @returns {object[]} in the order in which they were kept */
export function read(storage) {
  try {
    const kept = JSON.parse(storage.getItem(KEY) || "[]");
    return Array.isArray(kept) ? kept.filter((one) => one && typeof one.id === "string") : [];
  } catch (error) {
    return []; // somebody else's words under our key, or no storage at all
  }
}

export function has(storage, id) {
  return read(storage).some((one) => one.id === id);
}

/** Keeps or lets go. @returns {boolean} whether it is kept now; false where nothing can be kept */
export function toggle(storage, entry, savedAt) {
  const kept = read(storage);
  const others = kept.filter((one) => one.id !== entry.id);
  const isNew = others.length === kept.length;
  if (isNew) {
    others.push(Object.assign({}, entry, { savedAt }));
  }
  return write(storage, others.slice(-MOST)) && isNew;
}

/** What a page shows now replaces what was kept of the same activities. */
export function refresh(storage, entries, savedAt) {
  const fresh = new Map(entries.map((one) => [one.id, one]));
  const kept = read(storage);
  if (kept.some((one) => fresh.has(one.id))) {
    write(storage, kept.map((one) =>
      fresh.has(one.id) ? Object.assign({}, one, fresh.get(one.id), { savedAt }) : one));
  }
}

/** Those that are not over for a month, the soonest first; the rest is forgotten. */
export function current(storage, now) {
  const kept = read(storage);
  const left = kept.filter((one) => !(Date.parse(one.endsAt) + KEPT_AFTER_END_MS < now));
  if (left.length < kept.length) {
    write(storage, left);
  }
  return left.sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
}

export function clear(storage) {
  write(storage, []);
}

function write(storage, entries) {
  try {
    storage.setItem(KEY, JSON.stringify(entries));
    return true;
  } catch (error) {
    return false; // full, or refused
  }
}
