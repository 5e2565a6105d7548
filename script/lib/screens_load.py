"""A thousand lobby screens on one machine: polls, push connections, a notice for all of them.

    script/bench screens [--screens 1000] [--seconds 60] [--write]

Starts the web server and the push process on the demo's data, in a database of its own, and plays
the screens: each polls every 30 s at its own phase and keeps a push connection. Figures are of this
machine, with the players on it too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kiosk.playlist import POLL_PERIOD_S, phase_ms
from script.lib import demo_data, server, showcase
from script.lib.cluster import CHECKOUT

OUTPUT = CHECKOUT / "docs" / "benchmarks.md"
TITLE = "A thousand lobby screens"
WITHOUT_PUSH = 0.1  # of the screens: they show how fast the poll alone is
TIGHT_POLLS = 4000
TICKS = os.sysconf("SC_CLK_TCK")
NOTICE_LIMIT_S = 45


@dataclass
class Player:
    """One screen: what it holds, and when it heard of a notice."""

    slug: str
    has_push: bool
    etag: str = ""
    heard: dict[int, float] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Stage:
    """The whole play; `took` in seconds by status, `began` when each poll was sent."""

    web: int
    push: int
    players: list[Player]
    took: dict[int, list[float]] = field(default_factory=dict)
    began: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    is_over: bool = False

    def forget(self) -> None:
        self.took, self.began = {}, []


async def poll(stage: Stage, player: Player) -> None:
    """One poll on a connection of its own, as after a proxy without keep-alive."""
    started = time.monotonic()
    stage.began.append(started)
    try:
        async with asyncio.timeout(12):
            status, head, body = await fetch(stage.web, path_of(player), player.etag)
    except (OSError, EOFError, TimeoutError, ValueError) as error:
        stage.failures[type(error).__name__] += 1
        return
    stage.took.setdefault(status, []).append(time.monotonic() - started)
    if status == 200:
        player.etag = head["etag"]
        for number in re.findall(rb'"notices": \[\{"id": (\d+)', body):
            player.heard.setdefault(int(number), time.monotonic())


def path_of(player: Player) -> str:
    return f"/kiosk/{player.slug}/payload.json"


async def fetch(port: int, path: str, etag: str) -> tuple[int, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection(server.HOST, port)
    try:
        known = f"If-None-Match: {etag}\r\n" if etag else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {server.HOST}\r\n{known}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        pairs = (line.split(": ", 1) for line in lines if ": " in line)
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    finally:
        writer.close()
    return int(first.split(" ")[1]), headers, body


async def listen(stage: Stage, player: Player) -> None:
    """The push connection; a version above the last one wakes the poller after up to a second."""
    last = 0
    while not stage.is_over:
        try:
            reader, writer = await asyncio.open_connection(server.HOST, stage.push)
            writer.write(f"GET /kiosk/push?screen={player.slug} HTTP/1.1\r\n\r\n".encode())
            event = b""
            while line := await reader.readline():
                if line.startswith(b"event:"):
                    event = line.split()[1]
                elif line.startswith(b"data:") and event == b"version":
                    number = int(line.split()[1])
                    if last and number > last:
                        player.wake.set()
                    last = number
            writer.close()
        except OSError as error:
            stage.failures[f"push {type(error).__name__}"] += 1
        await asyncio.sleep(random.random() * 2)  # noqa: S311 - jitter, no secret


async def play(stage: Stage, player: Player) -> None:
    """Polls at its phase, and when it is woken."""
    while not stage.is_over:
        wait = (phase_ms(player.slug) / 1000 - time.time()) % POLL_PERIOD_S
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(wait, 0.05)):
                await player.wake.wait()
                await asyncio.sleep(random.random())  # noqa: S311
        player.wake.clear()
        await poll(stage, player)
        if wait < 1:
            await asyncio.sleep(1)


def seconds(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def cpu_of(group: int) -> float:
    """CPU seconds of a process group so far."""
    total = 0
    for process in server.processes():
        with contextlib.suppress(OSError, ValueError):
            if os.getpgid(int(process.name)) == group:
                cells = (process / "stat").read_text().rpartition(")")[2].split()
                total += int(cells[11]) + int(cells[12])
    return total / TICKS


# --- What is done to the database, as the project itself does it ----------------------------------
MAKE = """
from geo.models import Venue
from kiosk.models import Screen
venues = list(Venue.objects.exclude(district=None)[:40])
Screen.objects.bulk_create(
    [Screen(slug=f"load-{n}", name=f"load {n}", venue=venues[n %% len(venues)]) for n in range(%d)],
    ignore_conflicts=True,
)
"""
HANG = """
from datetime import timedelta
from config.clock import now
from kiosk.models import Notice
at = now()
made = Notice.objects.create(text="%s", is_everywhere=True, created_at=at, starts_at=at,
                             ends_at=at + timedelta(hours=2))
print("notice", made.pk)
"""


def in_django(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    return subprocess.run(
        command, env=environment, cwd=CHECKOUT, check=True, capture_output=True, text=True
    ).stdout


@contextlib.contextmanager
def servers(port: int) -> Iterator[tuple[tuple[int, int], dict[str, str]]]:
    """(process groups of the web server and of the push, their environment)."""
    with showcase.demo_city(port) as (_base, environment):
        web = int((showcase.LOCAL / f"showcase-{port}.group").read_text())
        push = demo_data.manage("push_screens", "--port", str(port + 1))
        with server.serving(push, environment, showcase.LOCAL / f"load-{port}.push") as child:
            yield (web, child.pid), environment


def say(words: str) -> None:
    print(f"• {words}", file=sys.stderr, flush=True)


async def tight(stage: Stage, group: int) -> float:
    """CPU milliseconds of the server for one 304, asked for by four at a time."""
    chosen = stage.players[:100]
    for _worker in range(2):  # both have the programme ready, and the tags are the present ones
        for player in chosen:
            _status, head, _body = await fetch(stage.web, path_of(player), "")
            player.etag = head["etag"]
    spent = cpu_of(group)

    async def visit(number: int) -> None:
        for count in range(TIGHT_POLLS // 4):
            player = chosen[(count * 4 + number) % len(chosen)]
            status, _head, _body = await fetch(stage.web, path_of(player), player.etag)
            if status != 304:
                raise RuntimeError(f"{player.slug} got {status}, not 304.")

    await asyncio.gather(*(visit(number) for number in range(4)))
    return (cpu_of(group) - spent) * 1000 / TIGHT_POLLS


def spread(began: Sequence[float], first: float) -> float:
    """Peak over mean of the polls a second, of the whole periods since *first*."""
    buckets = Counter(int(moment - first) % POLL_PERIOD_S for moment in began)
    counts = [buckets.get(number, 0) for number in range(POLL_PERIOD_S)]
    return max(counts) / statistics.mean(counts)


async def hang(stage: Stage, environment: dict[str, str]) -> tuple[list[float], list[float]]:
    """Seconds until the screens hold a notice: (with push, by polling alone)."""
    before = time.monotonic()
    words = await asyncio.to_thread(in_django, HANG % f"load {before}", environment)
    committed = time.monotonic()
    number = int(words.rsplit("notice ", 1)[1])
    while time.monotonic() < committed + NOTICE_LIMIT_S:
        if all(number in one.heard for one in stage.players):
            break
        await asyncio.sleep(0.5)
    pushed: list[float] = []
    polled: list[float] = []
    for one in stage.players:
        took = one.heard.get(number, float("inf")) - committed
        (pushed if one.has_push else polled).append(max(took, 0.0))
    return pushed, polled


async def perform(
    options: argparse.Namespace, groups: tuple[int, int], environment: dict[str, str]
) -> list[tuple[str, str, str]]:
    quiet = int(options.screens * WITHOUT_PUSH)
    players = [Player(f"load-{n}", n >= quiet) for n in range(options.screens)]
    stage = Stage(options.port, options.port + 1, players)
    streams = [asyncio.create_task(listen(stage, one)) for one in players if one.has_push]
    await asyncio.sleep(3)
    say(f"{len(streams)} push connections, now the polls start")
    first = time.monotonic()
    tasks = [asyncio.create_task(play(stage, one)) for one in players]
    await asyncio.sleep(POLL_PERIOD_S + 2)  # everybody has a programme now
    start_spread = spread([one for one in stage.began if one < first + POLL_PERIOD_S], first)
    start_took = [one for many in stage.took.values() for one in many]
    stage.forget()
    spent, since = [cpu_of(group) for group in groups], time.monotonic()
    await asyncio.sleep(options.seconds)
    lasted = time.monotonic() - since
    web_s, push_s = (cpu_of(group) - was for group, was in zip(groups, spent, strict=True))
    steady = {status: list(took) for status, took in stage.took.items()}
    say(f"{sum(map(len, steady.values()))} polls in {lasted:.0f} s; now a notice")
    pushed, polled = await hang(stage, environment)
    say(f"failures: {dict(stage.failures)}")
    say(f"with push {reach_words(pushed)}, without {reach_words(polled)}; now 304s alone")
    stage.is_over = True
    for task in [*tasks, *streams]:
        task.cancel()
    await asyncio.gather(*tasks, *streams, return_exceptions=True)
    cost = await tight(stage, groups[0])
    unchanged = steady.get(304, [])
    first_ms, middle_ms, last_ms = (
        1000 * seconds(values, share)
        for values, share in ((start_took, 0.99), (unchanged, 0.5), (unchanged, 0.99))
    )
    sums = f"{len(unchanged)} of {sum(map(len, steady.values()))}"
    return [
        ("first programmes, all started at once: p99", f"{first_ms:.0f} ms", ""),
        ("… peak over mean of the requests a second", f"{start_spread:.2f}", "≤ 1.5"),
        ("polls in step: p50", f"{middle_ms:.1f} ms", ""),
        ("polls in step: p99", f"{last_ms:.1f} ms", "< 200 ms"),
        ("304 among them", sums, ""),
        ("failed polls and pushes", str(sum(stage.failures.values())), "0"),
        ("CPU of a 304 (4 at a time)", f"{cost:.2f} ms", "< 1 ms"),
        ("web server, share of one core", f"{100 * web_s / lasted:.0f} %", ""),
        ("push process, share of one core", f"{100 * push_s / lasted:.1f} %", ""),
        ("a notice on all with push: p50 / last", reach_words(pushed), "≤ 5 s"),
        ("a notice on all without: p50 / last", reach_words(polled), "≤ 35 s"),
    ]


def reach_words(took: Sequence[float]) -> str:
    return f"{seconds(took, 0.5):.1f} / {max(took, default=0):.1f} s"


def table(options: argparse.Namespace, rows: Sequence[tuple[str, str, str]]) -> str:
    quiet = int(options.screens * WITHOUT_PUSH)
    lines = ["| what | measured | wanted |", "| --- | ---: | ---: |"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return (
        f"## {TITLE}\n\n" + "\n".join(lines) + f"\n\n{options.screens} screens poll every"
        f" {POLL_PERIOD_S} s, {options.screens - quiet} of them with a push connection; two web"
        f" workers, one push process, the database and the players share this machine's"
        f" {os.cpu_count()} cores. `script/bench screens --write` measures it again.\n"
    )


def write(words: str) -> None:
    """Its own part of the figures, the others stay."""
    kept = re.sub(rf"\n## {TITLE}\n.*?(?=\n## |\Z)", "", OUTPUT.read_text(), flags=re.DOTALL)
    OUTPUT.write_text(f"{kept.rstrip()}\n\n{words}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--screens", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8160")))
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    options = parser.parse_args(arguments)
    server.require_free(options.port + 1)
    with servers(options.port) as (groups, environment):
        in_django(MAKE % options.screens, environment)
        rows = asyncio.run(perform(options, groups, environment))
    words = table(options, rows)
    print(words)
    if options.write:
        write(words)
    return 0


if __name__ == "__main__":
    sys.exit(main())
