"""How good the offline chain is, as figures by level and never as one number.

Everything is measured on the shipped lists, without database and network, so that two runs of the
same state give the same figures. Truth comes from ``tests/gold/places.json`` (places as a
newspaper printed them, settled by hand) and from the lists themselves: each venue, town and
community must be found under its own names. Distances are metres.
"""

from collections import Counter
from datetime import date
from statistics import median, quantiles

from geo.area_list import COMMUNITY, DISTRICT, TOWN, AreaEntry
from geo.coordinates import distance_m
from geo.geocoding.curated import VenueEntry
from geo.geocoding.metamorphic import dressed, shortened
from geo.geocoding.meter import FINE_TO_COARSE, Figures, Gold, Meter
from geo.geocoding.offline import QUESTION, PlaceAnswer

CENTROID_M = 50  # a venue this close to the label of an area has probably been given its point
_SAME_POINT = 6  # decimals: a tenth of a metre


def measure(gold: list[Gold], day: date) -> Figures:
    """All figures for the gold places and the shipped lists, as plain numbers for JSON."""
    meter = Meter.on(day)
    return {
        "as_of": day.isoformat(),
        "gold": _gold(meter, gold),
        "names": {
            "venues": _venue_names(meter),
            "towns": _area_names(meter, TOWN),
            "communities": _area_names(meter, COMMUNITY),
        },
        "pile_up": _pile_up(meter, gold),
        "metamorphic": {"dressed": dressed(meter, gold), "shortened": shortened(meter, gold)},
        "coverage": coverage(meter),
    }


def _gold(meter: Meter, gold: list[Gold]) -> Figures:
    answers = [(place, meter.read(place["printed"])) for place in gold]
    levels = {
        level: _tally([_judge(meter, place, answer, level) for place, answer in answers])
        for level in ("venue", "community", "town", "district")
    }
    wrong = sum(
        any(_judge(meter, place, answer, level) == "wrong" for level in levels)
        for place, answer in answers
    )
    asked = [answer.status == QUESTION for place, answer in answers if place["status"] == QUESTION]
    return {
        "places": len(gold),
        "levels": levels,
        "wrong_unit": wrong,
        "wrong_unit_rate": _rate(wrong, len(gold)),
        "questions": {"expected": len(asked), "asked": sum(asked)},
        **_claims(meter, answers),
    }


def _judge(meter: Meter, place: Gold, answer: PlaceAnswer, level: str) -> str:
    """right, wrong, lost, or "" where the truth at this level is not known."""
    if level in (TOWN, DISTRICT):
        if not place[level]:
            return ""
        unit = meter.unit(answer, level)
        return "lost" if unit is None else "right" if unit == place[level] else "wrong"
    if place["level"] != level:
        return ""
    if answer.level != level:
        return "lost"
    if level == COMMUNITY:
        return "right" if meter.unit(answer, TOWN) == place["town"] else "wrong"
    off = _off_m(meter, place, answer)
    reach = (answer.radius_m or 0) + (place["error_m"] or 0)
    return "right" if off is not None and off <= reach else "wrong"


def _off_m(meter: Meter, place: Gold, answer: PlaceAnswer) -> float | None:
    """How far the drawn point lies from the known one, where both are points."""
    position = meter.position(answer)
    if position is None or not place["point"] or place["is_area"]:
        return None
    return distance_m(*position, *place["point"])


def _claims(meter: Meter, answers: list[tuple[Gold, PlaceAnswer]]) -> Figures:
    """Distance on known points, and whether level and radius claim no more than is known."""
    off = [
        (distance, answer.radius_m or 0, place["error_m"])
        for place, answer in answers
        if (distance := _off_m(meter, place, answer)) is not None
    ]
    distances = sorted(distance for distance, _, _ in off)
    honest = sum(distance <= radius for distance, radius, _ in off)
    finer = [
        FINE_TO_COARSE.index(place["level"]) - FINE_TO_COARSE.index(answer.level)
        for place, answer in answers
    ]
    return {
        "distance": {
            "points": len(off),
            "median_m": round(median(distances)),
            "p90_m": round(quantiles(distances, n=10)[-1]),
        },
        "radius": {
            "honest": honest,
            "honest_rate": _rate(honest, len(off)),
            "honest_within_the_error_of_the_truth": sum(d <= r + e for d, r, e in off),
        },
        "level": {
            "over_claimed": sum(step > 0 for step in finer),
            "under_claimed": sum(step < 0 for step in finer),
        },
    }


def _venue_names(meter: Meter) -> Figures:
    verdicts = []
    for entry, name, day in meter.names_of_venues():
        answer = meter.read(name, day)
        candidates = {one["key"] for one in answer.candidates}
        if answer.venue == entry.key:
            verdicts.append("right")
        elif answer.venue:
            verdicts.append("wrong")
        else:
            verdicts.append("asked" if entry.key in candidates else "lost")
    return _tally(verdicts)


def _area_names(meter: Meter, level: str) -> Figures:
    """Each area of a level under its full name: district, town, community."""
    areas, verdicts = meter.gazetteer.areas, []
    for entry in areas.entries.values():
        if entry.level != level:
            continue
        answer = meter.read(_full_name(meter, entry))
        community = (answer.raw.get("community") or {}).get("code")
        found = community or answer.area
        if found == entry.key or _is_the_village_as_a_venue(meter, answer, entry):
            verdicts.append("right")
        elif meter.lies_above(found, entry):
            verdicts.append("lost")
        else:
            verdicts.append("wrong")
    return _tally(verdicts)


def _is_the_village_as_a_venue(meter: Meter, answer: PlaceAnswer, entry: AreaEntry) -> bool:
    """清潭村 stands in the venue table with a point: that is finer than the list, not lost."""
    venue = meter.venues.get(answer.venue or "")
    return venue is not None and (venue.name, venue.town) == (entry.name, entry.parent)


def _full_name(meter: Meter, entry: AreaEntry) -> str:
    words, areas = entry.name, meter.gazetteer.areas.entries
    parent = areas.get(entry.parent or "")
    while parent is not None and parent.level in (TOWN, DISTRICT):
        words, parent = parent.name + words, areas.get(parent.parent or "")
    return words


def _pile_up(meter: Meter, gold: list[Gold]) -> Figures:
    """Different places on one point: the trace of a service's or a table's default point."""
    strings = {place["printed"] for place in gold} | {v.name for v in meter.venues.values()}
    drawn: dict[tuple[float, float], set[str]] = {}
    for printed in sorted(strings):
        answer = meter.read(printed)
        position = meter.position(answer)
        if position is not None:
            point = (round(position.lon, _SAME_POINT), round(position.lat, _SAME_POINT))
            drawn.setdefault(point, set()).add(answer.venue or answer.area or "")
    points = sum(len(places) for places in drawn.values())
    shared = sum(len(places) for places in drawn.values() if len(places) > 1)
    on_labels = [v for v in meter.venues.values() if v.is_placed and _is_on_a_label(meter, v)]
    return {
        "places": points,
        "sharing_a_point": shared,
        "sharing_rate": _rate(shared, points),
        "venues_on_a_label_point": len(on_labels),
    }


def _is_on_a_label(meter: Meter, venue: VenueEntry) -> bool:
    here = venue.position
    if here is None:
        return False
    return any(distance_m(*here, *label) <= CENTROID_M for label in meter.labels.values())


def coverage(meter: Meter) -> Figures:
    """What of the city the offline lists know, and how much of it has a point."""
    levels = Counter(entry.level for entry in meter.gazetteer.areas.entries.values())
    entries = meter.gazetteer.areas.entries
    town_points = sum(key in entries and entries[key].level == TOWN for key in meter.labels)
    with_point = sum(venue.position is not None for venue in meter.venues.values())
    pins = sum(venue.is_placed for venue in meter.venues.values())
    return {
        "towns": levels[TOWN],
        "communities": levels[COMMUNITY],
        "town_points": town_points,
        "venues": len(meter.venues),
        "venues_with_point": with_point,
        "venues_known_as_venues": pins,
        "venues_without_point": len(meter.venues) - with_point,
    }


def _tally(verdicts: list[str]) -> Figures:
    counts = Counter(verdicts)
    known = len(verdicts) - counts[""]
    kinds = ("right", "wrong", "lost", *(["asked"] if counts["asked"] else []))
    return {
        "known": known,
        **{kind: counts[kind] for kind in kinds},
        "match_rate": _rate(counts["right"], known),
    }


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
