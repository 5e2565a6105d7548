"""Keeps this process' snapshot as new as the database: told by NOTIFY, and asking every second.

A worker that missed a notification heals itself, because the version is compared in any case. What
cannot be brought up to date in time is not answered from: SQL answers then.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

import psycopg
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import Q

from geo.live.rows import rows_of
from geo.live.snapshot import Snapshot, TooManyError
from geo.models import Occurrence
from geo.moments import microseconds, moment_of
from geo.querysets import OccurrenceQuerySet
from geo.versions import Version, data_version

EARLIER = timedelta(days=1)  # what ended since then is still there
RELOAD_AFTER_S = 12 * 3600
CHECK_S = 1.0
FRESH_S = 2.0  # an answer is never older, while the database answers
PATIENCE_S = 0.8  # of it, what bringing up to date may take
REMEMBERED = 3_000_000  # ms; geo_change keeps an hour
MOST_ACTIVITIES = 4000  # more at once are read anew, all of them

logger = logging.getLogger(__name__)

# kind of change → the live occurrences that show it
SHOWN_BY: dict[str, tuple[str, ...]] = {
    "activity": ("activity__in",),
    "venue": ("venue__in",),
    "place": ("place__in",),
    "organization": ("activity__organizers__in",),
    "category": ("activity__categories__in",),
    "audience": ("activity__audiences__in",),
    "campaign": ("activity__campaign__in",),
    "source": ("activity__source__in",),
    "area": ("area__in", "district__in", "area__parent__in"),
}


class Kept(NamedTuple):
    snapshot: Snapshot
    version: Version
    is_cut_off: bool  # the database does not answer: this is the last good state


class Keeper:
    """One a process. Without `start`, nothing is kept and SQL answers everything."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.version: Version | None = None
        self.loaded_at = 0.0
        self.confirmed_at = 0.0  # when the database last said that this is its version
        self.behind_since: float | None = None  # since when it says that there is a newer one
        self._now: Callable[[], datetime] | None = None

    def start(self, now: Callable[[], datetime]) -> None:
        """Begin to keep. *now* is the clock that says what is over."""
        if self._now is None:
            self._now = now
            threading.Thread(target=self._keep, daemon=True, name="live").start()

    def kept(self) -> Kept | None:
        """The snapshot, if it may be answered from at this moment."""
        if self.snapshot is None or self.version is None:
            return None
        moment = time.monotonic()
        if self.behind_since is not None and moment - self.behind_since > PATIENCE_S:
            return None
        return Kept(self.snapshot, self.version, moment - self.confirmed_at > FRESH_S)

    # --- Bringing up to date ------------------------------------------------------------------

    def refresh(self, now: datetime) -> bool:
        """Make the snapshot what the database says. True when something had changed."""
        asked_at = time.monotonic()
        number = data_version().number
        is_old = asked_at - self.loaded_at > RELOAD_AFTER_S
        if self.version and number == self.version.number and not is_old:
            self.confirmed_at, self.behind_since = asked_at, None
            return False
        if self.behind_since is None:
            self.behind_since = asked_at
        with _at_one_moment():
            version = data_version()
            self._read(version, now, is_old)
        self.version = version
        self.confirmed_at, self.behind_since = asked_at, None
        return True

    def _read(self, version: Version, now: datetime, is_old: bool) -> None:
        touched = None if is_old else self._touched(version)
        if touched is None or self.snapshot is None:
            floor = now - EARLIER
            live = Occurrence.objects.filter(ends_at__gte=floor)
            self.snapshot = Snapshot(rows_of(live), microseconds(floor))
            self.loaded_at = time.monotonic()
        elif touched:
            rows = rows_of(self._live().filter(activity__in=touched))
            self.snapshot = self.snapshot.changed(touched, rows)

    def _touched(self, version: Version) -> set[int] | None:
        """The activities that changed since ours; None: too many, or too long ago, to say."""
        ours = self.version
        if ours is None or not 0 <= version.number - ours.number < REMEMBERED:
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT kind, keys FROM geo_change WHERE version > %s AND version <= %s",
                [ours.number, version.number],
            )
            changes = cursor.fetchall()
        keys: dict[str, set[int]] = {}
        for kind, some in changes:
            if kind in SHOWN_BY:
                if some is None:
                    return None
                keys.setdefault(kind, set()).update(some)
        touched = keys.pop("activity", set())
        for kind, these in keys.items():
            shown = Q()
            for condition in SHOWN_BY[kind]:
                shown |= Q(**{condition: these})
            found = self._live().filter(shown).order_by().values_list("activity_id", flat=True)
            touched |= set(found.distinct()[: MOST_ACTIVITIES + 1])
        return touched if len(touched) <= MOST_ACTIVITIES else None

    def _live(self) -> OccurrenceQuerySet:
        floor = self.snapshot.floor if self.snapshot else 0
        found: OccurrenceQuerySet = Occurrence.objects.filter(ends_at__gte=moment_of(floor))
        return found

    # --- The thread ---------------------------------------------------------------------------

    def _keep(self) -> None:
        while True:
            try:
                self._listen()
            except (DatabaseError, psycopg.Error) as error:
                logger.warning("The live snapshot waits for the database: %s", error)
            except TooManyError:
                logger.exception("Too many categories or audiences for the live snapshot")
                return
            except Exception:
                logger.exception("The live snapshot begins anew")
                self.snapshot = self.version = None
            finally:
                connection.close()
            time.sleep(CHECK_S)

    def _listen(self) -> None:
        assert self._now is not None  # noqa: S101 - started
        parameters = connection.get_connection_params() | {"cursor_factory": None}
        with psycopg.connect(**parameters, autocommit=True) as listening:
            listening.execute("LISTEN yitu_data")
            while True:
                close_old_connections()
                self.refresh(self._now())
                for _ in listening.notifies(timeout=CHECK_S, stop_after=1):
                    pass


@contextmanager
def _at_one_moment() -> Iterator[None]:
    """All queries see the same state. Inside a test's transaction they do already."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


KEEPER = Keeper()
