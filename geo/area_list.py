"""The areas of a prefecture as plain rows, and how their names are written.

Built from the shipped files or from the database; knows neither.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

CITY, DISTRICT, TOWN, COMMUNITY, ZONE = "city", "district", "town", "community", "zone"

TOWN_SUFFIXES = ("街道", "镇", "乡")
COMMUNITY_SUFFIXES = ("社区", "村")
# A road is named after an area without lying in it: 江北大道, 鄞县大道, 百丈东路.
ROAD = re.compile(r"^[东南西北中]?(?:路|大道|街(?!道)|巷)")
_COMMUNITY_TAILS = ("社区居民委员会", "居民委员会", "社区居委会", "居委会", "村民委员会", "村委会")
_QUOTES = str.maketrans("", "", "“”‘’\"'《》「」『』〈〉")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Alias:
    """Another name, with the days on which it was in use (open ends: None)."""

    name: str
    valid_from: date | None = None
    valid_to: date | None = None

    def is_in_use(self, day: date) -> bool:
        """Whether the name was in use on *day*."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class AreaEntry:
    """One area of the list. ``key`` is its code, or ``zone:name`` where it has none."""

    key: str
    name: str
    level: str
    parent: str | None = None
    aliases: tuple[Alias, ...] = ()


@dataclass
class AreaList:
    """The areas of one prefecture, indexed for reading."""

    entries: dict[str, AreaEntry]
    city: AreaEntry
    by_level: dict[str, list[AreaEntry]] = field(default_factory=dict)
    names: dict[str, list[AreaEntry]] = field(default_factory=dict)
    cores: dict[str, list[AreaEntry]] = field(default_factory=dict)
    members: dict[str, list[AreaEntry]] = field(default_factory=dict)

    @classmethod
    def build(cls, entries: Iterable[AreaEntry]) -> "AreaList":
        """Index *entries*; exactly one of them is the city."""
        by_key = {entry.key: entry for entry in entries}
        city = next(entry for entry in by_key.values() if entry.level == CITY)
        areas = cls(by_key, city)
        for entry in by_key.values():
            areas.by_level.setdefault(entry.level, []).append(entry)
            if entry.level == COMMUNITY:
                areas.names.setdefault(entry.name, []).append(entry)
                areas.cores.setdefault(community_core(entry.name), []).append(entry)
                areas.members.setdefault(entry.parent or "", []).append(entry)
        return areas

    def ancestor(self, entry: AreaEntry | None, level: str) -> AreaEntry | None:
        """*entry* itself or the area of *level* above it."""
        while entry is not None and entry.level != level:
            entry = self.entries.get(entry.parent or "")
        return entry

    def lies_in(self, entry: AreaEntry, outer: AreaEntry | None) -> bool:
        """Whether *entry* is *outer* or below it; everything lies in None."""
        step: AreaEntry | None = entry
        while step is not None:
            if outer is None or step.key == outer.key:
                return True
            step = self.entries.get(step.parent or "")
        return False


def normalise(printed: str) -> tuple[str, tuple[str, ...]]:
    """Plain text and the contents of its brackets: widths, spaces and quotes removed."""
    text = unicodedata.normalize("NFKC", printed).translate(_QUOTES)
    text = re.sub(r"\s+", "", text)
    bracketed = tuple(a or b for a, b in _BRACKETS.findall(text) if a or b)
    return _BRACKETS.sub("", text).strip("。.;,、"), bracketed


def short_name(name: str) -> str:
    """余姚市 → 余姚, 鹤浦镇 → 鹤浦; a name of one character is left whole."""
    for suffix in (*TOWN_SUFFIXES, "区", "县", "市"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


def community_core(name: str) -> str:
    """盐仓社区居委会 and 盐仓村 → 盐仓: what is left without the words for its kind."""
    for tail in (*_COMMUNITY_TAILS, *COMMUNITY_SUFFIXES):
        if name.endswith(tail) and len(name) > len(tail):
            name = name.removesuffix(tail)
            break
    for suffix in COMMUNITY_SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


def community_name(listed: str) -> str:
    """The place instead of its committee: 弘杨村委会 → 弘杨村, 盐仓社区居委会 → 盐仓社区."""
    for tail, suffix in (
        ("社区居民委员会", "社区"),
        ("社区居委会", "社区"),
        ("村民委员会", "村"),
        ("村委会", "村"),
    ):
        if listed.endswith(tail) and len(listed) > len(tail):
            base = listed.removesuffix(tail)
            return base if base.endswith(suffix) else base + suffix
    return listed


def strip_city(text: str) -> tuple[str, bool]:
    """Drop 浙江省 and 宁波市 in front, however often; says whether the city was named."""
    named = False
    while True:
        shorter = re.sub(r"^(?:中国)?浙江省?(?=宁波)|^浙江省", "", text)
        match = re.match(r"^宁波大市|^宁波市?", shorter)
        if match and not ROAD.match(shorter[match.end() :]):
            named, shorter = True, shorter[match.end() :]
        if shorter == text:
            return text, named
        text = shorter
