"""What a screen polls: fourteen days of absolute instants for the lobby's surroundings.

Fourteen fields, to which `kiosk.polling` adds the screen's own. ``version`` (also the ETag) is a
hash of what can be seen on the screen;
``server_now`` and ``generated_at`` are not part of it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from geo import phrases
from geo.coordinates import distance_m
from geo.models import Area, Occurrence
from geo.models.venues import WALK_RADIUS_M
from geo.moments import day_bounds, day_of, walking_minutes
from geo.spelling import syllables_of
from kiosk.city import City, Known, city_of
from kiosk.items import Item, Place
from kiosk.models import Screen
from kiosk.playlist import phase_ms

SCHEMA = 1
DAYS = 14
OWN_LIMIT = 240  # of the lobby's own county and surroundings
ROUTINE_SPAN = timedelta(days=7)  # what is on again a week later or more comes back
DISTRICT_DAY_LIMIT = 4  # of every other district, a day; the rest is counted


def payload_of(
    screen: Screen, now: datetime, build: str, version: int | None = None
) -> dict[str, Any]:
    """The payload at *now*; a fixed number of queries, none where *version* is known already."""
    screen = screen.resolved()
    start, _end = day_bounds(day_of(now))
    until = start + timedelta(days=DAYS)
    city = city_of(screen.is_sample, start, until, version)
    occurrences, districts = city.occurrences, _districts(screen, city)
    items, more = _capped(_items(screen, city), [one.code or "" for one in districts])
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "screen": screen.slug,
        "lobby": lobby_of(screen),
        "playlist": {
            "scenes": screen.scenes,
            "dwell_s": screen.dwell_s,
            "phase_ms": phase_ms(screen.slug),
        },
        "city": [_district(one, more.get(one.code or "", {})) for one in districts],
        "items": items,
        "campaigns": _campaigns(occurrences),
        "sources": _sources(occurrences),
        "contact": {"words": screen.contact_words, "hours": screen.hours_words},
        "valid_until": until.isoformat(),
    }
    written = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return {
        **content,
        "build": build,
        "version": hashlib.sha256(f"{build}{written}".encode()).hexdigest()[:20],
        "generated_at": now.isoformat(timespec="seconds"),
        "server_now": now.isoformat(timespec="milliseconds"),
    }


def lobby_of(screen: Screen) -> dict[str, Any]:
    """Where the screen stands, as well as it is known; lon, lat in WGS-84."""
    venue = screen.venue
    point = venue.point
    clock = "%H:%M"
    return {
        "name": screen.name,
        "district": (venue.district.code if venue.district else "") or "",
        "area": venue.district.name if venue.district else "",
        "city": (venue.district.parent.name if venue.district and venue.district.parent else ""),
        "lon": round(point.x, 6) if point else None,
        "lat": round(point.y, 6) if point else None,
        "radius_m": venue.radius_m or 0,
        "is_exact": venue.is_walkable,
        "around_m": screen.radius_m,
        "night_from": screen.night_from.strftime(clock) if screen.night_from else "",
        "night_to": screen.night_to.strftime(clock) if screen.night_to else "",
        "is_sample": screen.is_sample,
    }


def _districts(screen: Screen, city: City) -> list[Area]:
    """The city's districts, the lobby's own first, then by distance of their label points."""
    own = screen.venue.district
    origin = screen.venue.point or (own.label_point if own else None)

    def key(area: Area) -> tuple[bool, float]:
        at = area.label_point
        far = distance_m(origin.x, origin.y, at.x, at.y) if origin and at else float("inf")
        return (area != own, far)

    return sorted(city.districts, key=key)


def _district(area: Area, more: dict[str, int]) -> dict[str, Any]:
    at = area.label_point
    return {
        "code": area.code or "",
        "name": area.name,
        "lon": round(at.x, 5) if at else None,
        "lat": round(at.y, 5) if at else None,
        "more": more,
    }


def _items(screen: Screen, city: City) -> list[Item]:
    """Folded: one activity on one day is one item, with all its places."""
    by_day: dict[tuple[int, date, datetime], list[Occurrence]] = {}
    days: dict[int, set[date]] = {}
    for one in city.occurrences:
        by_day.setdefault((one.activity_id, one.held_on, one.starts_at), []).append(one)
        days.setdefault(one.activity_id, set()).add(one.held_on)
    own_codes = _own_codes(screen)
    return [
        _item(screen, city, group, own_codes, _comes_back(days[group[0].activity_id]))
        for group in by_day.values()
    ]


def _comes_back(days: set[date]) -> bool:
    return max(days) - min(days) >= ROUTINE_SPAN


def _own_codes(screen: Screen) -> set[str]:
    codes = {area.code or "" for area in screen.watched_areas()}
    if screen.venue.district:
        codes.add(screen.venue.district.code or "")
    return codes - {""}


def _item(
    screen: Screen, city: City, group: list[Occurrence], own_codes: set[str], is_routine: bool
) -> Item:
    first = group[0]
    known = [city.known_of(one) for one in group]
    places = [
        _place(screen, found)
        for one, found in zip(group, known, strict=True)
        if one.place or one.venue or one.area
    ]
    return {
        "id": f"{first.activity.public_id}-{first.starts_at:%Y%m%d%H%M}",
        "title": first.activity.title,
        "by": _organizers(first),
        "day": first.held_on.isoformat(),
        "starts_at": first.starts_at.isoformat(),
        "ends_at": first.ends_at.isoformat(),
        "precision": first.time_precision,
        "part": first.part_of_day,
        "hours": phrases.hours_words(first),
        "status": first.status,
        "status_words": "" if first.status == "scheduled" else str(first.get_status_display()),
        "reason": first.status_reason,
        "is_sure": all(one.certainty == Occurrence.Certainty.CERTAIN for one in group),
        "is_routine": is_routine,
        "is_own": any(place["district"] in own_codes for place in places),
        "is_near": any(_is_near(screen, found) for found in known),
        "sample": first.activity.is_sample,
        "campaign": first.activity.campaign.slug if first.activity.campaign else "",
        "find": _typed(first.activity.title, *(place["name"] for place in places)),
        "places": places,
    }


@lru_cache(maxsize=4096)
def _typed(*names: str) -> str:
    """The syllables a visitor may type, names apart by a bar: shou ji ke tang|qing chuang."""
    return "|".join(" ".join(syllables_of(name)) for name in names)


def _organizers(one: Occurrence) -> str:
    names = [link.organization.name for link in one.activity.organizer_links.all()]
    return names[0] if len(names) == 1 else f"{names[0]}等" if names else ""


def _place(screen: Screen, known: Known) -> Place:
    metres = _metres(screen, known)
    if metres is None:
        return known.place
    return {**known.place, "walk_min": walking_minutes(metres)}


def _metres(screen: Screen, known: Known) -> float | None:
    """Straight line from the lobby, only where both ends are known well enough to walk by."""
    lobby = screen.venue
    if not lobby.is_walkable or lobby.point is None or known.lon is None or known.lat is None:
        return None
    if known.radius_m > WALK_RADIUS_M:
        return None
    return distance_m(lobby.point.x, lobby.point.y, known.lon, known.lat)


def _is_near(screen: Screen, known: Known) -> bool:
    metres = _metres(screen, known)
    return metres is not None and metres <= (screen.radius_m or 0)


def _capped(items: list[Item], codes: list[str]) -> tuple[list[Item], dict[str, dict[str, int]]]:
    """All that is own or near, a few a day of every other district, and how many are left out."""
    kept: list[Item] = []
    own, seen, more = 0, Counter[tuple[str, str]](), dict[str, dict[str, int]]()
    for item in items:
        code = item["places"][0]["district"] if item["places"] else ""
        if item["is_own"] or item["is_near"]:
            own += 1
            fits = own <= OWN_LIMIT
        else:
            seen[code, item["day"]] += 1
            fits = seen[code, item["day"]] <= DISTRICT_DAY_LIMIT
        if fits:
            kept.append(item)
        elif code in codes:
            of_district = more.setdefault(code, {})
            of_district[item["day"]] = of_district.get(item["day"], 0) + 1
    return kept, more


def _campaigns(occurrences: Iterable[Occurrence]) -> list[dict[str, str]]:
    """The frames the items stand in, the one that ends first before the others."""
    found = {one.activity.campaign_id: one.activity.campaign for one in occurrences}
    known = [campaign for campaign in found.values() if campaign]
    return [
        {
            "slug": one.slug,
            "name": one.name,
            "theme": one.theme,
            "starts_on": one.starts_on.isoformat(),
            "ends_on": one.ends_on.isoformat(),
        }
        for one in sorted(known, key=lambda one: (one.ends_on, one.slug))
    ]


def _sources(occurrences: Iterable[Occurrence]) -> list[dict[str, str]]:
    """Where the facts come from, and how old they are."""
    found = {one.activity.source_id: one.activity.source for one in occurrences}
    return [
        {"title": source.title, "published": source.published_words}
        for source in sorted(found.values(), key=lambda one: one.slug)[:3]
    ]
