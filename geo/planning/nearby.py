"""Around a place for one more: where it could be held, and who did such things nearby."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db.models import Count, Max, Q

from geo.coordinates import distance_m
from geo.models import Organization, Venue
from geo.models.venues import WALK_RADIUS_M
from geo.planning.question import Question

VENUES_WITHIN_M = 1500
ORGANIZERS_WITHIN_M = 8000
SHOWN = 6


@dataclass(frozen=True)
class NearVenue:
    venue: Venue
    metres: int


def venues_near(lon: float, lat: float) -> list[NearVenue]:
    """Real venues known to 200 m or better around a point (lon, lat), the nearest first."""
    here = Point(lon, lat, srid=4326)
    found = (
        Venue.objects.real()
        .filter(radius_m__lte=WALK_RADIUS_M)
        .near(here, VENUES_WITHIN_M)
        .select_related("district", "town")
    )
    measured = [
        NearVenue(one, round(distance_m(lon, lat, one.point.x, one.point.y)))
        for one in found
        if one.point
    ]
    return sorted(measured, key=lambda one: one.metres)[:SHOWN]


def organizers_near(lon: float, lat: float, question: Question) -> Sequence[Organization]:
    """Who held such activities within 8 km of a point, the busiest first; each with ``held``
    (days) and ``last_on``."""
    here = Point(lon, lat, srid=4326)
    venues = Venue.objects.real().near(here, ORGANIZERS_WITHIN_M)
    such = Q(
        activities__occurrences__venue__in=venues,
        activities__is_published=True,
        activities__is_sample=False,
        activityorganizer__is_partner=False,
    )
    if question.category:
        such &= Q(activities__categories=question.category)
    found = (
        Organization.objects.filter(such)
        .annotate(
            held=Count("activities__occurrences__held_on", distinct=True),
            last_on=Max("activities__occurrences__held_on"),
        )
        .order_by("-held", "name")
    )
    return list(found[:SHOWN])
