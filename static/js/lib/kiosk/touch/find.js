/** What a visitor looks for: by day, or by the first letters of how a name is spoken. Pure. */

import { addDays, byChance, dayOf, inTime, isOff, isOver, sortedBy } from "../items.js";

/**
 * Whether `keys` (a to z) lead to `find`, the syllables of an item's names ("ri hu gong yuan|…"): from
 * the beginning of any syllable on, each with its first letter or in full. rh, rihu, gongy, hgyuan.
 */
export function isSpelled(find, keys) {
  return find.split("|").some((name) => {
    const syllables = name.split(" ").filter(Boolean);
    return syllables.some((none, at) => follows(syllables, at, keys));
  });
}

function follows(syllables, at, keys) {
  if (!keys) {
    return true;
  }
  const syllable = syllables[at];
  if (!syllable || syllable[0] !== keys[0]) {
    return false;
  }
  if (syllable.startsWith(keys)) {
    return true;
  }
  return follows(syllables, at + 1, keys.slice(1))
    || (syllable.length > 1 && keys.startsWith(syllable)
      && follows(syllables, at + 1, keys.slice(syllable.length)));
}

const DAYS = {
  today: (item, today) => item.day === today,
  tomorrow: (item, today) => item.day === addDays(today, 1),
  week: (item, today) => item.day >= today && item.day <= addDays(today, 7),
};

/** Items of the list: not over, of the day, the lobby's own first; each activity once in a week. */
export function listed(payload, now, day) {
  const today = dayOf(now);
  const fits = payload.items.filter((item) => !isOver(item, now) && DAYS[day](item, today));
  const ordered = day === "today" ? byChance(fits, now) : inTime(fits);
  const own = sortedBy(ordered, (one) => [!(one.is_own || one.is_near)]);
  return day === "week" ? onceEach(own) : own;
}

/** Items whose names begin so, the sooner first, each activity once. */
export function found(payload, now, keys) {
  const fits = payload.items.filter((item) => !isOver(item, now) && isSpelled(item.find || "", keys));
  return keys ? onceEach(inTime(fits).filter((item) => !isOff(item))) : [];
}

function onceEach(items) {
  const seen = new Set();
  return items.filter((item) => !seen.has(item.title) && seen.add(item.title));
}

/**
 * The query of the residents' map that shows exactly what is shown here, or the path of one activity.
 * `state`: see state.js.
 */
export function handOff(state, payload, now, askedAt) {
  const query = new URLSearchParams();
  const { lobby } = payload;
  const item = payload.items.find((one) => one.id === state.item);
  const path = item ? `/activities/${item.id.replace(/-\d{12}$/, "")}/` : "/";
  if (!item) {
    if (state.mode === "map" && lobby.is_exact) {
      query.set("near", `${lobby.lon},${lobby.lat}`);
    } else if (lobby.district && !state.query) {
      query.set("district", lobby.district);
    }
    if (state.mode === "list" && state.day !== "week") {
      query.set("date", state.day === "today" ? dayOf(now) : addDays(dayOf(now), 1));
    }
    if (state.query) {
      query.set("q", state.query);
    }
    if (lobby.is_sample) {
      query.set("sample", "1");
    }
  }
  if (askedAt) {
    query.set("at", askedAt);
  }
  const words = query.toString();
  return words ? `${path}?${words}` : path;
}
