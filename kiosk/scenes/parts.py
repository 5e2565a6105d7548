"""What every scene is made of, and how a long list becomes pages. Pure.

A scene is one full composition: ``kind``, ``id`` (kind and page), ``title``, ``page`` (in words,
"" where there is one), ``dwell_s`` and the groups of cards. Nothing scrolls: what does not fit on
one page stands on the next, and what does not fit on the last is counted.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kiosk.cards import Card, card_of
from kiosk.items import Item, Words, is_off, is_today
from kiosk.playlist import dwell_of

Scene = dict[str, Any]
Group = dict[str, Any]
Payload = Mapping[str, Any]
Builder = Callable[[Payload, Sequence[Item], datetime, Words], list[Scene]]

PAGES_LIMIT = 6


def group(title: str, cards: list[Card], more: str = "") -> Group:
    return {"title": title, "cards": cards, "more": more}


def scene(kind: str, words: Words, groups: list[Group], **extra: Any) -> Scene:
    rest: Scene = {
        "lede": "",
        "next_title": "",
        "next": None,
        "subtitle": "",
        "page": "",
        "notes": [],
    }
    made = {"kind": kind, "id": f"{kind}-1", "title": words.get(f"scene_{kind}", ""), **rest}
    return {**made, **extra, "groups": groups}


def paged(
    kind: str, words: Words, groups: Sequence[Group], a_page: int, **extra: Any
) -> list[Scene]:
    """One scene, or as many as it takes to show *groups* with at most *a_page* cards on each."""
    pages = pages_of(groups, a_page, words)
    scenes = []
    for number, part in enumerate(pages, 1):
        one = scene(kind, words, part, **extra)
        one["id"] = f"{kind}-{number}"
        if len(pages) > 1:
            one["page"] = words["page"].format(page=number, pages=len(pages))
        if number > 1:
            one.update(next=None, next_title="")
        scenes.append(one)
    return scenes


def pages_of(groups: Sequence[Group], a_page: int, words: Words) -> list[list[Group]]:
    """Evenly filled; a group that goes on repeats its title, its "more" stands at its end."""
    total = sum(len(one["cards"]) for one in groups)
    count = min(PAGES_LIMIT, max(1, -(-total // a_page)))
    size = min(a_page, -(-total // count)) if total else a_page
    pages: list[list[Group]] = [[]]
    used = left_out = 0
    for one in groups:
        cards = list(one["cards"])
        while cards:
            if used == size and len(pages) < count:
                pages.append([])
                used = 0
            room = size - used
            taken, cards = cards[:room], cards[room:]
            if not taken:
                left_out += len(cards)
                break
            pages[-1].append(group(one["title"], taken, "" if cards else one["more"]))
            used += len(taken)
    if left_out:
        pages[-1][-1]["more"] = words["more"].format(count=left_out)
    return pages


def with_dwell(scenes: Sequence[Scene], base_s: int) -> list[Scene]:
    """Each with the seconds it stays, by how much there is to read."""
    for one in scenes:
        cards = sum(len(part["cards"]) for part in one["groups"])
        one["dwell_s"] = dwell_of(base_s, cards + 2 * len(one["notes"]))
    return list(scenes)


def numbered_groups(
    items: Sequence[Item], key: Callable[[Item], str], now: datetime, words: Words
) -> list[Group]:
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


def is_local(item: Item) -> bool:
    return item["is_own"] or item["is_near"]


def local_first(items: Sequence[Item], now: datetime) -> list[Item]:
    """Today's own items; where the own county has none that takes place, the whole city's."""
    today = [item for item in items if is_today(item, now)]
    own = [item for item in today if is_local(item)]
    return own if any(not is_off(item) for item in own) else today
