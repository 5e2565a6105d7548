"""The fine map: cells as one path per class, so that ten thousand of them are six shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo import measures
from geo.gaps import class_of
from geo.measures.results import Ask, CellShape, Effect, GridInfo, Uncovered
from geo.planning.answers import ask_of
from geo.planning.findings import BEYOND_M, too_coarse
from geo.planning.question import Question
from geo.planning.shapes import Drawing, Frame, cells_path, polygons_path

UNKNOWN = "unknown"
NEW = "new"  # newly covered by a place that is tried


@dataclass(frozen=True)
class Layer:
    """All cells of one class. ``klass``: "0" to "4", UNKNOWN or NEW."""

    klass: str
    path: str
    cells: int


def grid_of(question: Question) -> GridInfo | None:
    """The grid the question's map is made of; None where it is not there."""
    return next((one for one in measures.grids() if one.slug == question.cells), None)


def layers_of(
    question: Question, drawing: Drawing, classes: Mapping[int, int | str | None]
) -> list[Layer]:
    """*classes*: cell id → 0 to 4, NEW, or None for unknown. Cells without an entry are not
    drawn: nobody of the group lives there."""
    grid = grid_of(question)
    if grid is None or drawing.frame is None:
        return []
    by_class: dict[str, list[CellShape]] = {}
    for cell in measures.cells(grid.slug):
        if cell.id in classes:
            klass = classes[cell.id]
            by_class.setdefault(UNKNOWN if klass is None else str(klass), []).append(cell)
    return [
        Layer(klass, _path(cells, grid, drawing.frame), len(cells))
        for klass, cells in sorted(by_class.items())
    ]


def _path(cells: Sequence[CellShape], grid: GridInfo, frame: Frame) -> str:
    if grid.outline:
        return cells_path(((one.lon, one.lat) for one in cells), grid.outline, frame)
    texts = measures.outlines(grid.slug)
    return polygons_path((texts[one.id] for one in cells if one.id in texts), frame)


def uncovered_classes(
    question: Question, covered: Uncovered, effect: Effect | None = None
) -> dict[int, int | str | None]:
    """The class of every cell in which somebody of the group lives, by uncovered people."""
    bounds, vague = cell_bounds(question), too_coarse(covered.frame)
    found: dict[int, int | str | None] = {
        cell: class_of(one.uncovered, bounds) if one.is_known and not vague else None
        for cell, one in covered.cells.items()
        if one.people
    }
    if effect:
        found.update({cell: NEW for cell, people in effect.cells.items() if people})
    return found


def cell_bounds(question: Question) -> tuple[float, ...]:
    """Lower bounds of the classes of uncovered people in a cell of about 1 km²: fixed by group."""
    larger = round(1 / question.group.scale, 1)  # ten times as many residents as elders
    return tuple(max(1, round(bound * larger)) for bound in (0, 50, 150, 400))


def cell_layers(
    question: Question, drawing: Drawing, covered: Uncovered, effect: Effect | None
) -> list[Layer]:
    return layers_of(question, drawing, uncovered_classes(question, covered, effect))


FINE_BOUNDS: dict[str, tuple[float, ...]] = {
    "days": (8, 31, 91, 181),
    "access": (1, 50, 100, 200),
    "nearest": (300, 865, 1500, 2500),
}


def fine_bounds(question: Question) -> tuple[float, ...]:
    """The lower bounds of a cell's classes; measures without a figure for cells show uncovered."""
    return FINE_BOUNDS.get(question.measure.key) or cell_bounds(question)


def fine_values(question: Question, now: datetime) -> dict[int, int | str | None]:
    """The class of every cell in which somebody lives, for the measure that is shown."""
    ask, key, bounds = ask_of(question), question.measure.key, fine_bounds(question)
    covered = measures.uncovered(ask)
    if key not in FINE_BOUNDS or too_coarse(covered.frame):
        return uncovered_classes(question, covered)
    values = _values(key, ask, now)
    found: dict[int, int | str | None] = {}
    for cell, one in covered.cells.items():
        if one.people:
            value = values.get(cell)
            found[cell] = class_of(value, bounds) if one.is_known and value is not None else None
    return found


def _values(key: str, ask: Ask, now: datetime) -> dict[int, float]:
    if key == "access":
        return dict(measures.access(ask).cells)
    near = measures.nearest(ask, now).cells
    if key == "nearest":
        return {cell: BEYOND_M if one.metres is None else one.metres for cell, one in near.items()}
    return {cell: one.days for cell, one in near.items() if one.days is not None}


def legend_of(bounds: Iterable[float]) -> list[str]:
    """0 · 1–49 · 50–149 · …"""
    whole = [int(bound) for bound in bounds]
    steps = [f"{whole[n]}–{whole[n + 1] - 1}" for n in range(len(whole) - 1)]
    return ["0" if whole[0] == 1 else f"0–{whole[0] - 1}", *steps, f"≥ {whole[-1]}"]


def cell_at(question: Question, lon: float, lat: float) -> CellShape | None:
    """The cell whose centre is nearest to a point (lon, lat); None without a grid."""
    grid = grid_of(question)
    cells: Sequence[Any] = measures.cells(grid.slug) if grid else []
    return min(cells, key=lambda one: (one.lon - lon) ** 2 + (one.lat - lat) ** 2, default=None)
