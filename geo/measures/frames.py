"""The cells of a grid with their people, and what every answer carries. Read once a version."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from geo.measures.people import basis_of, layer_for
from geo.measures.results import Ask, Basis, Frame
from geo.measures.supply import Supply, remembered, reported
from geo.models import Area, Grid

PEOPLE = """
SELECT cell.id, district_id, town_id, coalesce(people.count, 0) FROM geo_cell cell
LEFT JOIN geo_cellpopulation people
    ON people.cell_id = cell.id AND people.layer_id = %s AND people."group" = %s
WHERE grid_id = %s ORDER BY cell.id
"""
GROUPS = """
SELECT "group", cell_id, count FROM geo_cellpopulation people
JOIN geo_cell cell ON cell.id = cell_id WHERE layer_id = %s AND grid_id = %s AND count > 0
"""


@dataclass(frozen=True)
class Peopled:
    """Cells by id: (cell, district, town, people); ids of grid and layer, and the basis."""

    grid: int
    layer: int
    basis: Basis
    cells: tuple[tuple[int, int | None, int | None, int], ...]


def peopled(ask: Ask) -> Peopled:
    """The people of the question's group on the cells of its grid; none without a layer."""
    return remembered(("people", ask.grid, ask.layer, ask.group), lambda: _peopled(ask))


def _peopled(ask: Ask) -> Peopled:
    grid = Grid.objects.filter(slug=ask.grid).first()
    layer = layer_for(ask.group, ask.layer)
    if grid is None:
        return Peopled(0, 0, basis_of(layer, ask.group), ())
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [layer.pk if layer else 0, ask.group, grid.pk])
        cells = tuple(cursor.fetchall())
    return Peopled(grid.pk, layer.pk if layer else 0, basis_of(layer, ask.group), cells)


def all_groups(ask: Ask) -> dict[str, dict[int, int]]:
    """Group → cell id → people, of the layer that the question's group has."""
    here = peopled(ask)

    def find() -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        with connection.cursor() as cursor:
            cursor.execute(GROUPS, [here.layer, here.grid])
            for group, cell, count in cursor.fetchall():
                found.setdefault(group, {})[cell] = count
        return found

    return remembered(("groups", here.grid, here.layer), find)


def frame(ask: Ask, held: Supply) -> Frame:
    known = reported(ask.first, ask.last, ask.demo)
    districts: tuple[int, ...] = remembered("districts", _districts)
    unknown = tuple(pk for pk in districts if pk not in known)
    return Frame(ask, peopled(ask).basis, held.left_out, held.sessions, unknown)


def _districts() -> tuple[int, ...]:
    return tuple(Area.objects.districts().values_list("pk", flat=True))
