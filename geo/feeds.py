"""Calendars (RFC 5545) and feeds (RFC 4287) of one activity or of any filter.

A day without a printed hour is a DATE, with 「下午」 in its summary. What repeats by a rule is a
series (`geo.series`) in which a moved or cancelled day stands with its RECURRENCE-ID; every other
occurrence is an event with a UID of its own from its original start. Both count SEQUENCE up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vRecur

from geo import phrases
from geo.cards import Card, KnownPoint
from geo.filters import ActivityFilter
from geo.models import Activity, Occurrence
from geo.moments import SHANGHAI
from geo.querysets import OccurrenceQuerySet
from geo.series import Series, series_in

KEPT = timedelta(days=30)  # what a subscriber still sees of the past, cancellations above all
MOST = 1000  # occurrences of one subscription
ATOM = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

STATUS = {
    Occurrence.Status.CANCELLED: "CANCELLED",
    Occurrence.Status.POSTPONED: "TENTATIVE",
}


def calendar_of(activity: Activity, absolute: Callable[[str], str]) -> bytes:
    """All occurrences of one activity. *absolute* turns a path into a full address."""
    return calendar_with(activity.occurrences.with_everything(), activity.title, absolute)


def subscribed(asked: ActivityFilter, now: datetime) -> OccurrenceQuerySet:
    """What a subscription to a filter holds: with no time asked, from thirty days ago on."""
    found = asked.apply(now) if asked.when or asked.day else asked.matching().not_over(now - KEPT)
    return found.with_everything()


def calendar_with(
    occurrences: Iterable[Occurrence], name: str, absolute: Callable[[str], str]
) -> bytes:
    """*occurrences* as a calendar called *name*."""
    calendar = Calendar()
    calendar.add("prodid", "-//yitu//public service map//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    repeated, single = series_in(occurrences)
    rows = sorted(single, key=_place_in_calendar)
    timed = [*rows, *(row for series in repeated for row in series.rows)]
    if any(row.time_precision == "exact" for row in timed):
        calendar.add_component(Timezone.from_tzinfo(SHANGHAI))
    for (_activity, start), same_start in groupby(
        rows, key=lambda row: _place_in_calendar(row)[:2]
    ):
        group = list(same_start)
        apart = [[row] for row in group]
        together = group[0].certainty == Occurrence.Certainty.ONE_OF
        for rank, members in enumerate([group] if together else apart):
            local = start.astimezone(SHANGHAI)
            uid = f"{members[0].activity.public_id}-{local:%Y%m%dT%H%M}-{rank}@yitu"
            calendar.add_component(_event(members, uid, absolute))
    for series in repeated:
        for event in _events_of_series(series, absolute):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events_of_series(series: Series, absolute: Callable[[str], str]) -> Iterable[Event]:
    """The rule, and each day that differs from it. DTSTART is the first day of those asked for."""
    first, last = series.rows[0], series.rows[-1]
    is_timed = series.usual.time_precision == "exact"
    length = series.usual.ends_at - series.usual.starts_at
    event = _event([series.usual], series.uid, absolute)
    newest = max(row.revised_at for row in series.rows)
    for name in ("dtstart", "dtend", "dtstamp", "last-modified", "sequence"):
        del event[name]
    event.add("dtstamp", newest)
    event.add("last-modified", newest)
    event.add("sequence", max(row.sequence for row in series.rows))
    start = first.original_start.astimezone(SHANGHAI)
    event.add("dtstart", start if is_timed else start.date())
    event.add("dtend", start + length if is_timed else start.date() + timedelta(days=1))
    until = last.original_start.astimezone(UTC if is_timed else SHANGHAI)
    rule = vRecur.from_ical(series.rule)
    rule["UNTIL"] = [until if is_timed else until.date()]
    event.add("rrule", rule)
    clock = start.timetz()
    for day in series.left_out:
        event.add("exdate", datetime.combine(day, clock) if is_timed else day)
    yield event
    for row in series.changed:
        changed = _event([row], series.uid, absolute)
        original = row.original_start.astimezone(SHANGHAI)
        changed.add("recurrence-id", original if is_timed else original.date())
        yield changed


def _place_in_calendar(row: Occurrence) -> tuple[int, datetime, int]:
    return row.activity_id, row.original_start, row.place_rank


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


def atom_of(
    cards: Sequence[Card], title: str, addresses: tuple[str, str], absolute: Callable[[str], str]
) -> bytes:
    """One entry an activity. *addresses* are the feed's own and that of the page it follows."""
    register_namespace("", ATOM)
    own, page = addresses
    feed = _element(None, "feed")
    _element(feed, "id", _urn(own))
    _element(feed, "title", title)
    _element(feed, "updated", _rfc3339(max((_changed(c) for c in cards), default=_EPOCH)))
    _element(feed, "link", rel="self", type="application/atom+xml", href=own)
    _element(feed, "link", rel="alternate", type="text/html", href=page)
    _element(_element(feed, "author"), "name", "益图")
    for card in cards:
        _entry(feed, card, absolute)
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _entry(feed: Element, card: Card, absolute: Callable[[str], str]) -> None:
    activity = card.activity
    address = absolute(activity.get_absolute_url())
    entry = _element(feed, "entry")
    _element(entry, "id", _urn(f"activity/{activity.public_id}"))
    _element(entry, "title", f"（{card.state}）{activity.title}" if card.is_off else activity.title)
    _element(entry, "published", _rfc3339(activity.created_at))
    _element(entry, "updated", _rfc3339(_changed(card)))
    _element(entry, "link", rel="alternate", type="text/html", href=address)
    for name in card.organizers:
        _element(_element(entry, "author"), "name", name)
    for category in card.categories:
        _element(entry, "category", term=category.slug, label=category.name)
    places = ("／" if card.is_one_of else "、").join(place.name for place in card.places)
    days = phrases.days_words([one.held_on for one in card.occurrences], _LONG_AGO)
    hours = phrases.hours_words(card.next)
    _element(entry, "summary", " · ".join(part for part in (days, hours, places) if part))
    if activity.content:
        _element(entry, "content", activity.content, type="text")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=SHANGHAI)  # days are named by date, never 今天


def _changed(card: Card) -> datetime:
    return max(card.activity.updated_at, *(one.revised_at for one in card.occurrences))


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _urn(words: str) -> str:
    """A name that stays when the address changes its host."""
    return uuid5(NAMESPACE_URL, f"yitu/{words}").urn


def _element(parent: Element | None, name: str, text: str = "", **attributes: str) -> Element:
    tag = f"{{{ATOM}}}{name}"
    made = Element(tag, attributes) if parent is None else SubElement(parent, tag, attributes)
    if text:
        made.text = NOT_IN_XML.sub("", text)
    return made
