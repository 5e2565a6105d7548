"""`/planner/`: where something is missing, for whom. The page answers without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from geo import measures
from geo.models import Grid
from geo.moments import day_of
from geo.planning import MEASURES, Table, counting, table_of, words
from geo.planning.answers import ask_of
from geo.planning.cells import fine_bounds, fine_values, layers_of, legend_of
from geo.planning.export import cells_csv_of, csv_of, xlsx_of
from geo.planning.findings import worst_cells
from geo.planning.overlays import KINDS, overlays
from geo.planning.question import LEFT_OUT, LEVELS
from geo.planning.shapes import Drawing, draw, window_of
from geo.views.planner_cells import cell_card
from geo.views.planner_frame import Asked, ask, for_planners, frame
from geo.views.planner_rows import (
    FILTERS,
    card_of,
    cell_rows,
    row_view,
    shape_views,
    shown_rows,
    sort_links,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORST = 20  # cells listed below a fine map
OWN = ("sort", "show", *(key for key, _name in KINDS))  # parameters of this page alone


@require_safe
@for_planners
def planner(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    asked = ask(request)
    question = asked.question
    table = table_of(question, asked.districts, asked.now)
    drawing = draw(asked.districts)
    own = {name: asked.query.get(name, "") for name in OWN}
    context = {
        **frame(asked, "planner", own),
        "headline": words.headline(table),
        "completeness": words.completeness_words(table),
        "measures": [(one, asked.link(measure=one)) for one in MEASURES],
        "levels": _levels(asked),
        "kinds": _kinds(asked, own),
        "overlays": _overlays(asked, own, drawing),
        "csv_query": asked.link(area=""),
        "table": table,
        "rows": [row_view(row, table, asked) for row in shown_rows(table, asked)],
        "sorts": sort_links(asked),
        "sort": own["sort"],
        "show": own["show"],
        "filters": FILTERS,
        "total": row_view(table.total, table, asked),
        "drawing": drawing,
        "window": window_of(drawing, asked.zoom),
        "shapes": shape_views(table, drawing, asked),
        "legend": words.legend(question),
        "basis": table.basis,
        "credits": words.boundary_credits(asked.districts),
        "left_out_query": asked.link(area=LEFT_OUT),
        "measure_title": words.measure_title(question),
        "has_more": any(row.more is not None for row in table.rows),
        "bandless": counting.without_band(question) if question.band.key[:7] == "weekday" else 0,
        "measure_frame": words.frame_words(table.frame) if table.frame else None,
        "card": card_of(asked, table) or cell_card(asked),
        **(_fine(asked, drawing) if question.level.key in {"hexagon", "grid"} else {}),
    }
    return render(request, "geo/planner/map_page.html", context)


def _levels(asked: Asked) -> list[dict[str, Any]]:
    """The levels that can be shown: own grids one by one."""
    found = []
    for level in LEVELS:
        if level.key == "grid":
            for grid in Grid.objects.exclude(slug=measures.HEXAGON):
                found.append(
                    {
                        "name": grid.title,
                        "query": asked.link(level=level, grid=grid.slug, area=""),
                        "is_here": asked.question.grid == grid.slug,
                    }
                )
            continue
        is_here = asked.question.level == level
        found.append(
            {
                "name": level.name,
                "query": asked.link(level=level, grid="", area=""),
                "is_here": is_here,
            }
        )
    return found


def _kinds(asked: Asked, own: dict[str, str]) -> list[dict[str, Any]]:
    """Switches of the points: each a link that turns one kind on or off."""
    found = []
    for key, name in KINDS:
        is_on = own[key] == "1"
        more = {**own, key: "" if is_on else "1"}
        query = asked.with_more(asked.question.query(), **more)
        found.append({"key": key, "name": name, "is_on": is_on, "query": query})
    return found


def _overlays(asked: Asked, own: dict[str, str], drawing: Drawing) -> list[dict[str, Any]]:
    keys = [key for key, _name in KINDS if own[key] == "1"]
    if drawing.frame is None:
        return []
    place = drawing.frame.place
    names = dict(KINDS)
    return [
        {
            "key": one.key,
            "name": names[one.key],
            "unplaced": one.unplaced,
            "spots": [(*place(spot.lon, spot.lat), spot) for spot in one.spots],
        }
        for one in overlays(asked.question, keys, day_of(asked.now))
    ]


def _fine(asked: Asked, drawing: Drawing) -> dict[str, Any]:
    """What a fine map needs: its cells by class, and the worst of them as a table."""
    question = asked.question
    bounds = fine_bounds(question)
    layers = layers_of(question, drawing, fine_values(question, asked.now))
    worst = dict(worst_cells(measures.uncovered(ask_of(question)).cells, WORST))
    homes = {one.pk: one.name for one in asked.districts}
    shapes = measures.cells(question.cells) if worst else []
    names = {one.id: homes.get(one.district or 0, "") for one in shapes if one.id in worst}
    return {
        "layers": layers,
        "outlines": list(drawing.shapes.values()),
        "legend": legend_of(bounds),
        "worst": cell_rows(worst, names, bounds),
        "is_fine": True,
    }


@require_safe
@for_planners
def planner_card(request: HttpRequest) -> HttpResponse:
    """The card of one area alone, for the page's own script."""
    asked = ask(request)
    card = cell_card(asked)
    if card is None:
        card = card_of(asked, table_of(asked.question, asked.districts, asked.now))
    if card is None:
        raise Http404("No area is asked for. Expected ?area= with a district's code.")
    return render(request, "geo/planner/_card.html", {"card": card, "question": asked.question})


@require_safe
@for_planners
def districts_csv(request: HttpRequest) -> HttpResponse:
    """The same table as a file."""
    asked, table = _table(request)
    text = csv_of(table, asked.now)
    return _file(text, "text/csv; charset=utf-8", words.file_name(asked.question))


@require_safe
@for_planners
def districts_xlsx(request: HttpRequest) -> HttpResponse:
    """The same table as a workbook."""
    asked, table = _table(request)
    return _file(xlsx_of(table, asked.now), XLSX, words.file_name(asked.question, "xlsx"))


@require_safe
@for_planners
def cells_csv(request: HttpRequest) -> HttpResponse:
    """Every cell of the fine map. Small numbers need a log-in: see ``cells_csv_of``."""
    asked = ask(request)
    may_small = request.user.is_authenticated
    text = cells_csv_of(asked.question, asked.districts, asked.now, may_small)
    return _file(text, "text/csv; charset=utf-8", words.file_name(asked.question, cells=True))


def _table(request: HttpRequest) -> tuple[Asked, Table]:
    asked = ask(request)
    return asked, table_of(asked.question, asked.districts, asked.now)


def _file(body: str | bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
