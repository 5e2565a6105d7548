"""Golden values and identities of the planner's formulas. Nothing here needs a database."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.gaps import access, equity, golden, siting, smoothing, spreading

# --- Golden values ------------------------------------------------------------------------------


@pytest.mark.parametrize("one", golden.check(), ids=lambda one: f"{one.measure}-{one.case}")
def test_a_golden_value_is_what_was_worked_by_hand(one: golden.Checked) -> None:
    assert one.holds, f"expected {one.expected}, found {one.found}"


def test_a_wrong_value_would_be_seen() -> None:
    assert not golden.Checked("2SFCA", "", (0.7614,), (0.7615,)).holds
    assert not golden.Checked("泊松区间", "", (3.689,), (3.690,)).holds
    assert not golden.Checked("Gini", "", (0.1,), (0.1, 0.1)).holds
    assert not golden.Checked("Gini", "", (0.1,), (math.nan,)).holds


def test_the_direction_of_travel_matters() -> None:
    """20 minutes to the third tract and 40 back, or the other way round."""
    there, back = ((1, 80, 20), (80, 1, 20), (40, 40, 1)), ((1, 80, 40), (80, 1, 40), (20, 20, 1))
    weight = access.cut(lambda cost: 1 / cost, 61)
    assert access.catchment(golden.PEOPLE, golden.DOCTORS, there, weight) == pytest.approx(
        (0.4353402209, 0.6837242360, 5.7279766114)
    )
    assert access.catchment(golden.PEOPLE, golden.DOCTORS, back, weight) == pytest.approx(
        (0.3310719132, 0.5778577858, 7.2999919395)
    )


def test_everybody_in_reach_of_everything_has_the_same() -> None:
    close = ((1, 40, 20), (40, 1, 20), (20, 20, 1))
    found = access.catchment(golden.PEOPLE, golden.DOCTORS, close, access.within(61))
    assert found == pytest.approx([0.84375] * 3)


def test_the_border_is_inside() -> None:
    assert access.within(61)(61) == 1
    assert access.within(61)(61.0001) == 0
    weights = access.steps(((20, 1), (40, 0.68), (60, 0.22)))
    assert [weights(m) for m in range(0, 80, 10)] == [1, 1, 1, 0.68, 0.68, 0.22, 0.22, 0]
    assert [access.gaussian(20)(m) for m in (0, 20, 40, 60)] == pytest.approx(
        [1, 0.6065306597, 0.1353352832, 0.0111089965]
    )
    assert access.gaussian(1000, 3000)(3000.5) == 0
    gravity = access.power(20, -2)
    assert [gravity(m) for m in (0, 1, 2, 20, 40, 60)] == pytest.approx(
        [400, 400, 100, 1, 0.25, 1 / 9]
    )


def test_empirical_bayes_has_the_variance_that_was_worked_by_hand() -> None:
    found = smoothing.empirical_bayes(golden.EVENTS, golden.BASES)
    assert found.mean == pytest.approx(1 / 30)
    assert found.between == pytest.approx(1649 / 22_320_000)


def test_less_spread_than_chance_is_no_spread() -> None:
    found = smoothing.empirical_bayes((2, 3, 2, 3), (200, 290, 210, 300))
    assert (found.between, set(found.values)) == (0, {found.mean})


def test_the_funnel_widens_when_areas_differ_more_than_chance() -> None:
    assert smoothing.overdispersion((10, 10, 10, 10), (100,) * 4) == 1
    assert smoothing.overdispersion((1, 30, 2, 40), (100,) * 4) > 5
    low, high = smoothing.funnel(1 / 30, 400, 0.95, spread=2)
    assert (low, high) == pytest.approx(
        (1 / 30 - 2 * (1 / 30 - 0.0175), 1 / 30 + 2 * (0.0525 - 1 / 30))
    )
    assert smoothing.funnel(1 / 30, 50, 0.95, spread=9)[0] == 0


def test_ranks_of_equal_areas_are_open_and_of_unequal_ones_are_not() -> None:
    equal = smoothing.rank_intervals((5,) * 10, (1000,) * 10)
    assert all(low <= 2 and high >= 9 for low, high in equal)
    apart = smoothing.rank_intervals((1, 100, 10_000), (1000,) * 3)
    assert apart == [(1, 1), (2, 2), (3, 3)]
    assert smoothing.rank_intervals((3, 4), (10, 10)) == smoothing.rank_intervals((3, 4), (10, 10))


def test_the_worst_served_fifth() -> None:
    curve = equity.lorenz((0, 1, 3), (50, 30, 20))
    assert [x for x, _ in curve] == [0, 0.5, 0.8, 1]
    assert [y for _, y in curve] == pytest.approx([0, 0, 1 / 3, 1])
    assert equity.bottom_share(curve) == 0
    assert equity.bottom_share(curve, 0.65) == pytest.approx(1 / 6)
    assert equity.bottom_share(curve, 1) == pytest.approx(1)
    assert equity.bottom_share(((0, 0), (1 - 1e-12, 1)), 1) == pytest.approx(1)
    assert equity.gini((0, 0), (5, 5)) is None


def test_theil_adds_up_between_and_within() -> None:
    found = equity.theil((1, 2, 3, 10), (5, 7, 11, 2), "aabb")
    assert found is not None
    assert found.between + found.within == pytest.approx(found.total)
    assert found.within > 0


# --- Siting against every possible choice -------------------------------------------------------


def _city(seed: int) -> tuple[list[set[int]], dict[int, int]]:
    """12 candidates, 60 cells."""
    chance = random.Random(seed)  # noqa: S311 - a city of numbers, no secret
    weights = {cell: chance.randint(0, 500) for cell in range(60)}
    covers = [set(chance.sample(range(60), chance.randint(3, 14))) for _ in range(12)]
    return covers, weights


@pytest.mark.parametrize("count", [1, 3, 5])
@pytest.mark.parametrize("seed", range(8))
def test_no_choice_of_all_is_better(seed: int, count: int) -> None:
    covers, weights = _city(seed)

    def near(first: int, second: int) -> bool:
        return bool(seed % 2) and abs(first - second) == 1

    def gain(sites: tuple[int, ...]) -> int:
        return sum(weights[cell] for cell in set().union(*(covers[i] for i in sites)))

    best = max(
        gain(sites)
        for sites in itertools.combinations(range(12), count)
        if not any(near(a, b) for a, b in itertools.combinations(sites, 2))
    )
    found = siting.choose(covers, weights, count, near)
    assert (found.gain, found.bound, found.is_best) == (best, best, True)
    assert gain(found.sites) == found.gain
    assert not any(near(a, b) for a, b in itertools.combinations(found.sites, 2))
    first = siting.greedy(covers, weights, count, near)
    assert first.gain <= siting.swapped(covers, weights, first, near).gain <= best
    if not seed % 2:
        assert first.gain >= (1 - 1 / math.e) * best


def test_a_search_that_was_cut_short_claims_no_more_than_it_knows() -> None:
    covers, weights = _city(3)
    best = siting.choose(covers, weights, 4)
    short = siting.choose(covers, weights, 4, work=1)
    assert short.bound is not None
    assert short.gain <= best.gain <= short.bound


def test_what_exists_is_locked_in_and_nothing_gains_nothing() -> None:
    covers = [{1, 2}, {3}, {1}]
    assert siting.choose(covers, {3: 10}, 2).sites == (1,)  # 1 and 2 are covered already
    assert siting.choose(covers, {}, 2) == siting.Choice((), (), 0, True)
    assert siting.choose([], {1: 5}, 2) == siting.Choice((), (), 0, True)


# --- Identities ---------------------------------------------------------------------------------

COUNTS = st.integers(0, 5000)
METHODS: dict[str, Callable[[Any, Any, Any], list[Any]]] = {
    "2SFCA": lambda p, s, c: access.catchment(p, s, c, access.within(50)),
    "E2SFCA": lambda p, s, c: access.catchment(p, s, c, access.gaussian(20, 50)),
    "3SFCA": lambda p, s, c: access.three_steps(p, s, c, access.gaussian(20, 50)),
}


@st.composite
def cities(draw: st.DrawFn) -> tuple[list[int], list[int], list[list[int]]]:
    """People, supply and cost[people][supply]."""
    cells, sites = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    people = draw(st.lists(st.integers(1, 5000), min_size=cells, max_size=cells))
    supply = draw(st.lists(COUNTS, min_size=sites, max_size=sites))
    row = st.lists(st.integers(0, 90), min_size=sites, max_size=sites)
    return people, supply, draw(st.lists(row, min_size=cells, max_size=cells))


City = tuple[list[int], list[int], list[list[int]]]


@pytest.mark.parametrize("method", METHODS)
@given(city=cities())
@settings(max_examples=40, deadline=None)
def test_the_six_identities(method: str, city: City) -> None:
    people, supply, cost = city
    ask = METHODS[method]
    found = ask(people, supply, cost)
    reachable = [any(row[j] <= 50 for row in cost) for j in range(len(supply))]
    kept = sum(p * a for p, a in zip(people, found, strict=True))
    # 1 conservation; 2 twice the supply; 3 twice the people
    assert kept == pytest.approx(sum(s for s, r in zip(supply, reachable, strict=True) if r))
    assert ask(people, [2 * s for s in supply], cost) == pytest.approx([2 * a for a in found])
    assert ask([2 * p for p in people], supply, cost) == pytest.approx([a / 2 for a in found])
    # 4 no distance at all; 5 one more never takes; 6 a cell in two halves
    level = access.catchment(people, supply, cost, access.within(math.inf))
    assert level == pytest.approx([sum(supply) / sum(people)] * len(people))
    for j in range(len(supply)):
        more = ask(people, [s + 7 * (i == j) for i, s in enumerate(supply)], cost)
        assert all(b >= a - 1e-12 for a, b in zip(found, more, strict=True))
    split = ask([people[0] / 2, people[0] / 2, *people[1:]], supply, [cost[0], *cost])
    assert split == pytest.approx([found[0], *found])


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=12), st.randoms())
@settings(max_examples=60, deadline=None)
def test_a_curve_does_not_depend_on_order_and_gini_lies_between(
    pairs: list[tuple[int, int]], chance: random.Random
) -> None:
    values, people = zip(*pairs, strict=True)
    curve = equity.lorenz(values, people)
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    again = equity.lorenz(*zip(*shuffled, strict=True))
    assert [y for _, y in again] == pytest.approx([y for _, y in curve])
    if curve:
        assert -1e-9 <= (equity.gini_of(curve) or 0) < 1
        assert all(y <= x + 1e-9 for x, y in curve)
        assert equity.gini(values, [2 * p for p in people]) == pytest.approx(
            equity.gini_of(curve), abs=1e-9
        )


@given(st.integers(0, 10_000_000), st.lists(st.floats(0, 1e6), min_size=1, max_size=200))
@settings(max_examples=80, deadline=None)
def test_whole_people_add_up(total: int, weights: list[float]) -> None:
    if not sum(weights):
        weights[0] = 1.0
    counts = spreading.spread(total, weights)
    assert sum(counts) == total
    assert min(counts) >= 0
    whole = sum(weights)
    for count, weight in zip(counts, weights, strict=True):
        assert abs(count - total * weight / whole) <= 1 + 1e-6 * total


def test_nobody_can_be_put_nowhere() -> None:
    assert spreading.spread(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="3 people and no weight above zero to spread them by"):
        spreading.spread(3, [0, 0])
