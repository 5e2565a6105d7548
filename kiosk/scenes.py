"""Which occurrences go to which scene, and what is said of them. Pure.

Everything here is a function of (payload, now, words): the payload is the JSON a screen polls
(`kiosk.payload`), *now* an instant, the words the sentences of `kiosk.words`. The page computes the
same view in ``static/js/lib/kiosk/scenes.js``, so that a screen without network still drops what
has ended; both are held to the same recorded views (tests/gold/kiosk_views.json).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from geo.moments import SHANGHAI, Grade, day_of
from kiosk.cards import Card, card_of
from kiosk.items import (
    Item,
    Words,
    by_chance,
    date_words,
    day_words,
    grade_of,
    in_time,
    is_off,
    is_over,
    is_today,
    moment,
    part_of,
    weekday_words,
)
from kiosk.playlist import wanted

Scene = dict[str, Any]

WORTH_A_MAP = 5  # a map of today alone, or filled up with the days to come
AROUND_LIMIT, NOW_LIMIT, TODAY_LIMIT, WEEK_LIMIT, RAIL_LIMIT = 9, 9, 16, 20, 3
FEW, ELSEWHERE_LIMIT = 4, 6
WEEK_DAYS = 7


class View(TypedDict):
    clock: str
    date: str
    weekday: str
    scenes: list[Scene]
    rail: list[Card]


def view_of(payload: Mapping[str, Any], now: datetime, words: Words) -> View:
    """All a screen shows at *now*. Never without a scene."""
    items = in_time([item for item in payload["items"] if not is_over(item, now)])
    built = {kind: BUILDERS[kind](payload, items, now, words) for kind in BUILDERS}
    ready = [kind for kind, scene in built.items() if scene is not None]
    scenes = [built[kind] for kind in wanted(payload["playlist"]["scenes"], ready)]
    local = now.astimezone(SHANGHAI)
    return {
        "clock": f"{local:%H:%M}",
        "date": date_words(local.date(), words),
        "weekday": weekday_words(local.date(), words),
        "scenes": [s for s in scenes if s] or [evergreen(payload, words)],
        "rail": [card_of(item, now, words) for item in rail_of(items, now)],
    }


def group(title: str, cards: list[Card], more: str = "") -> dict[str, Any]:
    return {"title": title, "cards": cards, "more": more}


def scene(kind: str, words: Words, groups: list[dict[str, Any]], **extra: Any) -> Scene:
    rest = {"lede": "", "next_title": "", "next": None, "subtitle": ""}
    return {"kind": kind, "title": words[f"scene_{kind}"], **rest, **extra, "groups": groups}


def around(
    payload: Mapping[str, Any], items: Sequence[Item], now: datetime, words: Words
) -> Scene | None:
    """The map: what is near an exactly known lobby; else its county, then the city by district."""
    if not items:
        return None
    if payload["lobby"]["is_exact"]:
        return _around_the_lobby(payload, items, now, words)
    return _around_the_county(payload, items, now, words)


def _around_the_lobby(
    payload: Mapping[str, Any], items: Sequence[Item], now: datetime, words: Words
) -> Scene | None:
    near = [item for item in items if item["is_near"]]
    today = by_chance([item for item in near if is_today(item, now)], now)
    taking_place = [item for item in today if not is_off(item)]
    later = _once_each(near, {item["title"] for item in today}, now)
    shown = (today + later[: max(0, WORTH_A_MAP - len(today))])[:AROUND_LIMIT]
    lede = words["near_today"].format(count=len(taking_place))
    if not taking_place:
        lede = words["near_nothing_today"]
    groups = _numbered_groups(shown, lambda one: one["day"], now, words)
    for one in groups:
        one["title"] = day_words(date.fromisoformat(one["title"]), now, words)
    hidden = len(today) - len([item for item in shown if is_today(item, now)])
    if groups and hidden:
        groups[-1]["more"] = words["more"].format(count=hidden)
    return scene("around", words, groups, lede=lede, subtitle=words["near_subtitle"])


def _once_each(items: Sequence[Item], known: set[str], now: datetime) -> list[Item]:
    """What takes place after today, each title once, without those that are known already."""
    chosen: list[Item] = []
    for item in items:
        if not is_today(item, now) and not is_off(item) and item["title"] not in known:
            known = known | {item["title"]}
            chosen.append(item)
    return chosen


def _around_the_county(
    payload: Mapping[str, Any], items: Sequence[Item], now: datetime, words: Words
) -> Scene | None:
    lobby, taking_place = payload["lobby"], [item for item in items if not is_off(item)]
    own = [item for item in taking_place if item["is_own"]]
    own_today = [item for item in own if is_today(item, now)]
    day = min((item["day"] for item in items), default=None)
    today = [item for item in items if is_today(item, now)]
    shown = today or [item for item in items if item["day"] == day]
    order = [district["code"] for district in payload["city"]]
    ranked = sorted(by_chance(shown, now), key=lambda one: _district_rank(one, order))
    groups = _numbered_groups(ranked[:AROUND_LIMIT], district_of, now, words)
    names = {district["code"]: district["name"] for district in payload["city"]}
    for one in groups:
        one["title"] = names.get(one["title"], words["no_place"])
    left_out = len(ranked[AROUND_LIMIT:]) + _more(payload, shown)
    if groups and left_out:
        groups[-1]["more"] = words["more"].format(count=left_out)
    shown_day = day_words(date.fromisoformat(shown[0]["day"]), now, words)
    first_own = own[0] if own and not own_today else None
    lede = own_words(payload, own_today, now, words)
    return scene(
        "around", words, groups, lede=lede,
        subtitle=words["city_subtitle"].format(city=lobby["city"], day=words["today"] if today
                                               else shown_day),
        next_title=words["next_here"] if first_own else "",
        next=card_of(first_own, now, words) if first_own else None,
    )  # fmt: skip


def own_words(
    payload: Mapping[str, Any], own_today: Sequence[Item], now: datetime, words: Words
) -> str:
    """象山县今天没有登记的活动。 Or that they are over, or how many are left."""
    area = payload["lobby"]["area"]
    if own_today:
        return words["own_today"].format(area=area, count=len(own_today))
    today = day_of(now).isoformat()
    had = any(
        item["is_own"] and item["day"] == today and not is_off(item) for item in payload["items"]
    )
    return words["own_over_today" if had else "own_nothing_today"].format(area=area)


def _more(payload: Mapping[str, Any], shown: Sequence[Item]) -> int:
    """Activities of the shown day that the payload only counts."""
    day = shown[0]["day"]
    return sum(int(district["more"].get(day, 0)) for district in payload["city"])


def district_of(item: Item) -> str:
    return item["places"][0]["district"] if item["places"] else ""


def _district_rank(item: Item, order: Sequence[str]) -> int:
    code = district_of(item)
    return order.index(code) if code in order else len(order)


def _numbered_groups(
    items: Sequence[Item], key: Callable[[Item], str], now: datetime, words: Words
) -> list[dict[str, Any]]:
    """Groups in the order of first appearance, their cards numbered through."""
    grouped: dict[str, list[Item]] = {}
    for item in items:
        grouped.setdefault(key(item), []).append(item)
    groups, number = [], 0
    for name, members in grouped.items():
        cards = []
        for item in members:
            number += 1
            cards.append(card_of(item, now, words, number))
        groups.append(group(name, cards))
    return groups


def now_scene(
    payload: Mapping[str, Any], items: Sequence[Item], now: datetime, words: Words
) -> Scene | None:
    """What is on and what begins soon, by whether one can still get there."""
    ranked = by_chance(local_first(items, now), now)
    parts = (
        ("group_live", Grade.LIVE), ("group_soon", Grade.SOON),
        ("group_window", Grade.WINDOW), ("group_today", Grade.TODAY),
    )  # fmt: skip
    groups, room = [], NOW_LIMIT
    for name, known in parts:
        found = [item for item in ranked if grade_of(item, now) is known]
        if not found:
            continue
        cards = [card_of(item, now, words) for item in found[:room]]
        more = words["more"].format(count=len(found) - len(cards)) if len(found) > room else ""
        groups.append(group(words[name], cards, more))
        room = max(0, room - len(cards))
    if not groups:
        return None
    has_hours = any(grade_of(item, now) in {Grade.LIVE, Grade.SOON} for item in ranked)
    title = words["scene_now" if has_hours else "scene_now_without_hours"]
    return scene("now", words, groups, title=title, lede=_whose(payload, ranked, now, words))


def local_first(items: Sequence[Item], now: datetime) -> list[Item]:
    """Today's own items; where the own county has none that takes place, the whole city's."""
    today = [item for item in items if is_today(item, now)]
    own = [item for item in today if item["is_own"] or item["is_near"]]
    return own if any(not is_off(item) for item in own) else today


def _whose(payload: Mapping[str, Any], shown: Sequence[Item], now: datetime, words: Words) -> str:
    """Where the shown items are from, said so that nobody takes the city for the county."""
    own = [item for item in shown if (item["is_own"] or item["is_near"]) and not is_off(item)]
    lobby = payload["lobby"]
    if own:
        return ""
    return own_words(payload, own, now, words) + words["so_the_city"].format(city=lobby["city"])


def today_scene(
    payload: Mapping[str, Any], items: Sequence[Item], now: datetime, words: Words
) -> Scene | None:
    """The timetable of what is left of today."""
    shown = local_first(items, now)
    if not shown:
        return None
    limit, left_out = TODAY_LIMIT, max(0, len(shown) - TODAY_LIMIT)
    groups = []
    for part in ("morning", "afternoon", "evening", ""):
        found = [item for item in shown if part_of(item) == part][:limit]
        if found:
            title = words[f"part_{part}" if part else "group_today"]
            groups.append(group(title, [card_of(item, now, words) for item in found]))
            limit -= len(found)
    if left_out:
        groups[-1]["more"] = words["more"].format(count=left_out)
    if len(shown) < FEW:
        groups.extend(_elsewhere(items, shown, now, words))
    return scene("today", words, groups, lede=_whose(payload, shown, now, words))


def _elsewhere(
    items: Sequence[Item], shown: Sequence[Item], now: datetime, words: Words
) -> list[dict[str, Any]]:
    """Where the lobby's own day is short: the rest of the city's, under its own heading."""
    rest = [one for one in items if is_today(one, now) and one not in shown and not is_off(one)]
    cards = [card_of(item, now, words) for item in rest[:ELSEWHERE_LIMIT]]
    return [group(words["group_elsewhere"], cards)] if cards else []


def week_scene(
    payload: Mapping[str, Any], items: Sequence[Item], now: datetime, words: Words
) -> Scene | None:
    """The seven days after today: each activity once, on its first day; the county's first."""
    today = day_of(now)
    last = (today + timedelta(days=WEEK_DAYS)).isoformat()
    running = {item["title"] for item in items if is_today(item, now)}
    coming: dict[str, list[Item]] = {}
    seen: set[tuple[str, str]] = set()
    for item in items:
        name = (item["title"], item["places"][0]["name"] if item["places"] else "")
        is_later = today.isoformat() < item["day"] <= last
        if is_later and name not in seen and not is_off(item) and item["title"] not in running:
            seen.add(name)
            coming.setdefault(item["day"], []).append(item)
    if not coming:
        return None
    groups, room = [], WEEK_LIMIT
    for day in sorted(coming):
        found = sorted(coming[day], key=lambda one: not (one["is_own"] or one["is_near"]))[:room]
        if found:
            cards = [card_of(item, now, words) for item in found]
            for card, item in zip(cards, found, strict=True):
                card["own"] = "yes" if item["is_own"] else ""
            groups.append(group(day_words(date.fromisoformat(day), now, words), cards))
        room -= len(found)
    return scene("week", words, groups)


def evergreen(payload: Mapping[str, Any], words: Words) -> Scene:
    """When there is nothing to show, or nothing that may still be trusted: who and where we are."""
    lobby = payload["lobby"]
    return scene("evergreen", words, [], subtitle=lobby["name"], lede=words["evergreen"])


def rail_of(items: Sequence[Item], now: datetime) -> list[Item]:
    """The next three: the lobby's own next one first, then what begins next, each activity once."""
    coming = [
        item for item in items
        if not is_off(item) and moment(item["starts_at"]) > now
    ]  # fmt: skip
    own = [item for item in coming if item["is_near"] or item["is_own"]]
    chosen: list[Item] = []
    for item in own[:RAIL_LIMIT] + coming:
        if len(chosen) < RAIL_LIMIT and item["title"] not in {one["title"] for one in chosen}:
            chosen.append(item)
    return in_time(chosen)


Builder = Callable[[Mapping[str, Any], Sequence[Item], datetime, Words], Scene | None]
BUILDERS: dict[str, Builder] = {
    "around": around,
    "now": now_scene,
    "today": today_scene,
    "week": week_scene,
}
