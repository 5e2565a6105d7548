/** How old what is shown is, in honest words: the ladder of an unattended screen. Pure. */

import { clockOf, dateWords, dayOf, say } from "./items.js";

const MINUTE = 60000;

/**
 * `{level, words}` for the last good answer at `heardAt` (ms, server time), seen at `now`.
 * Levels: fresh (< 3 min), reconnecting (< 30 min), offline (< 24 h), old, gone (past the horizon).
 */
export function ageOf(heardAt, now, validUntil, words, contact) {
  const age = now - heardAt;
  const time = clockOf(heardAt);
  if (now >= validUntil) {
    return { level: "gone", words: words.gone };
  }
  if (age < 3 * MINUTE) {
    return { level: "fresh", words: say(words.fresh, { time }) };
  }
  if (age < 30 * MINUTE) {
    return { level: "reconnecting", words: say(words.reconnecting, { time }) };
  }
  if (age < 24 * 60 * MINUTE) {
    const day = dayOf(heardAt) === dayOf(now) ? "" : `${dateWords(dayOf(heardAt), words)} `;
    return { level: "offline", words: say(words.offline, { time: `${day}${time}` }) };
  }
  const day = dateWords(dayOf(heardAt), words);
  return {
    level: "old", words: contact ? say(words.old_call, { day, contact }) : say(words.old, { day }),
  };
}
