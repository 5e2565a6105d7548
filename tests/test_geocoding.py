"""The 32 places of the schedule of June 2019, and the traps among them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.coordinates import Position, distance_m
from geo.geocoding.chain import PlaceChain, resolve, split_places
from geo.geocoding.gazetteer import stored_gazetteer
from geo.geocoding.offline import PlaceAnswer, answer_offline
from geo.geocoding.shipped import label_points, shipped_gazetteer, venues
from geo.models import Area, AreaName, PlaceReading, Venue

GOLD: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "gold" / "places.json").read_text(encoding="utf-8")
)["places"]
DAY = date(2019, 6, 26)
FINE_TO_COARSE = ["venue", "community", "town", "district", "city", "none"]
SHIPPED = shipped_gazetteer()
VENUE_POINTS = {row.entry.key: row.entry.position for row in venues()}
LABELS = label_points()


def each_of(places: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("gold", places, ids=[gold["printed"] for gold in places])


each_place = each_of(GOLD)
db = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def read(printed: str, day: date = DAY, *, with_venues: bool = True) -> PlaceAnswer:
    gazetteer = SHIPPED if with_venues else SHIPPED.without_venues()
    return answer_offline(printed, gazetteer, as_of=day)


def district_of(answer: PlaceAnswer) -> str | None:
    entry = SHIPPED.areas.entries.get(answer.area or "")
    district = SHIPPED.areas.ancestor(entry, "district")
    return district.key if district else None


def position_of(answer: PlaceAnswer) -> Position | None:
    if answer.venue:
        return VENUE_POINTS[answer.venue]
    entry = SHIPPED.areas.entries.get(answer.area or "")
    if entry is None or entry.level in ("city", "district"):
        return None
    return LABELS[entry.key].position if entry.key in LABELS else None


def test_there_are_32_places() -> None:
    assert len(GOLD) == 32


@each_place
@pytest.mark.parametrize("with_venues", [True, False])
def test_no_place_is_put_into_a_wrong_district(gold: dict[str, Any], with_venues: bool) -> None:
    district = district_of(read(gold["printed"], with_venues=with_venues))
    assert district in (gold["district"], None)
    if with_venues and gold["district"]:
        assert district == gold["district"]


@each_place
def test_every_level_is_honest(gold: dict[str, Any]) -> None:
    answer = read(gold["printed"])
    assert (answer.level, answer.status) == (gold["level"], gold["status"])


@each_place
def test_without_the_venues_every_answer_coarsens_and_stays_honest(gold: dict[str, Any]) -> None:
    answer = read(gold["printed"], with_venues=False)
    assert answer.level == gold["level_without_venues"]
    assert FINE_TO_COARSE.index(answer.level) >= FINE_TO_COARSE.index(gold["level"])
    assert answer.venue is None


@each_of([gold for gold in GOLD if gold["point"]])
def test_where_a_point_is_known_ours_is_near_enough(gold: dict[str, Any]) -> None:
    answer = read(gold["printed"])
    if gold["is_area"] and district_of(answer) == answer.area:
        assert answer.area == gold["district"]  # a shape is the answer, not a point
        assert answer.radius_m is None
        return
    position = position_of(answer)
    assert position is not None
    assert answer.radius_m is not None
    assert distance_m(*position, *gold["point"]) <= answer.radius_m + gold["error_m"]
    assert answer.radius_m <= 3 * gold["error_m"]


@each_of([gold for gold in GOLD if gold["town"]])
def test_the_town_is_the_right_one(gold: dict[str, Any]) -> None:
    answer = read(gold["printed"])
    town = SHIPPED.areas.ancestor(SHIPPED.areas.entries[answer.area or ""], "town")
    assert town is not None
    assert town.key == gold["town"]


@each_place
@pytest.mark.parametrize(
    "dressed",
    ["浙江省宁波市{}", "宁波市{}", "“{}”", "《{}》", " {}　", "{}及其周边", "{}附近"],
)
def test_dressing_a_place_up_does_not_move_it(gold: dict[str, Any], dressed: str) -> None:
    plain = gold["printed"]
    answer, other = read(plain), read(dressed.format(plain))
    if answer.level == "none" or len(answer.raw.get("parts", [])) > 1:
        return
    assert (other.level, other.area, other.venue) == (answer.level, answer.area, answer.venue)
    assert other.radius_m == answer.radius_m


def test_the_village_that_is_not_listed_is_asked_for() -> None:
    answer = read("鄞州区邱隘镇渔农村")
    assert answer.status == "question"
    assert answer.area == "330212106"
    assert answer.question == "名单里没有「渔农村」，是不是「渔金村」？"
    assert answer.candidates == ({"kind": "area", "key": "330212106208", "name": "渔金村"},)


def test_the_hall_is_the_one_that_was_open_on_that_day() -> None:
    new, old = read("宁波城市展览馆", date(2019, 6, 29)), read("宁波城市展览馆", date(2019, 5, 28))
    assert (new.level, district_of(new)) == ("venue", "330212")
    assert (old.level, district_of(old)) == ("district", "330205")
    assert district_of(read("宁波城市展览馆", date(2019, 5, 29))) == "330212"


def test_namesakes_are_kept_apart() -> None:
    assert district_of(read("益园")) == "330225"
    assert district_of(read("善园")) == "330212"
    assert district_of(read("北仑爱心公园")) == "330206"
    assert district_of(read("宁波爱心公园")) == "330203"
    assert read("鄞州区益园").venue is None


def test_a_name_of_two_venues_is_a_question_and_not_the_first_of_them() -> None:
    both = read("爱心公园")
    assert (both.level, both.status, both.venue) == ("none", "question", None)
    assert {c["name"] for c in both.candidates} == {"宁波爱心公园", "北仑爱心公园"}
    campuses = read("宁波市孙文英小学")
    assert (campuses.level, campuses.area, campuses.status) == ("district", "330203", "question")
    assert len(campuses.candidates) == 2
    assert read("孙文英小学", date(2010, 9, 1)).status == "answered"


def test_the_context_chooses_between_namesakes() -> None:
    beilun = SHIPPED.areas.entries["330206"]
    answer = answer_offline("爱心公园", SHIPPED, as_of=DAY, context=beilun)
    assert answer.venue is not None
    assert answer.venue.startswith("北仑爱心公园")


def test_inside_a_known_place_is_said_as_such() -> None:
    answer = read("月湖景区内甬商文化园")
    assert (answer.venue, answer.relation, answer.level) == ("月湖公园|330203|", "内", "venue")


def test_two_areas_in_one_cell_have_no_midpoint() -> None:
    answer = read("高新区、奉化区")
    assert (answer.status, answer.venue, answer.radius_m) == ("question", None, None)
    assert answer.question == "「高新区、奉化区」写了 2 个区域，应当分开。"


@pytest.mark.parametrize(
    ("printed", "venue"),
    [
        ("海曙区月湖公园", "月湖公园"),  # 月湖 is also a town, but the park is meant
        ("宁波市海曙区天一广场附近", "天一广场"),
        ("镇海中学", "宁波市镇海中学"),
        ("海曙区宁波市第一医院", "宁波市第一医院"),
        ("奉化区中医院", "宁波市奉化区中医医院"),
        ("宁波市妇女儿童医院", "宁波市妇女儿童医院"),
    ],
)
def test_a_venue_is_found_under_the_ways_people_write_it(printed: str, venue: str) -> None:
    found = read(printed).venue
    assert found is not None
    assert found.split("|")[0] == venue


def test_the_whole_city_is_an_answer() -> None:
    assert (read("全市").level, read("全市").status) == ("city", "answered")
    assert read("各区县（市）").area == "330200"


def test_a_place_elsewhere_is_refused() -> None:
    answer = read("重庆市江北区文化馆")
    assert (answer.level, answer.area, answer.status) == ("none", None, "question")
    assert answer.question == "「重庆市江北区文化馆」似乎不在宁波，请核对。"


def test_the_kind_of_a_place_is_not_its_name() -> None:
    assert read("图书馆").venue is None
    assert read("宁波图书馆").venue is not None


class TestSaved:
    """The chain on the database."""

    pytestmark = db

    def test_the_database_answers_as_the_files_do(self) -> None:
        chain = PlaceChain(stored_gazetteer(), providers=[])
        for gold in GOLD:
            reading = chain.resolve(gold["printed"], as_of=DAY)
            said = (reading.level, reading.status, reading.radius_m)
            expected = (gold["level"], gold["status"], read(gold["printed"]).radius_m)
            assert said == expected, gold["printed"]
            district = reading.area.district if reading.area else None
            assert (district.code if district else None) == gold["district"], gold["printed"]

    def test_asking_twice_leaves_one_row(self) -> None:
        first = resolve("日湖公园", as_of=DAY)
        again = resolve("日湖公园", as_of=date(2019, 6, 28))
        assert first.pk == again.pk
        assert PlaceReading.objects.count() == 1

    def test_another_epoch_is_another_row(self) -> None:
        new = resolve("宁波城市展览馆", as_of=date(2019, 6, 29))
        old = resolve("宁波城市展览馆", as_of=date(2018, 6, 29))
        assert new.pk != old.pk
        assert new.venue is not None
        assert old.venue is not None
        assert (new.venue.address, old.venue.address) == (
            "鄞州区宁穿路2000号",
            "江北区外马路195号",
        )

    def test_what_a_person_settled_is_never_overwritten(self) -> None:
        reading = resolve("鄞州区邱隘镇渔农村", as_of=DAY)
        reading.status = PlaceReading.Status.SETTLED
        reading.area = Area.objects.get(code="330212106208")
        reading.level = PlaceReading.Level.COMMUNITY
        reading.provider = "person"
        reading.save()
        again = resolve("鄞州区邱隘镇渔农村", as_of=date(2019, 6, 30))
        assert again.pk == reading.pk
        assert (again.level, again.provider) == ("community", "person")

    def test_new_knowledge_improves_a_reading_in_place(self) -> None:
        reading = resolve("北仑爱心公园", as_of=DAY)
        assert (reading.level, reading.radius_m) == ("district", 2500)
        Venue.objects.filter(name="北仑爱心公园").update(radius_m=30, corrected_by_person=True)
        again = resolve("北仑爱心公园", as_of=DAY)
        assert again.pk == reading.pk
        assert (again.level, again.radius_m) == ("venue", 30)

    def test_candidates_carry_the_rows_to_choose_from(self) -> None:
        reading = resolve("鄞州区邱隘镇渔农村", as_of=DAY)
        (candidate,) = reading.candidates
        assert Area.objects.get(pk=candidate["id"]).name == "渔金村"

    def test_the_neighbour_in_the_cell_is_a_context(self) -> None:
        county = Area.objects.get(code="330226")
        reading = resolve("中心小学", context_area=county, as_of=DAY)
        assert (reading.level, reading.area, reading.context_area) == ("district", county, county)

    def test_a_name_added_by_staff_is_understood(self) -> None:
        AreaName.objects.create(area=Area.objects.get(code="330225103"), name="南田镇")
        assert resolve("象山县南田镇", as_of=DAY).area == Area.objects.get(code="330225103")

    def test_cells_of_two_areas_are_cut(self) -> None:
        assert split_places("高新区、奉化区", DAY) == ["高新区", "奉化区"]
        assert resolve("高新区", as_of=DAY).area == Area.objects.get(name="高新区")
