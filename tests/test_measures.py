"""M0–M8 on a small Ningbo: two districts as squares, hexagons, real triggers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from geo import measures
from geo.measures import Ask, Site, SitingRules, people, reaching, supply, tiling
from geo.models import (
    Activity,
    Area,
    Audience,
    CellPopulation,
    CountedSession,
    Grid,
    Occurrence,
    Population,
    Reach,
    Source,
    Venue,
)
from tests.factories import (
    NOW,
    RIHU,
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
WEEK = Ask(date(2019, 6, 24), date(2019, 6, 30), group="age_60_plus")
HAISHU = (121.76, 29.8985)  # beside 江北's square, not on it
BASIS = "行政区划（普查分县资料）"
PEOPLE = {"330205": (488_885, 83_681), "330203": (1_041_285, 187_467)}


@pytest.fixture(scope="module", autouse=True)
def _land(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Two districts, hexagons and the census, once for this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        for code, name, at in (("330205", "江北区", RIHU), ("330203", "海曙区", HAISHU)):
            district = make_district(code, name, at)
            for group, count in zip(("total", "age_60_plus"), PEOPLE[code], strict=True):
                Population.objects.create(
                    area=district, group=group, count=count, counted_on=date(2020, 11, 1),
                    basis=BASIS, source="中国人口普查分县资料—2020",
                )  # fmt: skip
        tiling.make_hexagons(NOW)
        people.make_even_layer(NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def jiangbei() -> Area:
    return Area.objects.get(code="330205")


@pytest.fixture
def haishu() -> Area:
    return Area.objects.get(code="330203")


def sharp(name: str = "日湖公园", at: tuple[float, float] = RIHU, **more: object) -> Venue:
    return make_venue(name, at, radius_m=80, **more)


def hold(venue: Venue | None = None, **more: Any) -> Occurrence:
    area = more.pop("area", None) or (venue.district if venue else None)
    return make_occurrence(more.pop("activity", None), venue=venue, area=area, **more)


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


# --- M3, M4, M6 ---------------------------------------------------------------------------------


def test_access_adds_up_to_what_is_held_and_is_100_on_average(jiangbei: Area) -> None:
    hold(sharp(district=jiangbei))
    hold(sharp("老外滩", (121.53, 29.89), district=jiangbei), day=date(2019, 6, 28))
    each = reaching.persons_access(WEEK)
    counts = dict(
        CellPopulation.objects.filter(group="age_60_plus").values_list("cell_id", "count")
    )
    assert sum(each[cell] * counts.get(cell, 0) for cell in each) == pytest.approx(2)
    found = measures.access(WEEK)
    assert found.districts[jiangbei.pk] == pytest.approx(100)
    assert min(found.cells.values()) == 0
    assert max(found.cells.values()) > 100
    more = reaching.persons_access(WEEK, [RIHU], seats=3)
    assert sum(more[cell] * counts.get(cell, 0) for cell in more) == pytest.approx(5)


def test_nearest_and_last_are_of_the_period_and_of_all_time(jiangbei: Area, haishu: Area) -> None:
    hold(area=haishu)
    venue = sharp(district=jiangbei)
    hold(venue, day=WEDNESDAY + timedelta(2))
    hold(venue, day=date(2019, 3, 1))
    found = measures.nearest(replace(WEEK, metres=2000), NOW)
    best = min((one for one in found.cells.values() if one.metres), key=lambda one: one.metres or 0)
    assert best.metres is not None
    assert best.metres < 700
    assert (best.last_on, best.days) == (date(2019, 3, 1), 117)
    assert found.districts[jiangbei.pk].days == 117
    assert found.districts[jiangbei.pk].metres is None  # half of the people are farther than 3 km
    assert found.districts[haishu.pk] == measures.nearest(WEEK, NOW).districts[haishu.pk]


def test_equity_is_of_persons(jiangbei: Area) -> None:
    hold(sharp(district=jiangbei))
    found = measures.equity(replace(WEEK, metres=1000))
    assert found.gini is not None
    assert found.gini > 0.9
    assert (found.bottom_share, found.curve[0], found.curve[-1]) == (0, (0, 0), (1, 1))
    assert found.theil == pytest.approx((found.theil_between or 0) + (found.theil_within or 0))
    share = measures.uncovered(replace(WEEK, metres=1000)).total.share
    assert found.f0 == pytest.approx(share)
    assert found.f1 == pytest.approx(share)  # one session is the standard
    assert found.group_ratio == pytest.approx(1, abs=0.01)  # both groups lie evenly
    assert sum(n for _, n in found.histogram) == 83_681
    empty = measures.equity(replace(WEEK, category="yoga"))
    assert (empty.gini, empty.theil, empty.f0, empty.curve) == (None, None, 1, ())


# --- M8 -----------------------------------------------------------------------------------------


def test_one_more_place_covers_those_around_it_and_nobody_twice(jiangbei: Area) -> None:
    hold(sharp(district=jiangbei))
    ask = replace(WEEK, metres=1000)
    new = Site(121.50, 29.86)
    found = measures.what_if(ask, [new, new, Site(*RIHU)])
    assert found.sites[0].gain > 0
    assert [one.gain for one in found.sites[1:]] == [0, 0]  # the same again; where one is held
    assert found.before.uncovered - found.after.uncovered == found.sites[0].gain
    assert found.groups["age_60_plus"] == found.sites[0].gain == sum(found.cells.values())
    assert found.groups["total"] > found.groups["age_60_plus"]
    assert found.districts[jiangbei.pk].uncovered == found.after.uncovered
    assert found.gini_before is not None
    assert found.gini_after is not None
    assert found.gini_after < found.gini_before
    assert (found.bound, found.at_least) == (None, None)
    then = hold(sharp("新场所", (121.50, 29.86), district=jiangbei))
    assert then.venue is not None
    assert measures.uncovered(ask).total == found.after


def test_suggestions_keep_their_rules_and_say_how_good_they_are(
    jiangbei: Area, haishu: Area
) -> None:
    hold(sharp(district=jiangbei, kind="公园"))
    hold(area=haishu)
    sharp("厂房", (121.53, 29.93), kind="工厂", district=jiangbei)
    sharp("文化馆", (121.50, 29.86), kind="文化馆", district=jiangbei)
    sharp("图书馆", (121.503, 29.861), kind="图书馆", district=jiangbei)
    sharp("海曙图书馆", (121.76, 29.90), kind="图书馆", district=haishu)
    ask = replace(WEEK, metres=1000)
    found = measures.suggest(ask, 3)
    assert "厂房" not in [one.name for one in found.sites]
    assert (found.bound_how, found.at_least) == ("exact", 1)
    assert found.bound == sum(one.gain for one in found.sites)
    assert found.unreachable > 0
    apart = measures.suggest(ask, 3, SitingRules(min_metres=1000, district=jiangbei.pk))
    assert len(apart.sites) == 1  # the two in 江北 are 300 m from each other
    anywhere = measures.suggest(ask, 3, SitingRules(public_only=False))
    assert sum(s.gain for s in anywhere.sites) >= sum(s.gain for s in found.sites)
    assert anywhere.unreachable == 0
    assert measures.suggest(ask, 3, SitingRules(min_metres=50_000)).sites == ()


# --- Freshness ----------------------------------------------------------------------------------


def test_counted_sessions_follow_every_change(jiangbei: Area) -> None:
    venue = sharp(district=jiangbei)
    one = hold(venue)

    def count() -> int:
        return supply.supply(WEEK).sessions

    assert count() == 1
    Occurrence.objects.filter(pk=one.pk).update(held_on=date(2019, 8, 1))
    assert count() == 0
    Occurrence.objects.filter(pk=one.pk).update(held_on=WEDNESDAY)
    Activity.objects.filter(pk=one.activity_id).update(is_published=False)
    assert count() == 0
    Activity.objects.filter(pk=one.activity_id).update(is_published=True)
    health = make_category("health", "健康")
    one.activity.categories.add(health)
    assert supply.supply(replace(WEEK, category="health")).sessions == 1
    one.activity.categories.clear()
    assert supply.supply(replace(WEEK, category="health")).sessions == 0
    assert count() == 1
    venue.radius_m = 400
    venue.save()
    assert (count(), Reach.objects.filter(venue_id=venue.pk).exists()) == (0, False)
    one.delete()
    assert not CountedSession.objects.exists()


def test_samples_and_drafts_are_never_counted(jiangbei: Area) -> None:
    venue = sharp(district=jiangbei)
    hold(venue, activity=make_activity(is_sample=True, source=make_source("s", is_sample=True)))
    hold(venue, activity=make_activity(is_published=False))
    assert not CountedSession.objects.exists()


def test_a_moved_venue_has_its_new_distances(jiangbei: Area) -> None:
    venue = sharp(district=jiangbei)
    before = dict(Reach.objects.filter(venue_id=venue.pk).values_list("cell_id", "metres"))
    assert 20 < len(before) < 40
    assert max(before.values()) <= 3000
    venue.point = Point(RIHU[0] + 0.05, RIHU[1], srid=4326)
    venue.save()
    after = dict(Reach.objects.filter(venue_id=venue.pk).values_list("cell_id", "metres"))
    assert set(after) != set(before)
    venue.delete()
    assert not Reach.objects.filter(venue_id=venue.pk).exists()


def test_the_triggers_and_a_count_from_nothing_agree(jiangbei: Area, haishu: Area) -> None:
    health = make_category("health", "健康")
    town = make_town(jiangbei)
    for day in range(4):
        hold(
            sharp(f"场所{day}", district=jiangbei, town=town),
            activity=make_activity(categories=[health]),
            day=WEDNESDAY + timedelta(day),
        )
    across = make_activity()
    for rank, area in enumerate((jiangbei, haishu)):
        make_occurrence(across, area=area, certainty="one_of", place_rank=rank)
    columns = [f.name for f in CountedSession._meta.fields if f.name != "id"]

    def rows() -> list[tuple[object, ...]]:
        return sorted(CountedSession.objects.values_list(*columns), key=str)

    before = rows()
    assert len(before) == 5
    with connection.cursor() as cursor:
        cursor.execute("SELECT geo_count_sessions(NULL)")
    assert rows() == before


def test_an_empty_city_has_answers_and_no_error() -> None:
    Grid.objects.all().delete()
    Source.objects.all().delete()
    found = measures.uncovered(WEEK)
    assert (found.cells, found.total.people, found.total.is_known) == ({}, 0, False)
    assert measures.access(WEEK).cells == {}
    assert measures.equity(WEEK).gini is None
    assert measures.suggest(WEEK).sites == ()
    assert measures.cells() == []
    assert measures.has_demo() is False
