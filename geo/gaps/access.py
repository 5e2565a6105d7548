"""How many places a person can reach: floating catchment areas and their weights. Pure.

cost[i][j] is what it costs people i to get to supply j; direction matters. A weight of 0 is out of
reach; *cost ≤ limit* is inside. All of these keep the sum: Σ people·access = Σ reachable supply.
Floats or fractions, whatever is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

Number = Any  # float or Fraction
Weight = Callable[[Number], Number]
Matrix = Sequence[Sequence[Number]]


def within(limit: Number) -> Weight:
    """1 up to *limit*, included; then 0."""
    return lambda cost: 1 if cost <= limit else 0


def steps(zones: Sequence[tuple[Number, Number]]) -> Weight:
    """(limit, weight) ascending: {20: 1, 40: 0.68, 60: 0.22}."""
    return lambda cost: next((weight for limit, weight in zones if cost <= limit), 0)


def gaussian(sigma: float, limit: float = math.inf) -> Weight:
    """exp(−½(d/σ)²) up to *limit*."""
    return lambda cost: math.exp(-0.5 * (cost / sigma) ** 2) if cost <= limit else 0.0


def power(scale: Number, exponent: int, least: Number = 1) -> Weight:
    """(max(d, least)/scale)^exponent."""
    return lambda cost: (max(cost, least) / scale) ** exponent


def cut(weight: Weight, limit: Number) -> Weight:
    return lambda cost: weight(cost) if cost <= limit else 0


def catchment(
    people: Sequence[Number], supply: Sequence[Number], cost: Matrix, weight: Weight
) -> list[Number]:
    """2SFCA (weight 1 or 0; Luo & Wang 2003) and E2SFCA (any weight; Luo & Qi 2009).

    R_j = S_j / Σ_k P_k w_kj; A_i = Σ_j R_j w_ij.
    """
    weights = [[weight(one) for one in row] for row in cost]
    return _two_steps(people, supply, weights, weights)


def three_steps(
    people: Sequence[Number],
    supply: Sequence[Number],
    cost: Matrix,
    weight: Weight,
    limit: Number = math.inf,
) -> list[Number]:
    """3SFCA (Wan, Zou & Sternberg 2012): demand is shared, G_ij = w_ij/Σ_j w_ij.

    People choose among all supplies; what lies beyond *limit* then serves nobody.
    """
    shared = []
    for row in cost:
        weights = [weight(one) for one in row]
        total = sum(weights)
        shared.append(
            [
                w * w / total if total and c <= limit else 0
                for w, c in zip(weights, row, strict=True)
            ]
        )
    return _two_steps(people, supply, shared, shared)


def balanced(
    people: Sequence[Number], supply: Sequence[Number], cost: Matrix, weight: Weight
) -> list[Number]:
    """BFCA (Páez, Higgins & Vivona 2019): weights of a row, and of a column, add up to one."""
    weights = [[weight(one) for one in row] for row in cost]
    rows = [sum(row) for row in weights]
    columns = [sum(column) for column in zip(*weights, strict=True)]
    by_row = [
        [w / total if total else 0 for w in row] for row, total in zip(weights, rows, strict=True)
    ]
    by_column = [
        [w / total if total else 0 for w, total in zip(row, columns, strict=True)]
        for row in weights
    ]
    return _two_steps(people, supply, by_row, by_column)


def _two_steps(
    people: Sequence[Number], supply: Sequence[Number], out: Matrix, back: Matrix
) -> list[Number]:
    ratios: list[Number] = []
    for j, places in enumerate(supply):
        demand = sum(p * row[j] for p, row in zip(people, out, strict=True))
        ratios.append(places / demand if demand else 0)
    return [sum(r * w for r, w in zip(ratios, row, strict=True)) for row in back]
