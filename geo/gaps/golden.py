"""Hand-worked values, computed again by the code in use, for the method page. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from geo.gaps import access, equity, smoothing
from geo.gaps.rates import poisson_interval

# Half a unit of the last digit that is known, by measure; the others are known to four.
DIGITS = {"2SFCA": 5e-5, "BFCA": 5e-5, "E2SFCA": 5e-11, "3SFCA": 5e-11, "泊松区间": 5e-4}
FOUR = 5e-5

# Three tracts: people, doctors, minutes from people (row) to doctors (column).
PEOPLE, DOCTORS = (100, 50, 10), (15, 20, 100)
MINUTES = ((1, 80, 40), (80, 1, 40), (40, 40, 1))
# Five cells of Belo Horizonte.
RESIDENTS, JOBS = (852, 394, 1969, 2189, 0), (82, 308, 100, 109, 0)
TRAVEL = (
    (5.8, 47, 48, 47, 64), (45, 5.8, 13, 41, 70), (44, 13, 5.8, 42, 67),
    (43, 43, 49, 5.8, 58), (60, 70, 68, 64, 5.8),
)  # fmt: skip
WITHIN_30, LIVING = (26774, 22239, 36567, 42372, 55571), (0, 852, 394, 1969, 2189)
EVENTS, BASES = (0, 30, 5, 65), (50, 1000, 400, 1550)
THIRTIETH = 1 / 30


@dataclass(frozen=True)
class Checked:
    """One golden value: its measure, what was expected and found, and whether they agree."""

    measure: str
    case: str
    expected: tuple[float, ...]
    found: tuple[float, ...]

    @property
    def holds(self) -> bool:
        return len(self.expected) == len(self.found) and all(
            abs(a - b) <= DIGITS.get(self.measure, FOUR) + 1e-12 * abs(a)
            for a, b in zip(self.expected, self.found, strict=True)
        )


Case = tuple[str, str, Sequence[float | Fraction], Callable[[], Sequence[float | Fraction]]]


def check() -> list[Checked]:
    """Every golden value, computed now: some ten milliseconds."""
    return [
        Checked(measure, case, _floats(expected), _floats(found()))
        for measure, case, expected, found in CASES
    ]


def _floats(values: Sequence[float | Fraction]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _exact(weight: access.Weight) -> list[Fraction]:
    """The three tracts in fractions."""
    cost = [[Fraction(one) for one in row] for row in MINUTES]
    found: list[Fraction] = access.catchment(PEOPLE, [Fraction(s) for s in DOCTORS], cost, weight)
    return found


def _inverse(limit: int) -> access.Weight:
    return access.cut(lambda cost: 1 / cost, limit)


def _funnel(base: int) -> list[float]:
    return list(smoothing.funnel(THIRTIETH, base, 0.95))


HUNDREDTHS = access.steps(((20, 1), (40, Fraction(68, 100)), (60, Fraction(22, 100))))
LINE = [[abs(a - b) for b in (0, 2)] for a in (0, 1, 2)]
CASES: tuple[Case, ...] = (
    ("2SFCA", "三个片区，61 分钟内",
     (Fraction(67, 88), Fraction(23, 24), Fraction(289, 264)),
     lambda: _exact(access.within(61))),
    ("E2SFCA", "三个片区，权重 1/d",
     (Fraction(1462, 4411), Fraction(1282, 2211), Fraction(12920437, 1773222)),
     lambda: _exact(_inverse(61))),
    ("E2SFCA", "三个片区，1/0.68/0.22",
     (Fraction(1863, 2492), Fraction(1907, 1988), Fraction(217237, 176932)),
     lambda: _exact(HUNDREDTHS)),
    ("3SFCA", "三个片区，权重 1/d", (0.1562565883, 0.4062164525, 9.9063518548),
     lambda: access.three_steps(PEOPLE, DOCTORS, MINUTES, lambda cost: 1 / cost, 61)),
    ("E2SFCA", "一条线上三处，高斯权重", (0.0651792572, 0.0696414856, 0.0651792572),
     lambda: access.catchment((100,) * 3, (10, 10), LINE, access.gaussian(1))),
    ("2SFCA", "五个格子，45 分钟内", (0.0152, 0.1491, 0.1491, 0.1068, 0),
     lambda: access.catchment(RESIDENTS, JOBS, TRAVEL, access.within(45))),
    ("BFCA", "五个格子，45 分钟内", (0.0094, 0.1993, 0.1993, 0.1147, 0),
     lambda: access.balanced(RESIDENTS, JOBS, TRAVEL, access.within(45))),
    ("2SFCA", "五个格子，不限距离", (0.1108,) * 5,
     lambda: access.catchment(RESIDENTS, JOBS, TRAVEL, access.within(math.inf))),
    ("Gini", "五个格子", (0.1386,), lambda: [equity.gini(WITHIN_30, LIVING) or math.nan]),
    ("Gini", "三个地方 1000/10/10 人", (0.028,),
     lambda: [round(equity.gini((1, 2, 3), (1000, 10, 10)) or math.nan, 3)]),
    ("FGT", "五个格子，标准 100 000", (1, 0.5588, 0.3256),
     lambda: [equity.shortfall(WITHIN_30, LIVING, 100_000, p) or math.nan for p in range(3)]),
    ("Theil", "半数人没有", (math.log(2), math.log(2), 0), lambda: _theil_of_halves()),
    ("泊松区间", "0 场", (0, 3.689), lambda: poisson_interval(0)),
    ("泊松区间", "1 场", (0.0253, 5.572), lambda: poisson_interval(1)),
    ("泊松区间", "5 场", (1.623, 11.668), lambda: poisson_interval(5)),
    ("泊松区间", "10 场", (4.795, 18.390), lambda: poisson_interval(10)),
    ("泊松区间", "30 场", (20.241, 42.827), lambda: poisson_interval(30)),
    ("经验贝叶斯", "四个区", (0.0300079, 0.0310364, 0.0235430, 0.0399961),
     lambda: smoothing.empirical_bayes(EVENTS, BASES).values),
    ("经验贝叶斯", "各区相同", (0.01,) * 4,
     lambda: smoothing.empirical_bayes((1,) * 4, (100,) * 4).values),
    ("漏斗", "50 人，95%", (0, 0.10), lambda: _funnel(50)),
    ("漏斗", "50 人，99.8%", (0, 0.14), lambda: smoothing.funnel(THIRTIETH, 50, 0.998)),
    ("漏斗", "400 人，95%", (0.0175, 0.0525), lambda: _funnel(400)),
    ("漏斗", "1000 人，95%", (0.023, 0.045), lambda: _funnel(1000)),
    ("漏斗", "1550 人，95%", (0.0245, 0.0426), lambda: [round(x, 4) for x in _funnel(1550)]),
)  # fmt: skip


def _theil_of_halves() -> tuple[float, float, float]:
    found = equity.theil((0, 0, 0, 10, 10, 10), (1,) * 6, "aaabbb")
    return (found.total, found.between, found.within) if found else (math.nan,) * 3
