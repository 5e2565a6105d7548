"""What the map draws for a set of occurrences: as known, never finer.

A point to 500 m or better is a ``pin``; a named place known more coarsely is a ``ring`` of its
claimed radius; a district is an ``area`` (its shape); a town without a point is a ``chip`` inside
its district; what is known only to the city stands in the list alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from geo import phrases
from geo.cards import Card, cards_of, is_off
from geo.models import Area, Occurrence, Venue
from geo.moments import Grade

ITEMS_PER_SPOT = 6


@dataclass
class Spot:
    key: str
    kind: str  # pin | ring | area | chip
    name: str
    lon: float
    lat: float
    radius_m: int = 0
    district: Area | None = None
    note: str = ""
    page: str = ""  # the venue's or the district's own page
    occurrences: list[Occurrence] = field(default_factory=list)


def spots_of(occurrences: Iterable[Occurrence], now: datetime) -> list[dict[str, Any]]:
    """JSON-ready spots, coarse first so that pins lie on top. Points are lon, lat in WGS-84."""
    spots: dict[str, Spot] = {}
    for one in occurrences:
        spot = spot_of(one)
        if spot:
            spots.setdefault(spot.key, spot).occurrences.append(one)
    order = {"area": 0, "chip": 1, "ring": 2, "pin": 3}
    return [_plain(s, now) for s in sorted(spots.values(), key=lambda s: (order[s.kind], s.key))]


def spot_of(one: Occurrence) -> Spot | None:
    """Where the map draws this occurrence; None: only the list has it."""
    return place_spot(one.venue, one.area, phrases.precision_words(one), one.district)


def place_spot(
    venue: Venue | None, area: Area | None, note: str, district: Area | None
) -> Spot | None:
    """Where the map draws a place; *note* says how well it is known, *district* is the venue's."""
    if venue and venue.point:
        kind = "pin" if venue.is_pin else "ring"
        radius, page = venue.radius_m or 0, venue.get_absolute_url()
        at = venue.point
        return Spot(f"v{venue.pk}", kind, venue.name, at.x, at.y, radius, district, note, page)
    return _spot_of_area(area) if area else None


def _spot_of_area(area: Area) -> Spot | None:
    """The label point of the finest area that has one, else a chip inside the district."""
    finest: Area | None = area
    while finest and finest.level in {Area.Level.COMMUNITY, Area.Level.TOWN, Area.Level.ZONE}:
        if finest.label_point and finest.label_radius_m:
            at = finest.label_point
            key, radius = f"a{finest.pk}", finest.label_radius_m
            return Spot(key, "ring", finest.name, at.x, at.y, radius, finest.district)
        finest = finest.parent
    district = area.district
    if district is None or district.label_point is None:
        return None
    kind = "area" if area.level == Area.Level.DISTRICT else "chip"
    at = district.label_point
    page = district.get_absolute_url()
    return Spot(f"a{area.pk}", kind, area.name, at.x, at.y, 0, district, page=page)


def _plain(spot: Spot, now: datetime) -> dict[str, Any]:
    cards = cards_of(spot.occurrences, now)
    first = next((card for card in cards if not card.is_off), cards[0])
    category = first.category
    return {
        "key": spot.key,
        "kind": spot.kind,
        "name": spot.name,
        "note": spot.note,
        "page": spot.page,
        "lon": round(spot.lon, 5),
        "lat": round(spot.lat, 5),
        "radius": spot.radius_m,
        "district": spot.district.code if spot.district else "",
        "districtName": spot.district.name if spot.district else "",
        "count": len(cards),
        "category": category.slug if category else "",
        "glyph": category.glyph if category else "益",
        "state": _state(cards, first),
        "sample": all(card.activity.is_sample for card in cards),
        "items": [_item(card) for card in cards[:ITEMS_PER_SPOT]],
        "ids": [card.activity.public_id for card in cards],
    }


def _state(cards: list[Card], first: Card) -> str:
    if all(is_off(card.next) for card in cards):
        return "off"
    if any(card.is_live for card in cards):
        return "live"
    if first.grade is Grade.OVER:
        return "over"
    hourless = first.grade in {Grade.WINDOW, Grade.TODAY, Grade.LATER_TODAY} and (
        first.next.time_precision != "exact"
    )
    return "hourless" if hourless else "coming"


def _item(card: Card) -> dict[str, Any]:
    return {
        "id": card.activity.public_id,
        "title": card.activity.title,
        "when": card.when,
        "state": card.state,
        "off": card.is_off,
        "sample": card.activity.is_sample,
        "url": card.activity.get_absolute_url(),
    }
