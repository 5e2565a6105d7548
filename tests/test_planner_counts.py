"""The planner counts what happened, once, where it is known; unknown is never zero."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from geo.measures import people
from geo.models import Area, Audience, Campaign, Population
from geo.planning import Choices, Question, counting, words
from tests.factories import (
    NOW,
    WEDNESDAY,
    make_activity,
    make_category,
    make_occurrence,
    make_town,
    make_venue,
)
from tests.planned import BASIS, WEEK, ask, row
from tests.planned import districts as districts

pytestmark = pytest.mark.django_db


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
