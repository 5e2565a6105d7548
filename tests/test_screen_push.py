"""The push process: a number when a screen has a reason to poll, and only then."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from kiosk import fleet, push
from kiosk.models import Command, Notice, Screen
from tests import kiosk_factories as rows
from tests.kiosk_factories import SHANGHAI

NOON = datetime(2019, 6, 26, 12, tzinfo=SHANGHAI)
pytestmark = pytest.mark.django_db(transaction=True)


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[int]:
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(push.run("127.0.0.1", 0, lambda: NOON, port.set_result))
    yield await asyncio.wait_for(port, 10)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class Listener:
    """A screen's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, port: int, address: str) -> "Listener":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {address} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        made = cls(reader, writer)
        made.head = await made.block()
        return made

    head = ""

    async def block(self, wait_s: float = 5) -> str:
        """Up to an empty line."""
        found = await asyncio.wait_for(self.reader.readuntil(b"\n\n"), wait_s)
        return found.decode()

    async def is_quiet(self, wait_s: float = 0.4) -> bool:
        try:
            await self.block(wait_s)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self.writer.close()


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a thread of its own: a browser test before it may have left its loop running here."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(story())).result(60)


@pytest.fixture
def screens() -> list[Screen]:
    fleet._kept = None
    rows.city()
    return [rows.screen("a", "益园"), rows.screen("b", "日湖公园")]


async def done(act: Callable[..., None], *arguments: Any) -> None:
    """In a thread, whose database connection goes with it."""

    def run_and_close() -> None:
        try:
            act(*arguments)
        finally:
            connection.close()

    await asyncio.to_thread(run_and_close)


def hang(screen: Screen | None) -> None:
    notice = Notice.objects.create(
        text="停电", is_everywhere=screen is None, created_at=NOON, starts_at=NOON,
        ends_at=NOON + timedelta(hours=1),
    )  # fmt: skip
    if screen:
        notice.screens.add(screen)


def order(screen: Screen) -> None:
    Command.objects.create(
        screen=screen, kind="reload", issued_at=NOON, expires_at=NOON + timedelta(minutes=5)
    )


def test_only_the_screens_that_are_meant_hear_of_it(screens: list[Screen]) -> None:
    async def story() -> None:
        async with running() as port:
            first = await Listener.to(port, "/kiosk/push?screen=a")
            assert "200 OK" in first.head
            assert "text/event-stream" in first.head
            began = first.head.rpartition("data: ")[2] or await first.block()
            second = await Listener.to(port, "/kiosk/push?screen=b")
            await done(hang, screens[0])
            told = await first.block()
            while "event: version" not in told or told.split()[-1] <= began.split()[-1]:
                told = await first.block()
            assert await second.is_quiet()
            await done(order, screens[1])
            assert "event: version" in await second.block()
            await done(hang, None)
            for listener in (first, second):
                assert "event: version" in await listener.block()
                listener.close()

    run(story)


REFUSED = {
    "/kiosk/push?screen=nobody": "404",
    "/elsewhere": "404",
    "/kiosk/push/healthz": "204",
    "/kiosk/push?screen=" + "x" * 300: "404",
}


def test_what_is_no_screen_is_refused(screens: list[Screen]) -> None:
    async def story() -> None:
        async with running() as port:
            for address, status in REFUSED.items():
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(f"GET {address} HTTP/1.1\r\n\r\n".encode())
                line = await asyncio.wait_for(reader.readline(), 5)
                assert line.split()[1].decode() == status
                writer.close()

    run(story)
