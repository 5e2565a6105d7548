"""The planner's further pages: what they say, what they refuse, and that none of them lies."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from geo.measures.people import make_even_layer
from geo.measures.tiling import make_hexagons
from geo.models import Activity, Area, Plan, Population, SavedView, Venue
from geo.planning import Choices, Question, charts, comparing, sites, trend
from geo.planning.question import Span
from geo.planning.standards import STANDARDS
from tests.factories import (
    NOW,
    make_activity,
    make_district,
    make_occurrence,
    make_source,
    make_venue,
)

pytestmark = pytest.mark.django_db

WEEK = {"period": "dates", "from": "2019-06-24", "to": "2019-07-01"}
RIHU = (121.558, 29.899)
PAGES = (
    "", "matrix/", "equity/", "trend/", "compare/", "whatif/", "report/", "method/",
    "?level=hexagon", "?measure=access", "?measure=nearest", "?measure=gap", "?measure=share",
)  # fmt: skip


@pytest.fixture
def city() -> Area:
    """江北 with 83 681 people of 60 and over on hexagons, and one venue known to 100 m."""
    area = make_district("330205", "江北区", (121.55, 29.9))
    for group, count in (("age_60_plus", 83_681), ("total", 488_885)):
        Population.objects.create(
            area=area, group=group, count=count, counted_on=date(2020, 11, 1),
            basis="行政区划（普查分县资料）", source="中国人口普查分县资料—2020",
        )  # fmt: skip
    make_hexagons(datetime(2026, 11, 25, tzinfo=UTC))
    make_even_layer(datetime(2026, 11, 25, tzinfo=UTC))
    return area


@pytest.fixture
def held(city: Area) -> Venue:
    """One activity at 日湖公园, whose point is known to 100 m."""
    venue = make_venue("日湖公园", RIHU, district=city, radius_m=100, kind="公园")
    make_occurrence(make_activity("义诊", organizers=["江北区志愿者协会"]), venue=venue)
    return venue


@pytest.fixture
def planner_user(client: Client) -> User:
    user = User.objects.create_superuser("planner", password="x")
    client.force_login(user)
    return user


# --- Every page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_with_cells_and_without(client: Client, held: Venue, path: str) -> None:
    answer = client.get(f"/planner/{path}", WEEK if "?" not in path else {})
    assert answer.status_code == 200
    assert "style=" not in answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_city_is_a_page_and_not_an_error(client: Client, path: str) -> None:
    assert client.get(f"/planner/{path}").status_code == 200


def test_the_headline_is_people_without_any(client: Client, held: Venue) -> None:
    page = html.unescape(client.get("/planner/", WEEK).content.decode())
    found = re.search(
        r"([\d,]+) 名 60 岁及以上老人（(\d+|> 99)%）步行 15 分钟（直线 865 米）内没有", page
    )
    assert found
    assert 0 < int(found[1].replace(",", "")) < 83_681
    assert "在区县市内按面积均摊" in page  # 示意, with what is assumed
    assert "中国人口普查分县资料—2020" in page


def test_what_is_known_too_coarsely_says_nothing_of_reach(client: Client, city: Area) -> None:
    make_occurrence(make_activity(), area=city)
    page = client.get("/planner/", WEEK).content.decode()
    assert "这 1 场里没有一场的坐标准到 200 米：谁走得到，还不能说。" in page
    assert "83,681 名 60 岁及以上老人（100%）" not in page
    fine = client.get("/planner/", {**WEEK, "level": "hexagon"}).content.decode()
    assert 'class="cell cell--unknown"' in fine
    assert 'class="cell cell--4"' not in fine


def test_only_levels_that_are_drawn_are_offered(client: Client, held: Venue) -> None:
    page = client.get("/planner/", {**WEEK, "level": "town"}).content.decode()
    chips = re.findall(
        r'data-measure="level-\d" href="[^"]*"( aria-current="true")?>([^<]+)<', page
    )
    assert chips == [(' aria-current="true"', "区县市"), ("", "六边形")]


def test_rows_sort_and_filter_by_the_address(client: Client, held: Venue) -> None:
    make_district("330203", "海曙区", (121.35, 29.85))
    rows = r'<tr data-area="(\d+)"'
    by_name = client.get("/planner/", {**WEEK, "sort": "name"}).content.decode()
    assert re.findall(rows, by_name) == ["330203", "330205"]
    known = client.get("/planner/", {**WEEK, "show": "known"}).content.decode()
    assert re.findall(rows, known) == ["330205"]


# --- Standards under their own name ---------------------------------------------------------------


def test_minutes_and_the_code_stay_apart() -> None:
    by_family: dict[str, list[int]] = {}
    for one in STANDARDS:
        by_family.setdefault(str(one.family), []).append(one.metres)
    assert list(by_family.values()) == [[290, 580, 865], [300, 500, 1000]]


# --- What if --------------------------------------------------------------------------------------


def test_a_place_covers_people_and_says_who(client: Client, held: Venue) -> None:
    page = client.get("/planner/whatif/", {**WEEK, "sites": "121.53,29.92"}).content.decode()
    gain = re.search(r"data-gain>新覆盖 ([\d,]+) 名 60 岁及以上老人", page)
    assert gain
    assert int(gain[1].replace(",", "")) > 0
    assert "data-bound" not in page  # nothing was searched, nothing is claimed
    assert 'class="cell cell--new"' in page
    assert "日湖公园" in page


def test_a_suggestion_says_how_good_it_is_only_when_searched(client: Client, held: Venue) -> None:
    make_venue("江北文化馆", (121.53, 29.93), district=held.district, radius_m=80, kind="文化馆")
    page = client.get("/planner/whatif/", {**WEEK, "suggest": "1"}).content.decode()
    assert "江北文化馆" in page
    assert "data-bound" in page


def test_a_picked_venue_becomes_part_of_the_address(client: Client, held: Venue) -> None:
    answer = client.get("/planner/whatif/", {**WEEK, "sites": "121.53,29.92", "add": f"v{held.pk}"})
    assert answer.status_code == 302
    assert f"sites=121.5300%2C29.9200%3Bv{held.pk}" in answer["Location"]


def test_places_that_cannot_be_are_said_in_words() -> None:
    problems: list[str] = []
    found = sites.read_sites("121.55,29.87;0,0;x;v12;121.55,29.87", problems)
    assert sites.written(found) == "121.5500,29.8700;v12"
    assert problems == [
        "地点“0,0”读不懂，应写成 121.5512,29.8745（宁波境内的经度,纬度）。",
        "地点“x”读不懂，应写成 121.5512,29.8745（宁波境内的经度,纬度）。",
    ]
    many = ";".join(f"121.{n},29.9" for n in range(50, 62))
    assert len(sites.read_sites(many, problems)) == 10
    assert problems[-1] == "最多试放 10 处；后面的没有放。"


# --- From the gap to a draft, and afterwards ------------------------------------------------------

DRAFT = {"title": "社区义诊", "day": "2019-06-28", "part": "afternoon"}


def make_draft(client: Client, venue: Venue) -> Plan:
    query = "period=dates&from=2019-06-24&to=2019-07-01&reach=gb1000&lon=121.53&lat=29.92"
    answer = client.post(f"/planner/draft/?{query}", {**DRAFT, "venue": str(venue.pk)})
    assert answer.status_code == 302
    return Plan.objects.get()


def test_a_draft_is_not_public_and_remembers_its_gap(
    client: Client, city: Area, planner_user: User
) -> None:
    make_occurrence(make_activity("乙"), area=city)  # the district reports
    venue = make_venue("江北文化馆", (121.53, 29.92), district=city, radius_m=80)
    plan = make_draft(client, venue)
    assert plan.activity.is_published is False
    assert plan.newly_covered > 0
    occurrence = plan.activity.occurrences.get()
    assert (occurrence.held_on, occurrence.part_of_day) == (date(2019, 6, 28), "afternoon")
    assert occurrence.venue == venue
    assert client.get(f"/activities/{plan.activity.public_id}/").status_code == 404
    page = client.get(f"/planner/plans/{plan.pk}/").content.decode()
    assert "还是草稿，居民看不到，也不计入任何数字。" in page


def test_after_it_was_held_the_page_says_what_it_changed(
    client: Client, city: Area, planner_user: User
) -> None:
    make_occurrence(make_activity("乙"), area=city)  # the district reports
    venue = make_venue("江北文化馆", (121.53, 29.92), district=city, radius_m=80)
    plan = make_draft(client, venue)
    Activity.objects.filter(pk=plan.activity_id).update(is_published=True)
    before = client.get(f"/planner/plans/{plan.pk}/").content.decode()
    assert "已经公开，还没有办。" in before
    later = client.get(f"/planner/plans/{plan.pk}/", {"at": "2019-06-29T09:00"}).content.decode()
    assert f"data-change>{plan.newly_covered}<" in later


def test_a_draft_without_its_parts_is_asked_for_them(
    client: Client, city: Area, planner_user: User
) -> None:
    page = client.post("/planner/draft/", {"day": "gestern", "part": "night"}).content.decode()
    for words in (
        "请写活动名称。", "日期“gestern”读不懂，应写成 2019-06-29 这样。",
        "请选上午、下午或晚上。", "请选一个场所；没有合适的，先在后台加上。",
    ):  # fmt: skip
        assert words in page
    assert not Activity.objects.exists()


def test_saving_and_drafting_need_a_log_in(client: Client, city: Area) -> None:
    for answer in (
        client.get("/planner/draft/"), client.get("/planner/plans/1/"),
        client.post("/planner/save/", {"page": "planner", "query": ""}),
    ):  # fmt: skip
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]
    client.force_login(User.objects.create_user("reader"))
    assert client.get("/planner/draft/").status_code == 403


# --- Sharing --------------------------------------------------------------------------------------


def test_a_short_link_leads_to_the_same_view_for_everybody(
    client: Client, city: Area, planner_user: User
) -> None:
    asked = {"page": "planner-trend", "query": "group=total&period=last90", "title": "给例会"}
    answer = client.post("/planner/save/", asked)
    kept = SavedView.objects.get()
    assert answer["Location"] == f"/planner/v/{kept.key}/"
    client.logout()
    target = client.get(f"/planner/v/{kept.key}/")["Location"]
    assert target == f"/planner/trend/?group=total&period=last90&view={kept.key}"
    assert client.get("/planner/v/nothere2/").status_code == 404


def test_only_pages_of_the_planner_can_be_kept(client: Client, planner_user: User) -> None:
    assert client.post("/planner/save/", {"page": "admin:index"}).status_code == 403


@pytest.mark.parametrize("path", ["matrix/", "whatif/", "report/", "cells.csv", "v/abcdefgh/"])
def test_without_the_setting_every_page_needs_a_log_in(
    client: Client, settings: Settings, path: str
) -> None:
    settings.YITU_PUBLIC_PLANNER = False
    answer = client.get(f"/planner/{path}")
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]


# --- Files ----------------------------------------------------------------------------------------


def test_the_workbook_holds_text_as_text_and_numbers_as_numbers(
    client: Client, held: Venue
) -> None:
    Area.objects.filter(code="330205").update(name="=HYPERLINK(1)")
    answer = client.get("/planner/districts.xlsx", WEEK)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    heads, row = [cell.value for cell in book.worksheets[0][1]], book.worksheets[0][2]
    cells = dict(zip(heads, row, strict=True))
    assert cells["区县市"].value == "'=HYPERLINK(1)"
    assert cells["区县市"].data_type == "s"
    assert cells["人口"].value == 83_681
    assert isinstance(cells["未覆盖人数"].value, int)
    assert 0 < cells["未覆盖人数"].value < 83_681


def test_few_people_in_a_cell_are_written_only_after_log_in(client: Client, held: Venue) -> None:
    def smallest() -> list[str]:
        text = client.get("/planner/cells.csv", {**WEEK, "group": "age_60_plus"}).content.decode()
        rows = [row for row in csv.reader(io.StringIO(text)) if len(row) == 7][1:]
        return [row[4] for row in rows]

    shown = smallest()
    client.force_login(User.objects.create_user("reader"))
    full = smallest()
    assert all("<" not in one for one in full)
    assert [one if int(one) >= 10 else "<10" for one in full] == shown


@pytest.mark.parametrize("name", ["districts.csv", "cells.csv"])
def test_a_file_says_what_its_uncovered_people_rest_on(
    client: Client, held: Venue, name: str
) -> None:
    make_occurrence(make_activity("乙"), hours=("19:00", "20:00"), area=held.district)
    asked = {**WEEK, "reach": "gb1000", "band": "weekday-evening", "demo": "1"}
    text = client.get(f"/planner/{name}", asked).content.decode()
    head = {line[0]: line[1:] for line in csv.reader(io.StringIO(text[1:])) if line}
    assert head["合成数据"] == ["这一页里有为演示而生成的活动和数字，不是真实的宁波。"]
    assert head["一周里的时间"] == ["工作日晚上"]
    assert head["半径（米）"] == ["1000"]
    assert head["示意"][0].startswith("在区县市内按面积均摊")
    assert head["没有精确地点、未用于覆盖的场次"] == ["1"]


def test_a_grid_left_over_in_the_address_empties_no_file(client: Client, held: Venue) -> None:
    for left_over in ({}, {"level": "hexagon"}):
        plain = client.get("/planner/cells.csv", {**WEEK, **left_over}).content
        assert plain.count(b"\n") > 100
        assert (
            client.get("/planner/cells.csv", {**WEEK, **left_over, "grid": "old"}).content == plain
        )
    no_grid = client.get("/planner/cells.csv", {**WEEK, "level": "grid"}).content
    assert no_grid == plain


# --- Trend and comparison -------------------------------------------------------------------------


def test_a_month_nobody_reported_is_not_a_zero(client: Client, city: Area) -> None:
    make_occurrence(make_activity(), area=city)
    make_occurrence(make_activity("乙"), day=date(2019, 4, 3), area=city)
    question = Question.from_query(WEEK, Choices.at(NOW))
    found = trend.trend_of(question, city, date(2019, 6, 1))
    shown = {one.first.isoformat()[:7]: (one.occurrences, one.is_known) for one in found.months}
    assert len(shown) == 13
    assert shown["2019-06"] == (1, True)
    assert shown["2019-05"] == (0, False)
    assert shown["2019-04"] == (1, True)
    assert found.before
    assert (found.before.months, found.before.occurrences) == (1, 1)
    assert found.differs is False


def test_a_mark_that_cannot_be_read_is_said(client: Client) -> None:
    page = client.get("/planner/trend/", {"mark": "bald"}).content.decode()
    assert "标记“bald”读不懂，应写成 2019-06-29 这样；已不画标记。" in page


def test_a_period_is_compared_with_the_one_before_and_the_year_before() -> None:
    span = Span("dates", "", date(2020, 2, 28), date(2020, 2, 29))
    before = comparing.other_span(span, "previous")
    assert (before.first, before.last) == (date(2020, 2, 26), date(2020, 2, 27))
    year = comparing.other_span(span, "year")
    assert (year.first, year.last) == (date(2019, 2, 28), date(2019, 2, 28))


def test_two_districts_stand_side_by_side(client: Client, held: Venue) -> None:
    other = make_district("330203", "海曙区", (121.35, 29.85))
    make_occurrence(make_activity("乙"), area=other)
    page = client.get("/planner/compare/", {**WEEK, "left": "330203", "right": "330205"})
    table = page.content.decode().split("两个区县市的表")[1]
    assert table.index("海曙区") < table.index("江北区")


# --- Drawing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(0, ["0", "1"]), (7, ["0", "2", "4", "6", "8"]), (1_700_000, ["0", "500,000", "1,000,000",
     "1,500,000", "2,000,000"])],
)  # fmt: skip
def test_an_axis_ends_above_its_longest_bar_on_a_round_number(
    most: float, ticks: list[str]
) -> None:
    frame = charts.axes(most)
    assert [tick.words for tick in frame.ticks] == ticks
    assert frame.y(most) >= frame.top


def test_the_method_page_counts_the_hand_worked_values_again(client: Client) -> None:
    page = client.get("/planner/method/").content.decode()
    assert 'data-golden="holds"' in page
    assert page.count("<td>不对</td>") == 0


def test_needs_stand_on_the_map_where_they_are_public(client: Client, held: Venue) -> None:
    page = client.get("/planner/", {**WEEK, "needs": "1", "supply": "1"}).content.decode()
    assert "微心愿：没有可以画的。" in page
    assert "活动场所：日湖公园 · 1" in page


# --- The invented year ----------------------------------------------------------------------------


def test_the_invented_year_is_counted_only_where_asked_and_says_so(
    client: Client, held: Venue
) -> None:
    invented = make_activity(
        "演示", source=make_source("demo-city"), is_published=False, is_sample=True
    )
    make_occurrence(invented, venue=held)

    def look(path: str, **more: str) -> tuple[str, bool]:
        page = client.get(f"/planner/{path}", {**WEEK, **more}).content.decode()
        return page, "synthetic-banner" in page

    counted = re.compile(r'data-figure="count">(\d+)<')
    real, is_marked = look("")
    assert (counted.findall(real)[0], is_marked) == ("1", False)
    with_it, is_marked = look("", demo="1")
    assert (counted.findall(with_it)[0], is_marked) == ("2", True)
    for path in ("whatif/", "matrix/", "equity/", "trend/", "compare/", "report/"):
        assert look(path, demo="1")[1], path
    card = client.get("/planner/card/", {**WEEK, "area": "330205", "demo": "1"}).content.decode()
    assert f"/activities/{invented.public_id}/" not in card
    assert "合成数据" in card
