"""What is asked of each collection, as a queryset; and one item by its id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Point
from django.db.models import BigIntegerField, F, FloatField, Func, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Round

from geo import features
from geo.api.problems import ApiError
from geo.api.readers import Span, shape_of
from geo.features import Feature
from geo.filters import ActivityFilter
from geo.models import Activity, Area, Departure, Occurrence, Organization, Venue
from geo.moments import day_of
from geo.querysets import AreaQuerySet, OccurrenceQuerySet, VenueQuerySet

Asked = Mapping[str, Any]
Row = TypeVar("Row", bound=Model)
FARTHER_MM = 100_000_000_000  # than any place on Earth is from any other


def ask_events(asked: Asked, now: datetime) -> OccurrenceQuerySet:
    question = ActivityFilter(
        categories=asked.get("category", ()),
        audiences=asked.get("audience", ()),
        q=asked.get("q", ""),
        sample=asked.get("sample", False),
    )
    found: OccurrenceQuerySet = _where_and_when(question.matching(), asked, now)
    if "organizer" in asked:
        ids = [int(word) for word in asked["organizer"] if _is_row(word)]
        found = found.organized_by(ids, asked["organizer"])
    if "campaign" in asked:
        found = found.in_campaigns(asked["campaign"])
    if "status" in asked:
        found = found.filter(status__in=asked["status"])
    if "venue" in asked:
        found = found.filter(venue=int(asked["venue"]))
    if "updated_since" in asked:
        found = found.changed_since(asked["updated_since"])
    if "near" in asked:
        found = _measured(found, "venue__point", asked["near"])
    return found.with_everything().select_related("activity__campaign")


def _where_and_when(found: OccurrenceQuerySet, asked: Asked, now: datetime) -> OccurrenceQuerySet:
    if "bbox" in asked:
        found = found.meeting(map(shape_of, asked["bbox"]))
    if "datetime" in asked:
        found = found.overlapping(asked["datetime"].first, asked["datetime"].last)
    if asked.get("now"):
        found = found.going_on(now)
    if "area" in asked:
        found = found.in_areas(_areas_in(asked["area"]))
    if "within" in asked:
        found = found.near(_at(asked["near"]), asked["within"])
    return found


def departed(asked: Asked) -> QuerySet[Departure] | None:
    """A client that kept a withdrawn event has to hear of it, however it asked for it.

    They stand where they stood in the order by start, and farther than anything by distance.
    """
    if "updated_since" not in asked:
        return None
    found = Departure.objects.filter(left_at__gte=asked["updated_since"])
    if not asked.get("sample"):
        found = found.filter(is_sample=False)
    far = Value(FARTHER_MM, output_field=BigIntegerField())
    return found.annotate(starts_at=F("original_start"), millimetres=far)


def event_or_tombstone(one: Occurrence | Departure, absolute: features.Absolute) -> Feature:
    if isinstance(one, Departure):
        return features.tombstone(one)
    return features.event_feature(one, absolute)


def find_event(words: str) -> Occurrence:
    found = features.find_event(words)
    if found is None and Departure.objects.filter(event_id=words.replace("\x00", "")).exists():
        raise ApiError(410, "This event was withdrawn from publication.", removed=True)
    if found is None:
        raise _nothing(words)
    return found


def ask_venues(asked: Asked, now: datetime) -> VenueQuerySet:
    found: VenueQuerySet = Venue.objects.all() if asked.get("sample") else Venue.objects.real()
    if "bbox" in asked:
        found = found.meeting(map(shape_of, asked["bbox"]))
    if "datetime" in asked:
        span: Span = asked["datetime"]
        first = day_of(span.first) if span.first else None
        found = found.open_between(first, day_of(span.last) if span.last else None)
    if "area" in asked:
        found = found.in_areas(_areas_in(asked["area"]))
    if "within" in asked:
        found = found.near(_at(asked["near"]), asked["within"])
    if "near" in asked:
        found = _measured(found, "point", asked["near"])
    found = found.called(asked.get("q", "").split())
    return found.select_related("town", "district").prefetch_related("names")


def ask_areas(asked: Asked, now: datetime) -> AreaQuerySet:
    found: AreaQuerySet = Area.objects.all()
    if "bbox" in asked:
        found = found.meeting(map(shape_of, asked["bbox"]))
    if "level" in asked:
        found = found.filter(level__in=asked["level"])
    if "parent" in asked:
        found = found.filter(parent__in=_area(asked["parent"]))
    for word in asked.get("q", "").split():
        alias = Area.objects.filter(names__name__icontains=word).values("pk")
        found = found.filter(Q(name__icontains=word) | Q(pk__in=alias))
    return _shaped(found)


def _shaped(found: AreaQuerySet) -> AreaQuerySet:
    outline = Func("boundary", function="ST_ForcePolygonCCW", output_field=GeometryField())
    shaped: AreaQuerySet = (
        found.defer("boundary")
        .annotate(shape=AsGeoJSON(outline, precision=features.DIGITS))
        .select_related("parent")
        .prefetch_related("names")
    )
    return shaped


def ask_organizations(asked: Asked, now: datetime) -> QuerySet[Organization]:
    found = Organization.objects.all()
    if not asked.get("sample"):
        samples = Activity.objects.filter(is_sample=True).values("organizers")
        real = Activity.objects.filter(is_sample=False).values("organizers")
        found = found.exclude(
            Q(pk__in=samples.filter(organizers__isnull=False))
            & ~Q(pk__in=real.filter(organizers__isnull=False))
        )
    for word in asked.get("q", "").split():
        found = found.filter(name__icontains=word)
    return found


def _areas_in(words: str) -> AreaQuerySet:
    found: AreaQuerySet = Area.objects.inside(_area(words))
    return found


def _area(words: str) -> AreaQuerySet:
    if words.startswith("area-"):
        found: AreaQuerySet = Area.objects.filter(pk=int(words[5:]), code__isnull=True)
        return found
    return Area.objects.filter(code=words)


def _measured(found: Any, field: str, near: tuple[float, float]) -> Any:
    """Those with a point, with the distance in whole millimetres: a number that keys can carry."""
    at = Value(_at(near), output_field=GeometryField(srid=4326))
    metres = Func(field, at, function="ST_DistanceSphere", output_field=FloatField())
    millimetres = Cast(Round(metres * 1000), BigIntegerField())
    return found.filter(**{f"{field}__isnull": False}).annotate(millimetres=millimetres)


def find_venue(words: str) -> Venue:
    rows = Venue.objects.select_related("town", "district").prefetch_related("names")
    found: Venue = _found(rows.filter(pk=int(words)) if _is_row(words) else rows.none(), words)
    return found


def find_area(words: str) -> Area:
    is_known = (words.startswith("area-") and _is_row(words[5:])) or words.isdigit()
    found: Area = _found(_shaped(_area(words)) if is_known else Area.objects.none(), words)
    return found


def find_organization(words: str) -> Organization:
    rows = Organization.objects.filter(pk=int(words)) if _is_row(words) else None
    return _found(rows if rows is not None else Organization.objects.none(), words)


def _found(rows: QuerySet[Row], words: str) -> Row:
    one = rows.first()
    if one is None:
        raise _nothing(words)
    return one


def _is_row(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) <= 18


def _at(near: tuple[float, float]) -> Point:
    return Point(*near, srid=4326)


def _nothing(words: str) -> ApiError:
    return ApiError(404, f"There is no item {words[:80]!r} in this collection.")
