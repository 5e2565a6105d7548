"""Exact intervals against worked values, and the identities that hold for any count."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.gaps import ANY, class_of, poisson_interval, rate


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [
        (0, 0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (30, 20.241, 42.827),
    ],
)
def test_the_exact_interval_has_the_published_limits(events: int, low: float, high: float) -> None:
    assert list(poisson_interval(events)) == pytest.approx([low, high], abs=5e-4)


def test_none_at_all_still_leaves_room_for_minus_log_of_the_tail() -> None:
    assert poisson_interval(0)[1] == pytest.approx(-math.log(0.025), rel=1e-12)
    assert poisson_interval(0, level=0.9)[1] == pytest.approx(-math.log(0.05), rel=1e-12)


@given(st.integers(min_value=1, max_value=400))
@settings(max_examples=60, deadline=None)
def test_the_limits_leave_half_the_error_on_each_side(events: int) -> None:
    low, high = poisson_interval(events)

    def at_most(count: int, mean: float) -> float:
        return math.fsum(
            math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(count + 1)
        )

    assert 1 - at_most(events - 1, low) == pytest.approx(0.025, abs=1e-9)
    assert at_most(events, high) == pytest.approx(0.025, abs=1e-9)


def test_a_large_count_comes_close_to_the_normal_limits() -> None:
    low, high = poisson_interval(250_000)
    assert low == pytest.approx(250_000 - 1.96 * 500, abs=2)
    assert high == pytest.approx(250_000 + 1.96 * 500, abs=4)


def test_a_rate_is_per_ten_thousand_of_its_base() -> None:
    found = rate(5, 135_869)  # five activities for the people of 象山县 aged 60 and over
    assert found is not None
    assert found.value == pytest.approx(0.368, abs=5e-4)
    assert [found.low, found.high] == pytest.approx([0.119, 0.859], abs=1e-3)


def test_nobody_in_the_base_is_no_rate() -> None:
    assert rate(3, 0) is None


def test_impossible_questions_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match=r"A count of -1 is not possible\. Expected 0 or more\."):
        poisson_interval(-1)
    with pytest.raises(
        ValueError, match=r"A level of 95 is not possible\. Expected between 0 and 1"
    ):
        poisson_interval(1, level=95)


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0), (0.0001, 1), (0.1, 2), (0.2999, 2), (0.3, 3), (1, 4), (99, 4)]
)
def test_zero_is_a_class_of_its_own_and_a_bound_belongs_to_the_class_above(
    value: float, expected: int
) -> None:
    assert class_of(value, (ANY, 0.1, 0.3, 1)) == expected
