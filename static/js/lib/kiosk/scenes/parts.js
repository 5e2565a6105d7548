/** What every scene is made of, and how a long list becomes pages. The same as kiosk/scenes/parts.py. */

import { cardOf } from "../cards.js";
import { isOff, isToday, say } from "../items.js";
import { dwellOf } from "../playlist.js";

const PAGES_LIMIT = 6;

export function group(title, cards, more) {
  return { title, cards, more: more || "" };
}

export function scene(kind, words, groups, extra) {
  const rest = { lede: "", next_title: "", next: null, subtitle: "", page: "", notes: [] };
  return Object.assign(
    { kind, id: `${kind}-1`, title: words[`scene_${kind}`] || "" }, rest, extra, { groups },
  );
}

/** One scene, or as many as it takes to show `groups` with at most `aPage` cards on each. */
export function paged(kind, words, groups, aPage, extra) {
  const pages = pagesOf(groups, aPage, words);
  return pages.map((part, index) => {
    const one = scene(kind, words, part, extra);
    one.id = `${kind}-${index + 1}`;
    if (pages.length > 1) {
      one.page = say(words.page, { page: index + 1, pages: pages.length });
    }
    if (index) {
      Object.assign(one, { next: null, next_title: "" });
    }
    return one;
  });
}

/** Evenly filled; a group that goes on repeats its title, its "more" stands at its end. */
export function pagesOf(groups, aPage, words) {
  const total = groups.reduce((sum, one) => sum + one.cards.length, 0);
  const count = Math.min(PAGES_LIMIT, Math.max(1, Math.ceil(total / aPage)));
  const size = total ? Math.min(aPage, Math.ceil(total / count)) : aPage;
  const pages = [[]];
  let used = 0;
  let leftOut = 0;
  groups.forEach((one) => {
    let cards = one.cards.slice();
    while (cards.length) {
      if (used === size && pages.length < count) {
        pages.push([]);
        used = 0;
      }
      const taken = cards.slice(0, size - used);
      cards = cards.slice(taken.length);
      if (!taken.length) {
        leftOut += cards.length;
        break;
      }
      pages[pages.length - 1].push(group(one.title, taken, cards.length ? "" : one.more));
      used += taken.length;
    }
  });
  if (leftOut) {
    const last = pages[pages.length - 1];
    last[last.length - 1].more = say(words.more, { count: leftOut });
  }
  return pages;
}

/** Each with the seconds it stays, by how much there is to read. */
export function withDwell(scenes, baseS) {
  scenes.forEach((one) => {
    const cards = one.groups.reduce((sum, part) => sum + part.cards.length, 0);
    one.dwell_s = dwellOf(baseS, cards + 2 * one.notes.length);
  });
  return scenes;
}

/** Groups in the order of first appearance, their cards numbered through. */
export function numberedGroups(items, key, now, words) {
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

export function isLocal(item) {
  return item.is_own || item.is_near;
}

/** Today's own items; where the own county has none that takes place, the whole city's. */
export function localFirst(items, now) {
  const today = items.filter((item) => isToday(item, now));
  const own = today.filter(isLocal);
  return own.some((item) => !isOff(item)) ? own : today;
}
