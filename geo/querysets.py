"""Every question to the database, as a method one could say aloud."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.contrib.gis.measure import D
from django.db import models
from django.db.models import Count, Q

from geo.spelling import key_of

METRES_A_DEGREE = 111_000  # of latitude, rounded down: a search box must not be too small


def degrees_of(metres: float, lat: float) -> float:
    """Degrees that hold *metres* in every direction at *lat*: a degree of longitude is shorter."""
    return metres / (METRES_A_DEGREE * max(0.01, math.cos(math.radians(lat))))


def meets(field: str, shapes: Iterable[GEOSGeometry]) -> Q:
    """Meets one of *shapes* (4326), or has no position: what nobody placed is hidden by no box."""
    found = Q(**{f"{field}__isnull": True})
    for shape in shapes:
        found |= Q(**{f"{field}__intersects": shape})
    return found


def named(word: str, field: str = "name") -> Q:
    """*word* stands in the name, or is its pinyin or initials (`geo.spelling`)."""
    key = key_of(word)
    return Q(**{f"{field}__icontains": word}) | (
        Q(search_text__contains=f" {key}") if key else Q(pk__in=[])
    )


class AreaQuerySet(models.QuerySet[Any]):
    def meeting(self, shapes: Iterable[GEOSGeometry]) -> AreaQuerySet:
        """Whose boundary meets one of *shapes* (4326), and those without one."""
        return self.filter(meets("boundary", shapes))

    def inside(self, roots: Iterable[Any]) -> AreaQuerySet:
        """The areas *roots* themselves, the parts of zones, and all below them."""
        keys = {root.pk for root in roots}
        keys |= set(self.model.objects.filter(zones__in=keys).values_list("pk", flat=True))
        below = Q()
        for steps in ("pk", "parent", "parent__parent", "parent__parent__parent"):
            below |= Q(**{f"{steps}__in": keys})
        return self.filter(below)

    def districts(self) -> AreaQuerySet:
        """The districts of the city (区县市), by code."""
        return self.filter(level="district").order_by("code")

    def towns_of(self, district: Any) -> AreaQuerySet:
        return self.filter(level="town", parent=district)

    def zones(self) -> AreaQuerySet:
        """Functional zones without a code: never part of a sum over districts."""
        return self.filter(level="zone")


class VenueQuerySet(models.QuerySet[Any]):
    def open_on(self, day: date) -> VenueQuerySet:
        """Venues whose dates of validity include *day*."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )

    def awaiting_review(self) -> VenueQuerySet:
        """Venues whose position a person should look at, the most used first."""
        waiting: VenueQuerySet = self.filter(needs_review=True, is_sample=False)
        return waiting.annotate(occurrence_count=Count("occurrences")).order_by(  # type: ignore[no-any-return]
            "-occurrence_count", "name"
        )

    def real(self) -> VenueQuerySet:
        return self.filter(is_sample=False)

    def open_between(self, first: date | None, last: date | None) -> VenueQuerySet:
        """Valid on a day from *first* to *last*; None is an open end."""
        found = self
        if first:
            found = found.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
        if last:
            found = found.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=last))
        return found

    def meeting(self, shapes: Iterable[GEOSGeometry]) -> VenueQuerySet:
        """Whose point lies in one of *shapes* (4326), and those without one."""
        return self.filter(meets("point", shapes))

    def near(self, point: Point, within_m: float) -> VenueQuerySet:
        """Whose point (lon, lat; 4326) lies within *within_m* metres."""
        return self.filter(
            point__dwithin=(point, degrees_of(within_m, point.y)),
            point__distance_lte=(point, D(m=within_m)),
        )

    def in_areas(self, areas: models.QuerySet[Any]) -> VenueQuerySet:
        keys = areas.order_by().values("pk")
        return self.filter(Q(town__in=keys) | Q(district__in=keys))

    def called(self, words: Iterable[str]) -> VenueQuerySet:
        """Each word stands in a name, an alias or the address."""
        found = self
        for word in words:
            alias = Q(pk__in=self.model.objects.filter(names__name__icontains=word).values("pk"))
            found = found.filter(Q(name__icontains=word) | Q(address__icontains=word) | alias)
        return found

    def with_a_point(self) -> VenueQuerySet:
        return self.filter(point__isnull=False)


class PlaceReadingQuerySet(models.QuerySet[Any]):
    def questions(self) -> PlaceReadingQuerySet:
        """Printed places that wait for a person, the most used first."""
        waiting: PlaceReadingQuerySet = self.filter(status="question")
        return waiting.annotate(occurrence_count=Count("occurrences")).order_by(  # type: ignore[no-any-return]
            "-occurrence_count", "printed"
        )


class ActivityQuerySet(models.QuerySet[Any]):
    def published(self) -> ActivityQuerySet:
        return self.filter(is_published=True)

    def with_people(self) -> ActivityQuerySet:
        """With organisers, categories and audiences, in a fixed number of queries."""
        return self.select_related("source", "campaign").prefetch_related(
            "organizer_links__organization", "categories", "audiences"
        )


class OccurrenceQuerySet(models.QuerySet[Any]):
    def published(self) -> OccurrenceQuerySet:
        return self.filter(activity__is_published=True)

    def real(self) -> OccurrenceQuerySet:
        """Without samples: whatever counts, counts these."""
        return self.filter(activity__is_sample=False)

    def samples(self) -> OccurrenceQuerySet:
        return self.filter(activity__is_sample=True)

    def taking_place(self) -> OccurrenceQuerySet:
        """Neither cancelled nor put off without a new date."""
        return self.exclude(status__in=["cancelled", "postponed"])

    def not_over(self, now: datetime) -> OccurrenceQuerySet:
        return self.filter(ends_at__gt=now)

    def over(self, now: datetime) -> OccurrenceQuerySet:
        return self.filter(ends_at__lte=now)

    def going_on(self, now: datetime) -> OccurrenceQuerySet:
        """Inside their bounds at *now*, whatever is known of the hour. Cancelled is not on."""
        return self.taking_place().filter(starts_at__lte=now, ends_at__gt=now)

    def between(self, first: date, last: date) -> OccurrenceQuerySet:
        """Held on a day from *first* to *last*, both included."""
        return self.filter(held_on__gte=first, held_on__lte=last)

    def in_categories(self, slugs: Iterable[str]) -> OccurrenceQuerySet:
        return self._of_activities(categories__slug__in=list(slugs))

    def for_audiences(self, slugs: Iterable[str]) -> OccurrenceQuerySet:
        return self._of_activities(audiences__slug__in=list(slugs))

    def once(self) -> OccurrenceQuerySet:
        """Without what repeats by a rule, so that single events do not drown in it."""
        return self.filter(schedule__rrule="")

    def in_district(self, code: str) -> OccurrenceQuerySet:
        return self.filter(district__code=code)

    def at_venue(self, venue: Any) -> OccurrenceQuerySet:
        return self.filter(venue=venue)

    def by_organizer(self, organization: Any) -> OccurrenceQuerySet:
        return self._of_activities(organizers=organization)

    def mentioning(self, words: Iterable[str]) -> OccurrenceQuerySet:
        """Each word stands in the title, content, place or an organiser's name, or spells one."""
        found = self
        for word in words:
            found = found.filter(
                self._spelling(word)
                | Q(activity__title__icontains=word)
                | Q(activity__content__icontains=word)
                | Q(activity__audience_text__icontains=word)
                | Q(place__printed__icontains=word)
                | Q(venue__name__icontains=word)
                | Q(area__name__icontains=word)
                | Q(district__name__icontains=word)
                | Q(activity__in=self._activities().filter(organizers__name__icontains=word))
            )
        return found

    def _spelling(self, word: str) -> Q:
        """*word* is the pinyin or the initials of a name, from the beginning of a syllable."""
        key = key_of(word)
        if not key:
            return Q(pk__in=[])
        by_organizer = self._activities().filter(organizers__search_text__contains=f" {key}")
        found = Q(activity__in=by_organizer)
        for field in ("activity", "venue", "area", "district"):
            found |= Q(**{f"{field}__search_text__contains": f" {key}"})
        return found

    def near(self, point: Point, within_m: float) -> OccurrenceQuerySet:
        """At a venue whose point (lon, lat; 4326) lies within *within_m* metres."""
        return self.filter(
            venue__point__dwithin=(point, degrees_of(within_m, point.y)),
            venue__point__distance_lte=(point, D(m=within_m)),
        )

    def overlapping(self, first: datetime | None, last: datetime | None) -> OccurrenceQuerySet:
        """That have an instant of [*first*, *last*] in common; None is an open end.

        An occurrence is [starts_at, ends_at): its end is outside. One without any length is its
        start.
        """
        found = self
        if last:
            found = found.filter(starts_at__lte=last)
        if first:
            found = found.filter(Q(ends_at__gt=first) | Q(starts_at__gte=first))
        return found

    def meeting(self, shapes: Iterable[GEOSGeometry]) -> OccurrenceQuerySet:
        """At a venue whose point lies in one of *shapes* (4326), and those without a point."""
        return self.filter(meets("venue__point", shapes))

    def in_areas(self, areas: models.QuerySet[Any]) -> OccurrenceQuerySet:
        keys = areas.order_by().values("pk")
        return self.filter(Q(area__in=keys) | Q(district__in=keys))

    def in_campaigns(self, slugs: Iterable[str]) -> OccurrenceQuerySet:
        return self.filter(activity__campaign__slug__in=list(slugs))

    def organized_by(self, ids: Iterable[int], names: Iterable[str]) -> OccurrenceQuerySet:
        """By an organisation with one of *ids*, or whose name is exactly one of *names*."""
        return self.filter(
            activity__in=self._activities().filter(
                Q(organizers__pk__in=list(ids)) | Q(organizers__name__in=list(names))
            )
        )

    def changed_since(self, moment: datetime) -> OccurrenceQuerySet:
        return self.filter(Q(revised_at__gte=moment) | Q(activity__updated_at__gte=moment))

    def activities_by(self, field: str) -> dict[Any, int]:
        """How many activities there are for each value of *field*, e.g. ``district__code``."""
        rows = self.order_by().values(field).annotate(count=Count("activity", distinct=True))
        return dict(rows.values_list(field, "count"))

    def with_everything(self) -> OccurrenceQuerySet:
        """All that a card shows, in a fixed number of queries; outlines stay where they are."""
        areas = ("area", "area__parent", "area__parent__parent", "district")
        return (
            self.select_related(
                "activity__source", "schedule", "place", "venue", "area__parent__parent", "district"
            )
            .defer(*(f"{area}__boundary" for area in areas), "place__raw", "place__candidates")
            .prefetch_related(
                "activity__organizer_links__organization",
                "activity__categories",
                "activity__audiences",
            )
        )

    def _activities(self) -> models.QuerySet[Any]:
        manager: models.Manager[Any] = self.model._meta.get_field(
            "activity"
        ).related_model._default_manager
        return manager.order_by().values("pk")

    def _of_activities(self, **conditions: Any) -> OccurrenceQuerySet:
        """A subquery, not a join: an activity with two matching links is still found once."""
        return self.filter(activity__in=self._activities().filter(**conditions))


class VoiceQuerySet(models.QuerySet[Any]):
    """Messages of people without an account."""

    def waiting(self) -> VoiceQuerySet:
        """What a person of the staff has not looked at yet, the oldest first."""
        return self.filter(state="waiting").order_by("changed_at")


class NeedQuerySet(VoiceQuerySet):
    def public(self, on: date) -> NeedQuerySet:
        """Published wishes that hold on a day: what pages and planners see."""
        return self.filter(state="published", expires_on__gte=on)

    def with_names(self) -> NeedQuerySet:
        return self.select_related("category", "audience", "district")

    def unanswered(self) -> NeedQuerySet:
        """Wishes that no confirmed activity is for."""
        return self.exclude(answers__is_confirmed=True)

    def answered_by(self, activity: Any) -> NeedQuerySet:
        """Wishes for which staff have confirmed *activity*."""
        return self.filter(answers__activity=activity, answers__is_confirmed=True)
