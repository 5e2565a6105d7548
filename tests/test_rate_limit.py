"""Programs that ask too often are told when to come back; nobody else notices."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config.environment import rate
from geo.buckets import HEADER, SIZE, Buckets, Rate
from tests.api import EVENTS

FIVE = Rate(per_second=2, burst=5)
SLOW = Rate(per_second=0.01, burst=5)  # fills no token while a slow test runs
FAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def five(settings: Settings, tmp_path: Path) -> None:
    settings.YITU_RATE_LIMIT = SLOW
    settings.YITU_RATE_FILE = str(tmp_path / "rate")


@pytest.mark.django_db
def test_the_sixth_request_at_once_is_told_when_to_come_back(client: Client, five: None) -> None:
    for left in (4, 3, 2, 1, 0):
        answer = client.get("/api", **FAR)  # type: ignore[arg-type]
        assert answer.status_code == 200
        assert answer["RateLimit-Policy"] == '"default";q=5;w=500'
        assert answer["RateLimit"].startswith(f'"default";r={left};')
    refused = client.get(EVENTS, **FAR)  # type: ignore[arg-type]
    assert refused.status_code == 429
    wait = int(refused["Retry-After"])
    assert 90 <= wait <= 100
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Cache-Control"] == "no-store"
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert refused.json() == {
        "type": "about:blank",
        "title": "Too many requests",
        "status": 429,
        "detail": f"More than 5 requests at once or 0.01 a second. Ask again in {wait} s.",
        "retry_after": wait,
    }


@pytest.mark.django_db
def test_pages_screens_and_exempt_networks_are_not_counted(
    client: Client, five: None, settings: Settings
) -> None:
    for _ in range(8):
        assert client.get("/robots.txt", **FAR).status_code == 200  # type: ignore[arg-type]
        assert client.get("/api").status_code == 200  # this machine
    settings.YITU_RATE_EXEMPT = ["203.0.113.0/24"]
    for _ in range(8):
        answer = client.get("/api", **FAR)  # type: ignore[arg-type]
        assert (answer.status_code, answer.get("RateLimit")) == (200, None)
    settings.YITU_RATE_EXEMPT = []
    settings.YITU_RATE_LIMIT = None
    assert client.get("/api", **FAR).status_code == 200  # type: ignore[arg-type]


@pytest.mark.django_db
def test_only_our_proxy_says_who_asks_and_a_household_counts_once(
    client: Client, five: None
) -> None:
    def asks(peer: str, said: str = "") -> int:
        more = {"HTTP_X_FORWARDED_FOR": said} if said else {}
        return client.get("/api", REMOTE_ADDR=peer, **more).status_code  # type: ignore[arg-type]

    through_us = [asks("127.0.0.1", f"{n}.forged, 198.51.100.7") for n in range(6)]
    assert through_us == [200] * 5 + [429]
    claimed = [asks("192.0.2.5", f"10.0.0.{n}") for n in range(6)]
    assert claimed == [200] * 5 + [429]
    household = [asks(f"2001:db8:1:2::{n:x}") for n in range(1, 7)]
    assert household == [200] * 5 + [429]
    assert asks("2001:db8:1:3::1") == 200


def test_workers_share_what_they_count(tmp_path: Path) -> None:
    """Four processes at once: together they are given the burst, not four of them."""
    program = (
        "import sys; from pathlib import Path; from geo.buckets import Buckets, Rate\n"
        "own = Buckets(Path(sys.argv[1]))\n"
        "print(sum(own.take('a', Rate(0.001, 100), 5000).is_allowed for _ in range(60)))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "rate")]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    assert sum(int(one.communicate(timeout=30)[0]) for one in workers) == 100


def test_a_bucket_fills_again_and_another_caller_has_its_own() -> None:
    own = Buckets()
    assert [own.take("a", FIVE, 100).is_allowed for _ in range(6)] == [True] * 5 + [False]
    assert own.take("a", FIVE, 100).retry_after_s == 1
    assert own.take("b", FIVE, 100).is_allowed
    assert [own.take("a", FIVE, 101).is_allowed for _ in range(3)] == [True, True, False]
    assert own.take("a", FIVE, 1000).remaining == 4


def test_nothing_of_an_address_is_kept_and_the_salt_changes_every_day(tmp_path: Path) -> None:
    path = tmp_path / "rate"
    own = Buckets(path)
    own.take("203.0.113.9", FIVE, 100)
    first = path.read_bytes()
    assert len(first) == SIZE
    assert b"203.0.113.9" not in first
    own.take("203.0.113.9", FIVE, 100 + 86_400)
    second = path.read_bytes()
    assert first[: HEADER.size] != second[: HEADER.size]
    assert sum(first[n] == second[n] for n in range(8, 24)) < 16


def test_a_clock_that_began_again_locks_nobody_out() -> None:
    own = Buckets()
    for _ in range(5):
        own.take("a", FIVE, 80_000)
    assert own.take("a", FIVE, 10).is_allowed


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_window_ever_holds_more_than_burst_and_rate_allow(pauses: list[float]) -> None:
    own, now, allowed = Buckets(), 1000.0, []
    for pause in pauses:
        now += pause
        if own.take("a", FIVE, now).is_allowed:
            allowed.append(now)
    for first, begin in enumerate(allowed):
        for last in range(first, len(allowed)):
            spent = allowed[last] - begin
            assert last - first + 1 <= FIVE.burst + spent * FIVE.per_second + 1e-6


def test_another_users_file_is_not_shared(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    (tmp_path / "rate").symlink_to(target)
    with pytest.raises(OSError, match="rate"):
        Buckets(tmp_path / "rate")
    assert target.read_bytes() == b"precious"


def test_the_rate_is_read_from_the_environment_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YITU_RATE_LIMIT", "0.5/10")
    assert rate("YITU_RATE_LIMIT", "30/600") == Rate(0.5, 10)
    monkeypatch.setenv("YITU_RATE_LIMIT", "0")
    assert rate("YITU_RATE_LIMIT", "30/600") is None
    monkeypatch.setenv("YITU_RATE_LIMIT", "fast")
    with pytest.raises(Exception, match="YITU_RATE_LIMIT='fast' is no rate") as error:
        rate("YITU_RATE_LIMIT", "30/600")
    assert "30/600; or 0" in str(error.value)
