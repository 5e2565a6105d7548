"""Read a printed place of Ningbo by rules: which areas it names, and what is left over.

The reading is scoped to the prefecture first, so 江北区 is not Chongqing's and 天水家园 has
nothing to do with Gansu. It takes what the list of areas says and nothing more: a name that is
almost in the list is a suggestion for a person, never an answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from geo.area_list import (
    CITY,
    COMMUNITY_SUFFIXES,
    DISTRICT,
    ROAD,
    TOWN,
    TOWN_SUFFIXES,
    ZONE,
    Alias,
    AreaEntry,
    AreaList,
    community_core,
    normalise,
    short_name,
    strip_city,
)

_RELATIONS = ("及其周边", "及周边", "周边", "附近", "旁边", "旁", "一带", "等地", "等处", "内")
_SEPARATORS = re.compile(r"[、,;]|以及|及(?!其|周边)|和")
# After a short name these make it part of another one: 象山港, 奉化江, 象山区 (in Guilin).
_OTHER_NAME = re.compile(ROAD.pattern + r"|^(?:港|江(?!口)|[区县市])")
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|安徽|福建|江西|山东|河南|湖北|湖南|广东"
    "|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_ELSEWHERE = re.compile(
    r"^(?:(?:" + _PROVINCES + r")(?:省|市|.{0,3}自治区|特别行政区)"
    r"|(?:杭州|温州|嘉兴|湖州|绍兴|金华|衢州|舟山|台州|丽水)市"
    r"|(?!宁波|余姚|慈溪|奉化|三七|.{0,3}[菜超商花贸]市)(?:(?![区县市])[一-龥]){2,4}市(?=[一-龥]{1,4}[区县市]))"
)
_VILLAGE_LIKE = re.compile(r"^([一-龥]{1,14}?(?:社区|村))(?:$|(?=村民|村委|党|文化|委|居))")
_COMMITTEE = re.compile(r"^(?:村|居)?(?:民)?委(?:员)?会")
_WHOLE_CITY = re.compile(r"^(?:全市|全大市|各区县市?|各县市区|各县区)(?:范围)?$")
_ALIKE = 0.6
_LONGEST_ASKED = 8


@dataclass(frozen=True)
class Suggestion:
    """A near miss: for a person to judge."""

    key: str
    name: str


@dataclass(frozen=True)
class AddressReading:
    """What the text names, from coarse to fine, and what no rule explained."""

    text: str
    area: AreaEntry | None = None
    district: AreaEntry | None = None
    residual: str = ""
    relation: str = ""
    bracketed: tuple[str, ...] = ()
    names_city: bool = False
    is_elsewhere: bool = False
    suggestions: tuple[Suggestion, ...] = ()
    missing: str = ""
    warnings: tuple[str, ...] = ()


def split_areas(printed: str, areas: AreaList, as_of: date) -> list[str]:
    """高新区、奉化区 → both of them; anything else comes back as it was.

    A text is cut only when every part is an area and nothing but an area.
    """
    text, _ = normalise(printed)
    parts = [part for part in _SEPARATORS.split(text) if part]
    if len(parts) < 2:
        return [printed]
    context: AreaEntry | None = None
    for part in parts:
        reading = read_address(part, areas, as_of=as_of, context=context)
        if reading.area is None or reading.residual or reading.area.level == CITY:
            return [printed]
        context = reading.district
    return parts


def read_address(
    printed: str, areas: AreaList, *, as_of: date, context: AreaEntry | None = None
) -> AddressReading:
    """Read one printed place. *context* helps only where the text itself leaves a choice."""
    whole, bracketed = normalise(printed)
    text, relation = _take_relation(whole)
    if _ELSEWHERE.match(text.removeprefix("浙江省")):
        return AddressReading(text, bracketed=bracketed, is_elsewhere=True, residual=text)
    rest, names_city = strip_city(text)
    warnings: list[str] = []
    district, rest = _take_district(rest, areas, as_of, warnings)
    zone, rest = _take_zone(rest, areas, district)
    district = district or areas.ancestor(zone, DISTRICT)
    town, rest = _take_town(rest, areas, district, context, warnings)
    area = town or zone
    found, rest, suggestions, missing = _take_community(rest, areas, town or district)
    area = found or area or district
    if area is None and _WHOLE_CITY.match(rest):
        area, rest = areas.city, ""
    if area is None and names_city:
        area = areas.city
    return AddressReading(
        text,
        area=area,
        district=areas.ancestor(area, DISTRICT),
        residual=rest,
        relation=relation,
        bracketed=bracketed,
        names_city=names_city,
        suggestions=suggestions,
        missing=missing,
        warnings=tuple(warnings),
    )


def _take_relation(text: str) -> tuple[str, str]:
    """Drop words of relation from the end; the one nearest to the name is kept as a hint."""
    found = ""
    while True:
        for relation in _RELATIONS:
            if text.endswith(relation) and len(text) > len(relation) + 1:
                text, found = text.removesuffix(relation), relation
                break
        else:
            return text, found


def _take_district(
    text: str, areas: AreaList, as_of: date, warnings: list[str]
) -> tuple[AreaEntry | None, str]:
    """The district in front: by its full name, an older one, or the short form of today's."""
    for entry in areas.by_level.get(DISTRICT, []):
        for alias in (Alias(entry.name), *entry.aliases):
            rest = text.removeprefix(alias.name)
            if rest == text or ROAD.match(rest):
                continue
            if not alias.is_in_use(as_of):
                warnings.append(f"{alias.name}现属{entry.name}")
            return entry, rest
    for entry in areas.by_level.get(DISTRICT, []):
        rest = text.removeprefix(short_name(entry.name))
        if rest != text and not _OTHER_NAME.match(rest):
            return entry, rest
    return None, text


def _take_zone(
    text: str, areas: AreaList, district: AreaEntry | None
) -> tuple[AreaEntry | None, str]:
    """A zone without a code; 慈溪高新区 is not the one in 鄞州."""
    for entry in areas.by_level.get(ZONE, []):
        if district is not None and not areas.lies_in(entry, district):
            continue
        for name in sorted((entry.name, *(a.name for a in entry.aliases)), key=len, reverse=True):
            # 大榭街道 is the town of that name, not the zone.
            rest = text.removeprefix(name)
            if rest == text or rest.startswith(TOWN_SUFFIXES) or _OTHER_NAME.match(rest):
                continue
            return entry, rest
    return None, text


def _take_town(
    text: str,
    areas: AreaList,
    district: AreaEntry | None,
    context: AreaEntry | None,
    warnings: list[str],
) -> tuple[AreaEntry | None, str]:
    """The town in front: full or former name anywhere, short name only inside a known district."""
    towns = [t for t in areas.by_level.get(TOWN, []) if areas.lies_in(t, district)]
    hits: list[tuple[int, AreaEntry]] = []
    for town in towns:
        for name in (town.name, *(alias.name for alias in town.aliases)):
            if text.startswith(name):
                hits.append((len(name), town))
    if not hits:
        hits = _renamed_or_short(text, areas, towns, district or context, warnings)
    if not hits:
        return None, text
    longest = max(length for length, _ in hits)
    best = {town.key: town for length, town in hits if length == longest}
    if len(best) > 1:
        inside = [t for t in best.values() if context is not None and areas.lies_in(t, context)]
        if len(inside) != 1:
            warnings.append("同名：" + "、".join(sorted(t.name for t in best.values())))
            return None, text
        return inside[0], text[longest:]
    return next(iter(best.values())), text[longest:]


def _renamed_or_short(
    text: str,
    areas: AreaList,
    towns: Sequence[AreaEntry],
    scope: AreaEntry | None,
    warnings: list[str],
) -> list[tuple[int, AreaEntry]]:
    """尚田镇 where the list has 尚田街道, or plain 鹤浦; needs a district to stand on."""
    hits: list[tuple[int, AreaEntry]] = []
    if scope is None:
        return hits
    for town in towns:
        base = short_name(town.name)
        rest = text.removeprefix(base)
        if rest == text or len(base) < 2 or not areas.lies_in(town, scope):
            continue
        kind = next((suffix for suffix in TOWN_SUFFIXES if rest.startswith(suffix)), "")
        if kind:
            warnings.append(f"{base}{kind}：名单中为{town.name}")
        elif _OTHER_NAME.match(rest) or rest.startswith(COMMUNITY_SUFFIXES):
            continue
        hits.append((len(base) + len(kind), town))
    return hits


def _take_community(
    text: str, areas: AreaList, outer: AreaEntry | None
) -> tuple[AreaEntry | None, str, tuple[Suggestion, ...], str]:
    """The village or community in front, exactly as listed; else what comes near it."""
    listed = [e for e in areas.names.get(text, []) if areas.lies_in(e, outer)]
    if len(listed) == 1:
        return listed[0], "", (), ""
    match = _VILLAGE_LIKE.match(text)
    if not match:
        return None, text, (), ""
    printed = match[1]
    found = [
        entry
        for core in {printed, community_core(printed)}
        for entry in areas.cores.get(core, [])
        if _same_kind(entry.name, printed) and areas.lies_in(entry, outer)
    ]
    rest = _COMMITTEE.sub("", text[match.end() :])
    if len(found) == 1:
        return found[0], rest, (), ""
    if found:
        return None, text, tuple(Suggestion(e.key, e.name) for e in found), printed
    if len(printed) > _LONGEST_ASKED or printed.endswith("新村"):
        return None, text, (), ""  # more likely an estate or a venue than a village
    if outer is None:
        return None, text, (), printed
    return None, text, _near_misses(printed, areas, outer), printed


def _same_kind(listed: str, printed: str) -> bool:
    """A village is not the community of the same name."""
    return listed.endswith(("村", "村委会", "村民委员会")) == printed.endswith("村")


def _near_misses(printed: str, areas: AreaList, outer: AreaEntry) -> tuple[Suggestion, ...]:
    core = community_core(printed)
    scored = []
    for town, members in areas.members.items():
        if outer.level == TOWN and town != outer.key:
            continue
        for entry in members:
            if not areas.lies_in(entry, outer):
                continue
            alike = _alikeness(core, community_core(entry.name))
            if alike >= _ALIKE:
                scored.append((-alike, entry.key, entry.name))
    return tuple(Suggestion(key, name) for _, key, name in sorted(scored)[:3])


def _alikeness(a: str, b: str) -> float:
    """1 for equal; one changed character of two still counts as near."""
    if a == b:
        return 1.0
    if len(a) == len(b) and len(a) >= 2:
        same = sum(x == y for x, y in zip(a, b, strict=True))
        if same == len(a) - 1:
            return 0.6 + 0.3 * same / len(a)
    return SequenceMatcher(None, a, b).ratio() if len(a) > 2 and len(b) > 2 else 0.0
