"""A week on one sheet of paper for the notice board of a venue, a street or a district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo import phrases
from geo.cards import is_off
from geo.models import Area, Occurrence, Venue
from geo.moments import day_of
from geo.qr import svg_of
from geo.querysets import OccurrenceQuerySet

# Millimetres of the sheet that are left for lines, and what each takes.
ROOM_MM = {"A4": 176, "A3": 296}
DAY_MM = 11
LINE_MM = 13


@dataclass(frozen=True)
class Line:
    hours: str
    title: str
    place: str
    organizers: str
    is_off: bool
    status: str  # what has changed, or that print does not say where


@require_safe
def venue_poster(request: HttpRequest, pk: int) -> HttpResponse:
    venue = get_object_or_404(Venue, pk=pk)
    found = Occurrence.objects.at_venue(venue)
    where = venue.address or (venue.district.name if venue.district else "")
    return _poster(request, found, venue.name, where, venue.get_absolute_url(), names_place=False)


@require_safe
def area_poster(request: HttpRequest, code: str) -> HttpResponse:
    """A district (6 digits) or a street or town (9 digits)."""
    area = get_object_or_404(Area, code=code, level__in=[Area.Level.DISTRICT, Area.Level.TOWN])
    found = Occurrence.objects.filter(area__in=Area.objects.inside([area]))
    district = area.district
    where = district.name if district and district != area else _("宁波市")
    address = f"/?district={district.code}" if district else "/"
    return _poster(request, found, area.name, where, address, names_place=True)


def _poster(
    request: HttpRequest, found: OccurrenceQuerySet, title: str, where: str, address: str,
    names_place: bool,
) -> HttpResponse:  # fmt: skip
    now: datetime = request.now  # type: ignore[attr-defined]
    monday = _monday(request.GET.get("week", ""), day_of(now))
    paper = request.GET.get("paper", "")
    paper = paper if paper in ROOM_MM else "A4"
    rows = found.published().real().between(monday, monday + timedelta(days=6)).with_everything()
    days, left_out = _days(list(rows.order_by("starts_at", "pk")), ROOM_MM[paper], names_place)
    link = request.build_absolute_uri(address)
    context: dict[str, Any] = {
        "title": title,
        "where": where,
        "days": days,
        "left_out": left_out,
        "paper": paper,
        "papers": ROOM_MM,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "link": link,
        "qr": mark_safe(svg_of(link)),  # noqa: S308 - drawn by us
    }
    return render(request, "geo/poster.html", context)


def _monday(words: str, today: date) -> date:
    """The Monday of the week of a day; of this week where none can be read."""
    try:
        day = date.fromisoformat(words) if words else today
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday())


def _days(
    rows: list[Occurrence], room_mm: int, names_place: bool
) -> tuple[list[tuple[str, list[Line]]], int]:
    """Day by day what fits on the sheet, and how many do not: single events before routines."""
    groups = _groups(rows)
    by_day: dict[date, list[list[Occurrence]]] = {}
    for group in sorted(groups, key=lambda group: bool(group[0].schedule.rrule)):
        day = group[0].held_on
        height = LINE_MM + (0 if day in by_day else DAY_MM)
        if height <= room_mm:
            room_mm -= height
            by_day.setdefault(day, []).append(group)
    kept = sum(len(found) for found in by_day.values())
    return [
        (
            f"{phrases.short_date(day)} {phrases.weekday(day)}",
            [
                _line(group, names_place)
                for group in sorted(by_day[day], key=lambda group: group[0].starts_at)
            ],
        )
        for day in sorted(by_day)
    ], len(groups) - kept


def _groups(rows: list[Occurrence]) -> list[list[Occurrence]]:
    """Places of which only one is meant are one line; every other occurrence is its own."""
    found: dict[object, list[Occurrence]] = {}
    for one in rows:
        is_one_of = one.certainty == Occurrence.Certainty.ONE_OF
        key = (one.activity_id, one.held_on, one.starts_at) if is_one_of else one.pk
        found.setdefault(key, []).append(one)
    return list(found.values())


def _line(group: list[Occurrence], names_place: bool) -> Line:
    one = group[0]
    is_one_of = one.certainty == Occurrence.Certainty.ONE_OF
    doubt = str(one.get_certainty_display()) if is_one_of else ""
    changed = one.status != Occurrence.Status.SCHEDULED
    places = dict.fromkeys(phrases.place_name(each) for each in group)
    return Line(
        phrases.hours_words(one) or _("时间未注明"),
        one.activity.title,
        f" {_('或')} ".join(places) if names_place else "",
        "、".join(link.organization.name for link in one.activity.organizer_links.all()),
        is_off(one),
        str(one.get_status_display()) if changed else doubt,
    )
