"""Who is told what about the screens, and when."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail

from kiosk import pairing, rehearsal, watch
from kiosk.causes import Watched, causes_of
from kiosk.models import (
    Alert,
    Build,
    Notice,
    NoticeReceipt,
    Screen,
    ScreenEvent,
    ScreenGroup,
    ScreenState,
)
from tests import kiosk_factories as rows
from tests.kiosk_factories import SHANGHAI

NOON = datetime(2019, 6, 26, 12, tzinfo=SHANGHAI)
HOURS = "每天 09:00–17:30"


@pytest.fixture
def told(settings: Any) -> list[Any]:
    settings.YITU_ALERT_MAIL = ["keeper@example.org"]
    return mail.outbox


def heard(slug: str, at: datetime, venue: str = "益园", **more: object) -> Screen:
    """A paired screen that was last heard at *at*."""
    screen = rows.screen(slug, venue, **{"hours_words": HOURS, "name": slug, **more})
    pairing.new_token(screen, NOON)
    ScreenState.objects.create(screen=screen, paired_at=at, seen_at=at, is_up=True)
    return screen


@pytest.fixture
def city(db: None) -> None:
    rows.city()


# --- Causes: pure -----------------------------------------------------------------------------
def test_screens_of_one_house_are_one_cause_and_half_the_fleet_is_the_network() -> None:
    quiet = [Watched(1, 7, None, True), Watched(2, 7, 5, True)]
    loud = [Watched(number, number, 5, False) for number in range(10, 16)]
    assert [one.key for one in causes_of([*quiet, *loud])] == ["venue:7"]
    assert [one.key for one in causes_of([*quiet, *loud[:2]])] == ["all"]
    assert [one.key for one in causes_of([quiet[0], *loud])] == ["screen:1"]
    group = [Watched(30, 30, 9, True), Watched(31, 31, 9, True)]
    assert [one.key for one in causes_of([*group, *loud])] == ["group:9"]
    assert causes_of(loud) == []


# --- Alarms -----------------------------------------------------------------------------------
def test_a_silent_screen_is_told_after_fifteen_minutes_once_and_its_return_too(
    city: None, told: list[Any]
) -> None:
    screen = heard("a", NOON, contact_words="李师傅 0574-1234")
    heard("b", NOON + timedelta(hours=1))
    heard("c", NOON + timedelta(hours=1), "日湖公园")
    assert watch.check(NOON + timedelta(minutes=3)) == ""
    assert watch.check(NOON + timedelta(minutes=5)) == "失联 1 块"
    assert ScreenEvent.objects.get(kind="down").at == NOON
    watch.check(NOON + timedelta(minutes=14))
    assert told == []
    for minute in (15, 16, 30):
        watch.check(NOON + timedelta(minutes=minute))
    assert [one.body for one in told] == ["“a”失联 15 分钟。联系：李师傅 0574-1234。"]
    ScreenState.objects.filter(screen=screen).update(
        seen_at=NOON + timedelta(minutes=40), is_up=True
    )
    watch.check(NOON + timedelta(minutes=41))
    assert told[-1].body == "已恢复：“a”（告警后 26 分钟）。"
    assert Alert.objects.get().closed_at == NOON + timedelta(minutes=41)


def test_nobody_is_woken_for_a_closed_lobby(city: None, told: list[Any]) -> None:
    heard("a", NOON)
    heard("b", NOON, holidays_words="2019-06-26 闭馆", venue="日湖公园")
    evening = NOON.replace(hour=20)
    watch.check(evening)
    assert told == []
    morning = NOON.replace(hour=9, minute=10) + timedelta(days=1)
    watch.check(morning)
    assert told == []
    watch.check(morning + timedelta(minutes=5))
    assert len(told) == 1


def test_a_common_cause_is_one_message(city: None, told: list[Any]) -> None:
    for number in range(20):
        heard(f"s{number}", NOON, list(rows.VENUES)[number % 9])
    watch.check(NOON + timedelta(minutes=20))
    assert len(told) == 1
    assert told[0].body.startswith("20 块屏同时失联，多半是服务器或网络：“s0”")
    ScreenState.objects.update(seen_at=NOON + timedelta(minutes=30), is_up=True)
    watch.check(NOON + timedelta(minutes=31))
    assert len(told) == 2


def test_a_screen_never_heard_or_no_longer_trusted_alarms_nobody(
    city: None, told: list[Any]
) -> None:
    new = heard("new", NOON)
    ScreenState.objects.filter(screen=new).update(seen_at=None)
    pairing.revoke(heard("old", NOON, "日湖公园"), NOON)
    watch.check(NOON + timedelta(hours=2))
    assert told == []


@pytest.fixture
def webhook(settings: Any) -> Iterator[list[dict[str, Any]]]:
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.YITU_ALERT_WEBHOOK = f"http://127.0.0.1:{server.server_port}/"
    yield got
    server.shutdown()
    server.server_close()


def test_the_webhook_hears_it_too_and_a_dead_one_stops_nothing(
    city: None, webhook: list[dict[str, Any]], settings: Any
) -> None:
    heard("a", NOON)
    heard("b", NOON + timedelta(hours=1), "日湖公园")
    heard("c", NOON + timedelta(hours=1), "日湖公园")
    watch.check(NOON + timedelta(minutes=15))
    assert (webhook[0]["event"], webhook[0]["screens"]) == ("opened", ["a"])
    settings.YITU_ALERT_WEBHOOK = "http://127.0.0.1:9/"
    ScreenState.objects.update(seen_at=NOON + timedelta(minutes=20))
    watch.check(NOON + timedelta(minutes=21))
    alert = Alert.objects.get()
    assert alert.closed_at is not None
    assert alert.trouble == "webhook: URLError"


# --- Notices, rehearsals, builds ----------------------------------------------------------------
def test_the_end_of_a_notice_is_said_once(city: None, told: list[Any]) -> None:
    Notice.objects.create(
        text="今天停电", is_everywhere=True, created_at=NOON, starts_at=NOON,
        ends_at=NOON + timedelta(hours=1),
    )  # fmt: skip
    for minute in (59, 60, 61):
        watch.check(NOON + timedelta(minutes=minute))
    assert [one.body for one in told] == [
        "通知已到时撤下：“今天停电”。如果事情还没有完，请另发一条。"
    ]


def test_a_rehearsal_says_how_many_got_it_and_how_fast(city: None, told: list[Any]) -> None:
    quick, slow = heard("quick", NOON), heard("slow", NOON, "日湖公园")
    notice = rehearsal.rehearse(NOON)
    NoticeReceipt.objects.create(notice=notice, screen=quick, at=NOON + timedelta(seconds=3))
    NoticeReceipt.objects.create(notice=notice, screen=slow, at=NOON + timedelta(seconds=31))
    watch.check(NOON + timedelta(seconds=100))
    notice.refresh_from_db()
    assert notice.result == {
        "alive": 2, "reached": 2, "quick": 1, "in_time": 2, "slowest_s": 31.0, "missing": [],
    }  # fmt: skip
    assert told == []
    lost = rehearsal.rehearse(NOON + timedelta(minutes=2))
    watch.check(lost.created_at + timedelta(seconds=100))
    assert told[-1].body == "通知演练：2 块在线的屏里，35 秒内收到的有 0 块。"


def test_a_build_goes_from_ring_to_ring_by_what_the_screens_say(city: None) -> None:
    screen = heard("only", NOON, group=ScreenGroup.objects.create(name="g"))
    Build.objects.create(pk="new", ring="canary", seen_at=NOON, ring_at=NOON)
    rings = []
    for minute in (5, 11, 42):
        now = NOON + timedelta(minutes=minute)
        ScreenState.objects.filter(screen=screen).update(seen_at=now, healthy_build="new")
        watch.check(now)
        rings.append(Build.objects.get().ring)
    assert rings == ["canary", "tenth", "all"]
