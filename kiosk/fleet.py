"""What every poll needs to know of its screen, kept in the process until the tables change.

``kiosk_revision`` counts the changes (triggers of migration 0002); one small question a poll tells
whether what is kept still holds, so that a process never answers with what is no longer so.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.crypto import salted_hmac

from geo.moments import SHANGHAI
from kiosk.build import build_id
from kiosk.models import Build, Command, Notice, Screen, ScreenState
from kiosk.models.screens import DEFAULTS
from kiosk.rings import ALL, CANARY, Release, canaries_of, target_of

NOTICES_AHEAD = timedelta(days=14)
BUILDS_KEPT = 20


@dataclass(frozen=True)
class Standing:
    """One screen as its polls see it."""

    screen: Screen  # settings settled
    settings: dict[str, Any]
    notices: tuple[dict[str, Any], ...]  # newest first; some may be over by now
    command: int  # number of the newest one, 0 for none
    build: str  # the one it should run

    @cached_property
    def programme_mark(self) -> str:
        """Differs where the programme would: not with a notice, nor with a command."""
        one = self.screen
        areas = [area.code for area in one.watched_areas()]
        said = [getattr(one, name) for name in DEFAULTS]
        return repr((one.name, one.venue_id, one.is_sample, areas, said))

    @property
    def mark(self) -> str:
        """Differs where a screen has a reason to poll at once."""
        said = (self.settings, self.notices, self.command, self.build, self.screen.updated_at)
        return str(hash(repr(said)))


@dataclass(frozen=True)
class Fleet:
    """All screens at one revision."""

    revision: int
    build: str
    standings: dict[str, Standing]


_kept: Fleet | None = None
_lock = threading.Lock()


def revision() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kiosk_revision")
        number: int = cursor.fetchone()[0]
    return number


def fleet(now: datetime, at_revision: int | None = None) -> Fleet:
    """The present fleet; read anew only where the revision is not the one that is kept."""
    global _kept
    if connection.in_atomic_block:  # what is not committed yet may never have been so
        return _read(now)
    number = revision() if at_revision is None else at_revision
    kept = _kept
    if kept and kept.revision == number and kept.build == build_id():
        return kept
    with _lock:
        if not (_kept and _kept.revision == number and _kept.build == build_id()):
            _kept = _read(now)
        return _kept


def standing_of(slug: str, now: datetime, at_revision: int | None = None) -> Standing:
    """Raises Screen.DoesNotExist."""
    try:
        return fleet(now, at_revision).standings[slug]
    except KeyError:
        raise Screen.DoesNotExist(slug) from None


def _read(now: datetime) -> Fleet:
    register_build(now)
    number = revision()  # before the rows: what changes meanwhile is read again next time
    screens = [one.resolved() for one in Screen.objects.with_lobby()]
    notices = _notices(screens, now)
    commands = dict(Command.objects.values_list("screen_id").annotate(newest=Max("pk")).order_by())
    releases = [Release(one.pk, one.ring, one.ring_at) for one in Build.objects.all()[:BUILDS_KEPT]]
    canaries = _canaries()
    standings = {
        one.slug: Standing(
            one,
            settings_of(one),
            tuple(notices.get(one.pk, ())),
            commands.get(one.pk, 0),
            target_of(one.slug, releases, canaries) or build_id(),
        )
        for one in screens
    }
    return Fleet(number, build_id(), standings)


def _canaries() -> frozenset[str]:
    paired = ScreenState.objects.values_list("screen__slug", "screen__is_canary")
    return canaries_of(list(paired))


def register_build(now: datetime) -> None:
    """A build never seen begins with the canaries; where nothing is paired, it is for all."""
    if Build.objects.filter(pk=build_id()).exists():
        return
    is_first = not Build.objects.exists() or not ScreenState.objects.exists()
    ring = ALL if is_first else CANARY
    values = {"seen_at": now, "ring": ring, "ring_at": now}
    Build.objects.get_or_create(pk=build_id(), defaults=values)


def _notices(screens: list[Screen], now: datetime) -> dict[int, list[dict[str, Any]]]:
    """By screen's key; newest first."""
    found = Notice.objects.in_force(now).filter(starts_at__lt=now + NOTICES_AHEAD)
    by_screen: dict[int, list[dict[str, Any]]] = {}
    for notice in found.prefetch_related("screens", "groups"):
        own = {one.pk for one in notice.screens.all()}
        groups = {one.pk for one in notice.groups.all()}
        for screen in screens:
            if notice.is_everywhere or screen.pk in own or screen.group_id in groups:
                by_screen.setdefault(screen.pk, []).append(notice_json(notice))
    return by_screen


def notice_json(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "level": notice.level,
        "text": notice.text,
        "starts_at": notice.starts_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "ends_at": notice.ends_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "is_rehearsal": notice.is_rehearsal,
    }


def settings_of(screen: Screen) -> dict[str, Any]:
    """The settings as the page reads them (docs/kiosk-protocol.md); of a resolved screen."""
    opening = screen.opening()
    return {
        "diagonal_inch": float(screen.diagonal_inch or 0),
        "viewing_distance_m": float(screen.viewing_distance_m or 0),
        "orientation": screen.orientation,
        "has_touch": bool(screen.has_touch),
        "mounting_height_cm": screen.mounting_height_cm,
        "language": screen.language,
        "theme": screen.theme,
        "night_look": screen.night_look,
        "hours": opening.as_json() if opening else None,
        "is_in_step": True,
    }


def check_mark(slug: str) -> str:
    """What makes the address behind the small code unguessable; it opens nothing but that page."""
    return salted_hmac("kiosk.check", slug, algorithm="sha256").hexdigest()[:12]


def check_path(slug: str) -> str:
    return f"/kiosk/check/{slug}-{check_mark(slug)}/"
