"""The places of a preview's rows on a map: drawn as known, as the public map would draw them."""

from collections.abc import Iterable
from typing import Any

from geo.importing.preview import PlaceSeen, RowSeen
from geo.models import Area
from geo.spots import Spot, place_spot

ITEMS = 6


def spots_of_rows(rows: Iterable[RowSeen]) -> list[dict[str, Any]]:
    """JSON-ready spots for static/js/lib/spots.js; each names the rows that stand there."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        for activity in row.activities:
            for place in activity.places:
                spot = spot_of_place(place)
                if spot is None:
                    continue
                drawn = found.setdefault(spot.key, _plain(spot))
                item = _item(row, activity.draft.title, place)
                if item not in drawn["items"]:
                    drawn["items"].append(item)
                    drawn["count"] += 1
                    drawn["ids"].append(str(row.reading.number))
    order = {"area": 0, "chip": 1, "ring": 2, "pin": 3}
    return sorted(found.values(), key=lambda spot: (order[spot["kind"]], spot["key"]))


def spot_of_place(place: PlaceSeen) -> Spot | None:
    """None where nothing finer than the city is known, or the place is still a question."""
    area = Area.objects.filter(pk=place.area).first() if place.area else None
    return place_spot(place.venue, area, place.words, place.venue.district if place.venue else None)


def _plain(spot: Spot) -> dict[str, Any]:
    return {
        "key": spot.key,
        "kind": spot.kind,
        "name": spot.name,
        "note": spot.note,
        "page": "",
        "lon": round(spot.lon, 5),
        "lat": round(spot.lat, 5),
        "radius": spot.radius_m,
        "district": spot.district.code if spot.district else "",
        "districtName": spot.district.name if spot.district else "",
        "count": 0,
        "category": "",
        "glyph": "益",
        "state": "coming",
        "sample": False,
        "items": [],
        "ids": [],
    }


def _item(row: RowSeen, title: str, place: PlaceSeen) -> dict[str, Any]:
    return {
        "id": str(row.reading.number),
        "title": title,
        "when": place.printed,
        "state": "",
        "off": False,
        "sample": False,
        "url": f"#row-{row.reading.number}",
    }
