"""周边地图: what is near an exactly known lobby; else its county, then the city. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

from geo.moments import day_of
from kiosk.cards import card_of
from kiosk.items import Item, Words, by_chance, day_words, is_off, is_today
from kiosk.scenes.parts import Payload, Scene, numbered_groups, paged

WORTH_A_MAP = 5  # a map of today alone, or filled up with the days to come
A_PAGE, LIMIT = 8, 24


def around(payload: Payload, items: Sequence[Item], now: datetime, words: Words) -> list[Scene]:
    """The map: what is near an exactly known lobby; else its county, then the city by district."""
    if not items:
        return []
    if payload["lobby"]["is_exact"]:
        return _around_the_lobby(payload, items, now, words)
    return _around_the_county(payload, items, now, words)


def _around_the_lobby(
    payload: Payload, items: Sequence[Item], now: datetime, words: Words
) -> list[Scene]:
    near = [item for item in items if item["is_near"]]
    today = by_chance([item for item in near if is_today(item, now)], now)
    taking_place = [item for item in today if not is_off(item)]
    later = _once_each(near, {item["title"] for item in today}, now)
    shown = (today + later[: max(0, WORTH_A_MAP - len(today))])[:LIMIT]
    lede = words["near_today"].format(count=len(taking_place))
    if not taking_place:
        lede = words["near_nothing_today"]
    groups = numbered_groups(shown, lambda one: one["day"], now, words)
    for one in groups:
        one["title"] = day_words(date.fromisoformat(one["title"]), now, words)
    hidden = len(today) - len([item for item in shown if is_today(item, now)])
    if groups and hidden:
        groups[-1]["more"] = words["more"].format(count=hidden)
    return paged("around", words, groups, A_PAGE, lede=lede, subtitle=words["near_subtitle"])


def _once_each(items: Sequence[Item], known: set[str], now: datetime) -> list[Item]:
    """What takes place after today, each title once, without those that are known already."""
    chosen: list[Item] = []
    for item in items:
        if not is_today(item, now) and not is_off(item) and item["title"] not in known:
            known = known | {item["title"]}
            chosen.append(item)
    return chosen


def _around_the_county(
    payload: Payload, items: Sequence[Item], now: datetime, words: Words
) -> list[Scene]:
    lobby, taking_place = payload["lobby"], [item for item in items if not is_off(item)]
    own = [item for item in taking_place if item["is_own"]]
    own_today = [item for item in own if is_today(item, now)]
    day = min((item["day"] for item in items), default=None)
    today = [item for item in items if is_today(item, now)]
    shown = today or [item for item in items if item["day"] == day]
    order = [district["code"] for district in payload["city"]]
    ranked = sorted(by_chance(shown, now), key=lambda one: _district_rank(one, order))
    groups = numbered_groups(ranked[:LIMIT], district_of, now, words)
    names = {district["code"]: district["name"] for district in payload["city"]}
    for one in groups:
        one["title"] = names.get(one["title"], words["no_place"])
    left_out = len(ranked[LIMIT:]) + _more(payload, shown)
    if groups and left_out:
        groups[-1]["more"] = words["more"].format(count=left_out)
    shown_day = day_words(date.fromisoformat(shown[0]["day"]), now, words)
    first_own = own[0] if own and not own_today else None
    lede = own_words(payload, own_today, now, words)
    return paged(
        "around", words, groups, A_PAGE - 2 if first_own else A_PAGE, lede=lede,
        subtitle=words["city_subtitle"].format(city=lobby["city"], day=words["today"] if today
                                               else shown_day),
        next_title=words["next_here"] if first_own else "",
        next=card_of(first_own, now, words) if first_own else None,
    )  # fmt: skip


def own_words(payload: Payload, own_today: Sequence[Item], now: datetime, words: Words) -> str:
    """象山县今天没有登记的活动。 Or that they are over, or how many are left."""
    area = payload["lobby"]["area"]
    if own_today:
        return words["own_today"].format(area=area, count=len(own_today))
    today = day_of(now).isoformat()
    had = any(
        item["is_own"] and item["day"] == today and not is_off(item) for item in payload["items"]
    )
    return words["own_over_today" if had else "own_nothing_today"].format(area=area)


def _more(payload: Payload, shown: Sequence[Item]) -> int:
    """Activities of the shown day that the payload only counts."""
    day = shown[0]["day"]
    return sum(int(district["more"].get(day, 0)) for district in payload["city"])


def district_of(item: Item) -> str:
    return item["places"][0]["district"] if item["places"] else ""


def _district_rank(item: Item, order: Sequence[str]) -> int:
    code = district_of(item)
    return order.index(code) if code in order else len(order)
