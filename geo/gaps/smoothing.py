"""Small numbers beside each other: empirical Bayes, funnel limits, intervals of ranks. Pure."""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

DRAWS = 1000
SEED = 330200  # the city's code: the same ranks for the same figures, every time


@dataclass(frozen=True)
class Smoothed:
    """``mean`` m, ``between`` A ≥ 0 (variance between areas), ``values`` in the order given."""

    mean: float
    between: float
    values: tuple[float, ...]


def empirical_bayes(events: Sequence[float], bases: Sequence[float]) -> Smoothed:
    """Rates drawn towards their mean, the more the smaller the base.

    Marshall 1991: s² = Σ b(r−m)²/Σb, A = max(0, s² − m/b̄), w = A/(A + m/b), w·r + (1−w)·m.
    Without the clamp equal rates would give no number at all. Raises ValueError for a base ≤ 0.
    """
    if not bases or min(bases) <= 0:
        raise ValueError("Empirical Bayes needs at least one area, and people in each.")
    people = sum(bases)
    mean = sum(events) / people
    spread = sum(b * (e / b - mean) ** 2 for e, b in zip(events, bases, strict=True)) / people
    between = max(0.0, spread - mean / (people / len(bases)))
    values = []
    for count, base in zip(events, bases, strict=True):
        own = between / (between + mean / base) if between else 0.0
        values.append(own * count / base + (1 - own) * mean)
    return Smoothed(mean, between, tuple(values))


def funnel(mean: float, base: float, level: float, spread: float = 1.0) -> tuple[float, float]:
    """Limits of a rate at *base* when its true rate is *mean*: Poisson quantiles over the base.

    Spiegelhalter 2005. *spread* is √φ: the limits stand so much further from the mean.
    """
    table, tail = _Table(mean * base), (1 - level) / 2
    low, high = (table.quantile(share) / base for share in (tail, 1 - tail))
    return max(0.0, mean - spread * (mean - low)), mean + spread * (high - mean)


def overdispersion(events: Sequence[float], bases: Sequence[float]) -> float:
    """φ ≥ 1: the mean of z² about the common rate, the outer tenth at each end drawn in."""
    people = sum(bases)
    mean = sum(events) / people if people else 0.0
    if not mean:
        return 1.0
    scores = sorted(
        (e - mean * b) / math.sqrt(mean * b) for e, b in zip(events, bases, strict=True)
    )
    cut = int(len(scores) / 10)
    low, high = scores[cut], scores[-1 - cut]
    drawn = [min(max(z, low), high) for z in scores]
    return max(1.0, sum(z * z for z in drawn) / len(drawn))


def rank_intervals(
    events: Sequence[int], bases: Sequence[float], draws: int = DRAWS, seed: int = SEED
) -> list[tuple[int, int]]:
    """5–95 % ranks by rate, 1 the lowest: *draws* sets of Poisson(e + ½), each ranked."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, no secret
    tables = [_Table(count + 0.5) for count in events]
    seen: list[list[int]] = [[] for _ in events]
    for _ in range(draws):
        drawn = [t.draw(chance.random()) / b for t, b in zip(tables, bases, strict=True)]
        order = sorted(range(len(drawn)), key=lambda i: (drawn[i], chance.random()))
        for place, i in enumerate(order, start=1):
            seen[i].append(place)
    last = draws - 1
    return [(ranks[int(0.05 * last)], ranks[math.ceil(0.95 * last)]) for ranks in map(sorted, seen)]


class _Table:
    """Cumulative shares of a Poisson count around its mean, far enough out for any quantile."""

    def __init__(self, mean: float) -> None:
        width = 12 * math.sqrt(mean) + 25
        self.first = max(0, int(mean - width))
        counts = range(self.first, int(mean + width) + 1)
        if mean <= 0:
            self.shares = [1.0]
            return
        logs = (k * math.log(mean) - mean - math.lgamma(k + 1) for k in counts)
        self.shares = list(accumulate(math.exp(log) for log in logs))

    def quantile(self, share: float) -> int:
        """The smallest count k with P(X ≤ k) ≥ *share*. 0.975 at 5/3 → 5."""
        # A share that is met but for the dust of the sum is met.
        place = bisect_left(self.shares, share - 1e-13)
        return self.first + min(place, len(self.shares) - 1)

    draw = quantile
