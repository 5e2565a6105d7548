/** What a card on a screen says. The same as kiosk/cards.py. */

import { Grade, dayWords, goWords, gradeOf, isOff, slackMin, whenWords } from "./items.js";

const TONES = { [Grade.LIVE]: "live", [Grade.WINDOW]: "window", [Grade.SOON]: "soon" };

export function cardOf(item, now, words, number) {
  const known = gradeOf(item, now);
  const going = goWords(item, now, words);
  const slack = slackMin(item, now);
  const off = isOff(item);
  return {
    key: item.id,
    number: number ? String(number) : "",
    title: item.title,
    by: item.by,
    day: dayWords(item.day, now, words),
    hours: item.hours,
    hours_or_none: item.hours || words.no_hour,
    when: whenWords(item, now, words),
    place: placeWords(item, words),
    where: whereWords(item, words),
    state: off ? "" : stateWords(known, words),
    tone: off ? "off" : TONES[known] || "plain",
    go: off ? "" : going.go,
    verdict: off ? "" : going.verdict,
    chance: chanceOf(slack, off),
    note: noteWords(item, words),
    sample: item.sample ? words.sample : "",
    spots: item.places.filter((place) => place.kind).map(spotOf),
  };
}

function chanceOf(slack, off) {
  if (slack === null || off) {
    return "";
  }
  return slack >= 0 ? "yes" : "no";
}

function stateWords(known, words) {
  if (known === Grade.LIVE) {
    return words.live;
  }
  return known === Grade.WINDOW ? words.window : "";
}

function placeWords(item, words) {
  const names = item.places.map((place) => place.name).join(words.list_comma) || words.no_place;
  const areas = Array.from(new Set(item.places.map((place) => place.area)));
  return areas.length === 1 && areas[0] ? `${names} · ${areas[0]}` : names;
}

function whereWords(item, words) {
  if (item.places.every((place) => place.kind === "area")) {
    return words.no_exact_place;
  }
  return item.places.map((place) => place.name).join(words.list_comma);
}

function noteWords(item, words) {
  const said = item.status === "scheduled" ? [] : [item.status_words];
  if (item.reason) {
    said.push(item.reason);
  }
  if (!item.is_sure) {
    said.push(words.one_of);
  }
  return said.join(" · ");
}

function spotOf(place) {
  return {
    kind: place.kind, name: place.name, district: place.district,
    lon: place.lon, lat: place.lat, radius_m: place.radius_m,
  };
}
