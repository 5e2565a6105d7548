"""Whether two printed activities are perhaps one and the same: reasons for a person. Pure.

Chinese titles have no words to count, so they are compared by pairs of neighbouring characters. A
title alone proves nothing (every street has its 义诊): there must be a common day, nothing that
speaks against it (another district, places far apart), and what speaks for it must suffice.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geo.coordinates import distance_m
from geo.texts import fold

SURE_TITLE = 0.8  # such titles on one day suffice where nothing speaks against them
LIKE_TITLE = 0.5  # with a common place or organiser
FAINT_TITLE = 0.3  # with both
NEAR_M = 500.0
FAR_M = 2000.0
COMMON = 60  # a pair of characters that so many titles share tells nothing
_NOISE = re.compile(r"[^\w]|[（(【\[].*?[）)】\]]|20\d\d年?|第[一二三四五六七八九十\d]+[届期场次]")


@dataclass(frozen=True)
class Said:
    """What is known of an activity. ``points`` are (lon, lat, radius in metres)."""

    title: str
    organizers: Sequence[str] = ()
    days: frozenset[date] = frozenset()
    venues: frozenset[int] = frozenset()
    points: Sequence[tuple[float, float, float]] = ()
    districts: frozenset[str] = frozenset()
    places: Sequence[str] = ()


@dataclass(frozen=True)
class Resembles:
    likeness: float  # of the titles, 0 … 1
    reasons: tuple[str, ...]


def compare(one: Said, other: Said) -> Resembles | None:
    """Why the two may be one; None when they hardly are."""
    common = sorted(one.days & other.days)
    if not common or (one.districts and other.districts and not one.districts & other.districts):
        return None
    near = _near(one, other)
    if near is None:
        return None
    title = title_likeness(one.title, other.title)
    who = _same_organizer(one.organizers, other.organizers)
    supports = [reason for reason in (near, who) if reason]
    needed = (SURE_TITLE, LIKE_TITLE, FAINT_TITLE)[len(supports)]
    if title < needed:
        return None
    days = "、".join(f"{day.month}月{day.day}日" for day in common[:3])
    return Resembles(title, (f"名称有 {title:.0%} 相同", f"都在 {days}", *supports))


def title_likeness(one: str, other: str) -> float:
    """Dice of the pairs of characters; a title that stands whole within the other counts 0.9."""
    first, second = core(one), core(other)
    if first == second:
        return 1.0
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) >= 4 and shorter in longer:
        return 0.9
    pairs = [Counter(_pairs(text)) for text in (first, second)]
    total = sum(sum(each.values()) for each in pairs)
    return 2 * sum((pairs[0] & pairs[1]).values()) / total if total else 0.0


def core(title: str) -> str:
    """The title without quotes, punctuation, brackets, years and numbers of a series."""
    folded = fold(title)
    return _NOISE.sub("", folded) or folded


def candidates(titles: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Pairs of keys whose titles share a rare pair of characters: few of n², none that matters
    lost."""
    holders: dict[str, list[int]] = defaultdict(list)
    for key, title in titles.items():
        for pair in set(_pairs(core(title))):
            holders[pair].append(key)
    seen = set()
    for keys in holders.values():
        if len(keys) > COMMON:
            continue
        for at, one in enumerate(keys):
            for other in keys[at + 1 :]:
                pair_of_keys = (min(one, other), max(one, other))
                if pair_of_keys not in seen:
                    seen.add(pair_of_keys)
                    yield pair_of_keys


def _pairs(text: str) -> Iterable[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def _near(one: Said, other: Said) -> str | None:
    """A reason, "" when nothing is known, None when the places are too far apart to be one."""
    if one.venues & other.venues:
        return "在同一个场所"
    if one.points and other.points:
        gap = min(
            max(distance_m(a[0], a[1], b[0], b[1]) - a[2] - b[2], 0.0)
            for a in one.points
            for b in other.points
        )
        if gap > FAR_M:
            return None
        if gap <= NEAR_M:
            return f"地点相距不到 {int(NEAR_M)} 米（含误差）"
    folded = [{fold(place) for place in each.places} - {""} for each in (one, other)]
    if any(a in b or b in a for a in folded[0] for b in folded[1]):
        return "地点的写法一样"
    return ""


def _same_organizer(one: Sequence[str], other: Sequence[str]) -> str:
    for first in one:
        for second in other:
            a, b = fold(first), fold(second)
            if a == b or (len(min(a, b, key=len)) >= 4 and (a in b or b in a)):
                return f"都由{min(first, second, key=len)}主办"
    return ""
