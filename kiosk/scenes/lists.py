"""正在进行 / 马上开始, 今日安排, 本周预告. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from geo.moments import Grade, day_of
from kiosk.cards import card_of
from kiosk.items import (
    Item,
    Words,
    by_chance,
    day_words,
    grade_of,
    is_off,
    is_today,
    one_off_first,
    part_of,
)
from kiosk.scenes.around import own_words
from kiosk.scenes.parts import Group, Payload, Scene, group, is_local, local_first, paged

NOW_A_PAGE, TODAY_A_PAGE, WEEK_A_PAGE = 8, 10, 12
FEW, ELSEWHERE_LIMIT = 4, 6
WEEK_DAYS = 7


def now_scenes(payload: Payload, items: Sequence[Item], now: datetime, words: Words) -> list[Scene]:
    """What is on and what begins soon, by whether one can still get there."""
    ranked = by_chance(local_first(items, now), now)
    parts = (
        ("group_live", Grade.LIVE), ("group_soon", Grade.SOON),
        ("group_window", Grade.WINDOW), ("group_today", Grade.TODAY),
    )  # fmt: skip
    groups = []
    for name, known in parts:
        cards = [card_of(item, now, words) for item in ranked if grade_of(item, now) is known]
        if cards:
            groups.append(group(words[name], cards))
    if not groups:
        return []
    has_hours = any(grade_of(item, now) in {Grade.LIVE, Grade.SOON} for item in ranked)
    title = words["scene_now" if has_hours else "scene_now_without_hours"]
    lede = _whose(payload, ranked, now, words)
    return paged("now", words, groups, NOW_A_PAGE, title=title, lede=lede)


def _whose(payload: Payload, shown: Sequence[Item], now: datetime, words: Words) -> str:
    """Where the shown items are from, said so that nobody takes the city for the county."""
    own = [item for item in shown if is_local(item) and not is_off(item)]
    lobby = payload["lobby"]
    if own:
        return ""
    return own_words(payload, own, now, words) + words["so_the_city"].format(city=lobby["city"])


def today_scenes(
    payload: Payload, items: Sequence[Item], now: datetime, words: Words
) -> list[Scene]:
    """The timetable of what is left of today; in each part of the day the one-off first."""
    shown = local_first(items, now)
    if not shown:
        return []
    groups = []
    for part in ("morning", "afternoon", "evening", ""):
        found = one_off_first([item for item in shown if part_of(item) == part])
        if found:
            title = words[f"part_{part}" if part else "group_today"]
            groups.append(group(title, [card_of(item, now, words) for item in found]))
    if len(shown) < FEW:
        groups.extend(_elsewhere(items, shown, now, words))
    lede = _whose(payload, shown, now, words)
    return paged("today", words, groups, TODAY_A_PAGE, lede=lede)


def _elsewhere(
    items: Sequence[Item], shown: Sequence[Item], now: datetime, words: Words
) -> list[Group]:
    """Where the lobby's own day is short: the rest of the city's, under its own heading."""
    rest = [one for one in items if is_today(one, now) and one not in shown and not is_off(one)]
    cards = [card_of(item, now, words) for item in rest[:ELSEWHERE_LIMIT]]
    return [group(words["group_elsewhere"], cards)] if cards else []


def week_scenes(
    payload: Payload, items: Sequence[Item], now: datetime, words: Words
) -> list[Scene]:
    """The seven days after today: each activity once, on its first day; the county's first."""
    today = day_of(now)
    last = (today + timedelta(days=WEEK_DAYS)).isoformat()
    running = {item["title"] for item in items if is_today(item, now) and not is_off(item)}
    coming: dict[str, list[Item]] = {}
    seen: set[tuple[str, str, bool]] = set()
    for item in items:
        place = item["places"][0]["name"] if item["places"] else ""
        name = (item["title"], place, is_off(item))
        is_later = today.isoformat() < item["day"] <= last
        if is_later and name not in seen and item["title"] not in running:
            seen.add(name)
            coming.setdefault(item["day"], []).append(item)
    groups = []
    for day in sorted(coming):
        found = sorted(coming[day], key=lambda one: (not is_local(one), one["is_routine"]))
        cards = [card_of(item, now, words) for item in found]
        for card, item in zip(cards, found, strict=True):
            card["own"] = "yes" if item["is_own"] else ""
        groups.append(group(day_words(date.fromisoformat(day), now, words), cards))
    return paged("week", words, groups, WEEK_A_PAGE) if groups else []
