"""What is counted, and where it belongs. A handful of questions to the database, each one query.

Counted are real, published occurrences that take place. Where a text names several places for one
day without saying which (``one_of``), the group counts once a day: in its district when all its
places lie in one, else in no district.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat

from geo.models import Area, ImportBatch, Occurrence, Population
from geo.models.venues import PIN_RADIUS_M
from geo.planning.question import Question
from geo.querysets import OccurrenceQuerySet

ORGANIZERS = Count(
    "activity__organizer_links__organization",
    filter=Q(activity__organizer_links__is_partner=False),
    distinct=True,
)
# How well an occurrence's place is known, the coarsest last.
PRECISIONS = ("point", "venue", "community", "town", "district", "coarser")


def reports(question: Question) -> OccurrenceQuerySet:
    """All that anybody reported for the period, whatever its kind and whatever became of it."""
    return _real().between(question.span.first, question.span.last)


def matching(question: Question) -> OccurrenceQuerySet:
    """What answers the question at any time."""
    found = _real().taking_place()
    if question.category:
        found = found.in_categories([question.category.slug])
    return found.for_audiences([question.group.audience]) if question.only_for else found


def counted(question: Question) -> OccurrenceQuerySet:
    """What answers the question in its period."""
    return matching(question).between(question.span.first, question.span.last)


def at_home(occurrences: OccurrenceQuerySet) -> OccurrenceQuerySet:
    """With ``home`` (id of the district it counts in, or None) and ``unit`` (counted once)."""
    elsewhere = (
        _real()
        .taking_place()
        .filter(activity=OuterRef("activity"), held_on=OuterRef("held_on"), certainty="one_of")
        .exclude(district=OuterRef("district"))
    )
    one_of = Q(certainty=Occurrence.Certainty.ONE_OF)
    annotated: OccurrenceQuerySet = occurrences.order_by().annotate(
        home=Case(
            When(one_of & Exists(elsewhere), then=None),
            default=F("district_id"),
            output_field=IntegerField(),
        ),
        unit=Case(
            When(
                one_of,
                then=Concat(
                    Cast("activity_id", CharField()), Value("/"), Cast("held_on", CharField())
                ),
            ),
            default=Cast("pk", CharField()),
        ),
    )
    return annotated


def counts_by_home(question: Question) -> dict[int | None, dict[str, int]]:
    """District id (None: no district) → occurrences, activities, organizers."""
    rows = at_home(counted(question)).values("home").annotate(**_counts())
    return {row["home"]: row for row in rows}


def counts_in_districts(question: Question) -> dict[str, int]:
    """The same over all districts: an organiser at work in two of them is one organiser."""
    totals: dict[str, int] = (
        at_home(counted(question)).filter(home__isnull=False).aggregate(**_counts())
    )
    return totals


def _counts() -> dict[str, Any]:
    return {
        "occurrences": Count("unit", distinct=True),
        "activities": Count("activity", distinct=True),
        "organizers": ORGANIZERS,
    }


def homes_with_reports(question: Question) -> set[int]:
    """Ids of the districts from which anything at all was reported for the period."""
    homes = at_home(reports(question)).filter(home__isnull=False)
    return set(homes.values_list("home", flat=True).distinct())


def last_days(question: Question, now: datetime) -> dict[int | None, date]:
    """District id → the day of the last one that had begun by *now*, whatever the period."""
    begun = at_home(matching(question).filter(starts_at__lte=now))
    return dict(begun.values("home").annotate(last=Max("held_on")).values_list("home", "last"))


def precisions(question: Question) -> dict[str, int]:
    """How many occurrences of the period are known how finely; a group by its coarsest place."""
    sharp = Q(venue__point__isnull=False, venue__radius_m__lte=PIN_RADIUS_M)
    finer = ("venue", "community", "town", "district")
    rows = at_home(reports(question).taking_place()).annotate(
        precision=Case(
            When(sharp & Q(level="venue"), then=Value("point")),
            *(When(level=level, then=Value(level)) for level in finer),
            default=Value("coarser"),
        )
    )
    counts: Counter[str] = Counter()
    certain = rows.filter(certainty=Occurrence.Certainty.CERTAIN)
    for precision, count in (
        certain.values("precision").annotate(number=Count("pk")).values_list("precision", "number")
    ):
        counts[precision] = count
    coarsest: dict[str, str] = {}
    groups = rows.filter(certainty=Occurrence.Certainty.ONE_OF).values_list("unit", "precision")
    for unit, precision in groups.distinct():
        coarsest[unit] = max(coarsest.get(unit, "point"), precision, key=PRECISIONS.index)
    counts.update(coarsest.values())
    return {name: counts[name] for name in PRECISIONS}


def organizers_reporting(question: Question) -> int:
    reporting: int = reports(question).aggregate(count=ORGANIZERS)["count"]
    return reporting


def days_known() -> tuple[date | None, date | None]:
    """The first and the last day for which anything real is stored."""
    days = _real().aggregate(first=Min("held_on"), last=Max("held_on"))
    return days["first"], days["last"]


def last_import() -> ImportBatch | None:
    return (
        ImportBatch.objects.filter(source__is_sample=False)
        .select_related("source")
        .order_by("-started_at")
        .first()
    )


def populations(group: str, districts: list[Area]) -> dict[int, Population]:
    """District id → its figure for *group*: the latest day and basis that has most districts."""
    rows = list(Population.objects.filter(group=group, area__in=districts))
    sets = Counter((row.counted_on, row.basis) for row in rows)
    chosen = max(sets, key=lambda one: (sets[one], one[0]), default=None)
    return {row.area_id: row for row in rows if (row.counted_on, row.basis) == chosen}


def occurrences_of(question: Question, district: Area | None) -> list[Occurrence]:
    """The counted occurrences of one district, or, for None, those that no district could have."""
    found = at_home(counted(question)).filter(home=district.pk if district else None)
    return list(found.with_everything().order_by("starts_at", "activity", "place_rank")[:400])


def _real() -> OccurrenceQuerySet:
    found: OccurrenceQuerySet = Occurrence.objects.published().real()
    return found
