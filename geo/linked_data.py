"""An activity as schema.org sees it: JSON-LD for search engines, as honest as the page itself.

A day without printed hours is a date, not a midnight. A position stands only where a pin stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from geo import phrases
from geo.models import Occurrence
from geo.moments import SHANGHAI

STATUS = {
    Occurrence.Status.SCHEDULED: "EventScheduled",
    Occurrence.Status.FULL: "EventScheduled",
    Occurrence.Status.RESCHEDULED: "EventRescheduled",
    Occurrence.Status.POSTPONED: "EventPostponed",
    Occurrence.Status.CANCELLED: "EventCancelled",
}
# What could end a script element or be read as markup, as JSON writes it otherwise.
ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
MOST = 50  # events on one page


def linked_data(occurrences: Sequence[Occurrence], absolute: Callable[[str], str]) -> str:
    """JSON-LD of one activity's occurrences, safe inside a script element; "" for a sample."""
    if not occurrences or occurrences[0].activity.is_sample:
        return ""
    rows = sorted(occurrences, key=lambda one: (one.original_start, one.place_rank))[:MOST]
    events = []
    for _, group in groupby(rows, key=lambda one: one.original_start):
        same_start = list(group)
        is_one_of = same_start[0].certainty == Occurrence.Certainty.ONE_OF
        for members in [same_start] if is_one_of else [[one] for one in same_start]:
            events.append(_event(members, absolute))
    graph = {"@context": "https://schema.org", "@graph": events}
    return json.dumps(graph, ensure_ascii=False).translate(ESCAPES)


def _event(rows: Sequence[Occurrence], absolute: Callable[[str], str]) -> dict[str, Any]:
    one = rows[0]
    activity = one.activity
    places = [_place(row) for row in rows]
    event: dict[str, Any] = {
        "@type": "Event",
        "name": activity.title,
        "url": absolute(activity.get_absolute_url()),
        **_times(one),
        "eventStatus": f"https://schema.org/{STATUS[Occurrence.Status(one.status)]}",
        "location": places if len(places) > 1 else places[0],
        "organizer": [
            {"@type": "Organization", "name": link.organization.name}
            for link in activity.organizer_links.all()
        ],
    }
    if activity.content:
        event["description"] = activity.content
    if one.previous_starts_at and one.status == Occurrence.Status.RESCHEDULED:
        before = one.previous_starts_at.astimezone(SHANGHAI)
        exact = one.time_precision == "exact"
        event["previousStartDate"] = before.isoformat() if exact else before.date().isoformat()
    return event


def _times(one: Occurrence) -> dict[str, str]:
    if one.time_precision != "exact":
        return {"startDate": one.held_on.isoformat(), "endDate": one.held_on.isoformat()}
    return {
        "startDate": one.starts_at.astimezone(SHANGHAI).isoformat(),
        "endDate": one.ends_at.astimezone(SHANGHAI).isoformat(),
    }


def _place(one: Occurrence) -> dict[str, Any]:
    venue = one.venue
    place: dict[str, Any] = {"@type": "Place", "name": phrases.place_name(one)}
    address = {"@type": "PostalAddress", "addressCountry": "CN", "addressLocality": "宁波市"}
    if one.district:
        address["addressRegion"] = one.district.name
    if venue and venue.address:
        address["streetAddress"] = venue.address
    place["address"] = address
    if venue and venue.point and venue.is_pin:
        place["geo"] = {
            "@type": "GeoCoordinates", "longitude": venue.point.x, "latitude": venue.point.y,
        }  # fmt: skip
    return place
