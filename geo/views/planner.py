"""`/planner/`: where something is missing, by district. The page answers without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from geo.moments import day_of
from geo.planning import MEASURES, Row, Table, counting, table_of, words
from geo.planning.export import csv_of
from geo.planning.question import LEFT_OUT
from geo.planning.shapes import Drawing, draw
from geo.views.planner_frame import Asked, ask, for_planners, frame


@require_safe
@for_planners
def planner(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    asked = ask(request)
    question, now = asked.question, asked.now
    table = table_of(question, asked.districts, now)
    drawing = draw(asked.districts)
    return render(
        request,
        "geo/planner/map_page.html",
        {
            **frame(asked, "planner"),
            "headline": words.headline(table),
            "completeness": words.completeness_words(table),
            "measures": [(one, asked.link(measure=one)) for one in MEASURES],
            "csv_query": asked.link(area=""),
            "table": table,
            "rows": [_row_view(row, table, asked) for row in table.rows],
            "total": _row_view(table.total, table, asked),
            "drawing": drawing,
            "shapes": _shape_views(table, drawing, asked),
            "legend": words.legend(question),
            "basis": table.basis,
            "credits": words.boundary_credits(asked.districts),
            "left_out_query": asked.link(area=LEFT_OUT),
            "card": _card(asked, table),
        },
    )


@require_safe
@for_planners
def planner_card(request: HttpRequest) -> HttpResponse:
    """The card of one area alone, for the page's own script."""
    asked = ask(request)
    card = _card(asked, table_of(asked.question, asked.districts, asked.now))
    if card is None:
        raise Http404("No area is asked for. Expected ?area= with a district's code.")
    return render(request, "geo/planner/_card.html", {"card": card, "question": asked.question})


@require_safe
@for_planners
def districts_csv(request: HttpRequest) -> HttpResponse:
    """The same table as a file."""
    asked = ask(request)
    table = table_of(asked.question, asked.districts, asked.now)
    response = HttpResponse(csv_of(table, asked.now), content_type="text/csv; charset=utf-8")
    name = words.file_name(asked.question)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _row_view(row: Row, table: Table, asked: Asked) -> dict[str, Any]:
    question, group = table.question, table.question.group
    code = (row.area.code or "") if row.area else ""
    longest = max((r.rate.high for r in table.rows if r.rate), default=0) or 1
    return {
        "row": row,
        "code": code,
        "is_open": bool(code) and question.area == code,
        "query": asked.link(area="" if question.area == code else code),
        "base": words.grouped(row.base),
        "rate": words.figure(row.rate.value, group) if row.rate else words.UNKNOWN,
        "interval": words.interval(row.rate, group),
        "last": words.last_words(row, day_of(asked.now)),
        "bar": _bar(row, table, longest),
    }


def _bar(row: Row, table: Table, longest: float) -> dict[str, str] | None:
    """Lengths for the small bar, in hundredths of the longest interval."""
    if row.rate is None:
        return None
    mean = table.total.rate.value if table.total.rate else 0
    parts = {"value": row.rate.value, "low": row.rate.low, "high": row.rate.high, "mean": mean}
    return {name: f"{100 * value / longest:.1f}" for name, value in parts.items()}


def _shape_views(table: Table, drawing: Drawing, asked: Asked) -> list[dict[str, Any]]:
    found = []
    for row in sorted(table.rows, key=lambda r: (r.area.code or "") if r.area else ""):
        shape = drawing.shapes.get((row.area.code or "") if row.area else "")
        if shape and row.area:
            found.append(
                {
                    "shape": shape,
                    "row": row,
                    "name": words.short_name(row.area),
                    "figure": words.map_figure(row, table.question),
                    "words": words.row_words(row, table.question),
                    "is_open": table.question.area == shape.code,
                    "query": asked.link(area=shape.code),
                }
            )
    return found


def _card(asked: Asked, table: Table) -> dict[str, Any] | None:
    """What the open area's card shows; None when none is open."""
    question, now = asked.question, asked.now
    district = question.district(asked.districts)
    if district is None and question.area != LEFT_OUT:
        return None
    row = table.row_of(district.code or "") if district else None
    occurrences = counting.occurrences_of(question, district)
    return {
        "code": question.area,
        "district": district,
        "row": row,
        "view": _row_view(row, table, asked) if row else None,
        "base": words.base_words(row.population if row else None),
        "kind": words.kind_words(question),
        "span": words.span_words(question.span, day_of(now)),
        "lines": words.activity_lines(occurrences, now),
        "left_out": table.left_out,
        "close_query": asked.link(area=""),
    }
