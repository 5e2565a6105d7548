"""Who is without, how often, how completely: the measures M0, M1, M2, M5 and M7."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from geo import measures
from geo.models import Area, Audience, CellPopulation, Population
from geo.planning import Choices, Question, counting
from geo.planning.answers import ask_of
from geo.planning.standards import BANDS
from tests.factories import (
    NOW,
    RIHU,
    WEDNESDAY,
    make_activity,
    make_category,
    make_occurrence,
    make_town,
    make_venue,
)
from tests.small_city import BASIS, PEOPLE, WEEK, hold, sharp
from tests.small_city import _land as _land
from tests.small_city import haishu as haishu
from tests.small_city import jiangbei as jiangbei

pytestmark = pytest.mark.django_db


# --- People on cells ----------------------------------------------------------------------------


def test_people_of_the_cells_add_up_to_the_district(jiangbei: Area) -> None:
    for code, (total, old) in PEOPLE.items():
        for group, count in (("total", total), ("age_60_plus", old)):
            rows = CellPopulation.objects.filter(group=group, cell__district__code=code)
            assert sum(rows.values_list("count", flat=True)) == count


def test_without_finer_figures_the_map_is_a_sketch_and_says_why() -> None:
    basis = measures.uncovered(WEEK).frame.basis
    assert (basis.is_sketch, basis.year, basis.basis) == (True, 2020, BASIS)
    assert basis.assumption == (
        "在区县市内按面积均摊：没有比区县市更细的人口，格子里的人数只是示意"
    )
    assert measures.rates(WEEK).frame.basis.is_sketch is False


# --- M2 -----------------------------------------------------------------------------------------


def test_uncovered_people_shrink_by_those_within_reach(jiangbei: Area, haishu: Area) -> None:
    hold(area=haishu)
    hold(sharp(district=jiangbei))
    found = measures.uncovered(replace(WEEK, metres=1000))
    by_hand = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(p.count) FROM geo_cellpopulation p JOIN geo_cell c ON c.id = p.cell_id"
            ' WHERE p."group" = %s AND ST_Distance(c.centre, ST_Transform(ST_SetSRID('
            "ST_MakePoint(%s, %s), 4326), 32651)) <= 1000",
            ["age_60_plus", *RIHU],
        )
        (by_hand,) = cursor.fetchone()
    assert by_hand > 0
    here = found.districts[jiangbei.pk]
    assert (here.people, here.covered) == (83_681, by_hand)
    assert found.districts[haishu.pk].uncovered == 187_467
    assert found.total.people == 83_681 + 187_467
    assert found.total.uncovered == found.total.people - by_hand
    assert found.frame.left_out == measures.uncovered(WEEK).frame.left_out
    assert (found.frame.left_out.coarse, found.frame.is_at_most) == (1, True)


def test_where_nobody_reported_nothing_is_known(jiangbei: Area, haishu: Area) -> None:
    hold(sharp(district=jiangbei))
    found = measures.uncovered(WEEK)
    assert found.frame.unknown == (haishu.pk,)
    assert found.districts[haishu.pk].is_known is False
    assert found.districts[haishu.pk].share is None
    assert found.total.people == 83_681
    assert haishu.pk not in measures.rates(WEEK).areas
    assert haishu.pk not in measures.shares(WEEK).districts


def test_a_cancelled_one_proves_that_somebody_reports_and_covers_nobody(jiangbei: Area) -> None:
    hold(sharp(district=jiangbei), status="cancelled")
    found = measures.uncovered(WEEK)
    assert found.districts[jiangbei.pk].is_known
    assert (found.frame.sessions, found.total.uncovered) == (0, 83_681)


@pytest.mark.parametrize(("radius", "sessions", "coarse"), [(200, 1, 0), (201, 0, 1)])
def test_places_known_worse_than_200_m_stay_off_the_fine_map(
    jiangbei: Area, radius: int, sessions: int, coarse: int
) -> None:
    hold(make_venue(radius_m=radius, district=jiangbei))
    found = measures.uncovered(WEEK).frame
    assert (found.sessions, found.left_out.coarse) == (sessions, coarse)
    assert measures.rates(WEEK).areas[jiangbei.pk].events == 1


def test_one_of_several_places_counts_once_in_its_district_and_nowhere_finer(
    jiangbei: Area, haishu: Area
) -> None:
    inside = make_activity()
    for rank, name in enumerate(("日湖公园", "老外滩")):
        hold(sharp(name, district=jiangbei), activity=inside, certainty="one_of", place_rank=rank)
    across = make_activity()
    for rank, area in enumerate((jiangbei, haishu)):
        make_occurrence(across, area=area, certainty="one_of", place_rank=rank)
    found = measures.uncovered(WEEK).frame
    assert (found.sessions, found.left_out.one_of, found.left_out.nowhere) == (0, 2, 0)
    assert measures.rates(WEEK).areas[jiangbei.pk].events == 1
    assert found.unknown == (haishu.pk,)


def test_category_band_audience_and_period_narrow_the_answer(jiangbei: Area) -> None:
    health, fair = make_category("health", "健康"), make_category("fair", "公益集市")
    venue = sharp(district=jiangbei)
    both = make_activity(categories=[health, fair])
    both.audiences.add(Audience.objects.create(slug="elders", name="老年人"))
    hold(venue, activity=both, hours=("19:00", "20:00"))
    hold(venue, day=date(2019, 6, 29))
    hold(venue, day=date(2019, 6, 25), part_of_day="morning")
    hold(venue, day=date(2019, 6, 26))

    def sessions(**changes: object) -> int:
        return measures.uncovered(replace(WEEK, **changes)).frame.sessions  # type: ignore[arg-type]

    assert sessions() == 4
    assert sessions(category="health") == sessions(category="fair") == 1
    assert sessions(category="yoga") == 0
    assert sessions(audience="elders") == 1
    assert sessions(band="weekday-evening") == 1
    assert sessions(band="weekday-day") == 1
    assert sessions(band="weekend") == 1
    assert sessions(first=date(2019, 6, 26), last=date(2019, 6, 26)) == 2


def test_bands_and_matrix_and_months_agree_with_single_questions(jiangbei: Area) -> None:
    health = make_category("health", "健康")
    make_category("fair", "公益集市")
    hold(sharp(district=jiangbei), hours=("19:00", "20:00"))
    other = sharp("老外滩", (121.50, 29.86), district=jiangbei)
    hold(other, activity=make_activity(categories=[health]), day=date(2019, 7, 6))
    hold(other, day=date(2019, 7, 3))
    ask = replace(WEEK, last=date(2019, 7, 31))
    gaps = measures.bands(ask)
    assert gaps.bandless == 1
    for band, total in gaps.totals.items():
        assert total == measures.uncovered(replace(ask, band=band)).total
    table = measures.matrix(ask)
    for group in ("total", "age_60_plus"):
        for category in ("health", "fair"):
            asked = replace(ask, group=group, category=category)
            assert table[group, category] == measures.uncovered(asked).total.uncovered
    june, july = measures.months(ask)
    assert (june[0], june[1], july[0], july[1]) == (date(2019, 6, 1), 1, date(2019, 7, 1), 2)
    only = measures.uncovered(replace(ask, first=date(2019, 7, 1))).total
    assert july[2] == only


def test_the_table_and_the_measures_count_the_same(jiangbei: Area, haishu: Area) -> None:
    """Two ways to one number: the table's own question, and the sessions kept by triggers."""
    hold(sharp(district=jiangbei), hours=("19:00", "20:00"))
    hold(area=jiangbei)  # a Wednesday, nothing but its day
    hold(area=jiangbei, day=date(2019, 6, 29))
    hold(area=haishu, part_of_day="morning", status="postponed")
    hold(area=Area.objects.get(code="330200"), level="city")
    for districts, statuses in (
        ((jiangbei, jiangbei), ("scheduled", "scheduled")),
        ((jiangbei, haishu), ("scheduled", "scheduled")),
        ((jiangbei, haishu), ("scheduled", "cancelled")),
    ):
        group = make_activity()
        for rank, (area, status) in enumerate(zip(districts, statuses, strict=True)):
            make_occurrence(
                group, area=area, certainty="one_of", place_rank=rank, status=status,
                part_of_day="evening",
            )  # fmt: skip
    seen = {}
    for band in BANDS:
        query = {"period": "dates", "from": "2019-06-24", "to": "2019-06-30", "band": band.key}
        question = Question.from_query(query, Choices.at(NOW))
        table = {pk: n.occurrences for pk, n in counting.counts(question)[0].items() if pk}
        kept = {pk: one.events for pk, one in measures.rates(ask_of(question)).areas.items()}
        assert table == {pk: n for pk, n in kept.items() if n}
        assert counting.reports(question).homes == set(kept)
        seen[band.key] = table
    assert seen == {
        "": {jiangbei.pk: 5}, "weekday-day": {}, "weekday-evening": {jiangbei.pk: 3},
        "weekend": {jiangbei.pk: 1},
    }  # fmt: skip


# --- M1, M7, M0 ---------------------------------------------------------------------------------


def test_a_rate_is_per_thousand_and_thirty_days_with_an_exact_interval(
    jiangbei: Area, haishu: Area
) -> None:
    for _ in range(5):
        hold(area=jiangbei)
    hold(area=haishu)
    found = measures.rates(replace(WEEK, last=date(2019, 7, 23)))
    row = found.areas[jiangbei.pk]
    assert (row.events, row.base) == (5, 83_681)
    assert row.value == pytest.approx(5 / 83.681)
    assert (row.low, row.high) == pytest.approx((1.623486 / 83.681, 11.668332 / 83.681))
    assert measures.rates(WEEK).areas[jiangbei.pk].value == pytest.approx(5 / 83.681 * 30 / 7)
    assert found.mean == pytest.approx(6 / 271.148)
    assert (row.place, found.areas[haishu.pk].place) == (2, 1)
    assert row.rank_low <= row.place <= row.rank_high
    assert found.mean < row.smoothed < row.value or row.smoothed == pytest.approx(found.mean)


def test_towns_have_rates_where_their_people_are_known(jiangbei: Area) -> None:
    town = make_town(jiangbei)
    hold(area=town)
    assert measures.rates(WEEK, "town").areas == {}
    Population.objects.create(
        area=town, group="age_60_plus", count=9000, counted_on=date(2020, 11, 1), basis=BASIS,
        source="庄桥街道名册",
    )  # fmt: skip
    found = measures.rates(WEEK, "town")
    assert (found.areas[town.pk].events, found.areas[town.pk].base) == (1, 9000)
    assert found.frame.basis.source == "庄桥街道名册"


def test_shares_differ_in_points_and_add_up_to_nothing(jiangbei: Area, haishu: Area) -> None:
    for _ in range(3):
        hold(area=jiangbei)
    hold(area=haishu)
    found = measures.shares(WEEK).districts
    assert found[jiangbei.pk].difference == pytest.approx(75 - 100 * 83_681 / 271_148)
    assert sum(one.difference for one in found.values()) == pytest.approx(0)


def test_completeness_says_who_reported_and_how_sharply(jiangbei: Area) -> None:
    hold(sharp(district=jiangbei))
    hold(area=jiangbei, activity=make_activity(organizers=["江北区民政局", "日湖志愿队"]))
    hold(area=jiangbei, status="cancelled", activity=make_activity(organizers=["又一家"]))
    found = measures.complete(WEEK)
    assert (found.organizers, found.sessions, found.sharp) == (4, 2, 1)
    assert (found.sharp_share, found.reported) == (0.5, (jiangbei.pk,))
    assert found.newest_on == WEDNESDAY
