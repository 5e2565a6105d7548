"""Whether the database answers at all: asked twice a second, in a thread of a serving process.

A server that is stopped, or whose disk hangs, still holds its sockets open: neither
``statement_timeout`` (the server's) nor ``connect_timeout`` ends a wait for it. A slow statement is
another matter: while the pulse goes on, it may take its time.
"""

import logging
import select
import threading
import time
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.waiting import Ready, Wait

BEAT_S = 0.5
LOST_AFTER_S = 2.0
LOOK_MS = 200

logger = logging.getLogger(__name__)


class Pulse:
    def __init__(self) -> None:
        self.answered_at = 0.0  # monotonic
        self.is_watched = False

    def start(self, parameters: Mapping[str, Any]) -> None:
        """Begin to ask, in a thread. *parameters* are those of `psycopg.connect`."""
        if not self.is_watched:
            self.answered_at = time.monotonic()
            self.is_watched = True
            threading.Thread(target=self._beat, args=[parameters], daemon=True).start()

    @property
    def is_lost(self) -> bool:
        return self.is_watched and time.monotonic() - self.answered_at > LOST_AFTER_S

    def _beat(self, parameters: Mapping[str, Any]) -> None:
        while True:
            try:
                with psycopg.connect(**parameters, autocommit=True) as connection:
                    while True:
                        connection.execute("SELECT 1")
                        self.answered_at = time.monotonic()
                        time.sleep(BEAT_S)
            except psycopg.Error as error:
                logger.warning("The database does not answer: %s", error)
            time.sleep(BEAT_S)


PULSE = Pulse()


class PatientConnection(psycopg.Connection[Any]):
    """Waits for an answer as long as the database has a pulse."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if not PULSE.is_watched or timeout is not None:
            return super().wait(gen, interval, timeout)
        asked = select.poll()
        try:
            wanted = next(gen)
            while True:
                events = select.POLLIN if wanted & Wait.R else 0
                events |= select.POLLOUT if wanted & Wait.W else 0
                asked.register(self.pgconn.socket, events)
                ready = 0
                for _, seen in asked.poll(LOOK_MS):
                    ready |= Ready.R if seen & ~select.POLLOUT else 0
                    ready |= Ready.W if seen & select.POLLOUT else 0
                if ready:
                    wanted = gen.send(Ready(ready))
                elif PULSE.is_lost:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("The database stopped answering.")
        except StopIteration as done:
            answer: RV = done.value
            return answer
