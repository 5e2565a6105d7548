"""What staff see of the screens and may ask of them."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from geo.models import Venue
from kiosk import pairing
from kiosk.advice import advice_of
from kiosk.apps import make_keepers
from kiosk.models import Command, Notice, Screen, ScreenGroup, ScreenState, ScreenToken
from tests import kiosk_factories as rows
from tests.kiosk_factories import SHANGHAI
from tests.test_screen_pairing import beat, enrol, paired, status

pytestmark = pytest.mark.django_db
MORNING = datetime(2019, 6, 26, 9, 40, tzinfo=SHANGHAI)


@pytest.fixture
def screen() -> Screen:
    rows.rows_of_june_2019()
    return rows.screen()


def person(name: str) -> User:
    make_keepers()
    user = User.objects.create_user(name, password="not a secret 1", is_staff=True)
    user.groups.add(Group.objects.get(name="屏管理员"))
    return user


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(person("keeper"))
    return client


def add(staff: Client, **fields: object) -> Any:
    values = {"code": "", "name": "", "slug": "", "hours_words": "", "scenes": [], **fields}
    return staff.post(reverse("admin:kiosk_screen_add"), values, follow=True)


def payload(slug: str = "yiyuan") -> dict[str, Any]:
    return dict(Client().get(f"/kiosk/{slug}/payload.json").json())


# --- A new screen -----------------------------------------------------------------------------
def test_a_code_and_a_lobby_are_enough(staff: Client) -> None:
    rows.city()
    offer = enrol(Client())
    page = add(staff, code=offer["code"], venue=Venue.objects.get(name="日湖公园").pk)
    assert "已连接：1920×1080 的屏" in page.content.decode()
    made = Screen.objects.get()
    assert (made.slug, made.name) == ("rihugongyuan", "日湖公园")
    assert status(Client(), offer["secret"]).json()["address"] == "/kiosk/rihugongyuan/"


def test_a_wrong_code_and_unreadable_hours_are_refused_in_words(staff: Client) -> None:
    rows.city()
    venue = Venue.objects.get(name="日湖公园").pk
    page = add(staff, code="BCDF-BCDF", venue=venue, hours_words="上班时间").content.decode()
    assert "没有屏在显示这个代码：可能输错了，也可能过了 10 分钟，屏上已换新码。" in page
    assert "“上班时间”没看懂：要写几点到几点（09:00–17:30），或者写“闭馆”。" in page
    assert not Screen.objects.exists()


def test_what_a_screen_leaves_empty_comes_from_its_group(screen: Screen) -> None:
    group = ScreenGroup.objects.create(
        name="海曙各大厅", hours_words="每天 09:00–17:00", diagonal_inch=43, language="en"
    )
    screen.group = group
    screen.diagonal_inch = 65
    screen.save()
    settings = payload()["settings"]
    assert settings["diagonal_inch"] == 65
    assert settings["language"] == "en"
    assert settings["hours"]["weekly"][0] == [["09:00", "17:00"]]
    assert settings["night_look"] == "dim"
    group.language = "zh-hans"
    group.save()
    assert payload()["settings"]["language"] == "zh-hans"


def test_a_screen_that_cannot_be_read_from_there_is_said_so_in_words(screen: Screen) -> None:
    screen.diagonal_inch, screen.viewing_distance_m = 32, 5
    screen.hours_words = "每天 09:00–17:00"
    assert advice_of(screen.resolved()) == [
        "标题在 5 米处看不清：那里要 25 毫米高的字，32 英寸的屏最多 17 毫米，在 3.3 米内看得清。"
        "换 48 英寸以上的屏，或让人站近些。"
    ]
    screen.diagonal_inch, screen.viewing_distance_m = 55, 2
    assert advice_of(screen.resolved()) == []
    screen.has_touch, screen.mounting_height_cm = True, 150
    assert advice_of(screen.resolved()) == [
        "屏挂得太高或太低：离地 40–120 厘米之间的部分太少，坐轮椅的人够不着按钮。"
    ]


# --- Its pages --------------------------------------------------------------------------------
def test_the_state_page_sets_expected_beside_reported(staff: Client, screen: Screen) -> None:
    from kiosk.fleet import standing_of
    from kiosk.polling import full_payload
    from kiosk.scenes import view_of
    from kiosk.words import screen_words

    content = full_payload(standing_of("yiyuan", MORNING), MORNING)
    scenes = view_of(content, MORNING, screen_words())["scenes"]
    box, url = paired(screen), reverse("admin:kiosk_screen_status", args=[screen.pk])
    agreed = []
    for scene in scenes:
        beat(box, shown_at="2019-06-26T09:40:10+08:00", scene=scene["kind"], fonts=False, age_s=30,
             visible=[scene["groups"][0]["cards"][0]["key"]])  # fmt: skip
        page = staff.get(url).content.decode()
        agreed.append("上报的画面与应有的一致" in page)
        assert "没有 <strong>不符</strong>" in page
        assert "30 秒前" in page
    assert sum(agreed) == 1
    kind = scenes[agreed.index(True)]["kind"]
    beat(box, shown_at="2019-06-26T09:40:10+08:00", scene=kind, visible=["invented"])
    assert "上报了不该有的：invented" in staff.get(url).content.decode()


def test_the_wall_and_the_simulation_show_any_moment_in_a_frame_of_our_own(
    staff: Client, screen: Screen
) -> None:
    wall = staff.get(reverse("admin:kiosk_screen_wall"))
    assert "frame-src 'self'" in wall["Content-Security-Policy"]
    assert "1 块屏此刻应有的画面" in wall.content.decode()
    asked = {"moment": "2019-06-29T15:00", "age": "3600", "is_paused": "1", "night": "on"}
    page = staff.get(reverse("admin:kiosk_screen_simulate", args=[screen.pk]), asked)
    src = page.context["src"]
    shown = Client().get(src)
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert shown["X-Yitu-Now"].startswith("2019-06-29T15:00:00")
    assert (shown.context["sim"]["age_s"], shown.context["sim"]["night"]) == (3600, "on")
    forged = Client().get(src.replace("sim=", "sim=x"))
    assert forged["X-Frame-Options"] == "DENY"
    assert forged["X-Yitu-Now"].startswith("2019-06-26T")


def test_orders_reach_the_screen_and_are_in_the_history(staff: Client, screen: Screen) -> None:
    box = paired(screen)
    before = payload_head()["X-Yitu-Command"]
    url = reverse("admin:kiosk_screen_order", args=[screen.pk])
    staff.post(url, {"kind": "identify"})
    staff.post(url, {"kind": "playlist", "scenes": ["today", "nonsense"], "minutes": "30"})
    staff.post(url, {"kind": "shell"})
    [first, second] = beat(box, at="09:40:05").json()["commands"]
    assert (first["kind"], first["argument"]) == ("identify", str(screen.pk))
    wanted = json.loads(second["argument"])
    assert wanted["scenes"] == ["today"]
    assert wanted["until"].startswith("2019-06-26T10:")
    assert payload_head()["X-Yitu-Command"] > before
    staff.post(reverse("admin:kiosk_screen_revoke", args=[screen.pk]))
    assert beat(box).status_code == 403


def payload_head() -> Any:
    return Client().get("/kiosk/yiyuan/payload.json")


def test_a_token_shows_nowhere_in_the_staff_pages(staff: Client, screen: Screen) -> None:
    box = paired(screen)
    beat(box)
    for name in ("status", "simulate", "change"):
        page = staff.get(reverse(f"admin:kiosk_screen_{name}", args=[screen.pk])).content.decode()
        assert box.cookies["kiosk"].value not in page
        assert ScreenToken.objects.get().digest not in page


def test_without_the_role_nothing_of_it_opens(client: Client, screen: Screen) -> None:
    client.force_login(User.objects.create_user("other", is_staff=True))
    for name in ("status", "simulate", "order", "revoke"):
        url = reverse(f"admin:kiosk_screen_{name}", args=[screen.pk])
        assert client.post(url).status_code in {403, 405}
        assert client.get(url).status_code in {403, 405}
    assert client.get(reverse("admin:kiosk_screen_wall")).status_code == 403
    assert not Command.objects.exists()


# --- Notices ----------------------------------------------------------------------------------
def write(staff: Client, level: str = "banner", ends: str = "11:00", **more: object) -> Any:
    values = {
        "text": "今天下午停电", "level": level, "is_everywhere": "on",
        "starts_at_0": "2019-06-26", "starts_at_1": "09:40",
        "ends_at_0": "2019-06-26", "ends_at_1": ends, **more,
    }  # fmt: skip
    return staff.post(reverse("admin:kiosk_notice_add"), values, follow=True)


def test_a_banner_hangs_until_its_end_and_not_longer(staff: Client, screen: Screen) -> None:
    first = payload()["version"]
    write(staff)
    [notice] = payload()["notices"]
    assert (notice["level"], notice["text"]) == ("banner", "今天下午停电")
    assert notice["ends_at"] == "2019-06-26T11:00:00+08:00"
    assert payload()["version"] != first
    later = Client().get("/kiosk/yiyuan/payload.json?at=2019-06-26T11:00").json()
    assert later["notices"] == []


def test_only_the_screens_that_are_meant_show_it(staff: Client, screen: Screen) -> None:
    group = ScreenGroup.objects.create(name="江北")
    rows.screen("rihu", "日湖公园", group=group)
    write(staff, is_everywhere="", groups=[group.pk])
    assert payload("rihu")["notices"]
    assert not payload("yiyuan")["notices"]


def test_a_full_screen_needs_a_second_person(staff: Client, screen: Screen) -> None:
    assert "全屏通知要另一个人批准后才上屏" in write(staff, "cover").content.decode()
    assert payload()["notices"] == []
    notice = Notice.objects.get()
    choose = {"action": "approve", "_selected_action": [notice.pk]}
    staff.post(reverse("admin:kiosk_notice_changelist"), choose)
    assert payload()["notices"] == []
    other = Client()
    other.force_login(User.objects.create_superuser("chief"))
    other.post(reverse("admin:kiosk_notice_changelist"), choose)
    assert payload()["notices"][0]["level"] == "cover"
    withdraw = {"action": "withdraw", "_selected_action": [notice.pk]}
    staff.post(reverse("admin:kiosk_notice_changelist"), withdraw)
    assert payload()["notices"] == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ends": "09:00"}, "结束要晚于开始，也要晚于现在。"),
        (
            {"level": "cover", "ends_at_0": "2019-06-28"},
            "太长了：横幅最长 14 天，全屏最长 24 小时。",
        ),
        ({"is_everywhere": ""}, "给哪些屏？选“所有屏”、屏组或单块屏。"),
    ],
)
def test_a_notice_without_a_sensible_end_or_place_is_refused(
    staff: Client, screen: Screen, fields: dict[str, Any], said: str
) -> None:
    assert said in write(staff, **fields).content.decode()
    assert not Notice.objects.exists()


def test_receipts_say_who_holds_it(staff: Client, screen: Screen) -> None:
    write(staff)
    notice = Notice.objects.get()
    beat(paired(screen), at="09:40:04", notices=[notice.pk, 99999])
    beat(paired(screen), at="09:41:04", notices=[notice.pk])
    assert notice.receipts.count() == 1
    assert "1 块屏" in staff.get(reverse("admin:kiosk_notice_changelist")).content.decode()


def test_a_second_box_can_take_over_a_screen(staff: Client, screen: Screen) -> None:
    old = paired(screen)
    offer = enrol(Client())
    pairing.confirm(pairing.find(offer["code"], User.objects.get(), MORNING), screen, MORNING)
    new = Client()
    answer = new.get("/kiosk/enrol/status", headers={"Authorization": f"Bearer {offer['secret']}"})
    assert answer.json()["state"] == "paired"
    assert beat(old).status_code == 403
    assert beat(new).status_code == 200
    assert ScreenState.objects.count() == 1
