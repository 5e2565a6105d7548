"""What the shipped lists alone can say of a printed place. No database, no network.

``answer_offline`` serves the chain and the dry run of an import alike.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from geo.addresses import AddressReading, read_address, split_areas
from geo.area_list import (
    CITY,
    COMMUNITY,
    DISTRICT,
    TOWN,
    ZONE,
    AreaEntry,
    AreaList,
)
from geo.geocoding.curated import VenueEntry, VenueTable

ANSWERED, QUESTION = "answered", "question"


@dataclass(frozen=True)
class Gazetteer:
    """Everything the offline chain knows."""

    areas: AreaList
    venues: VenueTable
    label_radius_m: dict[str, int] = field(default_factory=dict)

    def without_venues(self) -> "Gazetteer":
        """The same areas with an empty venue table."""
        return replace(self, venues=VenueTable(self.venues.districts))


@dataclass(frozen=True)
class PlaceAnswer:
    """An answer, or the question that is left.

    ``level`` is how finely the place is known; ``area`` and ``venue`` are keys of the
    gazetteer; ``radius_m`` is the claimed radius of the point that will be drawn, None where
    a shape or nothing is drawn; ``candidates`` are ``{"kind", "key", "name"}``.
    """

    printed: str
    level: str
    status: str
    provider: str
    area: str | None = None
    venue: str | None = None
    radius_m: int | None = None
    datum: str = ""
    relation: str = ""
    question: str = ""
    candidates: tuple[dict[str, str], ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)


def answer_offline(
    printed: str, gazetteer: Gazetteer, *, as_of: date, context: AreaEntry | None = None
) -> PlaceAnswer:
    """Read one printed place as of a day. *context* is the area its neighbour lies in."""
    parts = split_areas(printed, gazetteer.areas, as_of)
    if len(parts) > 1:
        return _several_areas(printed, parts, gazetteer, as_of)
    reading = read_address(printed, gazetteer.areas, as_of=as_of, context=context)
    if reading.is_elsewhere:
        return PlaceAnswer(
            printed, "none", QUESTION, "rules", question=f"「{printed}」似乎不在宁波，请核对。"
        )
    district = gazetteer.areas.ancestor(context, DISTRICT)
    venues = gazetteer.venues.find(reading, as_of=as_of, context=district)
    if venues:
        return _from_venues(printed, reading, venues, gazetteer)
    container = _container(reading, gazetteer, as_of, district)
    if container is not None:
        return _from_venues(printed, replace(reading, relation="内"), [container], gazetteer)
    return _from_areas(printed, reading, gazetteer, context)


def _container(
    reading: AddressReading, gazetteer: Gazetteer, as_of: date, district: AreaEntry | None
) -> VenueEntry | None:
    """月湖景区内甬商文化园: unknown itself, but inside a venue that is known."""
    outer, inside, inner = reading.text.rpartition("内")
    if not (inside and inner and outer):
        return None
    outer_reading = read_address(outer, gazetteer.areas, as_of=as_of)
    venues = gazetteer.venues.find(outer_reading, as_of=as_of, context=district)
    return venues[0] if len(venues) == 1 else None


def _from_venues(
    printed: str, reading: AddressReading, venues: list[VenueEntry], gazetteer: Gazetteer
) -> PlaceAnswer:
    areas = gazetteer.areas
    candidates = tuple({"kind": "venue", "key": v.key, "name": v.name} for v in venues)
    raw = _raw(reading)
    if len(venues) > 1:
        shared = {venue.district for venue in venues}
        area = areas.entries.get(shared.pop() or "") if len(shared) == 1 else reading.area
        names = "、".join(venue.name for venue in venues)
        return PlaceAnswer(
            printed,
            _level(area),
            QUESTION,
            "curated",
            area=area.key if area else None,
            relation=reading.relation,
            question=f"「{printed}」可能是：{names}。是哪一处？",
            candidates=candidates,
            raw=raw,
        )
    (venue,) = venues
    area = _finest_area(venue, reading, areas)
    level = "venue" if venue.is_placed else _level(area)
    is_known = venue.position is not None or level not in (CITY, "none")
    return PlaceAnswer(
        printed,
        level,
        ANSWERED if is_known else QUESTION,
        "curated",
        area=area.key if area else None,
        venue=venue.key,
        radius_m=venue.radius_m if venue.position else None,
        datum=venue.source_datum,
        relation=reading.relation,
        question="" if is_known else f"没有查到「{venue.name}」的地址，它在哪里？",
        raw=raw,
    )


def _finest_area(venue: VenueEntry, reading: AddressReading, areas: AreaList) -> AreaEntry | None:
    """The smallest area that both the table and the text allow."""
    listed = areas.entries.get(venue.town or venue.district or "")
    printed = reading.area
    if listed is None:
        return printed or areas.city
    if (
        printed is not None
        and printed.level in (TOWN, COMMUNITY)
        and areas.lies_in(printed, listed)
    ):
        return areas.ancestor(printed, TOWN)
    return listed


def _from_areas(
    printed: str, reading: AddressReading, gazetteer: Gazetteer, context: AreaEntry | None
) -> PlaceAnswer:
    areas, area, raw = gazetteer.areas, reading.area, _raw(reading)
    if area is None and context is not None:
        area, raw["from_context"] = context, context.name
    if area is not None and area.level == COMMUNITY and area.key not in gazetteer.label_radius_m:
        # Its name is in the list but its place is not: what is known is the town.
        raw["community"] = {"code": area.key, "name": area.name}
        area = areas.ancestor(area, TOWN)
    question = _question(printed, reading, area)
    return PlaceAnswer(
        printed,
        _level(area),
        QUESTION if question else ANSWERED,
        "rules",
        area=area.key if area else None,
        radius_m=gazetteer.label_radius_m.get(area.key) if area else None,
        datum="WGS-84" if area and area.key in gazetteer.label_radius_m else "",
        relation=reading.relation,
        question=question,
        candidates=tuple(
            {"kind": "area", "key": s.key, "name": s.name} for s in reading.suggestions
        ),
        raw=raw,
    )


def _question(printed: str, reading: AddressReading, area: AreaEntry | None) -> str:
    if reading.missing and reading.suggestions:
        names = "、".join(f"「{s.name}」" for s in reading.suggestions)
        return f"名单里没有「{reading.missing}」，是不是{names}？"
    if reading.missing:
        return f"名单里没有「{reading.missing}」，它在哪里？"
    if area is None or (area.level == CITY and reading.residual):
        return f"没有查到「{printed}」在哪里。"
    return ""


def _several_areas(
    printed: str, parts: list[str], gazetteer: Gazetteer, as_of: date
) -> PlaceAnswer:
    """Never one point between two areas: the cell has to be cut before it is placed."""
    found = [read_address(part, gazetteer.areas, as_of=as_of).area for part in parts]
    named = [area for area in found if area is not None]
    return PlaceAnswer(
        printed,
        CITY,
        QUESTION,
        "rules",
        area=gazetteer.areas.city.key,
        question=f"「{printed}」写了 {len(parts)} 个区域，应当分开。",
        candidates=tuple({"kind": "area", "key": a.key, "name": a.name} for a in named),
        raw={"parts": parts},
    )


def _level(area: AreaEntry | None) -> str:
    """The level of an answer; a zone without a code is no finer than a district."""
    if area is None:
        return "none"
    return DISTRICT if area.level == ZONE else area.level


def _raw(reading: AddressReading) -> dict[str, Any]:
    return {
        "text": reading.text,
        "residual": reading.residual,
        "bracketed": list(reading.bracketed),
        "warnings": list(reading.warnings),
    }
