"""Every question to the database, as a method one could say aloud."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import models
from django.db.models import Count, Q


class AreaQuerySet(models.QuerySet[Any]):
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

    def in_district(self, code: str) -> OccurrenceQuerySet:
        return self.filter(district__code=code)

    def at_venue(self, venue: Any) -> OccurrenceQuerySet:
        return self.filter(venue=venue)

    def by_organizer(self, organization: Any) -> OccurrenceQuerySet:
        return self._of_activities(organizers=organization)

    def mentioning(self, words: Iterable[str]) -> OccurrenceQuerySet:
        """Each word stands in the title, content, place or an organiser's name."""
        found = self
        for word in words:
            found = found.filter(
                Q(activity__title__icontains=word)
                | Q(activity__content__icontains=word)
                | Q(activity__audience_text__icontains=word)
                | Q(place__printed__icontains=word)
                | Q(venue__name__icontains=word)
                | Q(area__name__icontains=word)
                | Q(district__name__icontains=word)
                | Q(activity__in=self._activities().filter(organizers__name__icontains=word))
            )
        return found

    def near(self, point: Point, within_m: float) -> OccurrenceQuerySet:
        """At a venue whose point (lon, lat; 4326) lies within *within_m* metres."""
        return self.filter(
            venue__point__dwithin=(point, within_m / 111_000),
            venue__point__distance_lte=(point, D(m=within_m)),
        )

    def with_everything(self) -> OccurrenceQuerySet:
        """All that a card shows, in a fixed number of queries."""
        return self.select_related(
            "activity__source", "schedule", "place", "venue", "area", "district"
        ).prefetch_related(
            "activity__organizer_links__organization",
            "activity__categories",
            "activity__audiences",
        )

    def _activities(self) -> models.QuerySet[Any]:
        manager: models.Manager[Any] = self.model._meta.get_field(
            "activity"
        ).related_model._default_manager
        return manager.order_by().values("pk")

    def _of_activities(self, **conditions: Any) -> OccurrenceQuerySet:
        """A subquery, not a join: an activity with two matching links is still found once."""
        return self.filter(activity__in=self._activities().filter(**conditions))
