"""The poll: what a screen has already is not sent again, and saying so costs next to nothing.

The body is the programme (``payload_of``) and what the fleet adds to it: settings, notices, the
address behind the small code. The programme is computed again when the data, the screen, the build
or the day is another one.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from geo.moments import day_of
from kiosk.build import build_id
from kiosk.fleet import Standing, check_path, standing_of
from kiosk.payload import payload_of

PROGRAMMES_KEPT = 3000


@dataclass(frozen=True)
class Programme:
    """What ``payload_of`` made, written: the inside of an object, without its server time."""

    key: tuple[Any, ...]
    version: str
    inside: str


@dataclass(frozen=True)
class Answer:
    """A body without its server time, and the tag it is known by."""

    key: tuple[Any, ...]
    etag: str
    rest: bytes  # of the JSON object, after the first field
    standing: Standing


_programmes: OrderedDict[str, Programme] = OrderedDict()
_answers: OrderedDict[str, Answer] = OrderedDict()
_lock = threading.Lock()


def poll(request: HttpRequest, slug: str, now: datetime) -> HttpResponse:
    """200 with everything, or 304 with the time. Raises Screen.DoesNotExist.

    While the database does not answer, what is kept is still served: it says how old it is.
    """
    try:
        known = current(slug, now)
    except DatabaseError:
        kept = _answers.get(slug)
        if kept is None:
            raise
        known = kept
    if request.headers.get("If-None-Match") == known.etag:
        response = HttpResponse(status=304)
    else:
        body = b'{"server_now": "%s", ' % now.isoformat(timespec="milliseconds").encode()
        response = HttpResponse(body + known.rest, content_type="application/json")
        response["Content-Length"] = str(len(response.content))  # the middleware is before Django's
    response["ETag"] = known.etag
    return stamped(response, known.standing, now)


def current(slug: str, now: datetime) -> Answer:
    """The answer as of now: kept, or put together of a kept programme, or made anew."""
    fleet_number, data_number = marks()
    standing = standing_of(slug, now, fleet_number)
    notices = in_force(standing, now)
    key = (fleet_number, data_number, day_of(now), build_id(), len(notices))
    may_keep = not connection.in_atomic_block
    kept = _answers.get(slug)
    if kept and may_keep and kept.key == key:
        return kept
    made = _answer(key, standing, _programme(standing, now, data_number if may_keep else None), now)
    if may_keep:
        _keep(_answers, slug, made)
    return made


def _keep(store: OrderedDict[str, Any], slug: str, made: Any) -> None:
    with _lock:
        store[slug] = made
        store.move_to_end(slug)
        while len(store) > PROGRAMMES_KEPT:
            store.popitem(last=False)


def _programme(standing: Standing, now: datetime, data_number: int | None) -> Programme:
    """Kept until the data, the screen, the build or the day is another one; not with a notice."""
    slug = standing.screen.slug
    key = (standing.programme_mark, data_number, day_of(now), build_id())
    kept = _programmes.get(slug)
    if kept and data_number is not None and kept.key == key:
        return kept
    with translation.override(settings.LANGUAGE_CODE):
        content = payload_of(standing.screen, now, build_id(), data_number)
    version = content.pop("version")
    del content["server_now"]
    made = Programme(key, version, json.dumps(content, ensure_ascii=False)[1:-1])
    if data_number is not None:
        _keep(_programmes, slug, made)
    return made


def _answer(
    key: tuple[Any, ...], standing: Standing, programme: Programme, now: datetime
) -> Answer:  # fmt: skip
    added = _added(standing, now)
    tag = _tag(programme.version, added)
    rest = json.dumps({**added, "version": tag}, ensure_ascii=False)[1:]
    return Answer(key, f'"{tag}"', f"{programme.inside}, {rest}".encode(), standing)


def full_payload(standing: Standing, now: datetime) -> dict[str, Any]:
    """For the page: the programme and what the fleet adds to it; its version covers both."""
    with translation.override(settings.LANGUAGE_CODE):
        content = payload_of(standing.screen, now, build_id())
    added = _added(standing, now)
    return {**content, **added, "version": _tag(content["version"], added)}


def _added(standing: Standing, now: datetime) -> dict[str, Any]:
    return {
        "settings": standing.settings,
        "notices": in_force(standing, now),
        "check_url": check_path(standing.screen.slug),
    }


def _tag(version: str, added: dict[str, Any]) -> str:
    said = version + json.dumps(added, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def in_force(standing: Standing, now: datetime) -> list[dict[str, Any]]:
    """What has not ended yet."""
    if not standing.notices:
        return []
    return [one for one in standing.notices if datetime.fromisoformat(one["ends_at"]) > now]


MARKS = "SELECT screens.number, data.number FROM kiosk_revision screens, geo_dataversion data"


def marks() -> tuple[int, int]:
    """(revision of the screens, version of the data), before any row is read."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS)
        number, version = cursor.fetchone()
    return number, version


def stamped(response: HttpResponse, standing: Standing, now: datetime) -> HttpResponse:
    """Who answered, when, and which build is wanted: a captive portal's page has none of these."""
    response["X-Yitu-Screen"] = standing.screen.slug
    response["X-Yitu-Now"] = now.isoformat(timespec="milliseconds")
    response["X-Yitu-Build"] = standing.build
    response["X-Yitu-Served"] = build_id()
    response["X-Yitu-Command"] = str(standing.command)
    response["Cache-Control"] = "no-cache"
    return response
