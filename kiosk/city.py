"""What all screens ask of the database alike, read once for each version of the data.

A thousand screens that start at once want a thousand programmes of the same fortnight: rows, places
and their words are the same for all of them, only distances and order differ.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from geo import phrases
from geo.cards import known_point
from geo.models import Area, Occurrence
from geo.spots import spot_of
from kiosk.items import Place

LEFT_OUT = (
    "place__raw", "place__candidates", "area__parent__boundary",
    "area__parent__parent__boundary", "venue__district__boundary",
)  # fmt: skip
KEPT = 4  # real and sample, this version and the one before


@dataclass(frozen=True)
class Known:
    """A place without the lobby's view of it; lon, lat (WGS-84) and radius in metres."""

    place: Place
    lon: float | None
    lat: float | None
    radius_m: float


@dataclass
class City:
    """A fortnight of the whole city. *known* fills as places are asked for."""

    occurrences: list[Occurrence]
    districts: list[Area]
    known: dict[int, Known] = field(default_factory=dict)

    def known_of(self, one: Occurrence) -> Known:
        found = self.known.get(one.pk)
        if found is None:
            found = self.known[one.pk] = _known(one)
        return found


_cities: OrderedDict[tuple[bool, datetime, int], City] = OrderedDict()
_lock = threading.Lock()


def city_of(is_sample: bool, start: datetime, until: datetime, version: int | None) -> City:
    """From *start* to *until*; kept under *version*, read each time where that is None."""
    if version is None:
        return _read(is_sample, start, until)
    key = (is_sample, start, version)
    with _lock:
        if key not in _cities:
            _cities[key] = _read(is_sample, start, until)
            while len(_cities) > KEPT:
                _cities.popitem(last=False)
        _cities.move_to_end(key)
        return _cities[key]


def _read(is_sample: bool, start: datetime, until: datetime) -> City:
    """A sample's screen shows samples only, any other real activities only."""
    found = Occurrence.objects.published().not_over(start).filter(starts_at__lt=until)
    found = found.samples() if is_sample else found.real()
    rows = (
        found.with_everything()
        .select_related("area__parent__parent", "activity__campaign", "venue__district")
        .defer(None)  # where a place stands asks for the outline of its area, and of that only
        .defer(*LEFT_OUT)
        .order_by("starts_at", "activity_id", "place_rank")
    )
    return City(list(rows), list(Area.objects.districts()))


def _known(one: Occurrence) -> Known:
    spot, name = spot_of(one), phrases.place_name(one)
    area = one.district.name if one.district else ""
    place: Place = {
        "name": name,
        "district": (one.district.code if one.district else "") or "",
        "area": "" if area in name else area,
        "note": phrases.precision_words(one),
        "kind": spot.kind if spot else "",
        "lon": round(spot.lon, 6) if spot else None,
        "lat": round(spot.lat, 6) if spot else None,
        "radius_m": spot.radius_m if spot else 0,
        "walk_min": None,
    }
    point = known_point(one)
    if point is None:
        return Known(place, None, None, 0)
    return Known(place, point.lon, point.lat, point.radius_m)
