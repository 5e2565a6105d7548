"""The push: one small process that tells screens "poll now", and nothing else.

Every screen keeps one connection (server-sent events) and gets a growing number when something it
should show or do has changed; what that is it learns by its ordinary poll. PostgreSQL's NOTIFY
wakes this process; a lost, doubled or late number does no harm. It holds one database connection
however many screens there are, and no page worker waits for a screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from django.db import connection

from kiosk.fleet import fleet

log = logging.getLogger(__name__)

CHANNEL = "yitu_kiosk"
TICK_S = 15
HEAD_LIMIT, HEAD_TIME_S = 8192, 10
MOST_STREAMS = 5000
LARGEST_BACKLOG = 65536
GATHER_S = 0.05  # a bulk change notifies more than once: one look at the tables is enough
RETRY_S = (1, 2, 5, 10, 30)
HEADERS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    b"X-Accel-Buffering: no\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
)
PATH = "/kiosk/push"
SLUG = re.compile(r"[-\w]{1,50}")


@dataclass
class Hub:
    """Who listens, and what was last said. *clock* gives the project's now."""

    clock: Callable[[], datetime]
    number: int = 0
    marks: dict[str, str] = field(default_factory=dict)
    streams: dict[str, set[asyncio.StreamWriter]] = field(default_factory=dict)
    count: int = 0
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    # --- the database's side ---
    async def listen(self) -> None:
        """Hears of changes for ever; after a lost connection everything is looked at again."""
        failures = 0
        while True:
            try:
                params = connection.get_connection_params()
                known = {"dbname", "user", "password", "host", "port", "connect_timeout"}
                wanted = {name: value for name, value in params.items() if name in known}
                async with await psycopg.AsyncConnection.connect(**wanted, autocommit=True) as db:
                    await db.execute(f"LISTEN {CHANNEL}")
                    failures = 0
                    self.wake.set()
                    async for _note in db.notifies():
                        self.wake.set()
            except psycopg.Error as error:
                log.warning("The push lost its database: %s", type(error).__name__)
            await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
            failures += 1

    async def look(self) -> None:
        """After each change: which screens have a reason to poll, and tells those."""
        while True:
            await self.wake.wait()
            await asyncio.sleep(GATHER_S)
            self.wake.clear()
            try:
                number, marks = await asyncio.to_thread(self.read)
            except Exception:
                log.exception("The push could not read the screens")
                await asyncio.sleep(1)
                self.wake.set()
                continue
            changed = [slug for slug in marks if self.marks.get(slug) != marks[slug]]
            is_first = not self.marks
            self.number, self.marks = number, marks
            for slug in () if is_first else changed:
                self.tell(slug, b"version")

    def read(self) -> tuple[int, dict[str, str]]:
        """(revision, what marks each screen), with a database connection of its own."""
        try:
            found = fleet(self.clock())
            return found.revision, {slug: one.mark for slug, one in found.standings.items()}
        finally:
            connection.close()

    # --- the screens' side ---
    def tell(self, slug: str, event: bytes) -> None:
        for writer in list(self.streams.get(slug, ())):
            self.send(slug, writer, event)

    def send(self, slug: str, writer: asyncio.StreamWriter, event: bytes) -> None:
        transport = writer.transport
        if transport.is_closing() or transport.get_write_buffer_size() > LARGEST_BACKLOG:
            self.leave(slug, writer)
            return
        writer.write(b"event: %s\ndata: %d\n\n" % (event, self.number))

    def leave(self, slug: str, writer: asyncio.StreamWriter) -> None:
        own = self.streams.get(slug, set())
        if writer in own:
            own.discard(writer)
            self.count -= 1
            if not own:
                del self.streams[slug]
        writer.transport.abort()

    async def tick(self) -> None:
        """Every stream hears something each fifteen seconds; spread, not all at once."""
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn = (turn + 1) % TICK_S
            for slug in [one for one in self.streams if hash(one) % TICK_S == turn]:
                self.tell(slug, b"tick")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: a head within ten seconds, then events until it goes."""
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_TIME_S)
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            writer.transport.abort()
            return
        slug, status = self.wanted(head)
        if not slug:
            await refuse(writer, status)
            return
        writer.write(HEADERS)
        self.streams.setdefault(slug, set()).add(writer)
        self.count += 1
        self.send(slug, writer, b"version")
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while await reader.read(1024):  # a screen says nothing more; b"" when it goes
                pass
        self.leave(slug, writer)

    def wanted(self, head: bytes) -> tuple[str, str]:
        """(slug, "") or ("", status line)."""
        line = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        if len(line) != 3 or line[0] != "GET":
            return "", "405 Method Not Allowed"
        address = urlsplit(line[1])
        if address.path == f"{PATH}/healthz":
            return "", "204 No Content"
        slug = parse_qs(address.query).get("screen", [""])[-1]
        if address.path != PATH or not SLUG.fullmatch(slug) or slug not in self.marks:
            return "", "404 Not Found"
        if self.count >= MOST_STREAMS:
            return "", "503 Service Unavailable"
        return slug, ""


async def refuse(writer: asyncio.StreamWriter, status: str) -> None:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    with contextlib.suppress(OSError):
        await writer.drain()
    writer.close()


async def run(
    host: str, port: int, clock: Callable[[], datetime], ready: Callable[[int], Any] = print
) -> None:
    """Serves until it is cancelled; *ready* gets the port (0 asks for a free one)."""
    hub = Hub(clock)
    hub.number, hub.marks = await asyncio.to_thread(hub.read)
    server = await asyncio.start_server(hub.serve, host, port, limit=HEAD_LIMIT, backlog=1024)
    ready(server.sockets[0].getsockname()[1])
    async with server:
        await asyncio.gather(server.serve_forever(), hub.listen(), hub.look(), hub.tick())
