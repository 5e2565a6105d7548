"""How far, how fairly, where one more: M3, M4, M6, M8; and the tables they rest on stay fresh."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from geo import measures
from geo.measures import Site, SitingRules, reaching, supply
from geo.models import (
    Activity,
    Area,
    CellPopulation,
    CountedSession,
    Grid,
    Occurrence,
    Reach,
    Source,
)
from tests.factories import (
    NOW,
    RIHU,
    WEDNESDAY,
    make_activity,
    make_category,
    make_occurrence,
    make_source,
    make_town,
)
from tests.small_city import WEEK, hold, sharp
from tests.small_city import _land as _land
from tests.small_city import haishu as haishu
from tests.small_city import jiangbei as jiangbei

pytestmark = pytest.mark.django_db


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
