"""Requests per second of a few addresses, in turns, as ratios to a small static file.

Absolute figures say more about the machine and what else it does; the ratios hold elsewhere too.
"""

import http.client
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlsplit

CLIENTS = 4
SECONDS = 1.5
ROUNDS = 3


@dataclass(frozen=True)
class Target:
    """What is asked for, the headers to send, and the status that every answer must have."""

    name: str
    path: str
    headers: Mapping[str, str]
    status: int = 200


def ask(base: str, target: Target) -> tuple[int, dict[str, str]]:
    """One answer: its length in bytes and its headers in lower case."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
    try:
        return _ask(connection, target)
    finally:
        connection.close()


def _ask(connection: http.client.HTTPConnection, target: Target) -> tuple[int, dict[str, str]]:
    connection.request("GET", target.path, headers=dict(target.headers))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != target.status:
        raise RuntimeError(f"{target.path} answers {answer.status}, not {target.status}.")
    return len(body), {name.lower(): value for name, value in answer.getheaders()}


def rate(base: str, target: Target) -> float:
    """Requests per second of `CLIENTS` visitors that each keep one connection."""
    counts = [0] * CLIENTS
    end = time.monotonic() + SECONDS

    def visit(number: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
        while time.monotonic() < end:
            _ask(connection, target)
            counts[number] += 1
        connection.close()

    started = time.monotonic()
    threads = [threading.Thread(target=visit, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - started)


def rates(base: str, targets: Sequence[Target]) -> list[float]:
    """The median of some rounds for each target; in turns, so that a busy minute hits them all."""
    for target in targets:
        ask(base, target)  # the first answer compiles templates
    seen: list[list[float]] = [[] for _ in targets]
    for _ in range(ROUNDS):
        for number, target in enumerate(targets):
            seen[number].append(rate(base, target))
    return [median(values) for values in seen]
