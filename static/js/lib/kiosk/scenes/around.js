/** 周边地图. The same as kiosk/scenes/around.py. */

import { cardOf } from "../cards.js";
import { byChance, dayOf, dayWords, isOff, isToday, say, sortedBy } from "../items.js";
import { numberedGroups, paged } from "./parts.js";

const WORTH_A_MAP = 5;
const A_PAGE = 8;
const LIMIT = 24;

/** The map: what is near an exactly known lobby; else its county, then the city by district. */
export function around(payload, items, now, words) {
  if (!items.length) {
    return [];
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
    .slice(0, LIMIT);
  const groups = numberedGroups(shown, (one) => one.day, now, words);
  groups.forEach((one) => { one.title = dayWords(one.title, now, words); });
  const hidden = today.length - shown.filter((item) => isToday(item, now)).length;
  if (groups.length && hidden) {
    groups[groups.length - 1].more = say(words.more, { count: hidden });
  }
  const lede = takingPlace.length
    ? say(words.near_today, { count: takingPlace.length }) : words.near_nothing_today;
  return paged("around", words, groups, A_PAGE, { lede, subtitle: words.near_subtitle });
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
  const groups = numberedGroups(ranked.slice(0, LIMIT), districtOf, now, words);
  const names = {};
  payload.city.forEach((district) => { names[district.code] = district.name; });
  groups.forEach((one) => { one.title = names[one.title] || words.no_place; });
  const leftOut = Math.max(0, ranked.length - LIMIT) + counted(payload, shown);
  if (groups.length && leftOut) {
    groups[groups.length - 1].more = say(words.more, { count: leftOut });
  }
  const firstOwn = own.length && !ownToday.length ? own[0] : null;
  const day = today.length ? words.today : dayWords(shown[0].day, now, words);
  return paged("around", words, groups, firstOwn ? A_PAGE - 2 : A_PAGE, {
    lede: ownWords(payload, ownToday, now, words),
    subtitle: say(words.city_subtitle, { city: payload.lobby.city, day }),
    next_title: firstOwn ? words.next_here : "",
    next: firstOwn ? cardOf(firstOwn, now, words) : null,
  });
}

/** 象山县今天没有登记的活动。 Or that they are over, or how many are left. */
export function ownWords(payload, ownToday, now, words) {
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
