/** Which occurrences go to which scene. The same as kiosk/scenes, held to the same views. */

import { cardOf } from "./cards.js";
import { clockOf, dateWords, dayOf, inTime, isOff, isOver, moment, plainly, weekdayWords } from "./items.js";
import { around } from "./scenes/around.js";
import {
  campaignScenes, evergreen, noteOf, noticeScenes, noticesAt, serviceScenes,
} from "./scenes/extras.js";
import { nowScenes, todayScenes, weekScenes } from "./scenes/lists.js";
import { isLocal, withDwell } from "./scenes/parts.js";

export { evergreen };

const RAIL_LIMIT = 3;
const BUILDERS = {
  around,
  now: nowScenes,
  today: todayScenes,
  week: weekScenes,
  campaign: campaignScenes,
  services: serviceScenes,
  notice: noticeScenes,
};

/**
 * All a screen shows at `now` (ms). Never without a scene. Stale: nothing is said of free places.
 * A scene that cannot be made is left out and told to `onError`; the others are shown.
 */
export function viewOf(payload, now, words, isStale, onError) {
  const known = isStale ? plainly(payload.items) : payload.items;
  const items = inTime(known.filter((item) => !isOver(item, now)));
  const scenes = [].concat(...payload.playlist.scenes.map((kind) => {
    try {
      return BUILDERS[kind] ? BUILDERS[kind](payload, items, now, words) : [];
    } catch (error) {
      if (!onError) {
        throw error;
      }
      onError(`${kind}: ${error.message}`);
      return [];
    }
  }));
  const today = dayOf(now);
  return Object.assign({
    clock: clockOf(now),
    date: dateWords(today, words),
    weekday: weekdayWords(today, words),
    scenes: withDwell(scenes.length ? scenes : [evergreen(payload, words)], payload.playlist.dwell_s),
    rail: railOf(items, now).map((item) => cardOf(item, now, words)),
  }, saidAloud(payload, now, words));
}

/** The notice in the banner, and the one that covers everything; each the first of its kind. */
export function saidAloud(payload, now, words) {
  const found = { banner: null, cover: null };
  noticesAt(payload, now).forEach((notice) => {
    const kind = notice.level === "cover" ? "cover" : "banner";
    found[kind] = found[kind] || noteOf(notice, words);
  });
  return found;
}

function railOf(items, now) {
  const coming = items.filter((item) => !isOff(item) && moment(item.starts_at) > now);
  const chosen = [];
  coming.filter(isLocal).slice(0, RAIL_LIMIT).concat(coming).forEach((item) => {
    if (chosen.length < RAIL_LIMIT && !chosen.some((one) => one.title === item.title)) {
      chosen.push(item);
    }
  });
  return inTime(chosen);
}
