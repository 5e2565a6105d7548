"""A filter is a link and a link is a filter; what cannot be read is said in words."""

from datetime import date, datetime, timedelta

import pytest

from geo.filters import ActivityFilter, Near
from tests.factories import (
    WEDNESDAY,
    make_activity,
    make_category,
    make_district,
    make_occurrence,
    make_reading,
    make_source,
    make_venue,
)


def titles(asked: ActivityFilter, now: datetime) -> list[str]:
    return sorted({one.activity.title for one in asked.apply(now)})


@pytest.mark.parametrize(
    "query",
    [
        "when=weekend&category=fair,health&audience=elders&district=330205&q=日湖",
        "date=2019-06-29&near=121.545,29.876",
        "near=330225&sample=1",
        "",
    ],
)
def test_a_link_comes_back_as_the_same_link(query: str) -> None:
    from urllib.parse import parse_qsl, unquote

    asked = ActivityFilter.from_query(dict(parse_qsl(query)))
    assert unquote(asked.query()) == query
    assert asked.problems == ()


def test_a_date_that_cannot_be_is_said_and_left_out() -> None:
    asked = ActivityFilter.from_query({"date": "2019-06-31"})
    assert asked.day is None
    assert asked.problems == ("日期“2019-06-31”读不懂，应写成 2019-06-29 这样；已按“今天起”显示。",)


def test_a_position_outside_ningbo_is_said_and_left_out() -> None:
    asked = ActivityFilter.from_query({"near": "116.4,39.9"})
    assert asked.near is None
    assert asked.problems == ("位置“116.4,39.9”不在宁波范围内或读不懂；列表按时间排列。",)


def test_a_position_is_kept_to_about_a_hundred_metres() -> None:
    asked = ActivityFilter.from_query({"near": "121.5445678,29.8756034"})
    assert asked.near == Near(lon=121.545, lat=29.876)


def test_a_weekend_asked_for_on_sunday_does_not_show_saturday(now: datetime) -> None:
    sunday = now + timedelta(days=4)
    first, last = ActivityFilter(when="weekend").days(sunday)
    assert (first, last) == (date(2019, 6, 30), date(2019, 6, 30))


@pytest.mark.django_db
def test_from_today_on_leaves_out_what_is_over(now: datetime) -> None:
    make_occurrence(make_activity("昨天的"), day=WEDNESDAY - timedelta(days=1))
    make_occurrence(make_activity("今天早上已散"), hours=("08:00", "09:00"))
    make_occurrence(make_activity("今天上午的"), part_of_day="morning")
    assert titles(ActivityFilter(), now) == ["今天上午的"]
    assert titles(ActivityFilter(when="past"), now) == ["今天早上已散", "昨天的"]


@pytest.mark.django_db
def test_now_is_what_may_be_on_and_not_cancelled(now: datetime) -> None:
    make_occurrence(make_activity("上午"), part_of_day="morning")
    make_occurrence(make_activity("取消了"), part_of_day="morning", status="cancelled")
    make_occurrence(make_activity("下午"), part_of_day="afternoon")
    assert titles(ActivityFilter(when="now"), now) == ["上午"]


@pytest.mark.django_db
def test_samples_are_shown_only_when_asked_for(now: datetime) -> None:
    sample = make_source("sample-week", title="示例周", is_sample=True)
    make_occurrence(make_activity("示例活动", source=sample, is_sample=True))
    make_occurrence(make_activity("真的"))
    assert titles(ActivityFilter(), now) == ["真的"]
    assert titles(ActivityFilter(sample=True), now) == ["真的", "示例活动"]


@pytest.mark.django_db
def test_words_are_found_in_title_place_and_organiser(now: datetime) -> None:
    venue = make_venue("日湖公园", district=make_district())
    make_occurrence(make_activity("公益集市", organizers=["北仑区民政局"]), venue=venue)
    make_occurrence(make_activity("别的", organizers=["象山县民政局"]))
    assert titles(ActivityFilter(q="日湖"), now) == ["公益集市"]
    assert titles(ActivityFilter(q="北仑"), now) == ["公益集市"]
    assert titles(ActivityFilter(q="集市 江北"), now) == ["公益集市"]
    assert titles(ActivityFilter(q="集市 象山"), now) == []


@pytest.mark.django_db
def test_a_doubtful_place_is_found_by_its_printed_text(now: datetime) -> None:
    make_occurrence(make_activity("爱心走乡村"), place=make_reading("鄞州区邱隘镇渔农村"))
    assert titles(ActivityFilter(q="渔农村"), now) == ["爱心走乡村"]


@pytest.mark.django_db
def test_two_matching_categories_find_an_activity_once(now: datetime) -> None:
    both = [make_category("fair"), make_category("party", "党建")]
    make_occurrence(make_activity("公益日", categories=both))
    assert ActivityFilter(categories=("fair", "party")).apply(now).count() == 1
