/**
 * One activity on one day, and what may be said of its time. The same as kiosk/items.py: nothing
 * here invents an hour. All instants are milliseconds; days are Shanghai's.
 */

const MINUTE = 60000;
const DAY = 24 * 60 * MINUTE;
const SHANGHAI = 8 * 60 * MINUTE; // no summer time since 1991
const SOON = 120 * MINUTE;
const WALK_LIMIT_MIN = 45;
const STAY_MIN = 10;
const COUNT_DOWN_MIN = 90;

export const Grade = {
  LIVE: 0, WINDOW: 1, TODAY: 2, SOON: 3, LATER_TODAY: 4, TOMORROW: 5, UPCOMING: 6, OVER: 7,
};

const MOMENTS_LIMIT = 4000;
const moments = new Map(); // a programme's instants are asked for thousands of times an hour

export function moment(written) {
  let at = moments.get(written);
  if (at === undefined) {
    if (moments.size >= MOMENTS_LIMIT) {
      moments.clear();
    }
    at = Date.parse(written);
    moments.set(written, at);
  }
  return at;
}

/** "2019-06-26" in Shanghai. */
export function dayOf(now) {
  return new Date(now + SHANGHAI).toISOString().slice(0, 10);
}

/** "09:40" in Shanghai. */
export function clockOf(now) {
  return new Date(now + SHANGHAI).toISOString().slice(11, 16);
}

export function daysBetween(first, second) {
  return Math.round((Date.parse(second) - Date.parse(first)) / DAY);
}

export function addDays(day, count) {
  return new Date(Date.parse(day) + count * DAY).toISOString().slice(0, 10);
}

/** Python's "{name}" placeholders. */
export function say(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Days since 1970 in Shanghai. */
function dayNumber(at) {
  return Math.floor((at + SHANGHAI) / DAY);
}

export function gradeOf(item, now) {
  const starts = moment(item.starts_at);
  const ends = moment(item.ends_at);
  if (ends <= now && !(starts === ends && ends === now)) {
    return Grade.OVER;
  }
  if (starts <= now) {
    if (item.precision === "exact") {
      return Grade.LIVE;
    }
    return item.precision === "part_of_day" ? Grade.WINDOW : Grade.TODAY;
  }
  const days = dayNumber(starts) - dayNumber(now);
  if (days === 0) {
    return item.precision === "exact" && starts - now <= SOON ? Grade.SOON : Grade.LATER_TODAY;
  }
  return days === 1 ? Grade.TOMORROW : Grade.UPCOMING;
}

export function isOver(item, now) {
  return gradeOf(item, now) === Grade.OVER;
}

export function isToday(item, now) {
  return gradeOf(item, now) <= Grade.LATER_TODAY;
}

export function isOff(item) {
  return item.status === "cancelled" || item.status === "postponed";
}

/** Strings by code point, as Python orders them. */
function compare(a, b) {
  if (typeof a === "string") {
    const left = Array.from(a);
    const right = Array.from(b);
    for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
      if (left[i] !== right[i]) {
        return left[i].codePointAt(0) - right[i].codePointAt(0);
      }
    }
    return left.length - right.length;
  }
  return Number(a) - Number(b);
}

/** A sorted copy; `key` gives a list. Decorated, so that old engines sort stably too. */
export function sortedBy(items, key) {
  return items
    .map((item, index) => ({ item, keys: key(item).concat([index]) }))
    .sort((a, b) => {
      for (let i = 0; i < a.keys.length; i += 1) {
        const order = compare(a.keys[i], b.keys[i]);
        if (order) {
          return order;
        }
      }
      return 0;
    })
    .map((one) => one.item);
}

export function inTime(items) {
  return sortedBy(items, (one) => [
    moment(one.starts_at), isOff(one), one.is_routine, one.title, one.id,
  ]);
}

/** What takes place only now before what comes back; otherwise as it stood. */
export function oneOffFirst(items) {
  return sortedBy(items, (one) => [one.is_routine]);
}

/** Without what only a fresh answer may say: whether there are places left. */
export function plainly(items) {
  return items.map((item) => (item.status === "full"
    ? Object.assign({}, item, { status: "scheduled", status_words: "" }) : item));
}

/** 每天, 每周三、周五, or the dates, where these days are not all there are of their weekdays. */
export function byDayWords(days, words) {
  const known = Array.from(new Set(days)).sort();
  const span = [];
  for (let day = known[0]; day <= known[known.length - 1]; day = addDays(day, 1)) {
    span.push(day);
  }
  const weekdays = Array.from(new Set(known.map(weekdayOf))).sort();
  if (weekdays.length === 7 && known.length === span.length) {
    return words.every_day;
  }
  const all = span.filter((day) => weekdays.indexOf(weekdayOf(day)) >= 0);
  if (span.length > 7 && all.length === known.length) {
    const names = words.weekdays.split(" ");
    return say(words.every, { days: weekdays.map((one) => names[one]).join(words.list_comma) });
  }
  return known.map((day) => dateWords(day, words)).join(words.list_comma);
}

function weekdayOf(day) {
  return (new Date(Date.parse(day)).getUTCDay() + 6) % 7;
}

export function dateWords(day, words) {
  const parts = day.split("-").map(Number);
  return say(words.date, { month: parts[1], day: parts[2] });
}

export function weekdayWords(day, words) {
  return words.weekdays.split(" ")[weekdayOf(day)];
}

export function dayWords(day, now, words) {
  const ahead = daysBetween(dayOf(now), day);
  if (ahead === 0 || ahead === 1) {
    return ahead === 0 ? words.today : words.tomorrow;
  }
  return `${dateWords(day, words)} ${weekdayWords(day, words)}`;
}

export function whenWords(item, now, words) {
  const day = dayWords(item.day, now, words);
  return item.hours ? `${day} ${item.hours}` : say(words.day_without_hour, { day });
}

export function minutesUntil(item, now) {
  return Math.max(0, Math.floor((moment(item.starts_at) - now + MINUTE / 2) / MINUTE));
}

export function minutesLeft(item, now) {
  return Math.max(0, Math.floor((moment(item.ends_at) - now) / MINUTE));
}

export function walkOf(item) {
  if (item.places.length !== 1) {
    return null;
  }
  const minutes = item.places[0].walk_min;
  return minutes !== null && minutes <= WALK_LIMIT_MIN ? minutes : null;
}

/** Minutes to spare when one leaves now; negative: too late; null: cannot be said. */
export function slackMin(item, now) {
  const walk = walkOf(item);
  if (walk === null || item.precision !== "exact") {
    return null;
  }
  if (gradeOf(item, now) === Grade.LIVE) {
    return minutesLeft(item, now) - walk - STAY_MIN;
  }
  return minutesUntil(item, now) - walk;
}

/** {go: "步行 8 分钟 · 25 分钟后开始", verdict: "来得及"} */
export function goWords(item, now, words) {
  const walk = walkOf(item);
  const known = gradeOf(item, now);
  const slack = slackMin(item, now);
  const said = walk === null ? [] : [say(words.walk, { minutes: walk })];
  if (known === Grade.SOON) {
    said.push(say(words.starts_in, { minutes: minutesUntil(item, now) }));
  }
  if (known === Grade.LIVE && minutesLeft(item, now) <= COUNT_DOWN_MIN) {
    said.push(say(words.minutes_left, { minutes: minutesLeft(item, now) }));
  }
  let verdict = "";
  if (slack !== null && (known === Grade.LIVE || known === Grade.SOON) && !isOff(item)) {
    const late = known === Grade.LIVE ? words.ending : words.late;
    verdict = slack >= 0 ? words.in_time : say(late, { minutes: -slack });
  }
  return { go: said.join(" · "), verdict };
}

/** What one can still walk to first; then by grade and start. */
export function byChance(items, now) {
  return sortedBy(items, (one) => {
    const slack = slackMin(one, now);
    return [
      isOff(one), one.status === "full", slack !== null && slack < 0, gradeOf(one, now),
      one.is_routine, moment(one.starts_at), walkOf(one) || WALK_LIMIT_MIN, one.title,
    ];
  });
}

/** The part of day an item stands under; "" where neither hour nor part is known. */
export function partOf(item) {
  if (item.precision === "exact" || (item.precision === "open_ended" && item.hours)) {
    const hour = Number(clockOf(moment(item.starts_at)).slice(0, 2));
    if (hour < 12) {
      return "morning";
    }
    return hour < 18 ? "afternoon" : "evening";
  }
  return item.part;
}
