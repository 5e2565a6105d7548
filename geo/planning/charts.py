"""Figures as shapes of an inline SVG: bars, whiskers, curves. Pure; units of the view box."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 88, 12, 16, 44
GAP = 0.3  # of a bar's place


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    middle: float
    low: float | None = None  # y of the interval's lower end
    high: float | None = None


@dataclass(frozen=True)
class Tick:
    at: float
    value: float

    @property
    def words(self) -> str:
        """1500000 → 1,500,000; 0.5 → 0.5"""
        return f"{self.value:,.0f}" if self.value == int(self.value) else f"{self.value:g}"


@dataclass(frozen=True)
class Axes:
    """The drawing's frame: where its ground line and its left edge are, and its ticks."""

    width: int
    height: int
    left: int
    right: int
    ground: int
    top: int
    ticks: tuple[Tick, ...]
    most: float

    def y(self, value: float) -> float:
        share = min(value / self.most, 1) if self.most else 0
        return round(self.ground - share * (self.ground - self.top), 1)

    def x(self, share: float) -> float:
        """*share* of the way from the left edge to the right one, 0 to 1."""
        return round(self.left + share * (self.right - self.left), 1)


def axes(most: float, height: int = HEIGHT) -> Axes:
    """With room for *most* and four or so round ticks."""
    step = round_step(most / 4) if most > 0 else 1.0
    top = step * max(1, math.ceil(most / step - 1e-9)) if most > 0 else step
    ground = height - BOTTOM
    frame = Axes(WIDTH, height, LEFT, WIDTH - RIGHT, ground, TOP, (), top)
    count = round(top / step)
    ticks = tuple(Tick(frame.y(step * n), step * n) for n in range(count + 1))
    return Axes(WIDTH, height, LEFT, WIDTH - RIGHT, ground, TOP, ticks, top)


def round_step(value: float) -> float:
    """The next of 1, 2, 5, 10 … that is at least *value*. 0.3 → 0.5; 7 → 10."""
    if value <= 0:
        return 1.0
    power = 10 ** math.floor(math.log10(value))
    factor = next(f for f in (1, 2, 5, 10) if value <= f * power * (1 + 1e-9))
    return float(f"{factor * power:g}")


def bars(
    values: Sequence[float | None],
    frame: Axes,
    intervals: Sequence[tuple[float, float] | None] = (),
) -> list[Bar | None]:
    """One bar a value, side by side; None where there is none to draw."""
    place = (frame.right - frame.left) / max(1, len(values))
    found: list[Bar | None] = []
    for n, value in enumerate(values):
        if value is None:
            found.append(None)
            continue
        x = frame.left + place * (n + GAP / 2)
        y = frame.y(value)
        ends = intervals[n] if n < len(intervals) else None
        found.append(
            Bar(
                x=round(x, 1),
                y=y,
                width=round(place * (1 - GAP), 1),
                height=round(frame.ground - y, 1),
                middle=round(x + place * (1 - GAP) / 2, 1),
                low=frame.y(ends[0]) if ends else None,
                high=frame.y(ends[1]) if ends else None,
            )
        )
    return found


def slots(number: int, frame: Axes) -> list[float]:
    """The middles of *number* places side by side."""
    place = (frame.right - frame.left) / max(1, number)
    return [round(frame.left + place * (n + 0.5), 1) for n in range(number)]


def curve(points: Sequence[tuple[float, float]], size: int) -> str:
    """A path through points of the unit square, (0, 0) at the lower left, *size* units wide."""
    placed = [f"{x * size:.1f} {(1 - y) * size:.1f}" for x, y in points]
    return "M" + "L".join(placed) if placed else ""
