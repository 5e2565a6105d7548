"""One activity, whole: honest about hours and places, and with its printed row."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from geo.models import Activity, SourceRow
from geo.moments import SHANGHAI
from tests.factories import (
    WEDNESDAY,
    make_activity,
    make_district,
    make_occurrence,
    make_source,
    make_venue,
)

pytestmark = pytest.mark.django_db


def page(client: Client, activity: Activity) -> str:
    answer = client.get(f"/activities/{activity.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_printed_row_is_one_tap_away(client: Client) -> None:
    row = SourceRow.objects.create(
        source=make_source(), number=16, status="imported",
        cells=[["公益服务活动", "北鸣党员公益日 北鸣组织在行动"], ["活动时间", "6月26日"]],
    )  # fmt: skip
    activity = make_activity(source_row=row)
    make_occurrence(activity)
    html = page(client, activity)
    assert "第 16 行，按印刷原样：" in html
    assert "<dt>活动时间</dt><dd>6月26日</dd>" in html


def test_a_pin_gives_links_in_each_maps_own_datum(client: Client) -> None:
    activity = make_activity()
    make_occurrence(activity, venue=make_venue(radius_m=450))
    html = page(client, activity)
    assert "https://uri.amap.com/marker?position=121.561" in html  # GCJ-02, lon,lat
    assert "https://api.map.baidu.com/marker?location=29.90" in html  # BD-09, lat,lon
    assert "geo:29.898500,121.557500" in html  # WGS-84, lat,lon


def test_a_place_that_is_not_a_pin_sends_nobody_anywhere(client: Client) -> None:
    activity = make_activity()
    make_occurrence(activity, venue=make_venue("北仑爱心公园", radius_m=2500))
    html = page(client, activity)
    assert "uri.amap.com" not in html
    assert "地点还没有核实到 500 米以内，所以这里不给导航。" in html


def test_a_moved_activity_shows_old_and_new_and_why(client: Client) -> None:
    activity = make_activity("义诊")
    make_occurrence(
        activity, hours=("14:00", "16:00"), status="rescheduled", status_reason="场地维修",
        previous_starts_at=datetime(2019, 6, 25, 9, 0, tzinfo=SHANGHAI), previous_place="旧礼堂",
    )  # fmt: skip
    html = page(client, activity)
    assert "<s>6月25日 09:00</s> → 6月26日 14:00" in html
    assert "<s>旧礼堂</s>" in html
    assert "场地维修" in html


def test_two_places_without_saying_which_are_said_so(client: Client) -> None:
    activity = make_activity("走进病房")
    for rank, name in enumerate(["宁波市妇女儿童医院", "宁波市中医院"]):
        venue = make_venue(name, radius_m=900)
        make_occurrence(activity, venue=venue, place_rank=rank, certainty="one_of")
    assert "原文列了几个地点和日子，没有注明哪天在哪里。" in page(client, activity)


def test_other_activities_nearby_are_named_but_never_samples(client: Client) -> None:
    district = make_district()
    here = make_venue(district=district)
    close = make_venue("白沙街道活动中心", at=(121.559442, 29.897635), district=district)
    activity = make_activity("公益日")
    make_occurrence(activity, venue=here)
    make_occurrence(make_activity("理发"), venue=close)
    sample = make_source("sample-week", is_sample=True)
    make_occurrence(make_activity("假的", is_sample=True, source=sample), venue=close)
    html = page(client, activity)
    assert "附近还有" in html
    assert "理发" in html
    assert "假的" not in html


def test_an_over_activity_keeps_its_address(client: Client) -> None:
    activity = make_activity()
    make_occurrence(activity, day=WEDNESDAY - timedelta(days=400))
    assert "已结束" in page(client, activity)


def test_an_unpublished_activity_is_not_found(client: Client) -> None:
    activity = make_activity(is_published=False)
    make_occurrence(activity)
    assert client.get(f"/activities/{activity.public_id}/").status_code == 404
    assert client.get(f"/activities/{activity.public_id}.ics").status_code == 404


def test_the_calendar_file_has_its_type_and_a_name(client: Client) -> None:
    activity = make_activity(public_id="rihu2019")
    make_occurrence(activity)
    answer = client.get("/activities/rihu2019.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="yitu-rihu2019.ics"'
    assert b"BEGIN:VCALENDAR" in answer.content


def test_the_page_carries_its_own_address_as_a_code(client: Client) -> None:
    activity = make_activity(public_id="rihu2019")
    make_occurrence(activity)
    answer = client.get("/activities/rihu2019/?at=2019-06-27T09:00")
    html = answer.content.decode()
    assert 'value="http://testserver/a/rihu2019"' in html, "without the demo's moment"
    assert 'class="qr__code"' in html
    assert "style=" not in html


def test_paper_never_says_today(client: Client) -> None:
    activity = make_activity()
    make_occurrence(activity, part_of_day="morning")
    html = page(client, activity)
    assert '<span class="screen-only">今天 上午</span>' in html
    assert '<span class="paper-only">6月26日 周三 上午</span>' in html
    assert "打印于 2019年6月26日 09:4" in html


def test_a_short_link_leads_to_the_page_for_ever(client: Client) -> None:
    activity = make_activity("公益集市")
    make_occurrence(activity)
    answer = client.get(f"/a/{activity.public_id}")
    assert (answer.status_code, answer.headers["Location"]) == (301, activity.get_absolute_url())
    html = client.get(activity.get_absolute_url()).content.decode()
    assert f"http://testserver/a/{activity.public_id}" in html
