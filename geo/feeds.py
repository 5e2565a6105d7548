"""Calendars (RFC 5545). A day without a printed hour is a DATE, with 「下午」 in its summary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import groupby

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from geo import phrases
from geo.cards import KnownPoint
from geo.models import Activity, Occurrence
from geo.moments import SHANGHAI

STATUS = {
    Occurrence.Status.CANCELLED: "CANCELLED",
    Occurrence.Status.POSTPONED: "TENTATIVE",
}


def calendar_of(activity: Activity, absolute: Callable[[str], str]) -> bytes:
    """All occurrences of one activity. *absolute* turns a path into a full address."""
    calendar = Calendar()
    calendar.add("prodid", "-//yitu//public service map//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", activity.title)
    rows = list(activity.occurrences.with_everything().order_by("original_start", "place_rank"))
    if any(row.time_precision == "exact" for row in rows):
        calendar.add_component(Timezone.from_tzinfo(SHANGHAI))
    for start, same_start in groupby(rows, key=lambda row: row.original_start):
        group = list(same_start)
        apart = [[row] for row in group]
        together = group[0].certainty == Occurrence.Certainty.ONE_OF
        for rank, members in enumerate([group] if together else apart):
            local = start.astimezone(SHANGHAI)
            uid = f"{activity.public_id}-{local:%Y%m%dT%H%M}-{rank}@yitu"
            calendar.add_component(_event(members, uid, absolute))
    return bytes(calendar.to_ical())


def _event(rows: list[Occurrence], uid: str, absolute: Callable[[str], str]) -> Event:
    first = rows[0]
    activity = first.activity
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", first.revised_at)
    event.add("last-modified", first.revised_at)
    event.add("sequence", first.sequence)
    event.add("status", STATUS.get(first.status, "CONFIRMED"))  # type: ignore[call-overload]
    _add_times(event, first)
    event.add("location", _location(rows))
    event.add("description", _description(first))
    event.add("url", absolute(activity.get_absolute_url()))
    known = _pin(first)
    if known and len(rows) == 1:
        event.add("geo", (known.lat, known.lon))
    categories = [category.name for category in activity.categories.all()]
    if categories:
        event.add("categories", categories)
    return event


def _add_times(event: Event, row: Occurrence) -> None:
    title = row.activity.title
    if row.time_precision == "exact":
        event.add("dtstart", row.starts_at.astimezone(SHANGHAI))
        event.add("dtend", row.ends_at.astimezone(SHANGHAI))
        event.add("summary", title)
        return
    hours = phrases.hours_words(row)
    event.add("dtstart", row.held_on)
    event.add("dtend", row.held_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", f"{hours} {title}" if hours else title)


def _location(rows: list[Occurrence]) -> str:
    names = list(dict.fromkeys(phrases.place_name(row) for row in rows))
    if len(names) > 1:
        return "／".join(names) + _("（其中一处，原文未注明）")
    district = rows[0].district.name if rows[0].district else ""
    return names[0] if not district or district in names[0] else f"{district} {names[0]}"


def _description(row: Occurrence) -> str:
    lines = [row.activity.content]
    if row.printed_time:
        lines.append(_("时间（原文）：%(text)s") % {"text": row.printed_time})
    if row.status_reason:
        lines.append(f"{row.get_status_display()}: {row.status_reason}")
    lines.append(_("来源：%(title)s") % {"title": row.activity.source.title})
    return "\n".join(line for line in lines if line)


def _pin(row: Occurrence) -> KnownPoint | None:
    venue = row.venue
    if venue is None or venue.point is None or not venue.is_pin:
        return None
    return KnownPoint(venue.point.x, venue.point.y, venue.radius_m or 0)
