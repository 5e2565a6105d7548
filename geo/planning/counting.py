"""What is counted, and where it belongs. A handful of questions to the database, each one query.

Counted are real, published occurrences that take place. Where a text names several places for one
day without saying which (``one_of``), the group counts once a day: in its district when all its
places lie in one, else in no district.

The counts are SQL around a query set, because a million rows are folded into units (one activity,
one day, one place or group) before anything is counted, in one pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    Value,
    When,
)

from geo.measures.people import most_complete
from geo.measures.supply import DEMO_CITY
from geo.models import (
    ActivityOrganizer,
    Area,
    ImportBatch,
    Occurrence,
    Organization,
    Population,
)
from geo.models.activities import PartOfDay, TimePrecision
from geo.models.venues import PIN_RADIUS_M
from geo.moments import day_of
from geo.planning.question import Question
from geo.planning.standards import BANDS, Band
from geo.querysets import OccurrenceQuerySet

# How well an occurrence's place is known, the coarsest last.
PRECISIONS = ("point", "venue", "community", "town", "district", "coarser")
WEEKEND = (6, 7)  # ISO
EVENING_HOUR = 18
HELPERS = 5  # organisers named on a card
CARD_ROWS = 400  # occurrences that one card lists at most

# home: id of the district a unit counts in, or NULL. Groups are kept apart by whether they take
# place, so that a cancelled alternative does not make the other one doubtful.
UNITS = """
WITH matching AS ({matching}),
units AS (
    SELECT activity_id, held_on, district_id AS home, starts_at, coarseness, takes_place
    FROM matching WHERE certainty <> 'one_of'
    UNION ALL
    SELECT activity_id, held_on,
        CASE WHEN count(district_id) = count(*) AND min(district_id) = max(district_id)
        THEN min(district_id) END,
        min(starts_at), max(coarseness), takes_place
    FROM matching WHERE certainty = 'one_of'
    GROUP BY activity_id, held_on, takes_place
)
"""
COUNTS = """,
pairs AS (SELECT home, activity_id, count(*) AS units FROM units GROUP BY home, activity_id),
hosts AS (
    SELECT DISTINCT home, organization_id FROM pairs
    JOIN geo_activityorganizer USING (activity_id) WHERE NOT is_partner
)
SELECT false, home, sum(units), count(*),
    (SELECT count(*) FROM hosts WHERE hosts.home IS NOT DISTINCT FROM pairs.home)
FROM pairs GROUP BY home
UNION ALL
SELECT true, NULL, coalesce(sum(units), 0), count(DISTINCT activity_id),
    (SELECT count(DISTINCT organization_id) FROM hosts WHERE home IS NOT NULL)
FROM pairs WHERE home IS NOT NULL
"""
REPORTS = "SELECT home, coarseness, takes_place, count(*) FROM units GROUP BY 1, 2, 3"
# A district's months, or, for NULL, those of all districts.
MONTHS = """
SELECT date_trunc('month', held_on)::date, count(*) FROM units
WHERE home = %s OR (%s::bigint IS NULL AND home IS NOT NULL) GROUP BY 1
"""
LAST = "SELECT home, max(held_on) FROM units WHERE starts_at <= %s AND home IS NOT NULL GROUP BY 1"


@dataclass(frozen=True)
class Counts:
    occurrences: int = 0
    activities: int = 0
    organizers: int = 0


@dataclass(frozen=True)
class Reports:
    """Ids of the districts that were reported on, and how finely the places are known."""

    homes: frozenset[int]
    precisions: dict[str, int]


def counts(question: Question) -> tuple[dict[int | None, Counts], Counts]:
    """By district id (None: no district), and over all districts: an organiser at work in two
    districts is one organiser."""
    by_home: dict[int | None, Counts] = {}
    total = Counts()
    for is_total, home, *numbers in _ask(COUNTS, counted(question)):
        if is_total:
            total = Counts(*map(int, numbers))
        else:
            by_home[home] = Counts(*map(int, numbers))
    return by_home, total


def reports(question: Question) -> Reports:
    """From where anything at all was reported for the period; precision of what takes place."""
    homes, precisions = set(), Counter[str]()
    for home, coarseness, takes_place, count in _ask(REPORTS, _reported(question)):
        if home is not None:
            homes.add(home)
        if takes_place:
            precisions[PRECISIONS[coarseness]] += count
    return Reports(frozenset(homes), {name: precisions[name] for name in PRECISIONS})


def last_days(question: Question, now: datetime) -> dict[int, date]:
    """District id → the day of the last one that had begun by *now*, whatever the period."""
    # A day more: a long one may have been given a start before its day.
    so_far = _matching(question).filter(held_on__lte=day_of(now) + timedelta(days=1))
    return dict(_ask(LAST, so_far, now))


def by_month(question: Question, district: Area | None) -> dict[date, int]:
    """First day of a month → what answers the question in it."""
    return _months(counted(question), district)


def months_reported(question: Question, district: Area | None) -> set[date]:
    """First days of the months in which anything at all was reported."""
    return set(_months(_reported(question), district))


def _months(occurrences: OccurrenceQuerySet, district: Area | None) -> dict[date, int]:
    key = district.pk if district else None
    return dict(_ask(MONTHS, occurrences, key, key))


def organizers_reporting(question: Question) -> int:
    found = ActivityOrganizer.objects.filter(
        is_partner=False, activity__in=_reported(question).order_by().values("activity")
    )
    number: int = found.aggregate(count=Count("organization", distinct=True))["count"]
    return number


def days_known(question: Question) -> tuple[date | None, date | None]:
    """The first and the last day for which anything is stored."""
    days = _all(question).values_list("held_on", flat=True)
    return days.order_by("held_on").first(), days.order_by("-held_on").first()


def last_import() -> ImportBatch | None:
    return (
        ImportBatch.objects.filter(source__is_sample=False, state=ImportBatch.State.PUBLISHED)
        .select_related("source")
        .order_by("-started_at")
        .first()
    )


def populations(group: str, districts: Sequence[Area]) -> dict[int, Population]:
    """District id → its figure for *group*, of the day and basis that the measures take, too:
    the one that has most of all districts, however few are asked for."""
    rows = list(Population.objects.filter(group=group, area__level=Area.Level.DISTRICT))
    chosen = most_complete((row.counted_on, row.basis) for row in rows)
    asked = {one.pk for one in districts}
    return {
        row.area_id: row
        for row in rows
        if row.area_id in asked and (row.counted_on, row.basis) == chosen
    }


def occurrences_of(question: Question, district: Area | None) -> list[Occurrence]:
    """The counted occurrences of one district, or, for None, those that no district could have."""
    elsewhere = (
        _all(question)
        .taking_place()
        .filter(activity=OuterRef("activity"), held_on=OuterRef("held_on"), certainty="one_of")
        .exclude(district=OuterRef("district"))
    )
    spread = Q(certainty=Occurrence.Certainty.ONE_OF) & Exists(elsewhere)
    here = Q(district=district) & ~spread if district else Q(district=None) | spread
    found = counted(question).filter(here).with_everything()
    return list(found.order_by("starts_at", "activity", "place_rank")[:CARD_ROWS])


def who_could_help(question: Question, district: Area) -> list[Organization]:
    """Organisers at work in a district, those who did such things first; each with ``held``."""
    such = _all(question).taking_place().filter(district=district)
    if question.category:
        such = such.in_categories([question.category.slug])
    days = Count("activities__occurrences__held_on", distinct=True)
    found = Organization.objects.filter(
        activityorganizer__is_partner=False, activities__occurrences__in=such
    )
    return list(found.annotate(held=days).order_by("-held", "name")[:HELPERS])


def counted(question: Question) -> OccurrenceQuerySet:
    """What answers the question in its period."""
    return _matching(question).between(question.span.first, question.span.last)


def _matching(question: Question) -> OccurrenceQuerySet:
    """What answers the question at any time."""
    found = _all(question).taking_place()
    if question.category:
        found = found.in_categories([question.category.slug])
    if question.only_for:
        found = found.for_audiences([question.group.audience])
    return in_band(found, question.band)


def in_band(found: OccurrenceQuerySet, band: Band) -> OccurrenceQuerySet:
    """Those that lie in a part of the week. A weekday's with nothing but its day lie in none."""
    if not band.key:
        return found
    if band.key == "weekend":
        return found.filter(held_on__iso_week_day__in=WEEKEND)
    evening = Q(part_of_day=PartOfDay.EVENING) | Q(
        time_precision=TimePrecision.EXACT, starts_at__hour__gte=EVENING_HOUR
    )
    said = Q(time_precision=TimePrecision.EXACT) | ~Q(part_of_day="")
    weekday = found.exclude(held_on__iso_week_day__in=WEEKEND).filter(said)
    return weekday.filter(evening) if band.key == "weekday-evening" else weekday.exclude(evening)


def without_band(question: Question) -> int:
    """How many of the period lie in no band, because only their day is known."""
    whole = replace(question, band=BANDS[0])
    unsaid = Q(part_of_day="") & ~Q(time_precision=TimePrecision.EXACT)
    found = counted(whole).filter(unsaid).exclude(held_on__iso_week_day__in=WEEKEND)
    return found.values("activity", "held_on").distinct().count()


def _reported(question: Question) -> OccurrenceQuerySet:
    """All that anybody reported for the period, whatever its kind and whatever became of it."""
    return _all(question).between(question.span.first, question.span.last)


def _all(question: Question) -> OccurrenceQuerySet:
    """What may be counted: what is real and public; the invented year only where asked."""
    if not question.demo:
        found: OccurrenceQuerySet = Occurrence.objects.published().real()
        return found
    real = Q(activity__is_published=True, activity__is_sample=False)
    return Occurrence.objects.filter(real | Q(activity__source__slug=DEMO_CITY))


def _ask(question: str, occurrences: OccurrenceQuerySet, *params: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement over the units of *occurrences*."""
    sharp = Q(level="venue", venue__point__isnull=False, venue__radius_m__lte=PIN_RADIUS_M)
    named = [
        When(level=level, then=Value(rank))
        for rank, level in enumerate(PRECISIONS)
        if level not in {"point", "coarser"}
    ]
    inner = (
        occurrences.order_by()
        .annotate(
            coarseness=Case(When(sharp, then=Value(0)), *named, default=Value(5)),
            takes_place=ExpressionWrapper(
                ~Q(status__in=["cancelled", "postponed"]), output_field=BooleanField()
            ),
        )
        .values(
            "activity_id", "held_on", "district_id", "certainty", "starts_at",
            "coarseness", "takes_place",
        )
    )  # fmt: skip
    sql, inner_params = inner.query.sql_with_params()
    with connection.cursor() as cursor:
        # Django's own SQL stands inside ours; every value stays a parameter.
        cursor.execute(UNITS.replace("{matching}", sql) + question, [*inner_params, *params])
        return list(cursor.fetchall())
