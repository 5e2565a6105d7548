"""The planner counts what happened, once, where it is known; unknown is never zero."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from geo.measures import people
from geo.models import Area, Audience, Campaign, ImportBatch, Occurrence, Population
from geo.planning import Choices, Question, Row, Table, counting, table_of, words
from geo.planning.export import safe_cell
from tests.factories import (
    NOW,
    WEDNESDAY,
    make_activity,
    make_category,
    make_district,
    make_occurrence,
    make_source,
    make_town,
    make_venue,
)

pytestmark = pytest.mark.django_db

BASIS = "行政区划（普查分县资料）"
WEEK = {"period": "dates", "from": "2019-06-24", "to": "2019-07-01"}
ELDERS = {"330205": 83_681, "330203": 187_467, "330225": 135_869}


@pytest.fixture
def districts() -> dict[str, Area]:
    """江北, 海曙 and 象山 with their people of 60 and over."""
    made = {
        "江北": make_district("330205", "江北区", (121.55, 29.9)),
        "海曙": make_district("330203", "海曙区", (121.35, 29.85)),
        "象山": make_district("330225", "象山县", (121.87, 29.45)),
    }
    for area in made.values():
        for group, count in (("age_60_plus", ELDERS[area.code or ""]), ("total", 500_000)):
            Population.objects.create(
                area=area, group=group, count=count, counted_on=date(2020, 11, 1), basis=BASIS,
                source="中国人口普查分县资料—2020",
            )  # fmt: skip
    return made


def ask(now: datetime = NOW, **query: str) -> Table:
    choices = Choices.at(now)
    question = Question.from_query({**WEEK, **query}, choices)
    return table_of(question, list(Area.objects.districts()), now)


def row(table: Table, code: str) -> Row:
    found = table.row_of(code)
    assert found is not None
    return found


# --- What counts --------------------------------------------------------------------------------


def test_a_day_at_a_place_is_one_and_the_rate_is_of_the_group(districts: dict[str, Area]) -> None:
    activity = make_activity(organizers=["象山县社会组织综合党委", "象山县志愿者协会"])
    for offset in range(3):
        make_occurrence(activity, day=WEDNESDAY + timedelta(offset), area=districts["象山"])
    found = row(ask(), "330225")
    assert (found.occurrences, found.activities, found.organizers) == (3, 1, 2)
    assert found.rate is not None
    assert found.rate.value == pytest.approx(3 / 135_869 * 10_000)
    assert found.rate.low == pytest.approx(0.6187 / 13.5869, abs=1e-4)
    assert found.rate.high == pytest.approx(8.7673 / 13.5869, abs=1e-4)


def test_one_of_several_places_in_a_district_is_one_a_day(districts: dict[str, Area]) -> None:
    activity = make_activity()
    for rank, name in enumerate(["日湖公园", "江北文化馆", "天水家园"]):
        venue = make_venue(name, district=districts["江北"])
        for day in (WEDNESDAY, WEDNESDAY + timedelta(1)):
            make_occurrence(activity, day=day, venue=venue, certainty="one_of", place_rank=rank)
    table = ask()
    assert row(table, "330205").occurrences == 2
    assert table.left_out.occurrences == 0
    assert table.completeness.occurrences == 2


def test_one_of_two_districts_is_in_neither_row_and_is_said(districts: dict[str, Area]) -> None:
    activity = make_activity()
    make_occurrence(activity, area=districts["江北"], certainty="one_of", place_rank=0)
    make_occurrence(activity, area=districts["海曙"], certainty="one_of", place_rank=1)
    table = ask()
    assert [r.occurrences for r in table.rows] == [0, 0, 0]
    assert table.left_out.occurrences == 1
    # It may have been the only one in either: that is no reason to call either a zero.
    assert len(table.unknown) == 3


def test_a_cancelled_alternative_leaves_the_other_one_certain(districts: dict[str, Area]) -> None:
    activity = make_activity()
    make_occurrence(activity, area=districts["江北"], certainty="one_of", place_rank=0)
    make_occurrence(
        activity, area=districts["海曙"], certainty="one_of", place_rank=1, status="cancelled"
    )
    table = ask()
    assert (row(table, "330205").is_known, row(table, "330205").occurrences) == (True, 1)
    assert (row(table, "330203").is_known, row(table, "330203").occurrences) == (True, 0)
    assert (table.left_out.occurrences, table.completeness.occurrences) == (0, 1)


def test_rows_and_left_out_add_up_to_everything(districts: dict[str, Area]) -> None:
    for name in ("江北", "海曙", "象山"):
        make_occurrence(make_activity(), area=districts[name])
    group = make_activity()
    for rank, name in enumerate(("江北", "海曙")):
        make_occurrence(group, area=districts[name], certainty="one_of", place_rank=rank)
    make_occurrence(make_activity(), level="none")
    table = ask()
    assert sum(r.occurrences for r in table.rows) == table.total.occurrences == 3
    assert table.total.occurrences + table.left_out.occurrences == table.completeness.occurrences


def test_a_place_that_only_says_ningbo_is_left_out_and_counted_below(
    districts: dict[str, Area], client: Client
) -> None:
    make_occurrence(make_activity("在江北"), area=districts["江北"])
    make_occurrence(make_activity("在宁波"), area=Area.objects.get(code="330200"), level="city")
    table = ask()
    assert (table.total.occurrences, table.left_out.occurrences) == (1, 1)
    page = client.get("/planner/", {**WEEK, "area": "left-out"}).content.decode()
    assert "另有 <b>1</b> 场（1 个活动）没有计入上表" in page
    card = page[page.index("data-card=") : page.index("</section>", page.index("data-card="))]
    assert "在宁波" in card
    assert "在江北" not in card


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_what_does_not_take_place_does_not_count_but_was_reported(
    districts: dict[str, Area], status: str
) -> None:
    make_occurrence(area=districts["江北"], status=status)
    found = row(ask(), "330205")
    assert found.is_known
    assert found.occurrences == 0


@pytest.mark.parametrize("hidden", [{"is_sample": True}, {"is_published": False}])
def test_samples_and_drafts_never_count(districts: dict[str, Area], hidden: dict[str, Any]) -> None:
    make_occurrence(make_activity(**hidden), area=districts["江北"])
    table = ask()
    assert not row(table, "330205").is_known
    assert table.completeness.occurrences == 0
    assert table.completeness.organizers == 0
    assert table.completeness.first_on is None


def test_no_report_is_unknown_and_a_report_of_something_else_is_zero(
    districts: dict[str, Area],
) -> None:
    health, fair = make_category("health", "健康"), make_category("fair", "公益集市")
    make_occurrence(make_activity(categories=[health]), area=districts["江北"])
    make_occurrence(make_activity(categories=[fair]), area=districts["海曙"])
    table = ask(category="health")
    assert (row(table, "330205").is_known, row(table, "330205").occurrences) == (True, 1)
    assert (row(table, "330203").is_known, row(table, "330203").klass) == (True, 0)
    assert (row(table, "330225").is_known, row(table, "330225").klass) == (False, None)
    assert row(table, "330225").rate is None
    assert [r.area.name for r in table.rows if r.area] == ["海曙区", "江北区", "象山县"]
    assert words.headline(table) == [
        "有资料的 2 个区县市共 1 场健康类活动，由 1 个组织主办；"
        "每万名 60+ 老人 0.04 场（95% 区间 0.00–0.21，按 2020 年人口）。",
        "海曙区有资料而没有健康类活动，那里有 187,467 名 60 岁及以上老人。",
        "象山县没有资料，不等于没有活动。",
    ]


def test_people_nobody_reports_on_do_not_thin_the_total(districts: dict[str, Area]) -> None:
    make_occurrence(area=districts["江北"])
    total = ask().total
    assert total.base == 83_681
    assert total.rate is not None
    assert total.rate.value == pytest.approx(1 / 83_681 * 10_000)


def test_pages_and_measures_take_the_same_of_two_bases(districts: dict[str, Area]) -> None:
    """Whatever was loaded first; and a later day of one district alone is no basis for any."""
    Population.objects.all().delete()
    days = {
        "管理口径（公报）": date(2020, 11, 1),
        BASIS: date(2020, 11, 1),
        "抽样": date(2023, 1, 1),
    }
    for basis, day in days.items():
        for area in [districts["江北"]] if basis == "抽样" else districts.values():
            Population.objects.create(
                area=area, group="age_60_plus", count=1000 * len(basis), counted_on=day,
                basis=basis, source="",
            )  # fmt: skip
    found = people.figures("district", group="age_60_plus")
    assert found is not None
    for asked in (list(districts.values()), [districts["江北"]]):
        chosen = counting.populations("age_60_plus", asked)
        assert {one.basis for one in chosen.values()} == {found.basis}
        assert (
            chosen[districts["江北"].pk].count == found.counts[districts["江北"].pk, "age_60_plus"]
        )


def test_an_organiser_in_two_districts_is_one_in_the_total(districts: dict[str, Area]) -> None:
    for name in ("江北", "海曙"):
        make_occurrence(
            make_activity(organizers=["宁波市海丝国际旅游交流中心"]), area=districts[name]
        )
    table = ask()
    assert [r.organizers for r in table.rows if r.is_known] == [1, 1]
    assert table.total.organizers == 1
    assert table.total.occurrences == 2


def test_a_partner_is_not_an_organiser(districts: dict[str, Area]) -> None:
    activity = make_activity(organizers=["宁波市博士联谊会", "宁波市国土资源局"])
    activity.organizer_links.filter(rank=1).update(is_partner=True)
    make_occurrence(activity, area=districts["江北"])
    assert row(ask(), "330205").organizers == 1


def test_what_happens_in_a_zone_counts_in_the_district_of_its_towns(
    districts: dict[str, Area],
) -> None:
    town = make_town(districts["江北"])
    zone = Area.objects.create(name="高新区", level=Area.Level.ZONE, parent=districts["江北"])
    zone.parts.add(town)
    make_occurrence(area=zone, level="town")
    table = ask()
    assert len(table.rows) == 3
    assert row(table, "330205").occurrences == 1


def test_only_those_that_name_the_group_when_asked(districts: dict[str, Area]) -> None:
    named = make_activity()
    named.audiences.add(Audience.objects.create(slug="elders", name="老年人"))
    make_occurrence(named, area=districts["江北"])
    make_occurrence(make_activity(), area=districts["江北"])
    assert row(ask(), "330205").occurrences == 2
    assert row(ask(only="1"), "330205").occurrences == 1
    assert row(ask(only="1", group="total"), "330205").occurrences == 2  # nobody names everybody


# --- When ---------------------------------------------------------------------------------------


def test_both_ends_of_the_period_are_inside(districts: dict[str, Area]) -> None:
    activity = make_activity()
    for day in (date(2019, 6, 23), date(2019, 6, 24), date(2019, 7, 1), date(2019, 7, 2)):
        make_occurrence(activity, day=day, area=districts["江北"])
    assert row(ask(), "330205").occurrences == 2


def test_the_last_one_is_the_last_that_has_begun_whatever_the_period(
    districts: dict[str, Area],
) -> None:
    make_occurrence(make_activity(), day=date(2019, 3, 1), area=districts["江北"])
    make_occurrence(make_activity(), day=WEDNESDAY, part_of_day="afternoon", area=districts["江北"])
    make_occurrence(make_activity(), day=WEDNESDAY, area=districts["海曙"])
    table = ask()
    assert (row(table, "330205").last_on, row(table, "330205").days) == (date(2019, 3, 1), 117)
    assert words.last_words(row(table, "330205"), WEDNESDAY) == "117 天前（3月1日）"
    assert words.last_words(row(table, "330203"), WEDNESDAY) == "今天"
    assert ask(NOW + timedelta(hours=4)).row_of("330205").days == 0  # type: ignore[union-attr]


def test_a_campaign_near_now_is_the_default_with_the_days_it_really_takes(
    districts: dict[str, Area],
) -> None:
    campaign = Campaign.objects.create(
        slug="2019-gongyiri", name="2019 社会组织党员公益日",
        starts_on=date(2019, 6, 25), ends_on=date(2019, 6, 30),
    )  # fmt: skip
    activity = make_activity(campaign=campaign)
    make_occurrence(activity, day=date(2019, 6, 24), area=districts["江北"])
    make_occurrence(activity, day=date(2019, 7, 1), area=districts["江北"])
    span = Question.from_query({}, Choices.at(NOW)).span
    assert (span.first, span.last) == (date(2019, 6, 24), date(2019, 7, 1))
    later = Question.from_query({}, Choices.at(NOW + timedelta(days=60))).span
    assert (later.key, later.first) == ("last90", WEDNESDAY + timedelta(days=60 - 89))


def test_dates_that_cannot_be_are_said_in_words() -> None:
    asked = Question.from_query(
        {"period": "dates", "from": "2019-06-31", "to": "", "category": "yoga"}, Choices.at(NOW)
    )
    assert asked.problems == (
        "类别“yoga”不在可选范围内；已按全部类别显示。",
        "日期“2019-06-31”读不懂，应写成 2019-06-29 这样；已按“近 90 天”显示。",
    )


def test_a_question_is_a_link_and_a_link_is_a_question() -> None:
    make_category("health", "健康")
    query = {**WEEK, "group": "age_65_plus", "category": "health", "measure": "days", "only": "1"}
    asked = Question.from_query(query, Choices.at(NOW))
    pairs = dict(pair.split("=") for pair in asked.query().split("&"))
    assert pairs == query


# --- Classes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["0", "< 0.1", "0.1–0.3", "0.3–1", "≥ 1"]),
        ({"group": "total"}, ["0", "< 0.01", "0.01–0.03", "0.03–0.1", "≥ 0.1"]),
        ({"measure": "count"}, ["0", "1–2", "3–5", "6–20", "≥ 21"]),
        ({"measure": "count", "period": "last90"}, ["0–2", "3–8", "9–17", "18–62", "≥ 63"]),
        ({"measure": "organizers"}, ["0", "1–2", "3–5", "6–10", "≥ 11"]),
        ({"measure": "days"}, ["0–7", "8–30", "31–90", "91–180", "≥ 181"]),
    ],
)
def test_the_legend_says_fixed_classes_in_numbers(
    query: dict[str, str], expected: list[str]
) -> None:
    assert words.legend(Question.from_query({**WEEK, **query}, Choices.at(NOW))) == expected


def test_equal_figures_share_a_rank(districts: dict[str, Area]) -> None:
    for name in ("江北", "海曙", "象山"):
        make_occurrence(area=districts[name])
    make_occurrence(area=districts["象山"])
    assert [r.rank for r in ask(measure="count").rows] == [1, 1, 3]


def test_how_finely_places_are_known_is_said_before_any_figure(
    districts: dict[str, Area], client: Client
) -> None:
    make_occurrence(make_activity(), venue=make_venue(district=districts["江北"]))
    make_occurrence(
        make_activity(), venue=make_venue("北仑爱心公园", at=None, district=districts["海曙"])
    )
    make_occurrence(make_activity(), area=make_town(districts["江北"]))
    make_occurrence(make_activity(), area=districts["江北"])
    ImportBatch.objects.create(
        source=make_source(), file_name="a.tsv", file_sha256="0" * 64, started_at=NOW
    )
    assert ask().completeness.precisions == {
        "point": 1, "venue": 1, "community": 0, "town": 1, "district": 1, "coarser": 0,
    }  # fmt: skip
    text = re.sub(r"<[^>]+>|\s+", "", client.get("/planner/", WEEK).content.decode())
    assert (
        "这个时段有1个组织报送，各类活动共4场；"
        "地点准确到场所1，只知场所名1，到街道/镇/乡1，只到区县市1。"
        "最近导入2019-06-26，《“红色引擎”释放甬城社会组织发展正能量》" in text
    )
    assert "资料只有2019-06-26到2019-06-26，短于所选时段。" in text


# --- The page -----------------------------------------------------------------------------------


def test_table_and_map_say_the_same_and_the_unknown_is_hatched(
    districts: dict[str, Area], client: Client
) -> None:
    make_occurrence(area=districts["江北"])
    page = client.get("/planner/", WEEK).content.decode()
    on_map = dict(
        re.findall(r'<a class="district[^"]*"[^>]*data-area="(\d+)" data-klass="(\w+)"', page)
    )
    in_table = dict(re.findall(r'<tr data-area="(\d+)" data-klass="(\w+)"', page))
    assert on_map == in_table == {"330205": "2", "330203": "unknown", "330225": "unknown"}
    assert page.count('class="district district--unknown"') == 2
    assert page.count("没有资料，不等于 0") == 2
    assert "2020 年普查" in page
    assert "21 368" in page


def test_nothing_inline_that_the_security_policy_forbids(
    districts: dict[str, Area], client: Client
) -> None:
    make_occurrence(area=districts["江北"])
    response = client.get("/planner/", {**WEEK, "area": "330205"})
    page = response.content.decode()
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page)
    scripts = re.findall(r"<script[^>]*>", page)
    assert '<script type="module" src="/static/js/planner.js">' in scripts
    assert [tag for tag in scripts if " src=" not in tag] == []
    assert "unsafe" not in response["Content-Security-Policy"]


def test_the_number_of_queries_does_not_grow_with_the_data(
    districts: dict[str, Area], client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def fill(number: int) -> None:
        for _ in range(number):
            for area in districts.values():
                make_occurrence(make_activity(), area=area)

    fill(1)
    with django_assert_num_queries(21):
        client.get("/planner/", {**WEEK, "area": "330205"})
    fill(5)
    with django_assert_num_queries(21):
        client.get("/planner/", {**WEEK, "area": "330205"})


def test_the_card_lists_activities_with_links_and_folds_days(
    districts: dict[str, Area], client: Client
) -> None:
    activity = make_activity("我们的节日 “知行合一”")
    for offset in range(3):
        make_occurrence(activity, day=WEDNESDAY + timedelta(offset), area=districts["江北"])
    make_occurrence(make_activity("别处的"), area=districts["海曙"])
    card = client.get("/planner/card/", {**WEEK, "area": "330205"}).content.decode()
    assert f'href="/activities/{activity.public_id}/"' in card
    assert "6月26日–28日" in card
    assert "宁波市江北区社会组织服务中心" in card
    assert "别处的" not in card
    assert client.get("/planner/card/", WEEK).status_code == 404


def test_a_district_without_reports_says_so_in_its_card(
    districts: dict[str, Area], client: Client
) -> None:
    card = client.get("/planner/card/", {**WEEK, "area": "330225"}).content.decode()
    assert "6月24日–7月1日没有任何组织报送过这里的活动。这不等于没有活动" in card


def test_an_empty_city_is_a_page_and_not_an_error(client: Client) -> None:
    page = client.get("/planner/", {"area": "330225", "group": "nobody"}).content.decode()
    assert "这个时段没有任何资料，不能说有多少活动。" in page
    assert "没有装入区县边界" in page


def test_the_question_is_kept_in_every_link(districts: dict[str, Area], client: Client) -> None:
    page = client.get("/planner/", {**WEEK, "at": "2019-06-29T14:30"}).content.decode()
    links = re.findall(r'(?:href|action)="(\?[^"]+|/planner/districts[^"]+)"', page)
    assert len(links) > 6
    for link in links:
        assert "from=2019-06-24" in link
        assert "at=2019-06-29T14%3A30" in link


# --- The file -----------------------------------------------------------------------------------


def read_csv(client: Client, query: Mapping[str, str] = WEEK) -> tuple[str, list[list[str]]]:
    response = client.get("/planner/districts.csv", query)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("\ufeff")
    assert "\r\n" in text
    return response["Content-Disposition"], list(csv.reader(io.StringIO(text[1:])))


def test_the_file_carries_the_table_and_what_it_rests_on(
    districts: dict[str, Area], client: Client
) -> None:
    make_occurrence(area=districts["江北"])
    disposition, lines = read_csv(client, {**WEEK, "group": "age_60_plus"})
    assert unquote(disposition).endswith("宁波-老年人（60+）-全部类别-2019-06-24至2019-07-01.csv")
    head = {line[0]: line[1:] for line in lines[: lines.index([])]}
    assert head["时段"] == ["2019-06-24", "2019-07-01"]
    assert head["半径（米）"] == ["865"]
    assert {"合成数据", "一周里的时间"}.isdisjoint(head)
    assert head["人口"] == [f"2020 年普查，{BASIS}", "中国人口普查分县资料—2020"]
    table = lines[lines.index([]) + 1 :]
    columns = dict(zip(table[0], table[1], strict=True))
    assert columns["区县市"] == "江北区"
    assert columns["场次"] == "1"
    assert columns["每万名 60+ 老人场次"] == "0.1195"
    assert (columns["95% 下限"], columns["95% 上限"]) == ("0.0030", "0.6658")
    assert (columns["人口"], columns["人口年份"], columns["口径"]) == ("83681", "2020", BASIS)
    unknown = dict(zip(table[0], table[2], strict=True))
    assert (unknown["资料"], unknown["场次"], unknown["95% 上限"]) == ("没有资料", "", "")
    assert table[-1][1] == "合计（有资料的区县市）"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+86", "'+86"), ("-1", "'-1"), ("@x", "'@x"),
        ("\tx", "'\tx"), ("＝1", "'＝1"), ("海曙区", "海曙区"), (None, ""), (0, "0"),
    ],
)  # fmt: skip
def test_no_cell_can_run_as_a_formula(cell: object, written: str) -> None:
    assert safe_cell(cell) == written


def test_a_hostile_source_title_stays_text_in_the_file(
    districts: dict[str, Area], client: Client
) -> None:
    source = make_source("evil", title='=cmd|"/C calc"!A0')
    ImportBatch.objects.create(source=source, file_name="", file_sha256="", started_at=NOW)
    make_occurrence(make_activity(source=source), area=districts["江北"])
    _, lines = read_csv(client)
    imported = next(line for line in lines if line and line[0] == "最近导入")
    assert imported[2] == '\'=cmd|"/C calc"!A0'


# --- Who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/planner/", "/planner/card/?area=330205", "/planner/districts.csv"]
)
def test_without_the_setting_planners_log_in(
    path: str, districts: dict[str, Area], client: Client, settings: Settings
) -> None:
    settings.YITU_PUBLIC_PLANNER = False
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/?next=/planner/")
    from django.contrib.auth.models import User

    client.force_login(User.objects.create_user("planner"))
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_the_setting_follows_the_demo() -> None:
    assert django_settings.YITU_DEMO is True
    assert django_settings.YITU_PUBLIC_PLANNER is True
    assert Occurrence.objects.count() == 0


# --- When, and how near -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("band", "counted"),
    [("", 5), ("weekday-day", 2), ("weekday-evening", 1), ("weekend", 1)],
)
def test_a_band_holds_what_is_said_to_be_in_it(
    districts: dict[str, Area], band: str, counted: int
) -> None:
    at = {"area": districts["江北"]}
    make_occurrence(make_activity("甲"), part_of_day="afternoon", **at)
    make_occurrence(make_activity("乙"), hours=("09:00", "10:00"), **at)
    make_occurrence(make_activity("丙"), hours=("19:00", "20:30"), **at)
    make_occurrence(make_activity("丁"), **at)  # nothing but its day, a Wednesday
    make_occurrence(make_activity("戊"), day=date(2019, 6, 29), **at)  # a Saturday
    assert row(ask(band=band), "330205").occurrences == counted


def test_how_many_lie_in_no_band_is_known(districts: dict[str, Area]) -> None:
    make_occurrence(make_activity("丁"), area=districts["江北"])
    make_occurrence(make_activity("戊"), day=date(2019, 6, 29), area=districts["江北"])
    question = Question.from_query({**WEEK, "band": "weekday-day"}, Choices.at(NOW))
    assert counting.without_band(question) == 1


def test_a_standard_is_minutes_or_the_code_or_ones_own_metres() -> None:
    choices = Choices.at(NOW)
    asked = [
        Question.from_query(query, choices).standard.metres
        for query in ({}, {"reach": "walk5"}, {"reach": "gb300"},
                      {"reach": "own", "radius": "750"})
    ]  # fmt: skip
    assert asked == [865, 290, 300, 750]
    wrong = Question.from_query({"reach": "own", "radius": "9000"}, choices)
    assert wrong.problems == (
        "半径“9000”不能用，应是 100 到 3000 的整数（米）；已按步行 15 分钟显示。",
    )
    again = Question.from_query(
        dict(parse_qsl(Question.from_query({"reach": "own", "radius": "750"}, choices).query())),
        choices,
    )
    assert again.standard.metres == 750
