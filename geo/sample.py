"""The sample week: invented activities at invented points, so that hours can be shown at all.

No row of the 2019 table prints an hour. These rows do, and every one of them says that it is a
sample: its source, its venues and its activities carry ``is_sample``, and the names of its venues
and organisers begin with 「示例·」. ``remove_sample_week`` leaves nothing of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from geo.invented import Counts, remove_invented
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
from geo.schedules import When, bounds, expand

SLUG = "sample-week"
PREFIX = "示例·"
FILE = Path(__file__).resolve().parent.parent / "fixtures" / "sample_week.json"
POINT_SOURCE = "示例数据，位置为虚构"
RADIUS_M = 20


class SampleError(Exception):
    """The sample week cannot be laid out; says what was found and what to do."""


@dataclass
class Loaded(Counts):
    unknown_topics: list[str] = field(default_factory=list)


def load(monday: date, file: Path = FILE) -> Loaded:
    """Lay the week out from *monday*. What stood of it before is replaced, in one transaction."""
    if monday.weekday() != 0:
        raise SampleError(f"{monday} is no Monday. Expected the Monday of a week: 2019-06-24.")
    week = json.loads(file.read_text(encoding="utf-8"))
    with transaction.atomic():
        remove()
        source = Source.objects.create(
            slug=SLUG, title="示例周（虚构数据）", kind="示例", publisher="益图", is_sample=True
        )
        writer = _Writer(monday, source, week["venues"])
        for entry in week["activities"]:
            writer.write(entry)
        return writer.counts


def remove() -> Counts:
    """Take every trace of the sample week away."""
    with transaction.atomic():
        return remove_invented(SLUG, PREFIX)


class _Writer:
    """Writes the entries of the file, one after another, and counts."""

    def __init__(self, monday: date, source: Source, venues: list[dict[str, Any]]) -> None:
        self.monday = monday
        self.source = source
        self.counts = Loaded()
        self.districts = {area.code: area for area in Area.objects.districts()}
        self.categories = {one.slug: one for one in Category.objects.all()}
        self.audiences = {one.slug: one for one in Audience.objects.all()}
        self.organizations: dict[str, Organization] = {}
        self.venues = {entry["key"]: self._venue(entry) for entry in venues}

    def _venue(self, entry: dict[str, Any]) -> Venue:
        district = self.districts.get(entry["district"])
        if district is None:
            raise SampleError(
                f"District {entry['district']} is not there. Run load_places first, then again."
            )
        self.counts.venues += 1
        return Venue.objects.create(
            name=entry["name"],
            kind=entry["kind"],
            district=district,
            point=Point(entry["lon"], entry["lat"], srid=4326),
            radius_m=RADIUS_M,
            point_source=POINT_SOURCE,
            source_datum="WGS-84",
            confidence=Venue.Confidence.HIGH,
            is_sample=True,
        )

    def write(self, entry: dict[str, Any]) -> None:
        """One activity with its schedule and its occurrences."""
        venue = self.venues[entry["venue"]]
        activity = Activity.objects.create(
            public_id=f"sample-{entry['key']}",
            source=self.source,
            source_key=f"{SLUG}:{entry['key']}",
            title=entry["title"],
            content=entry["content"],
            audience_text=entry["audience_text"],
            place_texts=[venue.name],
            is_sample=True,
        )
        self.counts.activities += 1
        activity.categories.set(self._topics(self.categories, entry["categories"]))
        activity.audiences.set(self._topics(self.audiences, entry["audiences"]))
        ActivityOrganizer.objects.bulk_create(
            ActivityOrganizer(activity=activity, organization=self._organization(name), rank=rank)
            for rank, name in enumerate(entry["organizers"])
        )
        self._write_occurrences(activity, venue, entry)

    def _topics(self, known: dict[str, Any], slugs: list[str]) -> list[Any]:
        for slug in slugs:
            if slug not in known and slug not in self.counts.unknown_topics:
                self.counts.unknown_topics.append(slug)
        return [known[slug] for slug in slugs if slug in known]

    def _organization(self, name: str) -> Organization:
        if name not in self.organizations:
            self.organizations[name], _ = Organization.objects.get_or_create(
                name=name, defaults={"kind": "示例"}
            )
            self.counts.organizations += 1
        return self.organizations[name]

    def _write_occurrences(self, activity: Activity, venue: Venue, entry: dict[str, Any]) -> None:
        when = when_of(entry, self.monday)
        schedule = Schedule.objects.create(
            activity=activity,
            printed_text=when.printed,
            start_on=self.monday + timedelta(days=entry["day"]),
            end_on=when.end,
            starts_time=when.start_time,
            ends_time=when.end_time,
            rrule=when.rrule or "",
            time_precision=when.precision,
        )
        rows = [self._occurrence(schedule, venue, day, when, entry) for day in expand(when)]
        Occurrence.objects.bulk_create(rows)
        self.counts.occurrences += len(rows)

    def _occurrence(
        self, schedule: Schedule, venue: Venue, day: date, when: When, entry: dict[str, Any]
    ) -> Occurrence:
        starts_at, ends_at = bounds(day, when)
        row = Occurrence(
            activity=schedule.activity,
            schedule=schedule,
            original_start=starts_at,
            held_on=day,
            starts_at=starts_at,
            ends_at=ends_at,
            time_precision=when.precision,
            printed_time=when.printed,
            status=entry.get("status", Occurrence.Status.SCHEDULED),
            status_reason=entry.get("reason", ""),
            venue=venue,
            area=venue.district,
            district=venue.district,
            level=PlaceReading.Level.VENUE,
        )
        if "moved_to" in entry:
            self._move(row, entry)
        if row.status != Occurrence.Status.SCHEDULED:
            row.sequence = 1
        return row

    def _move(self, row: Occurrence, entry: dict[str, Any]) -> None:
        """To another day and place; what was said before is kept."""
        moved = when_of(entry["moved_to"], self.monday)
        row.previous_starts_at = row.original_start
        row.previous_place = self.venues[entry["previous_venue"]].name
        row.held_on = self.monday + timedelta(days=entry["moved_to"]["day"])
        row.starts_at, row.ends_at = bounds(row.held_on, moved)


def when_of(entry: dict[str, Any], monday: date) -> When:
    """The time of an entry: ``day`` counts from Monday = 0, hours are those of Shanghai."""
    first = monday + timedelta(days=entry["day"])
    last = monday + timedelta(days=entry.get("last_day", entry["day"]))
    if "weeks" in entry:
        last = first + timedelta(weeks=entry["weeks"] - 1)
    starts, ends = _clock(entry["starts"]), _clock(entry["ends"])
    hours = f"{starts.hour}:{starts:%M}–{ends.hour}:{ends:%M}"
    return When(
        start=first,
        end=last,
        start_time=starts,
        end_time=ends,
        rrule=entry.get("rrule"),
        printed=entry.get("printed", f"{first.month}月{first.day}日 {hours}"),
    )


def _clock(words: str) -> time:
    return datetime.strptime(words, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
