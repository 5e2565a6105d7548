"""How evenly something is spread over people. Pure; every figure is weighted by people.

An area of a thousand counts a hundred times one of ten: without weights these figures say nothing
about persons.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Theil:
    """total = between + within the groups."""

    total: float
    between: float
    within: float


Curve = tuple[tuple[float, float], ...]


def lorenz(values: Sequence[float], people: Sequence[float]) -> Curve:
    """(share of people, share of what there is) from (0, 0) to (1, 1), the least served first.

    Empty where there are no people or there is nothing to share.
    """
    pairs = sorted((v, p) for v, p in zip(values, people, strict=True) if p > 0)
    persons = sum(p for _, p in pairs)
    whole = sum(v * p for v, p in pairs)
    if not persons or not whole:
        return ()
    points, so_far, shared = [(0.0, 0.0)], 0.0, 0.0
    for value, count in pairs:
        so_far += count
        shared += value * count
        points.append((so_far / persons, shared / whole))
    return tuple(points)


def gini(values: Sequence[float], people: Sequence[float]) -> float | None:
    """1 − Σ (L_k + L_{k−1}) p_k; None where there is no curve."""
    return gini_of(lorenz(values, people))


def gini_of(curve: Curve) -> float | None:
    if not curve:
        return None
    area = sum(
        (second[1] + first[1]) * (second[0] - first[0])
        for first, second in itertools.pairwise(curve)
    )
    return 1 - area


def bottom_share(curve: Curve, share: float = 0.2) -> float | None:
    """What the worst-served *share* of people get, 0 to 1, between the points of the curve."""
    for (x0, y0), (x1, y1) in itertools.pairwise(curve):
        if x1 >= share - 1e-9:  # the curve's end may miss 1 by the dust of its sums
            return y0 + (y1 - y0) * (share - x0) / (x1 - x0)
    return None


def thinned(curve: Curve, most: int = 101) -> Curve:
    """The same curve with at most *most* points, the ends kept."""
    if len(curve) <= most:
        return curve
    step = (len(curve) - 1) / (most - 1)
    return tuple(curve[round(i * step)] for i in range(most))


def theil(
    values: Sequence[float], people: Sequence[float], groups: Sequence[Hashable]
) -> Theil | None:
    """T = Σ p (A/μ) ln(A/μ) with 0·ln 0 = 0; between and within *groups*. None without a mean.

    People with nothing stay in the population (some packages drop them).
    """
    persons = sum(people)
    mean = sum(v * p for v, p in zip(values, people, strict=True)) / persons if persons else 0.0
    if not mean:
        return None
    total = sum(p / persons * _entropy(v / mean) for v, p in zip(values, people, strict=True))
    sums: dict[Hashable, tuple[float, float]] = {}
    for value, count, group in zip(values, people, groups, strict=True):
        shared, so_many = sums.get(group, (0.0, 0.0))
        sums[group] = shared + value * count, so_many + count
    between = sum(
        so_many / persons * _entropy(shared / so_many / mean)
        for shared, so_many in sums.values()
        if so_many
    )
    return Theil(total, between, total - between)


def shortfall(
    values: Sequence[float], people: Sequence[float], standard: float, power: int
) -> float | None:
    """FGT: F0 (power 0) the share of people below *standard*, F1 their mean shortfall from it."""
    persons = sum(people)
    if not persons or standard <= 0:
        return None
    return sum(
        p / persons * ((standard - v) / standard) ** power
        for v, p in zip(values, people, strict=True)
        if v < standard
    )


def _entropy(ratio: float) -> float:
    return ratio * math.log(ratio) if ratio > 0 else 0.0
