/** 专题, 常设服务, 通知, and the page for when nothing else may be shown. As kiosk/scenes/extras.py. */

import { cardOf } from "../cards.js";
import { byDayWords, clockOf, dateWords, dayOf, dayWords, isOff, moment, say, sortedBy } from "../items.js";
import { group, isLocal, paged, scene } from "./parts.js";

const CAMPAIGNS_LIMIT = 2;
const CAMPAIGN_DAYS = 4;
const A_DAY = 3;
const CAMPAIGN_A_PAGE = 12;
const SERVICES_A_PAGE = 8;

/** A dated frame around many activities: its theme, its days, and a few of each day. */
export function campaignScenes(payload, items, now, words) {
  let scenes = [];
  payload.campaigns.forEach((known) => {
    const own = items.filter((one) => one.campaign === known.slug && !isOff(one));
    if (own.length && scenes.length < CAMPAIGNS_LIMIT) {
      scenes = scenes.concat(campaign(known, own, now, words));
    }
  });
  return scenes;
}

function campaign(known, own, now, words) {
  const dates = say(words.dates, {
    first: dateWords(known.starts_on, words), last: dateWords(known.ends_on, words),
  });
  const left = say(words.campaign_left, { count: new Set(own.map((one) => one.title)).size });
  const made = paged("campaign", words, campaignDays(own, now, words), CAMPAIGN_A_PAGE, {
    title: known.name, lede: known.theme, subtitle: `${dates} · ${left}`,
  });
  made.forEach((one) => { one.id = `${one.id}-${known.slug}`; });
  return made;
}

function campaignDays(own, now, words) {
  const seen = new Set();
  const days = {};
  const today = dayOf(now);
  own.forEach((item) => {
    if (!seen.has(item.title)) {
      seen.add(item.title);
      const day = item.day > today ? item.day : today;
      days[day] = (days[day] || []).concat([item]);
    }
  });
  return Object.keys(days).sort().slice(0, CAMPAIGN_DAYS).map((day) => {
    const found = sortedBy(days[day], (one) => [!isLocal(one), one.is_routine]);
    const cards = found.slice(0, A_DAY).map((item) => cardOf(item, now, words));
    const rest = found.length - cards.length;
    return group(dayWords(day, now, words), cards, rest ? say(words.more, { count: rest }) : "");
  });
}

/** What comes back every week, near the lobby: each once, with the days on which it is. */
export function serviceScenes(payload, items, now, words) {
  const standing = new Map();
  items.filter((item) => item.is_routine && isLocal(item) && !isOff(item)).forEach((item) => {
    const name = JSON.stringify([item.title, item.places.length ? item.places[0].name : ""]);
    standing.set(name, (standing.get(name) || []).concat([item]));
  });
  const cards = [];
  standing.forEach((members) => {
    const days = byDayWords(members.map((one) => one.day), words);
    const hours = `${days} ${members[0].hours}`.trim();
    cards.push(Object.assign(cardOf(members[0], now, words), {
      hours, hours_or_none: hours, state: "", go: "", verdict: "", tone: "plain", chance: "",
    }));
  });
  return cards.length ? paged("services", words, [group("", cards)], SERVICES_A_PAGE, {
    subtitle: words.services_subtitle,
  }) : [];
}

/** All notices that hold now, in full. */
export function noticeScenes(payload, items, now, words) {
  const notes = noticesAt(payload, now).map((one) => noteOf(one, words));
  return notes.length ? [scene("notice", words, [], { notes })] : [];
}

/** Those that have begun and not ended, the newest first. A rehearsal is never shown. */
export function noticesAt(payload, now) {
  return (payload.notices || []).filter((one) => !one.is_rehearsal
    && moment(one.starts_at) <= now && now < moment(one.ends_at));
}

export function noteOf(notice, words) {
  const ends = moment(notice.ends_at);
  const small = say(words.until, { day: dateWords(dayOf(ends), words), time: clockOf(ends) });
  return { title: "", text: notice.text, small };
}

/** When there is nothing to show, or nothing that may still be trusted: who and where we are. */
export function evergreen(payload, words, isGone) {
  const { lobby, contact } = payload;
  const facts = [
    ["fact_place", `${lobby.city}${lobby.area}`], ["fact_hours", contact.hours],
    ["fact_contact", contact.words],
  ];
  const notes = facts.filter(([, said]) => said)
    .map(([name, text]) => ({ title: words[name], text, small: "" }));
  return scene("evergreen", words, [], {
    subtitle: lobby.name, lede: isGone ? words.evergreen_gone : words.evergreen, notes,
  });
}
