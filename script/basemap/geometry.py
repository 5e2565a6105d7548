"""Land, districts cut to the coast, water and sea-depth shapes of the region.

All functions take and return WGS-84 (lon, lat) shapes; distances are metres, measured in UTM 51N.
Nothing outside REGION is kept. The overlay grid is 1e-5 degrees (about one metre), so shapes made
in separate steps still share their vertices.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry import shape
from shapely.ops import transform

REGION = shapely.box(119.2, 27.9, 124.0, 31.4)
GRID = 1e-5
OCEAN_RINGS = 5000  # the water set holds the world's ocean as one polygon with 60 000 holes
NEIGHBOUR_BOX = (118.6, 27.4, 124.5, 31.9)  # districts outside the city that hold land near it

_to_metres = pyproj.Transformer.from_crs(4326, 32651, always_xy=True).transform
_to_degrees = pyproj.Transformer.from_crs(32651, 4326, always_xy=True).transform


def metres(geometry: Any) -> Any:
    return transform(_to_metres, geometry)


def degrees(geometry: Any) -> Any:
    return transform(_to_degrees, geometry)


def _flat(geometry: Any) -> list[Any]:
    """Return the parts of a geometry, collections inside collections included."""
    if not hasattr(geometry, "geoms"):
        return [geometry]
    return [part for member in geometry.geoms for part in _flat(member)]


def read_parts(path: Path) -> list[Any]:
    """Return the valid polygons of a one-collection GeoJSON file that touch the region."""
    document = json.loads(path.read_text(encoding="utf-8"))
    parts = []
    for geometry in document["geometries"]:
        for rings in geometry["coordinates"]:
            if len(rings) > OCEAN_RINGS:
                continue
            lons = [point[0] for point in rings[0]]
            lats = [point[1] for point in rings[0]]
            if shapely.box(min(lons), min(lats), max(lons), max(lats)).intersects(REGION):
                valid = shapely.make_valid(shape({"type": "Polygon", "coordinates": rings}))
                parts.extend(polygons_of(shapely.intersection(valid, REGION)))
    return parts


def polygons_of(geometry: Any, smallest_m2: float = 0.0) -> list[Any]:
    """Return the polygon parts of any geometry, larger than the given area."""
    return [
        part
        for part in _flat(geometry)
        if part.geom_type == "Polygon" and (not smallest_m2 or metres(part).area > smallest_m2)
    ]


def read_land(path: Path) -> Any:
    """Return all land of the region, inland water included, as one multipolygon."""
    snapped = shapely.union_all(read_parts(path), grid_size=GRID)
    return shapely.MultiPolygon(polygons_of(snapped))


def nearest_cells(shapes: list[Any], spacing_m: float) -> list[Any]:
    """Return, per shape, the part of the plane nearer to it than to the others (in metres)."""
    points, owners = [], []
    for index, geometry in enumerate(shapes):
        outline = shapely.segmentize(geometry.boundary, spacing_m)
        coordinates = shapely.get_coordinates(outline)
        points.extend(coordinates)
        owners.extend([index] * len(coordinates))
    _, first = np.unique(np.round(points, 1), axis=0, return_index=True)
    chosen = np.array(points)[first]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(chosen)))
    tree = shapely.STRtree(cells)
    at, cell = tree.query(shapely.points(chosen), predicate="within")
    groups: dict[int, list[Any]] = {}
    for point_index, cell_index in zip(at, cell, strict=True):
        groups.setdefault(owners[first[point_index]], []).append(cells[cell_index])
    return [shapely.union_all(groups.get(index, [])) for index in range(len(shapes))]


def cut_to_coast(
    districts: dict[str, Any], neighbours: list[Any], land: Any, reach_m: float = 6000
) -> dict[str, Any]:
    """Return the districts as land only, each with the unclaimed land that is nearest to it.

    The official set generalises the coast by about a kilometre, so a strip of land along it
    belongs to nobody; it goes to the nearest district within ``reach_m``. Neighbouring prefectures
    take part, so that their shore is not handed to the city.
    """
    codes = list(districts)
    shapes = [shapely.set_precision(districts[code], GRID) for code in codes]
    others = [shapely.set_precision(other, GRID) for other in neighbours]
    claimed = shapely.union_all([*shapes, *others], grid_size=GRID)
    around = shapely.set_precision(degrees(metres(shapely.union_all(shapes)).buffer(reach_m)), GRID)
    unclaimed = shapely.intersection(
        shapely.difference(land, claimed, grid_size=GRID), around, grid_size=GRID
    )
    near = [other for other in others if other.distance(around) < 0.15]
    cells = nearest_cells([metres(one) for one in (*shapes, *near)], 250)
    result = {}
    for code, own, cell in zip(codes, shapes, cells, strict=False):
        extra = shapely.intersection(unclaimed, degrees(cell), grid_size=GRID)
        whole = shapely.union_all(
            [shapely.intersection(own, land, grid_size=GRID), extra], grid_size=GRID
        )
        parts = polygons_of(whole, smallest_m2=3000)
        result[code] = shapely.MultiPolygon(parts)
    return result


def rest_of_land(land: Any, districts: dict[str, Any]) -> Any:
    """Return the land outside the city; slivers the cut left along the border are dropped."""
    city = shapely.union_all(list(districts.values()), grid_size=GRID)
    return shapely.MultiPolygon(
        polygons_of(shapely.difference(land, city, grid_size=GRID), smallest_m2=20000)
    )


def depth_ring(land: Any, distance_m: float, smallest_km2: float) -> Any:
    """Return land and sea up to ``distance_m`` from it, smoothed like a contour line.

    Single rocks make no ring of their own: land under ``smallest_km2`` is left out, and closing
    (out and back in) joins an archipelago into one shelf.
    """
    ground = shapely.MultiPolygon(polygons_of(land, smallest_m2=smallest_km2 * 1e6))
    closing = distance_m * 1.2
    wide = metres(ground).buffer(distance_m + closing, quad_segs=6)
    ring = wide.buffer(-closing, quad_segs=6)
    ring = ring.simplify(distance_m * 0.04)
    holes_filled = [
        shapely.Polygon(part.exterior, [h for h in part.interiors if shapely.Polygon(h).area > 2e7])
        for part in shapely.get_parts(ring)
    ]
    rounded = shapely.intersection(degrees(shapely.union_all(holes_filled)), REGION)
    return shapely.MultiPolygon(polygons_of(rounded))


def read_water(path: Path, land: Any) -> Any:
    """Return the lakes and wide rivers worth drawing, simplified to about 25 m."""
    tidal = metres(shapely.boundary(land))
    shapely.prepare(land)
    kept = []
    for polygon in read_parts(path):
        if polygon.area < 5e-5 or not land.intersects(polygon):  # 5e-5 square degrees: 0.5 km²
            continue
        flat = metres(polygon)
        square_km = flat.area / 1e6
        points = shapely.get_num_coordinates(flat)
        if not ((square_km > 0.8 and points >= 7) or square_km > 2.5):
            continue
        round_enough = 4 * np.pi * flat.area / flat.length**2 > 0.30
        if round_enough or square_km > 8 or flat.distance(tidal) < 1:
            kept.append(degrees(flat.simplify(25)))
    water = shapely.intersection(shapely.make_valid(shapely.union_all(kept)), land)
    return shapely.MultiPolygon(polygons_of(water, smallest_m2=2e5))
