"""The demo city: one invented year of activities beside the real 2019 data, for the planner alone.

It shows the planner's tools at work where a city has not yet sent a year of its own. It can never
be taken for real: its source is ``demo-city`` and a sample, its activities are samples and not
published, so that no page, feed, screen or API shows them; names begin with 「演示·」; and the
measures count it only when they are asked with ``demo``. ``remove_demo_city`` leaves nothing of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection, transaction

from geo.invented import Counts, remove_invented
from geo.measures.supply import DEMO_CITY
from geo.models import (
    Activity,
    ActivityOrganizer,
    Area,
    Audience,
    Category,
    Occurrence,
    Organization,
    PlaceReading,
    Schedule,
    Source,
    Venue,
)
from geo.moments import SHANGHAI

PREFIX = "演示·"
SEED = 20190626
POINT_SOURCE = "演示城市，位置为虚构"
FIRST, LAST = date(2018, 7, 1), date(2019, 6, 30)
KINDS = ("社区活动中心", "党群服务中心", "文化礼堂", "图书馆", "公园")
# How lively the towns of a district are, from the middle of the city outward: gaps to be found.
LIVELY = {
    "330203": 9, "330205": 7, "330212": 8, "330206": 5, "330211": 4,
    "330213": 2, "330225": 1, "330226": 1, "330281": 3, "330282": 4,
}  # fmt: skip
HOURS = (9, 9, 9, 14, 14, 14, 15, 19)  # few evenings: a band with gaps
WATCHED = (
    "geo_activity", "geo_activityorganizer", "geo_schedule", "geo_occurrence", "geo_venue",
    "geo_source",
)  # fmt: skip


class DemoCityError(Exception):
    """The demo city cannot be made; says what to do."""


def make(seed: int = SEED) -> Counts:
    """The invented year, the same for the same *seed*, in place of one that was there."""
    towns = list(
        Area.objects.filter(level="town", label_point__isnull=False).select_related("parent")
    )
    if not towns:
        raise DemoCityError("No town has a label point. Run load_places first, then again.")
    with transaction.atomic():
        remove()
        with _without_history():
            return _Maker(random.Random(seed), towns).make()  # noqa: S311 - invented, no secret


def remove() -> Counts:
    """Take every trace of the demo city away."""
    with transaction.atomic(), _without_history():
        return remove_invented(DEMO_CITY, PREFIX)


@contextmanager
def _without_history() -> Iterator[None]:
    """The history is for facts and kept for ever; what is invented leaves no trace in it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in WATCHED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER history")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in WATCHED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER history")


class _Maker:
    """Venues about the towns' label points, activities at them, and their days."""

    def __init__(self, chance: random.Random, towns: list[Area]) -> None:
        self.chance = chance
        self.towns = towns
        self.categories = list(Category.objects.order_by("rank", "slug"))
        self.audiences = list(Audience.objects.order_by("rank", "slug"))

    def make(self) -> Counts:
        self.source = Source.objects.create(
            slug=DEMO_CITY,
            title="演示城市（虚构的一年，不是真实活动）",
            kind="演示",
            publisher="益图",
            is_sample=True,
        )
        venues = Venue.objects.bulk_create(self._venues())
        hosts = Organization.objects.bulk_create(
            Organization(name=f"{PREFIX}服务队{n:02d}", kind="演示") for n in range(1, 41)
        )
        activities = Activity.objects.bulk_create(self._activities(venues))
        self._describe(activities, hosts)
        schedules = Schedule.objects.bulk_create(
            Schedule(
                activity=one, start_on=FIRST, end_on=LAST, time_precision="exact",
                printed_text=f"{PREFIX}每周或隔周",
            )
            for one in activities
        )  # fmt: skip
        rows = [
            row
            for schedule, venue in zip(schedules, self.homes, strict=True)
            for row in self._occurrences(schedule, venue)
        ]
        Occurrence.objects.bulk_create(rows, batch_size=5000)
        return Counts(len(activities), len(rows), len(venues), len(hosts))

    def _venues(self) -> list[Venue]:
        found = []
        for town in sorted(self.towns, key=lambda one: one.code or ""):
            district, point = town.parent, town.label_point
            lively = LIVELY.get(district.code or "", 1) if district else 0
            if district is None or point is None or self.chance.random() > 0.35 + lively / 12:
                continue
            for number in range(1, 2 + lively // 3):
                kind = self.chance.choice(KINDS)
                found.append(
                    Venue(
                        name=f"{PREFIX}{town.name}{kind}{number}",
                        kind=kind, district=district, town=town,
                        point=Point(
                            point.x + self.chance.gauss(0, 0.009),
                            point.y + self.chance.gauss(0, 0.008), srid=4326,
                        ),
                        radius_m=50, point_source=POINT_SOURCE, source_datum="WGS-84",
                        confidence=Venue.Confidence.LOW, is_sample=True,
                    )
                )  # fmt: skip
        return found

    def _activities(self, venues: list[Venue]) -> list[Activity]:
        self.homes: list[Venue] = []
        found = []
        for number, venue in enumerate(venues, start=1):
            lively = LIVELY.get(venue.district.code or "", 1) if venue.district else 1
            for turn in range(self.chance.randint(1, 1 + lively // 2)):
                self.homes.append(venue)
                found.append(
                    Activity(
                        public_id=f"yanshi-{number}-{turn}"[:16],
                        source=self.source,
                        source_key=f"{DEMO_CITY}:{number}:{turn}",
                        title=f"{PREFIX}虚构活动 {number}-{turn + 1}",
                        place_texts=[venue.name],
                        is_sample=True,
                        is_published=False,
                    )
                )
        return found

    def _describe(self, activities: list[Activity], hosts: list[Organization]) -> None:
        kinds: Any = Activity.categories.through
        groups: Any = Activity.audiences.through
        if self.categories:
            kinds.objects.bulk_create(
                kinds(activity=one, category=self.chance.choice(self.categories))
                for one in activities
            )
        if self.audiences:
            groups.objects.bulk_create(
                groups(activity=one, audience=self.chance.choice(self.audiences))
                for one in activities
                if self.chance.random() < 0.5
            )
        ActivityOrganizer.objects.bulk_create(
            ActivityOrganizer(activity=one, organization=self.chance.choice(hosts))
            for one in activities
        )

    def _occurrences(self, schedule: Schedule, venue: Venue) -> Iterator[Occurrence]:
        """One weekday, weekly or every second or fourth week, with pauses."""
        day = FIRST + timedelta(days=self.chance.choice((0, 1, 2, 3, 4, 4, 5, 6)))
        step = timedelta(weeks=self.chance.choice((1, 2, 2, 4)))
        hour = self.chance.choice(HOURS)
        while day <= LAST:
            if self.chance.random() < 0.9:
                starts_at = datetime.combine(day, time(hour), SHANGHAI)
                yield Occurrence(
                    activity=schedule.activity, schedule=schedule, original_start=starts_at,
                    held_on=day, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
                    time_precision="exact", printed_time=f"{PREFIX}{hour}:00", venue=venue,
                    area=venue.town, district=venue.district, level=PlaceReading.Level.VENUE,
                )  # fmt: skip
            day += step
