"""A code on the screen, a token in its browser, a heartbeat, and what follows from each."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from kiosk import pairing
from kiosk.models import (
    Alert,
    Build,
    Command,
    Enrolment,
    Screen,
    ScreenEvent,
    ScreenState,
    ScreenToken,
    StaffReport,
)
from tests import kiosk_factories as rows
from tests.kiosk_factories import SHANGHAI

pytestmark = pytest.mark.django_db
MORNING = datetime(2019, 6, 26, 9, 40, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> None:
    cache.clear()


@pytest.fixture
def screen() -> Screen:
    rows.city()
    return rows.screen()


@pytest.fixture
def keeper() -> User:
    return User.objects.create_user("keeper", password="not a secret 1", is_staff=True)


def enrol(client: Client) -> dict[str, Any]:
    response = client.post("/kiosk/enrol", {"width": 1920, "height": 1080}, "application/json")
    assert response.status_code == 201
    return dict(response.json())


def status(client: Client, secret: str, later_s: int = 0) -> Any:
    moment = (MORNING + timedelta(seconds=later_s)).strftime("%Y-%m-%dT%H:%M:%S")
    bearer = {"Authorization": f"Bearer {secret}"}
    return client.get(f"/kiosk/enrol/status?at={moment}", headers=bearer)


def paired(screen: Screen) -> Client:
    """A browser that holds the screen's token."""
    client = Client()
    ScreenState.objects.get_or_create(screen=screen, defaults={"paired_at": MORNING})
    client.cookies["kiosk"] = pairing.new_token(screen, MORNING)
    return client


def beat(client: Client, slug: str = "yiyuan", at: str = "09:41:00", **told: object) -> Any:
    return client.post(f"/kiosk/{slug}/beat?at=2019-06-26T{at}", told, "application/json")


# --- Pairing ----------------------------------------------------------------------------------
def test_a_code_is_typed_once_and_the_browser_gets_its_token(
    client: Client, screen: Screen, keeper: User
) -> None:
    offer = enrol(client)
    assert len(offer["code"]) == 9
    assert status(client, offer["secret"]).json() == {"state": "waiting"}
    found = pairing.find(offer["code"].lower().replace("-", " "), keeper, MORNING)
    pairing.confirm(found, screen, MORNING)
    answer = status(client, offer["secret"], 10)
    assert answer.json() == {"state": "paired", "address": "/kiosk/yiyuan/"}
    cookie = answer.cookies["kiosk"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert ScreenToken.objects.get().digest == pairing.digest(cookie.value)
    assert status(client, offer["secret"], 20).status_code == 410
    assert client.get("/kiosk/")["Location"] == "/kiosk/yiyuan/"


def test_nothing_that_is_stored_opens_anything(client: Client) -> None:
    offer = enrol(client)
    kept = Enrolment.objects.get()
    written = json.dumps([kept.code_digest, kept.secret_digest, kept.about])
    assert offer["secret"] not in written
    assert offer["code"].replace("-", "") not in written


def test_of_two_who_type_the_same_code_one_wins(
    client: Client, screen: Screen, keeper: User
) -> None:
    offer = enrol(client)
    found = pairing.find(offer["code"], keeper, MORNING)
    pairing.confirm(found, screen, MORNING)
    with pytest.raises(pairing.PairingError, match=r"^这个代码刚刚被用掉了。$"):
        pairing.confirm(found, screen, MORNING)


def test_five_wrong_codes_close_the_form_for_a_while(
    client: Client, screen: Screen, keeper: User
) -> None:
    offer = enrol(client)
    for _try in range(5):
        with pytest.raises(pairing.PairingError, match="没有屏在显示这个代码"):
            pairing.find("BBBB-BBBB", keeper, MORNING)
    with pytest.raises(pairing.PairingError, match=r"^输错的次数太多，请过 15 分钟再试。$"):
        pairing.find(offer["code"], keeper, MORNING)


def test_an_old_code_and_a_guessed_secret_are_worth_nothing(
    client: Client, screen: Screen, keeper: User
) -> None:
    offer = enrol(client)
    late = MORNING + timedelta(hours=2)
    with pytest.raises(pairing.PairingError, match="没有屏在显示这个代码"):
        pairing.find(offer["code"], keeper, late)
    assert status(client, "guessed").status_code == 410
    assert status(client, offer["secret"], 7200).json() == {"state": "expired"}


def test_asking_too_often_is_slowed_and_too_many_codes_are_refused(client: Client) -> None:
    offer = enrol(client)
    assert status(client, offer["secret"]).status_code == 200
    assert status(client, offer["secret"], 1)["Retry-After"] == "10"
    for _more in range(20):
        assert asked_through_the_proxy(client, "192.0.2.7").status_code == 201
    refused = asked_through_the_proxy(client, "192.0.2.7")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert asked_through_the_proxy(client, "192.0.2.8").status_code == 201


def asked_through_the_proxy(client: Client, address: str) -> Any:
    head = {"X-Forwarded-For": address}
    return client.post("/kiosk/enrol", {}, "application/json", headers=head)


# --- Heartbeat ----------------------------------------------------------------------------------
def test_a_heartbeat_is_kept_and_answered_with_what_waits(screen: Screen, keeper: User) -> None:
    client = paired(screen)
    command = Command.objects.create(
        screen=screen, kind="identify", argument="12", by=keeper, issued_at=MORNING,
        expires_at=MORNING + timedelta(minutes=5),
    )  # fmt: skip
    Command.objects.create(
        screen=screen, kind="reload", issued_at=MORNING - timedelta(days=7), by=keeper,
        expires_at=MORNING - timedelta(days=7),
    )  # fmt: skip
    answer = beat(client, instance="a" * 16, build="b1", scene="around", visible=["x"], age_s=12)
    assert answer.json() == {
        "server_now": "2019-06-26T09:41:00.000+08:00",
        "commands": [{"id": command.pk, "kind": "identify", "argument": "12",
                      "expires_at": "2019-06-26T09:45:00.000+08:00"}],
    }  # fmt: skip
    state = ScreenState.objects.get()
    assert (state.scene, state.visible, state.build, state.is_up) == ("around", ["x"], "b1", True)
    acks = [{"id": command.pk, "state": "done", "detail": "shown"}]
    assert beat(client, acks=acks).json()["commands"] == []
    command.refresh_from_db()
    assert (command.state, command.detail) == ("done", "shown")


def test_only_its_own_screen_and_only_while_it_is_trusted(screen: Screen) -> None:
    client = paired(screen)
    rows.screen("other", "日湖公园")
    assert beat(Client()).status_code == 401
    assert beat(client, slug="other").json() == {"address": "/kiosk/yiyuan/"}
    pairing.revoke(screen, MORNING)
    refused = beat(client)
    assert (refused.status_code, refused.json()) == (403, {"state": "revoked"})
    assert client.get("/kiosk/yiyuan/payload.json").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "status_code"),
    [("[1]", "application/json", 400), ("{", "application/json", 400),
     ("[" * 4000, "application/json", 400), ("{}", "text/plain", 415),
     ('"' + "x" * 5000 + '"', "application/json", 413)],
)  # fmt: skip
def test_what_is_no_heartbeat_is_refused(
    screen: Screen, body: str, kind: str, status_code: int
) -> None:
    assert paired(screen).post("/kiosk/yiyuan/beat", body, kind).status_code == status_code


def test_strange_values_are_cut_and_never_stored(screen: Screen) -> None:
    client = paired(screen)
    told: dict[str, Any] = {
            "scene": "x" * 500, "visible": [1, "ok\u0000"] * 40, "clock_offset_ms": 1e300,
            "uptime_s": 10**400, "level": "cut \ud83d",
            "errors": [{"message": "m" * 900}], "acks": [{"id": -5, "state": "?"}], "fonts": "yes",
            "touches": True, "shown_at": "never"}  # fmt: skip
    assert beat(client, **told).status_code == 200
    report = ScreenState.objects.get().report
    assert len(report["scene"]) == 20
    assert report["visible"][:2] == ["", "ok "]
    assert len(report["visible"]) == 24
    assert len(report["errors"][0]["message"]) == 300
    assert (report["fonts"], report["touches"], report["shown_at"]) == (None, 0, "")
    assert (report["uptime_s"], report["level"]) == (10**9, "cut  ")


def test_two_of_the_same_identity_are_noticed_and_a_reload_is_not_taken_for_it(
    screen: Screen,
) -> None:
    client = paired(screen)
    for instance in ("one", "two", "three"):
        beat(client, instance=instance)
    assert not Alert.objects.exists()
    beat(client, instance="two")
    assert Alert.objects.get().words == (
        "“益园”同时有两份在运行：可能是系统盘被复制过，或者开了两个窗口。"
    )
    assert ScreenEvent.objects.filter(kind="copy").count() == 1


def test_a_token_is_renewed_after_a_month_and_a_lost_answer_costs_nothing(screen: Screen) -> None:
    client = paired(screen)
    old = client.cookies["kiosk"].value
    ScreenToken.objects.update(created_at=MORNING - timedelta(days=31))
    lost = beat(client).cookies["kiosk"].value
    client.cookies["kiosk"] = old
    new = beat(client).cookies["kiosk"].value
    assert new not in {old, lost}
    assert beat(client).status_code == 200
    client.cookies["kiosk"] = old
    assert beat(client).json() == {"state": "revoked"}


def test_one_screen_that_takes_a_build_back_stops_it_for_all(screen: Screen) -> None:
    client = paired(screen)
    for build, ring in (("old", "all"), ("new", "canary")):
        Build.objects.create(pk=build, ring=ring, seen_at=MORNING, ring_at=MORNING)
    beat(client, build="old", took_back="new", took_back_reason="not ready in 30 s")
    new = Build.objects.get(pk="new")
    assert (new.ring, new.reason) == ("halted", "益园：not ready in 30 s")
    assert Alert.objects.get().kind == "build"


# --- The page behind the small code -------------------------------------------------------------
def test_the_small_code_says_how_the_screen_is_and_takes_a_word(
    client: Client, screen: Screen
) -> None:
    address = client.get("/kiosk/yiyuan/payload.json").json()["check_url"]
    beat(paired(screen), at="09:39:30", fonts=False)
    page = client.get(f"{address}?at=2019-06-26T09:40").content.decode()
    for said in ("益园", "象山县", "有疑问", "最近心跳 09:39", "缺中文字体", "显示正常", "有问题"):
        assert said in page
    assert client.get(address[:-2] + "x/").status_code == 404
    for _try in range(7):
        answer = client.post(f"{address}?at=2019-06-26T09:40", {"what": "well"})
    assert answer["Location"] == f"{address}?said=busy"
    assert StaffReport.objects.count() == 6


def test_a_problem_seen_on_the_spot_reaches_staff(client: Client, screen: Screen) -> None:
    address = client.get("/kiosk/yiyuan/payload.json").json()["check_url"]
    client.post(address, {"what": "dark"})
    assert Alert.objects.get().words == "“益园”（益园）：黑屏或打不开。"
