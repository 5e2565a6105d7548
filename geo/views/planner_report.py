"""One page of A4 for a meeting, and the formulas behind every number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geo import measures
from geo.gaps import golden
from geo.moments import day_of
from geo.planning import Row, table_of, words
from geo.planning.answers import ask_of
from geo.planning.cells import cell_bounds, cell_layers, legend_of
from geo.planning.shapes import draw
from geo.views.planner_frame import ask, for_planners, frame
from geo.views.planner_rows import row_view

AREAS = 10


@require_safe
@for_planners
def report(request: HttpRequest) -> HttpResponse:
    """Map, ten areas, three sentences made from numbers, a box of method."""
    asked = ask(request)
    question = asked.question
    table = table_of(question, asked.districts, asked.now)
    drawing = draw(asked.districts)
    covered = measures.uncovered(ask_of(question))
    context = {
        **frame(asked, "planner-report"),
        "today": day_of(asked.now),
        "sentences": words.report_sentences(table),
        "rows": [row_view(row, table, asked) for row in _most_first(table.rows)],
        "total": row_view(table.total, table, asked),
        "drawing": drawing,
        "layers": cell_layers(question, drawing, covered, None),
        "outlines": list(drawing.shapes.values()),
        "names": _names(asked.districts, drawing),
        "legend": legend_of(cell_bounds(question)),
        "measure_frame": words.frame_words(covered.frame),
        "left_out": table.left_out,
        "completeness": words.completeness_words(table),
        "basis": table.basis,
        "credits": words.boundary_credits(asked.districts),
        "address": request.build_absolute_uri(),
    }
    return render(request, "geo/planner/report_page.html", context)


def _most_first(rows: Sequence[Row]) -> list[Row]:
    """Ten areas, most uncovered people first; unknown ones last."""
    known = sorted(
        (row for row in rows if row.covered),
        key=lambda row: -(row.covered.uncovered if row.covered else 0),
    )
    return [*known, *(row for row in rows if not row.covered)][:AREAS]


def _names(districts: Any, drawing: Any) -> list[tuple[Any, str]]:
    shapes = drawing.shapes
    return [(shapes[one.code], words.short_name(one)) for one in districts if one.code in shapes]


@require_safe
@for_planners
def method(request: HttpRequest) -> HttpResponse:
    """Every formula in Chinese; the hand-worked values, computed again while the page is made."""
    asked = ask(request)
    checked = golden.check()
    context = {
        **frame(asked, "planner-method"),
        "checked": [
            {
                "one": one,
                "expected": _numbers(one.expected),
                "found": _numbers(one.found),
            }
            for one in checked
        ],
        "holding": sum(1 for one in checked if one.holds),
        "all_hold": all(one.holds for one in checked),
        "now": asked.now,
    }
    return render(request, "geo/planner/method_page.html", context)


def _numbers(values: tuple[float, ...]) -> str:
    return " · ".join(f"{value:.7g}" for value in values)
