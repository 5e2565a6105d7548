/** Whether an answer may be believed. Captive portals answer 200 with a page of their own. */

const SCHEMA = 1;
const FIELDS = [
  "schema", "screen", "build", "version", "server_now", "generated_at", "valid_until", "lobby",
  "playlist", "city", "items", "campaigns", "sources", "contact",
];
const ITEM_TEXTS = ["id", "title", "day", "starts_at", "ends_at", "precision", "status"];

/** "" where the payload may be believed, else the reason in a few words. */
export function doubtOf(payload, screen) {
  if (payload === null || typeof payload !== "object" || Array.isArray(payload)) {
    return "not an object";
  }
  const missing = FIELDS.filter((name) => !(name in payload));
  if (missing.length) {
    return `without ${missing.join(", ")}`;
  }
  if (payload.schema !== SCHEMA) {
    return `schema ${payload.schema}`;
  }
  if (payload.screen !== screen) {
    return `for screen ${payload.screen}`;
  }
  return doubtOfParts(payload);
}

function doubtOfParts(payload) {
  if (![payload.server_now, payload.generated_at, payload.valid_until].every(isMoment)) {
    return "times unreadable";
  }
  if (!Array.isArray(payload.items) || !Array.isArray(payload.city)
    || !Array.isArray(payload.campaigns)) {
    return "no lists";
  }
  const playlist = payload.playlist;
  if (!playlist || !Array.isArray(playlist.scenes) || !(playlist.dwell_s >= 1)) {
    return "no playlist";
  }
  return payload.items.every(isItem) ? "" : "an item is incomplete";
}

function isMoment(written) {
  return typeof written === "string" && !Number.isNaN(Date.parse(written));
}

function isItem(item) {
  return Boolean(item) && ITEM_TEXTS.every((name) => typeof item[name] === "string")
    && isMoment(item.starts_at) && isMoment(item.ends_at) && Array.isArray(item.places);
}

/** "" where the answer's head may be believed: ours, for this screen, of the right kind. */
export function doubtOfHead(status, contentType, screen, wanted) {
  if (status !== 200 && status !== 304) {
    return `status ${status}`;
  }
  if (screen !== wanted) {
    return "not from our server";
  }
  return status === 200 && !/^application\/json\b/.test(contentType || "") ? "not JSON" : "";
}
