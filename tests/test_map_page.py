"""`/`: the list by the server, the map's spots beside it, one question for both."""

import json
import re
from datetime import date

import pytest
from django.test import Client

from geo.models import Area
from tests.factories import (
    make_activity,
    make_category,
    make_district,
    make_occurrence,
    make_source,
    make_venue,
)

pytestmark = pytest.mark.django_db


def spots_in(html: str) -> list[dict[str, object]]:
    block = re.search(r'<script id="spots" type="application/json">(.*?)</script>', html, re.S)
    assert block
    return list(json.loads(block[1]))


def test_the_list_and_the_map_hold_the_same_activities(client: Client) -> None:
    district = make_district()
    for title in ("甲", "乙"):
        make_occurrence(make_activity(title), venue=make_venue(title, district=district))
    html = client.get("/").content.decode()
    assert len(re.findall("data-card=", html)) == 2
    assert {item for spot in spots_in(html) for item in spot["ids"]} == {"a1", "a2"}  # type: ignore[attr-defined]


def test_the_panel_alone_answers_the_same_question(client: Client) -> None:
    make_occurrence(make_activity("公益集市", categories=[make_category()]))
    make_occurrence(make_activity("别的"))
    whole = client.get("/?category=fair").content.decode()
    panel = client.get("/results/?category=fair").content.decode()
    assert "公益集市" in panel
    assert "别的" not in panel
    assert panel.strip() in whole


def test_the_demo_clock_is_said_in_a_banner(client: Client) -> None:
    html = client.get("/").content.decode()
    assert "演示时钟" in html
    assert "2019年6月26日 星期三 09:4" in html


def test_another_moment_changes_what_is_shown(client: Client) -> None:
    make_occurrence(make_activity("周六的"), day=date(2019, 6, 29), part_of_day="afternoon")
    assert "6月29日 周六 下午" in client.get("/").content.decode()
    html = client.get("/?at=2019-06-29T14:30").content.decode()
    assert "今天 下午" in html
    assert "本时段" in html


def test_a_moment_that_cannot_be_read_is_answered_in_words(client: Client) -> None:
    answer = client.get("/?at=tomorrow")
    assert answer.status_code == 400
    assert answer.content.decode() == "at: 'tomorrow' is not a moment. Expected 2019-06-29T14:30."


def test_outside_the_demo_another_moment_is_not_taken(
    client: Client, settings: pytest.FixtureRequest
) -> None:
    settings.YITU_DEMO = False  # type: ignore[attr-defined]
    settings.YITU_NOW = ""  # type: ignore[attr-defined]
    html = client.get("/?at=2019-06-29T14:30").content.decode()
    assert "2019年6月29日" not in html
    assert "演示时钟" not in html


def test_the_number_of_queries_does_not_grow_with_the_list(
    client: Client, django_assert_max_num_queries: object
) -> None:
    district = make_district()
    for number in range(30):
        activity = make_activity(f"活动{number}", categories=[make_category()])
        make_occurrence(activity, venue=make_venue(f"场所{number}", district=district))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/")


def test_what_is_not_on_the_map_is_counted_under_the_list(client: Client) -> None:
    make_district()
    city = Area.objects.get(code="330200")
    make_occurrence(make_activity("善款捐助"), area=city, level="city")
    html = client.get("/").content.decode()
    assert "1 个活动只知道在宁波市，地图上没有画。" in html
    assert "只知道在宁波市，地点待确认" in html


def test_a_wrong_date_is_said_on_the_page(client: Client) -> None:
    html = client.get("/?date=2019-06-31").content.decode()
    assert "日期“2019-06-31”读不懂" in html


def test_a_title_cannot_break_out_of_the_page(client: Client) -> None:
    title = "</script><script>alert(1)</script>"
    make_occurrence(make_activity(title), venue=make_venue())
    html = client.get("/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_every_answer_carries_the_strict_policy(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_sample_card_says_so(client: Client) -> None:
    sample = make_source("sample-week", title="示例周", is_sample=True)
    make_occurrence(make_activity("假的", source=sample, is_sample=True))
    assert "假的" not in client.get("/").content.decode()
    html = client.get("/?sample=1").content.decode()
    assert '<span class="tag tag--sample">示例</span>' in html


def test_a_cancelled_activity_stays_on_the_list_struck_with_the_word(client: Client) -> None:
    make_occurrence(make_activity("义诊"), hours=("10:00", "11:00"), status="cancelled")
    html = client.get("/").content.decode()
    assert "card--off" in html
    assert "取消" in html


def test_a_post_is_refused(client: Client) -> None:
    assert client.post("/").status_code == 405


def test_choices_say_how_many_activities_they_have(client: Client) -> None:
    here, there = make_district(), make_district("330212", "鄞州区", (121.55, 29.82))
    fair = make_activity("集市", categories=[make_category()])
    for rank, venue in enumerate((make_venue(district=here), make_venue("云龙", district=here))):
        make_occurrence(fair, venue=venue, place_rank=rank)
    make_occurrence(make_activity("别的"), venue=make_venue("邱隘", district=there))
    html = client.get("/?district=330205").content.decode()
    assert '公益集市 <span class="chip__count">1</span>' in html
    assert "江北区 · 1</option>" in html
    assert "鄞州区 · 1</option>" in html, "its own part of the question is not counted"
    html = client.get("/?district=330212").content.decode()
    assert '公益集市 <span class="chip__count">0</span>' in html


def test_what_repeats_every_week_can_be_left_out(client: Client) -> None:
    weekly = make_occurrence(make_activity("每周三手机课"))
    weekly.schedule.rrule = "FREQ=WEEKLY;BYDAY=WE"
    weekly.schedule.save()
    make_occurrence(make_activity("义诊"))
    html = client.get("/").content.decode()
    assert "每周三手机课" in html
    assert "不看 1 个每周例行" in html
    html = client.get("/?routines=0").content.decode()
    assert "每周三手机课" not in html
    assert "义诊" in html
    assert "每周例行的也看" in html


@pytest.mark.usefixtures("places")
def test_typed_words_are_where_one_sets_out(client: Client) -> None:
    html = client.get("/?from=江北区日湖公园").content.decode()
    assert "从日湖公园走，赶得上的在前" in html
    assert "data-origin=" not in html, "450 metres are too rough to say minutes by"


@pytest.mark.usefixtures("places")
def test_words_that_nobody_knows_are_answered_in_words(client: Client) -> None:
    html = client.get("/?from=不存在的地方").content.decode()
    assert "“不存在的地方”在哪里，我们不知道，或者不止一处；请写上区县，列表先按时间排列。" in html


def test_the_list_can_be_subscribed_as_it_is_filtered(client: Client) -> None:
    make_occurrence(make_activity(categories=[make_category()]))
    html = client.get("/?category=fair&routines=0").content.decode()
    assert "webcal://testserver/calendar.ics?category=fair&amp;routines=0" in html
    assert client.get("/calendar.ics?category=fair&routines=0").status_code == 200
    assert client.get("/feed.atom?category=fair&routines=0").status_code == 200
