"""`/planner/`: where something is missing, by district. The page answers without JavaScript."""

from __future__ import annotations

from datetime import datetime
from functools import wraps
from typing import Any, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from geo.models import Area
from geo.moments import day_of
from geo.planning import GROUPS, MEASURES, Choices, Question, Row, Table, counting, table_of, words
from geo.planning.export import csv_of
from geo.planning.question import LEFT_OUT
from geo.planning.shapes import Drawing, draw


class View(Protocol):
    def __call__(self, request: HttpRequest) -> HttpResponse: ...


def for_planners(view: View) -> View:
    """Public by setting (in the demo); else whoever is logged in, and never kept by a proxy."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if settings.YITU_PUBLIC_PLANNER:
            return view(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        response = view(request)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


@require_safe
@for_planners
def planner(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    question, choices, table, districts, now = _asked(request)
    at = getattr(request, "asked_at", "")
    return render(
        request,
        "geo/planner.html",
        {
            "question": question,
            "choices": choices,
            "groups": GROUPS,
            "spans": [(one, words.span_words(one, day_of(now))) for one in choices.spans],
            "span_words": words.span_words(question.span, day_of(now)),
            "kind_words": words.kind_words(question),
            "headline": words.headline(table),
            "completeness": words.completeness_words(table),
            "measures": [(one, _link(question, at, measure=one)) for one in MEASURES],
            "csv_query": _link(question, at, area=""),
            "table": table,
            "rows": [_row_view(row, table, at, now) for row in table.rows],
            "total": _row_view(table.total, table, at, now),
            "drawing": (drawing := draw(districts)),
            "shapes": _shape_views(table, drawing, at),
            "legend": words.legend(question),
            "basis": table.basis,
            "credits": words.boundary_credits(districts),
            "left_out_query": _link(question, at, area=LEFT_OUT),
            "card": _card(question, table, districts, at, now),
            "at": at,
        },
    )


@require_safe
@for_planners
def planner_card(request: HttpRequest) -> HttpResponse:
    """The card of one area alone, for the page's own script."""
    question, _choices, table, districts, now = _asked(request)
    card = _card(question, table, districts, getattr(request, "asked_at", ""), now)
    if card is None:
        raise Http404("No area is asked for. Expected ?area= with a district's code.")
    return render(request, "geo/planner_card.html", {"card": card, "question": question})


@require_safe
@for_planners
def districts_csv(request: HttpRequest) -> HttpResponse:
    """The same table as a file."""
    question, _choices, table, _districts, now = _asked(request)
    response = HttpResponse(csv_of(table, now), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, words.file_name(question))
    return response


def _asked(
    request: HttpRequest,
) -> tuple[Question, Choices, Table, list[Area], datetime]:
    now: datetime = request.now  # type: ignore[attr-defined]
    choices = Choices.at(now)
    question = Question.from_query(request.GET.dict(), choices)
    districts = list(Area.objects.districts())
    return question, choices, table_of(question, districts, now), districts, now


def _link(question: Question, at: str, **changes: Any) -> str:
    """The question's query string with *changes*, on the moment that the page was asked for."""
    query = question.query(**changes)
    return f"{query}&{urlencode({'at': at})}" if at else query


def _row_view(row: Row, table: Table, at: str, now: datetime) -> dict[str, Any]:
    question, group = table.question, table.question.group
    code = (row.area.code or "") if row.area else ""
    longest = max((r.rate.high for r in table.rows if r.rate), default=0) or 1
    return {
        "row": row,
        "code": code,
        "is_open": bool(code) and question.area == code,
        "query": _link(question, at, area="" if question.area == code else code),
        "base": words.grouped(row.base),
        "rate": words.figure(row.rate.value, group) if row.rate else words.UNKNOWN,
        "interval": words.interval(row.rate, group),
        "last": words.last_words(row, day_of(now)),
        "bar": _bar(row, table, longest),
    }


def _bar(row: Row, table: Table, longest: float) -> dict[str, str] | None:
    """Lengths for the small bar, in hundredths of the longest interval."""
    if row.rate is None:
        return None
    mean = table.total.rate.value if table.total.rate else 0
    parts = {"value": row.rate.value, "low": row.rate.low, "high": row.rate.high, "mean": mean}
    return {name: f"{100 * value / longest:.1f}" for name, value in parts.items()}


def _shape_views(table: Table, drawing: Drawing, at: str) -> list[dict[str, Any]]:
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
                    "query": _link(table.question, at, area=shape.code),
                }
            )
    return found


def _card(
    question: Question, table: Table, districts: list[Area], at: str, now: datetime
) -> dict[str, Any] | None:
    """What the open area's card shows; None when none is open."""
    district = question.district(districts)
    if district is None and question.area != LEFT_OUT:
        return None
    row = table.row_of(district.code or "") if district else None
    occurrences = counting.occurrences_of(question, district)
    return {
        "code": question.area,
        "district": district,
        "row": row,
        "view": _row_view(row, table, at, now) if row else None,
        "base": words.base_words(row.population if row else None),
        "kind": words.kind_words(question),
        "span": words.span_words(question.span, day_of(now)),
        "lines": words.activity_lines(occurrences, now),
        "left_out": table.left_out,
        "close_query": _link(question, at, area=""),
    }
