"""The card of one cell of a fine map."""

from __future__ import annotations

from typing import Any

from geo import measures
from geo.measures.results import CellShape
from geo.planning import words
from geo.planning.answers import ask_of
from geo.planning.cells import cell_at, grid_of
from geo.planning.nearby import organizers_near, venues_near
from geo.planning.sites import BOX, Dropped
from geo.views.planner_frame import Asked


def cell_card(asked: Asked) -> dict[str, Any] | None:
    """Asked for by number (``area=h123``) or by a point in it (``point=lon,lat``); else None."""
    cell = _cell(asked)
    if cell is None:
        return None
    ask = ask_of(asked.question)
    covered = measures.uncovered(ask)
    here = covered.cells.get(cell.id)
    near = measures.nearest(ask, asked.now).cells.get(cell.id)
    homes = {one.pk: one for one in asked.districts}
    place = str(Dropped(round(cell.lon, 4), round(cell.lat, 4)))
    return {
        "code": f"h{cell.id}",
        "cell": cell,
        "title": cell.name,
        "district": homes.get(cell.district or 0),
        "is_known": bool(here and here.is_known),
        "people": words.grouped(here.people) if here else words.UNKNOWN,
        "uncovered": words.grouped(here.uncovered) if here and here.is_known else words.UNKNOWN,
        "near": near,
        "near_metres": words.grouped(round(near.metres)) if near and near.metres else "",
        "venues": venues_near(cell.lon, cell.lat),
        "helpers": organizers_near(cell.lon, cell.lat, asked.question),
        "frame": words.frame_words(covered.frame),
        "close_query": asked.link(area=""),
        "whatif_query": asked.with_more(asked.question.query(area=""), sites=place),
    }


def _cell(asked: Asked) -> CellShape | None:
    question = asked.question
    if question.area.startswith("h") and question.area[1:].isdigit():
        grid = grid_of(question)
        number = int(question.area[1:])
        cells = measures.cells(grid.slug) if grid else []
        return next((one for one in cells if one.id == number), None)
    try:
        lon, lat = (float(part) for part in asked.query.get("point", "").split(","))
    except ValueError:
        return None
    west, south, east, north = BOX
    inside = west <= lon <= east and south <= lat <= north
    return cell_at(question, lon, lat) if inside else None
