"""From a gap to a draft activity: unpublished, with its day, its place and who is asked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from geo.models import (
    Activity,
    ActivityOrganizer,
    Audience,
    Category,
    Occurrence,
    Organization,
    PlaceReading,
    Schedule,
    Source,
    Venue,
)
from geo.moments import SHANGHAI, day_of
from geo.planning.question import Question

SOURCE = "planner-drafts"
WINDOWS = {"morning": (8, 12), "afternoon": (12, 18), "evening": (18, 22)}
LONGEST_TITLE = 120


class AskedFor(Protocol):
    """What a draft is read with: the planner's question and the moment."""

    @property
    def question(self) -> Question: ...
    @property
    def now(self) -> datetime: ...


@dataclass(frozen=True)
class Wanted:
    """A draft as it was typed in."""

    title: str
    day: date
    part_of_day: str
    venue: Venue | None
    organizer: Organization | None
    category: Category | None
    audience: str


def read_wanted(given: Mapping[str, str], asked: AskedFor, problems: list[str]) -> Wanted | None:
    """Read the form. What cannot be used is named in *problems*."""
    title = given.get("title", "").strip()[:LONGEST_TITLE]
    if not title:
        problems.append(_("请写活动名称。"))
    day = _day(given.get("day", ""), asked.now, problems)
    part = given.get("part", "")
    if part not in WINDOWS:
        problems.append(_("请选上午、下午或晚上。"))
    venue = _chosen(Venue.objects.real(), given.get("venue", ""))
    if venue is None:
        problems.append(_("请选一个场所；没有合适的，先在后台加上。"))
    if problems or day is None:
        return None
    return Wanted(
        title=title,
        day=day,
        part_of_day=part,
        venue=venue,
        organizer=_chosen(Organization.objects.all(), given.get("organizer", "")),
        category=asked.question.category,
        audience=asked.question.group.audience,
    )


def _day(text: str, now: datetime, problems: list[str]) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        problems.append(_("日期“%(found)s”读不懂，应写成 2019-06-29 这样。") % {"found": text[:20]})
        return None
    if not day_of(now) <= day <= day_of(now) + timedelta(days=400):
        problems.append(_("日期应从今天起，最多 400 天以后。"))
        return None
    return day


def _chosen(offered, text: str):  # type: ignore[no-untyped-def]
    """The row with that number, or None."""
    return offered.filter(pk=int(text)).first() if text.isascii() and text.isdigit() else None


def draft(wanted: Wanted, now: datetime) -> Activity:
    """An unpublished activity with one schedule and one occurrence. Writes seven rows or so."""
    source, _made = Source.objects.get_or_create(
        slug=SOURCE, defaults={"title": "规划草稿", "kind": "规划"}
    )
    key = secrets.token_hex(8)
    activity = Activity.objects.create(
        public_id=key[:8],
        source=source,
        source_key=f"{SOURCE}:{key}",
        title=wanted.title,
        place_texts=[wanted.venue.name] if wanted.venue else [],
        is_published=False,
        edited_by_person=True,
    )
    if wanted.category:
        activity.categories.add(wanted.category)
    activity.audiences.set(Audience.objects.filter(slug=wanted.audience))
    if wanted.organizer:
        ActivityOrganizer.objects.create(activity=activity, organization=wanted.organizer)
    _lay_out(activity, wanted, now)
    return activity


def _lay_out(activity: Activity, wanted: Wanted, now: datetime) -> None:
    first_hour, last_hour = WINDOWS[wanted.part_of_day]
    midnight = datetime.combine(wanted.day, time.min, SHANGHAI)
    starts_at = midnight + timedelta(hours=first_hour)
    schedule = Schedule.objects.create(
        activity=activity,
        start_on=wanted.day,
        part_of_day=wanted.part_of_day,
        time_precision="part_of_day",
    )
    occurrence = Occurrence(
        activity=activity,
        schedule=schedule,
        original_start=starts_at,
        held_on=wanted.day,
        starts_at=starts_at,
        ends_at=midnight + timedelta(hours=last_hour),
        time_precision="part_of_day",
        part_of_day=wanted.part_of_day,
    )
    occurrence.stand_at(_reading(wanted, now) if wanted.venue else None)
    occurrence.save()


def _reading(wanted: Wanted, now: datetime) -> PlaceReading:
    assert wanted.venue is not None  # noqa: S101  asked only when there is one
    return PlaceReading.objects.create(
        printed=wanted.venue.name,
        as_of=wanted.day,
        level=PlaceReading.Level.VENUE,
        status=PlaceReading.Status.SETTLED,
        venue=wanted.venue,
        area=wanted.venue.town or wanted.venue.district,
        radius_m=wanted.venue.radius_m,
        provider=SOURCE,
        asked_on=day_of(now),
    )
