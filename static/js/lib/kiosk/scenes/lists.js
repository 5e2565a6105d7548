/** 正在进行 / 马上开始, 今日安排, 本周预告. The same as kiosk/scenes/lists.py. */

import { cardOf } from "../cards.js";
import {
  Grade, addDays, byChance, dayOf, dayWords, gradeOf, isOff, isToday, oneOffFirst, partOf, say,
  sortedBy,
} from "../items.js";
import { ownWords } from "./around.js";
import { group, isLocal, localFirst, paged } from "./parts.js";

const NOW_A_PAGE = 8;
const TODAY_A_PAGE = 10;
const WEEK_A_PAGE = 12;
const FEW = 4;
const ELSEWHERE_LIMIT = 6;
const WEEK_DAYS = 7;

/** What is on and what begins soon, by whether one can still get there. */
export function nowScenes(payload, items, now, words) {
  const ranked = byChance(localFirst(items, now), now);
  const parts = [
    [words.group_live, Grade.LIVE], [words.group_soon, Grade.SOON],
    [words.group_window, Grade.WINDOW], [words.group_today, Grade.TODAY],
  ];
  const groups = parts.map(([title, known]) => group(
    title,
    ranked.filter((item) => gradeOf(item, now) === known).map((item) => cardOf(item, now, words)),
  )).filter((one) => one.cards.length);
  if (!groups.length) {
    return [];
  }
  const hasHours = ranked.some((item) => [Grade.LIVE, Grade.SOON].indexOf(gradeOf(item, now)) >= 0);
  return paged("now", words, groups, NOW_A_PAGE, {
    title: hasHours ? words.scene_now : words.scene_now_without_hours,
    lede: whose(payload, ranked, now, words),
  });
}

function whose(payload, shown, now, words) {
  if (shown.some((item) => isLocal(item) && !isOff(item))) {
    return "";
  }
  return ownWords(payload, [], now, words) + say(words.so_the_city, { city: payload.lobby.city });
}

/** The timetable of what is left of today; in each part of the day the one-off first. */
export function todayScenes(payload, items, now, words) {
  const shown = localFirst(items, now);
  if (!shown.length) {
    return [];
  }
  const groups = [];
  ["morning", "afternoon", "evening", ""].forEach((part) => {
    const found = oneOffFirst(shown.filter((item) => partOf(item) === part));
    if (found.length) {
      const title = part ? words[`part_${part}`] : words.group_today;
      groups.push(group(title, found.map((item) => cardOf(item, now, words))));
    }
  });
  if (shown.length < FEW) {
    groups.push(...elsewhere(items, shown, now, words));
  }
  return paged("today", words, groups, TODAY_A_PAGE, { lede: whose(payload, shown, now, words) });
}

function elsewhere(items, shown, now, words) {
  const rest = items.filter((one) => isToday(one, now) && shown.indexOf(one) < 0 && !isOff(one));
  const cards = rest.slice(0, ELSEWHERE_LIMIT).map((item) => cardOf(item, now, words));
  return cards.length ? [group(words.group_elsewhere, cards)] : [];
}

/** The seven days after today: each activity once, on its first day; the county's first. */
export function weekScenes(payload, items, now, words) {
  const today = dayOf(now);
  const last = addDays(today, WEEK_DAYS);
  const on = items.filter((item) => isToday(item, now) && !isOff(item));
  const running = new Set(on.map((item) => item.title));
  const seen = new Set();
  const coming = {};
  items.forEach((item) => {
    const place = item.places.length ? item.places[0].name : "";
    const name = JSON.stringify([item.title, place, isOff(item)]);
    const isLater = today < item.day && item.day <= last;
    if (isLater && !seen.has(name) && !running.has(item.title)) {
      seen.add(name);
      coming[item.day] = (coming[item.day] || []).concat([item]);
    }
  });
  const groups = Object.keys(coming).sort().map((day) => {
    const found = sortedBy(coming[day], (one) => [!isLocal(one), one.is_routine]);
    return group(dayWords(day, now, words), found.map((item) => Object.assign(
      cardOf(item, now, words), { own: item.is_own ? "yes" : "" },
    )));
  });
  return groups.length ? paged("week", words, groups, WEEK_A_PAGE) : [];
}
