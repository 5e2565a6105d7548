"""What must not change an answer: dress around a place; and what may only make it coarser.

Needs no truth: an answer is compared with the answer to another writing of the same place.
"""

from datetime import date
from typing import Any

from geo.area_list import DISTRICT, TOWN
from geo.geocoding.curated import VenueEntry
from geo.geocoding.meter import FINE_TO_COARSE, Figures, Gold, Meter
from geo.geocoding.offline import PlaceAnswer

# The city before it, quotes, blanks, "and around".
DRESSINGS = ("浙江省宁波市{}", "宁波市{}", "“{}”", "《{}》", " {}　", "{}及其周边", "{}附近")


def _strings(meter: Meter, gold: list[Gold]) -> list[tuple[str, date]]:
    """What the metamorphic figures are made of: gold places, venues, towns."""
    towns = [e.name for e in meter.gazetteer.areas.entries.values() if e.level == TOWN]
    named = [(name, day) for _, name, day in meter.names_of_venues()]
    return [*((place["printed"], meter.as_of) for place in gold), *named] + [
        (name, meter.as_of) for name in towns
    ]


def dressed(meter: Meter, gold: list[Gold]) -> Figures:
    tried, moved = 0, []
    for printed, day in _strings(meter, gold):
        plain = meter.read(printed, day)
        if plain.level == "none" or plain.raw.get("parts"):
            continue  # "in the city" is news for a place of which nothing was known
        for dressing in DRESSINGS:
            tried += 1
            if _stands(meter.read(dressing.format(printed), day)) != _stands(plain):
                moved.append(dressing.format(printed))
    return {"tried": tried, "moved": len(moved), "examples": moved[:5]}


def _stands(answer: PlaceAnswer) -> tuple[Any, ...]:
    return answer.level, answer.area, answer.venue, answer.radius_m


def shortened(meter: Meter, gold: list[Gold]) -> Figures:
    """Without the district a place may become coarser or a question, never another place."""
    areas = meter.gazetteer.areas
    districts = [e for e in areas.entries.values() if e.level == DISTRICT]
    tried, displaced = 0, []
    named = [
        (_with_district(meter, entry, name), day) for entry, name, day in meter.names_of_venues()
    ]
    for printed, day in [*((place["printed"], meter.as_of) for place in gold), *named]:
        prefix = next((d.name for d in districts if printed.startswith(d.name)), "")
        rest = printed.removeprefix(prefix)
        if not prefix or not rest:
            continue
        tried += 1
        if not _is_same_or_coarser(meter, meter.read(printed, day), meter.read(rest, day)):
            displaced.append(printed)
    return {"tried": tried, "displaced": len(displaced), "examples": displaced[:5]}


def _with_district(meter: Meter, venue: VenueEntry, name: str) -> str:
    district = meter.gazetteer.areas.entries.get(venue.district or "")
    is_named = district is None or name.startswith(district.name)
    return name if is_named or district is None else district.name + name


def _is_same_or_coarser(meter: Meter, long: PlaceAnswer, short: PlaceAnswer) -> bool:
    if _stands(long) == _stands(short) or (short.venue and short.venue == long.venue):
        return True
    if short.venue or FINE_TO_COARSE.index(short.level) < FINE_TO_COARSE.index(long.level):
        return False
    entry = meter.entry(long)
    return entry is None or meter.lies_above(short.area, entry)
