"""The map draws what is known, and never a pin where only a town is."""

from datetime import datetime

import pytest
from django.contrib.gis.geos import Point

from geo.models import Area
from geo.spots import spots_of
from tests.factories import make_activity, make_district, make_occurrence, make_town, make_venue

pytestmark = pytest.mark.django_db


def test_a_venue_known_to_500_m_is_a_pin(now: datetime) -> None:
    (spot,) = spots_of([make_occurrence(venue=make_venue(radius_m=500))], now)
    assert (spot["kind"], spot["name"], spot["lon"], spot["lat"]) == (
        "pin", "日湖公园", 121.5575, 29.8985,
    )  # fmt: skip


def test_a_venue_known_more_coarsely_is_a_ring_with_its_name(now: datetime) -> None:
    venue = make_venue("北仑爱心公园", at=(121.84, 29.9023), radius_m=2500)
    (spot,) = spots_of([make_occurrence(venue=venue)], now)
    assert (spot["kind"], spot["name"], spot["radius"]) == ("ring", "北仑爱心公园", 2500)
    assert spot["note"] == "位置待核实，误差约 2.5 公里"


def test_a_town_with_a_label_point_is_a_ring_and_never_a_pin(now: datetime) -> None:
    town = make_town(
        make_district("330212", "鄞州区"), "330212108", "云龙镇",
        label_point=Point(121.59184, 29.7744, srid=4326), label_radius_m=2000,
    )  # fmt: skip
    (spot,) = spots_of([make_occurrence(area=town)], now)
    assert (spot["kind"], spot["name"], spot["radius"]) == ("ring", "云龙镇", 2000)


def test_a_town_without_a_point_is_a_chip_inside_its_district(now: datetime) -> None:
    district = make_district("330203", "海曙区")
    town = make_town(district, "330203006", "白云街道")
    (spot,) = spots_of([make_occurrence(area=town)], now)
    assert (spot["kind"], spot["name"], spot["district"]) == ("chip", "白云街道", "330203")


def test_a_district_is_drawn_as_its_shape(now: datetime) -> None:
    (spot,) = spots_of([make_occurrence(area=make_district("330281", "余姚市"))], now)
    assert (spot["kind"], spot["name"], spot["district"]) == ("area", "余姚市", "330281")


def test_what_is_known_only_to_the_city_is_not_on_the_map(now: datetime) -> None:
    make_district()
    city = Area.objects.get(code="330200")
    assert spots_of([make_occurrence(area=city, level="city")], now) == []


def test_several_activities_at_one_venue_are_one_pin_with_a_count(now: datetime) -> None:
    venue = make_venue()
    rows = [make_occurrence(make_activity(title), venue=venue) for title in ("甲", "乙")]
    (spot,) = spots_of(rows, now)
    assert spot["count"] == 2
    assert sorted(item["title"] for item in spot["items"]) == ["乙", "甲"]


def test_a_spot_is_live_only_inside_printed_hours(now: datetime) -> None:
    venue = make_venue()
    hourless = make_occurrence(make_activity("上午"), venue=venue, part_of_day="morning")
    assert spots_of([hourless], now)[0]["state"] == "hourless"
    exact = make_occurrence(make_activity("九点"), venue=venue, hours=("09:00", "11:00"))
    assert spots_of([hourless, exact], now)[0]["state"] == "live"


def test_a_spot_of_cancelled_activities_is_off(now: datetime) -> None:
    row = make_occurrence(venue=make_venue(), status="cancelled", part_of_day="morning")
    assert spots_of([row], now)[0]["state"] == "off"
