"""What follows when a person says where something is.

A settled reading is never overwritten by the chain; its occurrences stand anew at once, and the
printed words become a name of the venue, so that the next import finds it by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import transaction

from geo.geocoding.curated import VENUE_RADIUS_M
from geo.models import Area, Occurrence, PlaceReading, Venue, VenueName
from geo.texts import fold

BY_PERSON = "人工核定"
INLAND_TOLERANCE_M = 300
SEAWARD_M = 6000  # the boundary set generalises the coast: quays and islets lie outside of it
_DEGREE_M = 100_000  # a little less than a degree of latitude: a bound for the index, not a length

_LEVELS = {
    Area.Level.CITY: PlaceReading.Level.CITY,
    Area.Level.DISTRICT: PlaceReading.Level.DISTRICT,
    Area.Level.ZONE: PlaceReading.Level.DISTRICT,
    Area.Level.TOWN: PlaceReading.Level.TOWN,
    Area.Level.COMMUNITY: PlaceReading.Level.COMMUNITY,
    Area.Level.GRID: PlaceReading.Level.COMMUNITY,
}


def level_of(venue: Venue | None, area: Area | None) -> str:
    """How finely a place is known, whatever it is called."""
    if venue and is_placed(venue):
        return PlaceReading.Level.VENUE
    return _LEVELS[Area.Level(area.level)] if area else PlaceReading.Level.NONE


def is_placed(venue: Venue) -> bool:
    """Known well enough to say 「准确到场所」: the same rule as the chain's."""
    return (
        venue.point is not None
        and (venue.radius_m or 0) <= VENUE_RADIUS_M
        and venue.confidence != Venue.Confidence.LOW
    )


@transaction.atomic
def settle(
    reading: PlaceReading, *, venue: Venue | None = None, area: Area | None = None,
    by: str, on: date, with_the_same: bool = True,
) -> int:  # fmt: skip
    """The person's answer: a venue, or an area only. Returns how many readings it settled.

    ``with_the_same``: other open questions with the same words in the same context, too.
    """
    questions = [reading]
    if with_the_same:
        questions += PlaceReading.objects.filter(
            printed=reading.printed,
            context_area=reading.context_area,
            status=PlaceReading.Status.QUESTION,
        ).exclude(pk=reading.pk)
    for one in questions:
        one.venue = venue
        one.area = (venue.town or venue.district or one.area) if venue else area
        one.level = level_of(venue, one.area)
        one.radius_m = (venue.radius_m if venue.point else None) if venue else None
        if not venue and area and area.label_point:
            one.radius_m = area.label_radius_m
        one.status = PlaceReading.Status.SETTLED
        one.provider = BY_PERSON
        one.raw = {**one.raw, "settled": {"by": by, "on": on.isoformat()}}
        one.save()
    if venue:
        remember_name(venue, reading.printed)
    stand_again(Occurrence.objects.filter(place__in=questions))
    return len(questions)


def remember_name(venue: Venue, printed: str) -> None:
    """The printed words as a name of the venue, unless it already goes by them.

    It holds for as long as the venue is there: after it has moved, the same words ask anew.
    """
    known = {fold(venue.name), *(fold(alias.name) for alias in venue.names.all())}
    longest = VenueName._meta.get_field("name").max_length or 0
    if fold(printed) not in known and len(printed) <= longest:
        VenueName.objects.create(
            venue=venue, name=printed, valid_from=venue.valid_from, valid_to=venue.valid_to
        )


@transaction.atomic
def venue_moved(venue: Venue) -> int:
    """After a person placed or confirmed a venue: its readings and occurrences stand anew."""
    for reading in venue.readings.select_related("area"):
        reading.area = venue.town or venue.district or reading.area
        reading.level = level_of(venue, reading.area)
        reading.radius_m = venue.radius_m if venue.point else None
        if reading.status == PlaceReading.Status.QUESTION and venue.point:
            reading.status, reading.provider = PlaceReading.Status.SETTLED, BY_PERSON
        reading.save()
    return stand_again(Occurrence.objects.filter(place__venue=venue))


def stand_again(occurrences: Iterable[Occurrence]) -> int:
    """Copies the readings into their occurrences; a changed one gets a new SEQUENCE."""
    changed = 0
    for one in occurrences:
        before = _standing(one)
        one.stand_at(one.place)
        if _standing(one) != before:
            one.sequence += 1
            one.save()
            changed += 1
        elif one.venue_id:  # the venue itself has moved: feeds must see a revision
            one.save(update_fields=["revised_at"])
    return changed


def _standing(one: Occurrence) -> tuple[object, ...]:
    return (one.venue_id, one.area_id, one.district_id, one.level)


def districts_at(point: Point) -> list[Area]:
    """Districts in which a point (lon, lat; WGS-84) may lie: inside, or so close that the
    generalised border does not decide; off the coast, the nearest one."""
    known = Area.objects.districts().filter(boundary__isnull=False)
    for reach in (INLAND_TOLERANCE_M, SEAWARD_M):
        near = known.filter(boundary__dwithin=(point, reach / _DEGREE_M + 0.01)).filter(
            boundary__distance_lte=(point, D(m=reach))
        )
        inside_first = sorted(near, key=lambda area: area.boundary.distance(point))
        if inside_first:
            return inside_first if reach == INLAND_TOLERANCE_M else inside_first[:1]
    return []
