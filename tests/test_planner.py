"""The planner's page, its file, and who may look: they say what was counted and no more."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import parse_qsl, unquote

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from geo.models import Area, ImportBatch, Occurrence
from geo.planning import Choices, Question, counting, words
from geo.planning.export import safe_cell
from tests.factories import (
    NOW,
    WEDNESDAY,
    make_activity,
    make_occurrence,
    make_source,
    make_town,
    make_venue,
)
from tests.planned import BASIS, WEEK, ask, row
from tests.planned import districts as districts

pytestmark = pytest.mark.django_db


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
