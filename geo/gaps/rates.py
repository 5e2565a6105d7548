"""Small numbers said with their uncertainty, and fixed classes for a map. Pure.

Formulas: exact Poisson interval after Garwood 1936, [½χ²(α/2; 2e), ½χ²(1−α/2; 2e+2)]. Half a
χ² quantile with 2k degrees of freedom is the quantile of a gamma distribution of shape k, which
is what is computed here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEVEL = 0.95
PER = 10_000  # rates are per 10 000 of a group
# The smallest number above zero: "anything at all" as the lower bound of a class.
ANY = 5e-324


@dataclass(frozen=True)
class Rate:
    """*events* per *per* of *base*, with the limits of its interval in the same unit."""

    events: int
    base: int
    value: float
    low: float
    high: float


def poisson_interval(events: int, level: float = LEVEL) -> tuple[float, float]:
    """Exact limits for the mean of a Poisson count. 0 → (0, 3.689); 5 → (1.623, 11.668).

    Raises ValueError for a negative count or a level outside (0, 1).
    """
    if events < 0:
        raise ValueError(f"A count of {events} is not possible. Expected 0 or more.")
    if not 0 < level < 1:
        raise ValueError(f"A level of {level} is not possible. Expected between 0 and 1: 0.95.")
    tail = (1 - level) / 2
    low = _gamma_quantile(tail, events) if events else 0.0
    return low, _gamma_quantile(1 - tail, events + 1)


def rate(events: int, base: int, per: int = PER, level: float = LEVEL) -> Rate | None:
    """*events* per *per* people with an exact interval; None where nobody is in the base."""
    if base <= 0:
        return None
    low, high = poisson_interval(events, level)
    factor = per / base
    return Rate(events, base, events * factor, low * factor, high * factor)


def class_of(value: float, bounds: Sequence[float]) -> int:
    """The class of a value: how many of the lower *bounds* (ascending) it reaches.

    With the bounds (ANY, 0.1, 0.3, 1): 0 → 0, 0.05 → 1, 0.1 → 2, 0.9 → 3, 1 → 4.
    """
    return sum(1 for bound in bounds if value >= bound)


def _gamma_share(shape: int, x: float) -> float:
    """The regularised lower incomplete gamma function P(shape, x), by its power series.

    All terms are positive, so nothing cancels; near the quantiles asked for here it needs some
    multiple of √shape terms.
    """
    if x <= 0:
        return 0.0
    term = math.exp(shape * math.log(x) - x - math.lgamma(shape + 1))
    total, n = term, shape
    while term > total * 1e-16:
        n += 1
        term *= x / n
        total += term
    return min(total, 1.0)


def _gamma_quantile(share: float, shape: int) -> float:
    """The x with P(shape, x) = share, by bisection."""
    low, high = 0.0, shape + 10 * math.sqrt(shape) + 10
    while _gamma_share(shape, high) < share:
        high *= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _gamma_share(shape, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
