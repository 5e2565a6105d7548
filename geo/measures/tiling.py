"""Grids and their cells: hexagons of one square kilometre, and whatever a planner uploads.

Shapes and centres are in EPSG:32651 (x east, y north, metres); outward lon, lat.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from geo.measures.results import CellShape, GridInfo
from geo.models import Area, Cell, Grid
from geo.models.measures import FARTHEST_M

HEXAGON = "hexagon"
EDGE_M = 620.4  # a hexagon of 1.00 km²
LEAST_LAND_M2 = 1000  # a cell with less land is a sliver of the coast

HEXAGONS = """
WITH district AS MATERIALIZED (
    SELECT id, ST_Transform(boundary, 32651) AS shape FROM geo_area
    WHERE level = 'district' AND boundary IS NOT NULL
), hexagon AS MATERIALIZED (
    SELECT i, j, geom
    FROM (SELECT ST_SetSRID(ST_Extent(shape), 32651) AS box FROM district) AS city,
        ST_HexagonGrid(%(edge)s, box)
), part AS (
    SELECT i, j, geom, district.id AS district_id, CASE
        WHEN ST_Contains(shape, geom) THEN ST_Area(geom)
        ELSE ST_Area(ST_Intersection(shape, geom)) END AS land
    FROM hexagon JOIN district ON ST_Intersects(shape, geom)
), best AS (
    SELECT DISTINCT ON (i, j) * FROM part WHERE land >= %(least)s ORDER BY i, j, land DESC
)
INSERT INTO geo_cell (grid_id, name, shape, centre, land_m2, district_id)
SELECT %(grid)s, '', geom, ST_Centroid(geom), land, district_id FROM best ORDER BY i, j
"""
OWN_CELLS = """
WITH drawn AS MATERIALIZED (
    SELECT number, name, shape, ST_PointOnSurface(shape) AS centre
    FROM unnest(%(names)s::text[], %(shapes)s::text[]) WITH ORDINALITY AS given (name, wkb, number),
        LATERAL (SELECT ST_Transform(ST_SetSRID(ST_GeomFromWKB(decode(wkb, 'hex')), 4326), 32651)
            AS shape) AS projected
), part AS (
    SELECT number, district.id AS district_id,
        ST_Area(ST_Intersection(ST_Transform(boundary, 32651), shape)) AS land
    FROM drawn JOIN geo_area district ON district.level = 'district'
        AND ST_Intersects(ST_Transform(boundary, 32651), shape)
), best AS (SELECT DISTINCT ON (number) * FROM part ORDER BY number, land DESC)
INSERT INTO geo_cell (grid_id, name, shape, centre, land_m2, district_id)
SELECT %(grid)s, name, shape, centre, coalesce(land, 0), district_id
FROM drawn LEFT JOIN best USING (number) ORDER BY number
"""
TOWNS = """
UPDATE geo_cell SET town_id = town.id FROM geo_area town
WHERE grid_id = %s AND town.level = 'town' AND town.boundary IS NOT NULL
    AND ST_Contains(town.boundary, ST_Transform(centre, 4326))
"""
REACHES = """
INSERT INTO geo_reach (grid_id, venue_id, cell_id, metres)
SELECT cell.grid_id, venue.id, cell.id, ST_Distance(cell.centre, venue.place)
FROM (
    SELECT id, ST_Transform(point, 32651) AS place FROM geo_venue
    WHERE point IS NOT NULL AND radius_m <= 200 OFFSET 0
) AS venue
CROSS JOIN LATERAL (
    SELECT * FROM geo_cell WHERE ST_DWithin(centre, venue.place, %s) OFFSET 0
) AS cell
WHERE cell.grid_id = %s
"""
CELLS = """
SELECT id, ST_X(place), ST_Y(place), district_id, town_id, name
FROM (SELECT *, ST_Transform(centre, 4326) AS place FROM geo_cell WHERE grid_id = %s) AS one
ORDER BY id
"""
OUTLINES = """
SELECT id, ST_AsGeoJSON(ST_Transform(shape, 4326), 5) FROM geo_cell WHERE grid_id = %s ORDER BY id
"""


class NoLandError(Exception):
    """There are no district boundaries to lay cells over; says what to do."""


@transaction.atomic
def make_hexagons(now: datetime, edge_m: float = EDGE_M) -> Grid:
    """Hexagons over all districts that have a boundary, in place of those that were there."""
    if not Area.objects.districts().filter(boundary__isnull=False).exists():
        raise NoLandError("No district has a boundary. Run load_places first, then again.")
    Grid.objects.filter(slug=HEXAGON).delete()
    grid = Grid.objects.create(
        slug=HEXAGON,
        title="六边形（1 平方公里）",
        edge_m=edge_m,
        source="益图：区县市边界上的正六边形，EPSG:32651",
        made_at=now,
    )
    with connection.cursor() as cursor:
        cursor.execute(HEXAGONS, {"edge": edge_m, "grid": grid.pk, "least": LEAST_LAND_M2})
    finish(grid)
    return grid


def finish(grid: Grid) -> None:
    """Towns of its cells and distances to all venues, once they are there."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # twenty thousand venues take a while
        cursor.execute("ANALYZE geo_cell")
        cursor.execute(TOWNS, [grid.pk])
        cursor.execute("DELETE FROM geo_reach WHERE grid_id = %s", [grid.pk])
        cursor.execute(REACHES, [FARTHEST_M, grid.pk])
        cursor.execute("ANALYZE geo_reach")


def add_cells(grid: Grid, names: Sequence[str], shapes: Sequence[bytes]) -> None:
    """Cells of WKB shapes (lon, lat; WGS-84), each in the district that holds most of it."""
    with connection.cursor() as cursor:
        wkb = [bytes(shape).hex() for shape in shapes]
        cursor.execute(OWN_CELLS, {"grid": grid.pk, "names": list(names), "shapes": wkb})
    finish(grid)


def grids() -> list[GridInfo]:
    found = []
    for grid in Grid.objects.all():
        count = Cell.objects.filter(grid=grid).count()
        outline = _corners(grid.edge_m) if grid.edge_m else ()
        found.append(GridInfo(grid.slug, grid.title, grid.source, count, grid.edge_m, outline))
    return found


def cells(slug: str = HEXAGON) -> list[CellShape]:
    grid = Grid.objects.filter(slug=slug).first()
    if grid is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CELLS, [grid.pk])
        return [CellShape(*row) for row in cursor.fetchall()]


def outlines(slug: str = HEXAGON) -> dict[int, str]:
    """Cell id → its outline as GeoJSON text (lon, lat)."""
    grid = Grid.objects.filter(slug=slug).first()
    if grid is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(OUTLINES, [grid.pk])
        return dict(cursor.fetchall())


def _corners(edge_m: float) -> tuple[tuple[float, float], ...]:
    """Metres east and north of a hexagon's corners from its centre; ST_HexagonGrid lays them
    with a corner to the east."""
    angles = (math.radians(60 * k) for k in range(6))
    return tuple((edge_m * math.cos(a), edge_m * math.sin(a)) for a in angles)
