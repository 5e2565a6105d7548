"""Screens with real rows: what is sent, what is said, and what is not sent again."""

import json
import os
import re
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from geo.models import Activity, Venue
from kiosk.models import Screen
from kiosk.payload import payload_of
from kiosk.qr import phone_query, svg_of
from kiosk.scenes import view_of
from kiosk.words import screen_words
from tests import kiosk_factories as rows
from tests.kiosk_factories import SHANGHAI

pytestmark = pytest.mark.django_db

GOLD = Path(__file__).parent / "gold" / "kiosk_views.json"
MORNING = datetime(2019, 6, 26, 9, 40, tzinfo=SHANGHAI)
FIELDS = {
    "schema", "screen", "build", "version", "server_now", "generated_at", "valid_until",
    "lobby", "playlist", "city", "items", "campaigns", "sources", "contact", "settings",
    "notices", "check_url",
}  # fmt: skip


@pytest.fixture
def yiyuan() -> Screen:
    rows.rows_of_june_2019()
    return rows.screen()


@pytest.fixture
def lobby() -> Screen:
    """A lobby at an exact point, with three samples around it."""
    rows.city()
    near = rows.venue("示例·晴窗书房", "330203", 121.5475, 29.8752, 20)
    for title, starts, ends in [
        ("手机课堂", "09:00", "11:00"), ("社区义诊", "10:00", "11:30"), ("电影", "19:00", "21:00"),
    ]:  # fmt: skip
        rows.at_hours(title, near.name, date(2019, 6, 26), starts, ends, is_sample=True)
    rows.at_hours("真的", near.name, date(2019, 6, 26), "10:00", "11:00")
    return rows.screen("demo", "鼓楼站", is_sample=True)


def view(screen: Screen, now: datetime = MORNING) -> dict[str, Any]:
    return dict(view_of(payload_of(screen, now, "test"), now, screen_words()))


def scene(screen: Screen, kind: str, now: datetime = MORNING) -> dict[str, Any]:
    [found] = [one for one in view(screen, now)["scenes"] if one["kind"] == kind]
    return dict(found)


def get(client: Client, slug: str = "yiyuan", at: str = "2019-06-26T09:40", **more: str) -> Any:
    return client.get(f"/kiosk/{slug}/payload.json?at={at}", headers=more)


# --- What 益园 says -------------------------------------------------------------------------
def test_yiyuan_says_that_its_county_has_nothing_today_and_what_is_next_here(
    yiyuan: Screen,
) -> None:
    around = scene(yiyuan, "around")
    assert around["lede"] == "象山县今天没有登记的活动。"
    assert around["next_title"] == "本地下一场"
    assert around["next"]["when"] == "6月29日 周六 下午"
    assert around["next"]["title"] == rows.MARKET
    assert around["subtitle"] == "宁波市各区县市 · 今天"
    assert [group["title"] for group in around["groups"]] == [
        "宁海县", "鄞州区", "海曙区", "江北区", "慈溪市",
    ]  # fmt: skip


def test_yiyuan_sends_nobody_walking_for_its_position_is_only_roughly_known(
    yiyuan: Screen,
) -> None:
    payload = payload_of(yiyuan, MORNING, "test")
    assert payload["lobby"]["is_exact"] is False
    assert payload["lobby"]["radius_m"] == 2500
    assert all(place["walk_min"] is None for one in payload["items"] for place in one["places"])


def test_no_hour_is_invented(yiyuan: Screen) -> None:
    written = json.dumps(view(yiyuan)["scenes"], ensure_ascii=False)
    assert re.findall(r"\d\d:\d\d", written) == []
    groups = scene(yiyuan, "today")["groups"]
    assert [group["title"] for group in groups] == ["上午", "下午", "今天（时间未注明）"]


def test_on_the_day_of_the_market_yiyuan_speaks_of_itself(yiyuan: Screen) -> None:
    afternoon = datetime(2019, 6, 29, 14, 30, tzinfo=SHANGHAI)
    around = scene(yiyuan, "around", afternoon)
    assert around["lede"] == "象山县今天有 1 场活动。"
    assert around["groups"][0]["title"] == "象山县"
    now = scene(yiyuan, "now", afternoon)
    assert (now["title"], now["groups"][0]["title"]) == ("本时段 · 今天", "本时段（时刻未注明）")


def test_two_hospitals_are_one_card_that_says_it_is_one_of_them(yiyuan: Screen) -> None:
    [card] = [
        card for group in scene(yiyuan, "around")["groups"] for card in group["cards"]
        if "病房" in card["title"]
    ]  # fmt: skip
    assert card["place"] == "宁波市妇女儿童医院、宁波市中医院 · 海曙区"
    assert card["note"] == "其中一处，原文未注明"


def test_real_screens_show_no_samples_and_sample_screens_nothing_else(lobby: Screen) -> None:
    titles = {one["title"] for one in payload_of(lobby, MORNING, "test")["items"]}
    assert titles == {"手机课堂", "社区义诊", "电影"}
    real = rows.screen("real", "鼓楼站")
    assert {one["title"] for one in payload_of(real, MORNING, "test")["items"]} == {"真的"}


def test_at_an_exact_point_walking_minutes_are_said(lobby: Screen) -> None:
    around = scene(lobby, "around")
    assert around["lede"] == "附近今天还有 3 场活动。"
    first = around["groups"][0]["cards"][0]
    assert (first["number"], first["sample"]) == ("1", "示例")
    assert first["go"] == "步行 5 分钟 · 还有 80 分钟"
    assert first["verdict"] == "来得及"


def test_a_busy_district_is_capped_and_counted() -> None:
    rows.city()
    for number in range(9):
        rows.at_hours(f"江北{number}", "日湖公园", date(2019, 6, 26), "10:00", "11:00")
    payload = payload_of(rows.screen(), MORNING, "test")
    assert len(payload["items"]) == 4
    [jiangbei] = [one for one in payload["city"] if one["name"] == "江北区"]
    assert jiangbei["more"] == {"2019-06-26": 5}


# --- What is sent ---------------------------------------------------------------------------
def test_the_payload_has_its_documented_fields_and_absolute_instants(
    client: Client, yiyuan: Screen
) -> None:
    payload = get(client).json()
    assert set(payload) == FIELDS
    assert payload["server_now"] == "2019-06-26T09:40:00.000+08:00"
    assert payload["valid_until"] == "2019-07-10T00:00:00+08:00"
    for one in payload["items"]:
        assert datetime.fromisoformat(one["starts_at"]).tzinfo is not None


def test_what_the_screen_has_is_not_sent_again_but_the_time_is(
    client: Client, yiyuan: Screen
) -> None:
    first = get(client)
    again = get(client, at="2019-06-26T09:41", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["X-Yitu-Now"] == "2019-06-26T09:41:00.000+08:00"
    assert again["X-Yitu-Screen"] == "yiyuan"
    assert again["X-Yitu-Build"] == first.json()["build"]


def test_a_changed_activity_is_sent(client: Client, yiyuan: Screen) -> None:
    first = get(client)
    Activity.objects.filter(title=rows.MARKET).update(title="公益集市（改名）")
    again = get(client, **{"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]
    assert "公益集市（改名）" in again.content.decode()


def test_a_new_day_is_sent(client: Client, yiyuan: Screen) -> None:
    first = get(client)
    assert get(client, at="2019-06-27T00:00", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_more_activities_ask_no_more_questions(
    yiyuan: Screen, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    screen = Screen.objects.select_related("venue__district__parent").prefetch_related("areas")
    with django_assert_num_queries(8):
        payload_of(screen.get(), MORNING, "test")
    for number in range(20):
        rows.at_hours(f"象山{number}", "益园", date(2019, 6, 27), "10:00", "11:00")
        rows.at_hours(f"云龙{number}", rows.TOWN, date(2019, 6, 27), "10:00", "11:00")
    with django_assert_num_queries(8):
        assert len(payload_of(screen.get(), MORNING, "test")["items"]) > 20


def test_an_unknown_screen_is_not_found(client: Client) -> None:
    assert get(client, slug="nobody").status_code == 404


# --- The page -------------------------------------------------------------------------------
def test_the_page_can_be_read_without_a_script(client: Client, yiyuan: Screen) -> None:
    response = client.get("/kiosk/yiyuan/?at=2019-06-26T09:40:00")
    html = response.content.decode()
    body = html[: html.index("<template")]
    for said in ("益园", "6月26日", "周三", "09:40", "象山县今天没有登记的活动。", "手机接着看",
                 "6月29日 周六 下午", "演示时钟"):  # fmt: skip
        assert said in body
    assert response["X-Yitu-Screen"] == "yiyuan"


def test_the_page_has_no_way_out_and_nothing_inline(client: Client, yiyuan: Screen) -> None:
    html = client.get("/kiosk/yiyuan/").content.decode()
    assert "<a " not in html
    assert " style=" not in html
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", html) == []
    assert "<button" not in html


def test_the_lobby_speaks_chinese_whatever_the_box_was_installed_in(
    client: Client, yiyuan: Screen
) -> None:
    english = {"Accept-Language": "en-US"}
    html = client.get("/kiosk/yiyuan/?at=2019-06-26T09:40:00", headers=english).content.decode()
    assert 'lang="zh-hans"' in html
    assert "更新于 09:40" in html
    first, same = get(client), get(client, **english)
    assert first["ETag"] == same["ETag"]


def test_a_sample_screen_says_so(client: Client, lobby: Screen) -> None:
    html = client.get("/kiosk/demo/?at=2019-06-26T09:40:00").content.decode()
    assert "示例屏：活动均为虚构" in html


def test_the_lobby_is_dark_at_night(client: Client, yiyuan: Screen) -> None:
    Screen.objects.update(night_from="21:30", night_to="06:30")
    night = client.get("/kiosk/yiyuan/?at=2019-06-26T23:00").content.decode()
    assert 'data-theme="night"' in night
    assert 'data-theme="night"' not in client.get("/kiosk/yiyuan/").content.decode()


def test_the_worker_covers_every_screen(client: Client) -> None:
    response = client.get("/kiosk/worker.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert re.match(r'const BUILD = "[0-9a-f]{12}";\n', response.content.decode())


def test_the_code_carries_the_lobbys_view_to_the_phone() -> None:
    assert phone_query("330225", False, "") == "district=330225"
    assert phone_query("330203", True, "2019-06-26T09:40") == (
        "district=330203&sample=1&at=2019-06-26T09:40"
    )
    svg = svg_of("https://example.org/?district=330225")
    assert svg.startswith("<svg")
    assert "style=" not in svg
    assert "data:" not in svg


# --- load_screens ---------------------------------------------------------------------------
def test_loading_the_screens_twice_changes_nothing() -> None:
    rows.city()
    said = [StringIO(), StringIO()]
    for out in said:
        call_command("load_screens", stdout=out)
    assert said[0].getvalue() == "screens: 3 added, 0 unchanged\n"
    assert said[1].getvalue() == "screens: 0 added, 3 unchanged\n"
    demo = Screen.objects.get(slug="demo")
    assert demo.is_sample
    assert demo.venue.is_walkable
    assert demo.venue.is_sample
    assert Screen.objects.get(slug="yiyuan").venue.is_pin is False


def test_a_screen_without_its_venue_says_what_to_do() -> None:
    rows.city()
    Venue.objects.filter(name="益园").delete()
    with pytest.raises(CommandError) as refused:
        call_command("load_screens", stdout=StringIO())
    assert str(refused.value) == (
        "Screen 'yiyuan' stands in 益园 (330225), which is not among the venues. "
        "Run manage.py load_places first."
    )


# --- The same view on the server and on the page ----------------------------------------------
MOMENTS = [
    "2019-06-26T09:40:00+08:00", "2019-06-26T23:59:59+08:00", "2019-06-27T00:00:00+08:00",
    "2019-06-29T14:30:00+08:00", "2019-06-30T18:00:00+08:00", "2019-07-05T12:00:00+08:00",
]  # fmt: skip


def test_the_recorded_views_are_what_the_server_says(yiyuan: Screen) -> None:
    """tests/js/kiosk-scenes.test.js holds the page to the same file. YITU_RECORD=1 renews it."""
    near = rows.venue("示例·晴窗书房", "330203", 121.5475, 29.8752, 20)
    for title, starts, ends, more in [
        ("手机课堂", "09:00", "11:00", {}), ("社区义诊", "09:44", "11:30", {}),
        ("棋会", "10:30", "11:30", {"status": "full"}), ("电影", "19:00", "21:00", {}),
        ("讲座", "14:00", "15:00", {"status": "cancelled", "status_reason": "讲师生病"}),
    ]:  # fmt: skip
        rows.at_hours(title, near.name, date(2019, 6, 26), starts, ends, is_sample=True, **more)
    rows.screen("demo", "鼓楼站", is_sample=True)
    cases: list[dict[str, Any]] = []
    for slug in ("yiyuan", "demo"):
        screen = Screen.objects.get(slug=slug)
        payload = payload_of(screen, MORNING, "test")
        views = {at: view_of(payload, datetime.fromisoformat(at), screen_words()) for at in MOMENTS}
        cases.append({"payload": _steady(payload), "views": views})
    recorded = {"words": screen_words(), "cases": cases}
    written = json.dumps(recorded, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("YITU_RECORD"):
        GOLD.write_text(written, encoding="utf-8")
    assert json.loads(GOLD.read_text(encoding="utf-8")) == json.loads(written)


def _steady(payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "version": "recorded"}
