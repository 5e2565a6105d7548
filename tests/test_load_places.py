"""Loading the shipped places: all of them, once, and never over a person's correction."""

import time
from datetime import date
from io import StringIO

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db.models import Sum

from geo.coordinates import NINGBO_BOX
from geo.geocoding.shipped import parse_day
from geo.models import Area, AreaName, Population, Venue, VenueName

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def load() -> str:
    out = StringIO()
    call_command("load_places", stdout=out)
    return out.getvalue()


def test_the_areas_are_all_there() -> None:
    counts = {level: Area.objects.filter(level=level).count() for level in Area.Level.values}
    assert counts["city"] == 1
    assert counts["district"] == 10
    assert counts["town"] == 162
    assert counts["community"] == 3042
    assert counts["zone"] >= 5
    assert not Area.objects.filter(level="district", boundary=None).exists()
    assert not Area.objects.filter(level__in=["town", "community"], parent=None).exists()


def test_a_hundred_towns_have_a_label_point_in_their_own_district() -> None:
    towns = Area.objects.filter(level="town", label_point__isnull=False)
    assert towns.count() >= 100
    for town in towns.select_related("parent"):
        assert town.parent is not None
        assert town.parent.boundary is not None
        assert town.parent.boundary.contains(town.label_point), town.name
        assert town.label_radius_m == 2000
        assert "标注点" in town.source


def test_borders_carry_their_approval_number() -> None:
    for district in Area.objects.filter(level="district"):
        assert district.approval_number == "GS(2024)0650号"
        assert district.datum == "WGS-84"


def test_the_people_of_the_districts_add_up_to_the_city() -> None:
    districts = Population.objects.filter(area__level="district")
    for group in ("total", "age_0_14", "age_60_plus", "age_65_plus", "age_80_plus", "households"):
        city = Population.objects.get(area__level="city", group=group)
        assert districts.filter(group=group).aggregate(n=Sum("count"))["n"] == city.count
    total = Population.objects.get(area__level="city", group="total")
    assert (total.count, total.counted_on) == (9_404_283, date(2020, 11, 1))
    assert total.basis == "行政区划（普查分县资料）"


def test_ages_add_up_within_each_district() -> None:
    for area in Area.objects.filter(level__in=["city", "district"]):
        figures = dict(area.population.values_list("group", "count"))
        ages = figures["age_0_14"] + figures["age_15_59"] + figures["age_60_plus"]
        assert ages == figures["total"], area.name


def test_the_zones_are_made_of_towns() -> None:
    zone = Area.objects.get(level="zone", name="高新区")
    assert zone.code is None
    assert {town.name for town in zone.parts.all()} == {"新明街道", "梅墟街道", "聚贤街道"}
    assert zone.parent is not None
    assert zone.parent.name == "鄞州区"


def test_former_names_carry_their_dates() -> None:
    name = AreaName.objects.get(name="奉化市")
    assert (name.area.name, name.valid_to) == ("奉化区", date(2016, 11, 30))


def test_every_point_names_its_source_and_lies_in_its_district() -> None:
    west, south, east, north = NINGBO_BOX
    for venue in Venue.objects.filter(point__isnull=False).select_related("district"):
        assert venue.point is not None
        assert venue.point_source, venue.name
        assert venue.source_datum, venue.name
        assert venue.radius_m, venue.name
        assert west < venue.point.x < east
        assert south < venue.point.y < north
        assert venue.district is not None
        assert venue.district.boundary is not None
        assert venue.district.boundary.contains(venue.point), venue.name


def test_what_is_worse_than_a_pin_waits_for_a_person() -> None:
    for venue in Venue.objects.all():
        if venue.point is None or (venue.radius_m or 0) > 500 or venue.confidence == "low":
            assert venue.needs_review, venue.name


@pytest.mark.parametrize(
    ("name", "district", "radius_m", "needs_review", "alias"),
    [
        ("益园", "象山县", 2500, True, "象山社会组织孵化园"),
        ("北仑爱心公园", "北仑区", 2500, True, "北仑区爱心公园"),
        ("日湖公园", "江北区", 450, False, "宁波日湖公园"),
    ],
)
def test_the_three_named_venues(
    name: str, district: str, radius_m: int, needs_review: bool, alias: str
) -> None:
    venue = Venue.objects.get(name=name)
    assert venue.district is not None
    assert venue.district.name == district
    assert venue.radius_m == radius_m
    assert venue.needs_review is needs_review
    assert venue.names.filter(name=alias).exists()
    assert venue.point_source


def test_what_rests_on_no_source_has_no_point() -> None:
    for name in ("宁波市恩美儿童福利院", "宁波市社会福利院", "鄞州区环境卫生服务中心", "老外滩"):
        venue = Venue.objects.get(name=name)
        assert (venue.point, venue.needs_review) == (None, True)


def test_loading_again_changes_nothing_and_says_so() -> None:
    assert load().startswith(
        "Places loaded or changed: 0 areas, 0 names, 0 figures, 0 venues, 0 aliases."
    )


def test_loading_is_quick() -> None:
    started = time.perf_counter()
    load()
    assert time.perf_counter() - started < 3


def test_a_changed_row_is_put_right() -> None:
    Area.objects.filter(code="330225103").update(name="鹤浦", label_point=None)
    Venue.objects.filter(name="日湖公园").update(radius_m=1)
    VenueName.objects.filter(name="宁波日湖公园").delete()
    assert load().startswith(
        "Places loaded or changed: 1 areas, 0 names, 0 figures, 1 venues, 1 aliases."
    )
    assert Area.objects.get(code="330225103").name == "鹤浦镇"
    assert Venue.objects.get(name="日湖公园").radius_m == 450


def test_what_a_person_corrected_is_left_alone() -> None:
    venue = Venue.objects.get(name="益园")
    venue.point = Point(121.8701, 29.4755, srid=4326)
    venue.radius_m = 20
    venue.corrected_by_person = True
    venue.save()
    assert "Left as a person or a map service placed them: 益园" in load()
    venue.refresh_from_db()
    assert venue.radius_m == 20


def test_months_stand_for_their_first_and_last_day() -> None:
    assert parse_day("2016-11") == date(2016, 11, 1)
    assert parse_day("2016-11", ends=True) == date(2016, 11, 30)
    assert parse_day("2019-05-29") == date(2019, 5, 29)
    assert parse_day("") is None
