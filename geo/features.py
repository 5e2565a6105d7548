"""What the open API says of a row: GeoJSON features (RFC 7946), only as finely as it is known.

Positions are lon, lat in WGS-84 with at most six decimals. Instants are UTC with a Z. A geometry is
null where nobody knows a point or a boundary; ``level`` and ``radius_m`` say what is known instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.urls import reverse

from geo import phrases
from geo.models import Area, Departure, Occurrence, Organization, Venue
from geo.moments import SHANGHAI

Absolute = Callable[[str], str]  # a path → a full address
Feature = dict[str, Any]

DIGITS = 6  # about 0.1 m: finer than anything here is known


def event_id(one: Occurrence) -> str:
    """``rihu2019-20190626T0900-0``: the activity, its original start in Ningbo, the place's rank.

    Stays the same when the day is moved or cancelled, as the UID of the calendar does.
    """
    local = one.original_start.astimezone(SHANGHAI)
    return f"{one.activity.public_id}-{local:%Y%m%dT%H%M}-{one.place_rank}"


def read_event_id(words: str) -> tuple[str, datetime, int]:
    """The activity, the original start (to the minute) and the place's rank; or ValueError."""
    public_id, start, rank = words.rsplit("-", 2)
    moment = datetime.strptime(start, "%Y%m%dT%H%M").replace(tzinfo=SHANGHAI)
    return public_id, moment, int(rank)


def find_event(words: str) -> Occurrence | None:
    """The public occurrence with this id, or None."""
    try:
        public_id, start, rank = read_event_id(words)
        minute = (start, start + timedelta(seconds=59, microseconds=999_999))
        found: Occurrence | None = (
            Occurrence.objects.published()
            .filter(activity__public_id=public_id, original_start__range=minute, place_rank=rank)
            .with_everything()
            .first()
        )
    except (ValueError, OverflowError):
        return None
    return found


def event_feature(one: Occurrence, absolute: Absolute) -> Feature:
    """One occurrence. Its bounds never stand without their precision and the printed words."""
    activity = one.activity
    venue = one.venue
    return _feature(
        event_id(one),
        _point(venue.point) if venue and venue.point else None,
        {
            "activity": activity.public_id,
            "removed": False,
            "title": activity.title,
            "starts_at": instant(one.starts_at),
            "ends_at": instant(one.ends_at),
            "time_precision": one.time_precision,
            "printed_time": one.printed_time or one.schedule.printed_text,
            "part_of_day": one.part_of_day or None,
            "held_on": one.held_on.isoformat(),
            "status": one.status,
            "status_reason": one.status_reason or None,
            "previous_starts_at": instant(one.previous_starts_at),
            "previous_place": one.previous_place or None,
            "certainty": one.certainty,
            "categories": [category.slug for category in activity.categories.all()],
            "audiences": [audience.slug for audience in activity.audiences.all()],
            "organizers": [link.organization.name for link in activity.organizer_links.all()],
            "campaign": activity.campaign.slug if activity.campaign else None,
            "place": phrases.place_name(one),
            "venue": str(venue.pk) if venue else None,
            "level": one.level,
            "radius_m": venue.radius_m if venue and venue.point else None,
            "area": area_id(one.area),
            "district": one.district.name if one.district else None,
            "source": activity.source.title,
            "sample": activity.is_sample,
            "updated_at": instant(updated_at(one)),
            "url": absolute(activity.get_absolute_url()),
        },
    )


def tombstone(one: Departure) -> Feature:
    """What is left of an occurrence that is no longer public: only that it is to be removed."""
    said = {"activity": one.public_id, "removed": True, "updated_at": instant(one.left_at)}
    return _feature(one.event_id, None, said)


def updated_at(one: Occurrence | Departure) -> datetime:
    if isinstance(one, Departure):
        return one.left_at
    return max(one.revised_at, one.activity.updated_at)


def venue_feature(venue: Venue, absolute: Absolute) -> Feature:
    query = f"?venue={venue.pk}"
    return _feature(
        str(venue.pk),
        _point(venue.point) if venue.point else None,
        {
            "name": venue.name,
            "names": [alias.name for alias in venue.names.all()],
            "kind": venue.kind or None,
            "address": venue.address or None,
            "town": venue.town.name if venue.town else None,
            "district": venue.district.name if venue.district else None,
            "area": area_id(venue.town or venue.district),
            "radius_m": venue.radius_m if venue.point else None,
            "point_source": venue.point_source or None,
            "source_datum": venue.source_datum or None,
            "confidence": venue.confidence or None,
            "needs_review": venue.needs_review,
            "valid_from": day(venue.valid_from),
            "valid_to": day(venue.valid_to),
            "sample": venue.is_sample,
            "events": absolute(reverse("api-items", args=["events"])) + query,
        },
    )


def area_id(area: Area | None) -> str | None:
    """The code, or ``area-17`` for a zone or grid that has none."""
    return (area.code or f"area-{area.pk}") if area else None


def area_feature(area: Area, absolute: Absolute) -> Feature:
    """*area* carries ``shape``: its boundary as GeoJSON text, outer rings counter-clockwise."""
    shape: str | None = getattr(area, "shape", None)
    at = area.label_point
    return _feature(
        area_id(area) or "",
        json.loads(shape) if shape else None,
        {
            "name": area.name,
            "names": [alias.name for alias in area.names.all()],
            "level": area.level,
            "code": area.code,
            "parent": area_id(area.parent),
            "label_lon": round(at.x, DIGITS) if at else None,
            "label_lat": round(at.y, DIGITS) if at else None,
            "label_radius_m": area.label_radius_m,
            "source": area.source or None,
            "licence": area.licence or None,
            "approval_number": area.approval_number or None,
            "datum": area.datum or None,
            "events": absolute(reverse("api-items", args=["events"])) + f"?area={area_id(area)}",
        },
    )


def organization_feature(organization: Organization, absolute: Absolute) -> Feature:
    """An organisation has no position of its own here, so its geometry is null."""
    query = f"?organizer={organization.pk}"
    return _feature(
        str(organization.pk),
        None,
        {
            "name": organization.name,
            "kind": organization.kind or None,
            "registration_number": organization.registration_number or None,
            "contact": organization.contact or None,
            "events": absolute(reverse("api-items", args=["events"])) + query,
        },
    )


def instant(moment: datetime | None) -> str | None:
    """2019-06-26T01:00:00Z"""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _feature(identity: str, geometry: Any, properties: dict[str, Any]) -> Feature:
    return {"type": "Feature", "id": identity, "geometry": geometry, "properties": properties}


def _point(point: Point) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(point.x, DIGITS), round(point.y, DIGITS)]}
