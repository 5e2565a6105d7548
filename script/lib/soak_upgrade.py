"""Replaces both web instances behind nginx, again and again, while visitors ask: none may fail."""

from __future__ import annotations

import http.client
import os
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from script.lib.front import CHECKOUT, HOST, Front, running

VISITORS = 4
PATHS = ("/robots.txt", "/api", "/api/collections/events/items?limit=20", "/feed.atom")


def ask(front: Front, number: int, done: threading.Event, seen: Counter[str]) -> None:
    """One visitor with one open connection, as a browser has it; what went wrong is counted."""
    connection = front.connect()
    while not done.is_set():
        number += 1
        try:
            connection.request("GET", PATHS[number % len(PATHS)], headers={"Host": HOST})
            answer = connection.getresponse()
            answer.read()
            seen[str(answer.status)] += 1
        except (OSError, http.client.HTTPException) as error:
            seen[type(error).__name__] += 1
            connection.close()
            connection = front.connect()
        time.sleep(0.01)
    connection.close()


def upgrade(front: Front, seconds: float) -> tuple[Counter[str], int]:
    """Answers by status or error, and how often an instance was replaced."""
    seen: Counter[str] = Counter()
    done = threading.Event()
    visitors = [
        threading.Thread(target=ask, args=(front, number, done, seen)) for number in range(VISITORS)
    ]
    for visitor in visitors:
        visitor.start()
    until, replaced = time.monotonic() + seconds, 0
    try:
        while time.monotonic() < until:
            for one in front.instances:
                one.stop()
                one.start()
                replaced += 1
                time.sleep(1.5)  # nginx tries it again after a second
    finally:
        done.set()
        for visitor in visitors:
            visitor.join(timeout=30)
    return seen, replaced


def run(seconds: int | None) -> list[str]:
    if "DATABASE_URL" not in os.environ:
        return ["DATABASE_URL names no database: the demo's, for instance. It is only read."]
    static = CHECKOUT / "staticfiles"
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), static, os.environ["DATABASE_URL"]) as front,
    ):
        seen, replaced = upgrade(front, seconds or 60)
    print(f"  {replaced} times replaced, {seen.total()} answers: {dict(seen)}")
    return [f"{count} × {what}" for what, count in seen.items() if what != "200"]


if __name__ == "__main__":
    raise SystemExit("\n".join(run(None)) or 0)
