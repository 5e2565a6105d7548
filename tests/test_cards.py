"""What a card says: folded days, honest hours, distances only where they mean something."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point

from geo import phrases
from geo.cards import Origin, cards_of
from geo.moments import Grade
from tests.factories import (
    WEDNESDAY,
    make_activity,
    make_district,
    make_occurrence,
    make_town,
    make_venue,
)

pytestmark = pytest.mark.django_db
GULOU = Origin(121.544568, 29.875603)


def test_three_days_in_a_row_are_folded_into_one_line(now: datetime) -> None:
    activity = make_activity("走进病房")
    rows = [make_occurrence(activity, day=WEDNESDAY + timedelta(days=n)) for n in range(3)]
    (card,) = cards_of(rows, now)
    assert card.days == "6月26日–28日"
    assert card.when == "今天（时间未注明）"


def test_a_run_over_the_end_of_a_month_names_both() -> None:
    days = [date(2019, 6, 25) + timedelta(days=n) for n in range(7)]
    now = datetime.fromisoformat("2019-06-26T09:40+08:00")
    assert phrases.days_words(days, now) == "6月25日–7月1日"


def test_an_afternoon_is_said_as_afternoon_and_never_as_an_hour(now: datetime) -> None:
    (card,) = cards_of([make_occurrence(day=date(2019, 6, 29), part_of_day="afternoon")], now)
    assert card.when == "6月29日 周六 下午"
    assert card.state == "将举行"


def test_printed_hours_are_said_as_printed(now: datetime) -> None:
    (card,) = cards_of([make_occurrence(hours=("10:05", "11:30"))], now)
    assert card.when == "今天 10:05–11:30"
    assert card.state == "25 分钟后开始"


def test_only_printed_hours_make_a_card_live(now: datetime) -> None:
    exact = make_occurrence(make_activity("甲"), hours=("09:00", "11:00"))
    window = make_occurrence(make_activity("乙"), part_of_day="morning")
    live, on = cards_of([window, exact], now)
    assert (live.activity.title, live.is_live, live.state) == ("甲", True, "正在进行")
    assert (on.activity.title, on.is_live, on.state) == ("乙", False, "本时段")


def test_what_is_on_comes_first_and_what_is_over_last(now: datetime) -> None:
    rows = [
        make_occurrence(make_activity("散了"), hours=("08:00", "09:00")),
        make_occurrence(make_activity("明天"), day=date(2019, 6, 27)),
        make_occurrence(make_activity("今天"), part_of_day="afternoon"),
        make_occurrence(make_activity("现在"), hours=("09:00", "11:00")),
    ]
    ranked = [card.activity.title for card in cards_of(rows, now)]
    assert ranked == ["现在", "今天", "明天", "散了"]


def test_a_cancelled_day_does_not_hide_the_next_one(now: datetime) -> None:
    activity = make_activity("每周义诊")
    rows = [
        make_occurrence(activity, hours=("10:00", "11:00"), status="cancelled"),
        make_occurrence(activity, day=date(2019, 6, 27), hours=("10:00", "11:00")),
    ]
    (card,) = cards_of(rows, now)
    assert card.is_off is False
    assert card.grade is Grade.TOMORROW


def test_a_distance_to_a_known_point_is_said_plainly(now: datetime) -> None:
    venue = make_venue("宁波市第一医院", at=(121.542611, 29.87025), radius_m=200)
    (card,) = cards_of([make_occurrence(venue=venue)], now, GULOU)
    assert card.places[0].distance == "620 米"


def test_a_distance_to_a_rough_place_is_said_with_about(now: datetime) -> None:
    venue = make_venue()  # 日湖公园, known to 450 m, 2.8 km away
    (card,) = cards_of([make_occurrence(venue=venue)], now, GULOU)
    assert card.places[0].distance == "约 2.8 公里"


def test_a_distance_within_the_doubt_is_left_out(now: datetime) -> None:
    venue = make_venue("某处", at=(121.55, 29.88), radius_m=2500, needs_review=True)
    (card,) = cards_of([make_occurrence(venue=venue)], now, GULOU)
    assert card.places[0].distance is None
    assert card.places[0].precision == "位置待核实，误差约 2.5 公里"


def test_near_me_ranks_by_distance_and_the_unknown_last(now: datetime) -> None:
    far = make_venue("远", at=(121.865, 29.479), radius_m=100)
    close = make_venue("近", at=(121.545, 29.876), radius_m=100)
    rows = [
        make_occurrence(make_activity("不知道在哪")),
        make_occurrence(make_activity("远"), venue=far),
        make_occurrence(make_activity("近"), venue=close),
    ]
    ranked = [card.activity.title for card in cards_of(rows, now, GULOU)]
    assert ranked == ["近", "远", "不知道在哪"]


def test_a_town_is_said_as_a_town(now: datetime) -> None:
    town = make_town(make_district("330212", "鄞州区"), "330212108", "云龙镇")
    (card,) = cards_of([make_occurrence(area=town)], now)
    assert card.places[0].name == "云龙镇"
    assert card.places[0].district == "鄞州区"
    assert card.places[0].precision == "准确到云龙镇，具体地点未注明"


def test_a_district_as_origin_orders_but_never_says_metres(now: datetime) -> None:
    district = make_district()
    assert district.label_point == Point(121.5575, 29.8985, srid=4326)
    origin = Origin(121.5575, 29.8985, "江北区", is_rough=True)
    venue = make_venue(at=(121.60, 29.90), radius_m=100)
    (card,) = cards_of([make_occurrence(venue=venue)], now, origin)
    assert card.places[0].distance is None
    assert 4000 < card.metres < 4200


def test_what_one_can_still_walk_to_stands_before_what_is_nearer_but_too_late(
    now: datetime,
) -> None:
    here = Origin(121.5575, 29.8985)
    close = make_venue("近处", at=(121.5600, 29.8985), radius_m=100)
    further = make_venue("远一点", at=(121.5650, 29.8985), radius_m=100)
    late = make_occurrence(make_activity("快结束了"), venue=close, hours=("08:00", "09:45"))
    good = make_occurrence(make_activity("赶得上"), venue=further, hours=("09:00", "11:30"))
    first, second = cards_of([late, good], now, here)
    assert (first.activity.title, second.activity.title) == ("赶得上", "快结束了")
    assert first.reach_words == "步行 13 分钟 · 还剩 110 分钟"
    assert second.reach is not None
    assert not second.reach.is_in_time


def test_minutes_are_said_only_where_both_ends_are_known_to_200_metres(now: datetime) -> None:
    rough = make_venue("只知道大概", at=(121.5600, 29.8985), radius_m=450)
    exact = make_venue("准确的", at=(121.5600, 29.8985), radius_m=100)
    rows = [
        make_occurrence(make_activity(venue.name), venue=venue, hours=("09:00", "11:30"))
        for venue in (rough, exact)
    ]
    here = Origin(121.5575, 29.8985)
    words = {card.activity.title: card.reach_words for card in cards_of(rows, now, here)}
    assert words == {"只知道大概": "", "准确的": "步行 5 分钟 · 还剩 110 分钟"}
    somewhere = Origin(121.5575, 29.8985, "庄桥街道", is_rough=True, is_walkable=False)
    assert all(not card.reach_words for card in cards_of(rows, now, somewhere))
