/** Which occurrences go to which scene. The same as kiosk/scenes.py, held to the same views. */

import { cardOf } from "./cards.js";
import {
  Grade, addDays, byChance, clockOf, dateWords, dayOf, dayWords, gradeOf, inTime, isOff, isOver,
  isToday, moment, partOf, say, sortedBy, weekdayWords,
} from "./items.js";

const WORTH_A_MAP = 5;
const AROUND_LIMIT = 9;
const NOW_LIMIT = 9;
const TODAY_LIMIT = 16;
const WEEK_LIMIT = 20;
const RAIL_LIMIT = 3;
const FEW = 4;
const ELSEWHERE_LIMIT = 6;
const WEEK_DAYS = 7;

/** All a screen shows at `now` (ms). Never without a scene. */
export function viewOf(payload, now, words) {
  const items = inTime(payload.items.filter((item) => !isOver(item, now)));
  const scenes = payload.playlist.scenes
    .map((kind) => (BUILDERS[kind] ? BUILDERS[kind](payload, items, now, words) : null))
    .filter(Boolean);
  const today = dayOf(now);
  return {
    clock: clockOf(now),
    date: dateWords(today, words),
    weekday: weekdayWords(today, words),
    scenes: scenes.length ? scenes : [evergreen(payload, words)],
    rail: railOf(items, now).map((item) => cardOf(item, now, words)),
  };
}

function group(title, cards, more) {
  return { title, cards, more: more || "" };
}

function scene(kind, words, groups, extra) {
  return Object.assign(
    { kind, title: words[`scene_${kind}`], lede: "", next_title: "", next: null, subtitle: "" },
    extra,
    { groups },
  );
}

function more(count, words) {
  return say(words.more, { count });
}

function isLocal(item) {
  return item.is_own || item.is_near;
}

function around(payload, items, now, words) {
  if (!items.length) {
    return null;
  }
  return payload.lobby.is_exact
    ? aroundTheLobby(payload, items, now, words)
    : aroundTheCounty(payload, items, now, words);
}

function aroundTheLobby(payload, items, now, words) {
  const near = items.filter((item) => item.is_near);
  const today = byChance(near.filter((item) => isToday(item, now)), now);
  const takingPlace = today.filter((item) => !isOff(item));
  const later = onceEach(near, today.map((item) => item.title), now);
  const shown = today.concat(later.slice(0, Math.max(0, WORTH_A_MAP - today.length)))
    .slice(0, AROUND_LIMIT);
  const groups = numberedGroups(shown, (one) => one.day, now, words);
  groups.forEach((one) => { one.title = dayWords(one.title, now, words); });
  const hidden = today.length - shown.filter((item) => isToday(item, now)).length;
  if (groups.length && hidden) {
    groups[groups.length - 1].more = more(hidden, words);
  }
  const lede = takingPlace.length
    ? say(words.near_today, { count: takingPlace.length }) : words.near_nothing_today;
  return scene("around", words, groups, { lede, subtitle: words.near_subtitle });
}

function onceEach(items, titles, now) {
  const known = new Set(titles);
  return items.filter((item) => {
    const isNew = !isToday(item, now) && !isOff(item) && !known.has(item.title);
    if (isNew) {
      known.add(item.title);
    }
    return isNew;
  });
}

function aroundTheCounty(payload, items, now, words) {
  const own = items.filter((item) => !isOff(item) && item.is_own);
  const ownToday = own.filter((item) => isToday(item, now));
  const firstDay = items.map((item) => item.day).sort()[0];
  const today = items.filter((item) => isToday(item, now));
  const shown = today.length ? today : items.filter((item) => item.day === firstDay);
  const order = payload.city.map((district) => district.code);
  const ranked = sortedBy(byChance(shown, now), (one) => [districtRank(one, order)]);
  const groups = numberedGroups(ranked.slice(0, AROUND_LIMIT), districtOf, now, words);
  const names = {};
  payload.city.forEach((district) => { names[district.code] = district.name; });
  groups.forEach((one) => { one.title = names[one.title] || words.no_place; });
  const leftOut = Math.max(0, ranked.length - AROUND_LIMIT) + counted(payload, shown);
  if (groups.length && leftOut) {
    groups[groups.length - 1].more = more(leftOut, words);
  }
  const firstOwn = own.length && !ownToday.length ? own[0] : null;
  const day = today.length ? words.today : dayWords(shown[0].day, now, words);
  return scene("around", words, groups, {
    lede: ownWords(payload, ownToday, now, words),
    subtitle: say(words.city_subtitle, { city: payload.lobby.city, day }),
    next_title: firstOwn ? words.next_here : "",
    next: firstOwn ? cardOf(firstOwn, now, words) : null,
  });
}

function ownWords(payload, ownToday, now, words) {
  const area = payload.lobby.area;
  if (ownToday.length) {
    return say(words.own_today, { area, count: ownToday.length });
  }
  const today = dayOf(now);
  const had = payload.items.some((one) => one.is_own && one.day === today && !isOff(one));
  return say(had ? words.own_over_today : words.own_nothing_today, { area });
}

function counted(payload, shown) {
  return payload.city.reduce((sum, district) => sum + (district.more[shown[0].day] || 0), 0);
}

function districtOf(item) {
  return item.places.length ? item.places[0].district : "";
}

function districtRank(item, order) {
  const rank = order.indexOf(districtOf(item));
  return rank < 0 ? order.length : rank;
}

function numberedGroups(items, key, now, words) {
  const grouped = new Map();
  items.forEach((item) => {
    const name = key(item);
    grouped.set(name, (grouped.get(name) || []).concat([item]));
  });
  let number = 0;
  const groups = [];
  grouped.forEach((members, name) => {
    groups.push(group(name, members.map((item) => {
      number += 1;
      return cardOf(item, now, words, number);
    })));
  });
  return groups;
}

function nowScene(payload, items, now, words) {
  const ranked = byChance(localFirst(items, now), now);
  const parts = [
    [words.group_live, Grade.LIVE], [words.group_soon, Grade.SOON],
    [words.group_window, Grade.WINDOW], [words.group_today, Grade.TODAY],
  ];
  const groups = [];
  let room = NOW_LIMIT;
  parts.forEach(([title, known]) => {
    const found = ranked.filter((item) => gradeOf(item, now) === known);
    if (found.length) {
      const cards = found.slice(0, room).map((item) => cardOf(item, now, words));
      groups.push(group(title, cards, found.length > room ? more(found.length - cards.length, words) : ""));
      room = Math.max(0, room - cards.length);
    }
  });
  if (!groups.length) {
    return null;
  }
  const hasHours = ranked.some((item) => [Grade.LIVE, Grade.SOON].indexOf(gradeOf(item, now)) >= 0);
  return scene("now", words, groups, {
    title: hasHours ? words.scene_now : words.scene_now_without_hours,
    lede: whose(payload, ranked, now, words),
  });
}

function localFirst(items, now) {
  const today = items.filter((item) => isToday(item, now));
  const own = today.filter(isLocal);
  return own.some((item) => !isOff(item)) ? own : today;
}

function whose(payload, shown, now, words) {
  if (shown.some((item) => isLocal(item) && !isOff(item))) {
    return "";
  }
  return ownWords(payload, [], now, words) + say(words.so_the_city, { city: payload.lobby.city });
}

function todayScene(payload, items, now, words) {
  const shown = localFirst(items, now);
  if (!shown.length) {
    return null;
  }
  const groups = [];
  let room = TODAY_LIMIT;
  ["morning", "afternoon", "evening", ""].forEach((part) => {
    const found = shown.filter((item) => partOf(item) === part).slice(0, room);
    if (found.length) {
      const title = part ? words[`part_${part}`] : words.group_today;
      groups.push(group(title, found.map((item) => cardOf(item, now, words))));
      room -= found.length;
    }
  });
  if (shown.length > TODAY_LIMIT) {
    groups[groups.length - 1].more = more(shown.length - TODAY_LIMIT, words);
  }
  if (shown.length < FEW) {
    groups.push(...elsewhere(items, shown, now, words));
  }
  return scene("today", words, groups, { lede: whose(payload, shown, now, words) });
}

function elsewhere(items, shown, now, words) {
  const rest = items.filter((one) => isToday(one, now) && shown.indexOf(one) < 0 && !isOff(one));
  const cards = rest.slice(0, ELSEWHERE_LIMIT).map((item) => cardOf(item, now, words));
  return cards.length ? [group(words.group_elsewhere, cards)] : [];
}

function weekScene(payload, items, now, words) {
  const today = dayOf(now);
  const last = addDays(today, WEEK_DAYS);
  const running = new Set(items.filter((item) => isToday(item, now)).map((item) => item.title));
  const seen = new Set();
  const coming = {};
  items.forEach((item) => {
    const name = JSON.stringify([item.title, item.places.length ? item.places[0].name : ""]);
    const isLater = today < item.day && item.day <= last;
    if (isLater && !seen.has(name) && !isOff(item) && !running.has(item.title)) {
      seen.add(name);
      coming[item.day] = (coming[item.day] || []).concat([item]);
    }
  });
  let room = WEEK_LIMIT;
  const groups = [];
  Object.keys(coming).sort().forEach((day) => {
    const found = sortedBy(coming[day], (one) => [!isLocal(one)]).slice(0, room);
    if (found.length) {
      const cards = found.map((item) => Object.assign(
        cardOf(item, now, words), { own: item.is_own ? "yes" : "" },
      ));
      groups.push(group(dayWords(day, now, words), cards));
    }
    room -= found.length;
  });
  return groups.length ? scene("week", words, groups) : null;
}

/** When there is nothing to show, or nothing that may still be trusted. */
export function evergreen(payload, words, isGone) {
  return scene("evergreen", words, [], {
    subtitle: payload.lobby.name, lede: isGone ? words.evergreen_gone : words.evergreen,
  });
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

const BUILDERS = { around, now: nowScene, today: todayScene, week: weekScene };
