"""Districts as paths for an inline SVG: the map that needs no script and prints sharply."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Polygon

from geo.models import Area

WIDTH = 1000  # units of the view box; its height follows from the shapes
MARGIN = 12
ROOM = 0.08  # around a district that is shown alone
METRES_A_DEGREE = 111_195  # of latitude, on a sphere of 6 371 km

Outline = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Shape:
    code: str
    path: str
    label_x: int
    label_y: int


@dataclass(frozen=True)
class Frame:
    """Equirectangular with one parallel: degrees (lon, lat; WGS-84) to units, north up."""

    west: float
    north: float
    shrink: float  # cosine of the middle parallel
    scale: float  # units a degree of latitude

    def place(self, lon: float, lat: float) -> tuple[int, int]:
        x, y = self.place_finely(lon, lat)
        return round(x), round(y)

    def place_finely(self, lon: float, lat: float) -> tuple[float, float]:
        x = (lon - self.west) * self.shrink * self.scale + MARGIN
        return round(x, 1), round((self.north - lat) * self.scale + MARGIN, 1)

    def units(self, metres: float) -> float:
        """A length on the ground in units of the drawing."""
        return metres / METRES_A_DEGREE * self.scale


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    shapes: dict[str, Shape]
    frame: Frame | None = None


def draw(districts: Sequence[Area]) -> Drawing:
    """The districts that have a boundary, scaled to the view box. Whole units are 150 m here."""
    bounded = [one for one in districts if one.boundary]
    if not bounded:
        return Drawing(WIDTH, WIDTH, {})
    boxes = [one.boundary.extent for one in bounded if one.boundary]
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    shrink = math.cos(math.radians((south + north) / 2))
    frame = Frame(west, north, shrink, (WIDTH - 2 * MARGIN) / ((east - west) * shrink))
    height = round((north - south) * frame.scale) + 2 * MARGIN
    shapes = {one.code or "": _shape(one, frame) for one in bounded}
    return Drawing(WIDTH, height, shapes, frame)


def cells_path(centres: Iterable[tuple[float, float]], outline: Outline, frame: Frame) -> str:
    """One path for many cells of the same shape. *centres*: lon, lat; *outline*: the corners'
    offsets from the centre in metres east and north. The constant part compresses to nothing."""
    corners = [(frame.units(east), -frame.units(north)) for east, north in outline]
    if not corners:
        return ""
    first_x, first_y = corners[0]
    sides = "".join(
        f"l{round(b[0] - a[0], 1):g} {round(b[1] - a[1], 1):g}"
        for a, b in itertools.pairwise(corners)
    )
    starts = (frame.place_finely(lon, lat) for lon, lat in centres)
    return "".join(f"M{x + first_x:.1f} {y + first_y:.1f}{sides}z" for x, y in starts)


@dataclass(frozen=True)
class Window:
    """The part of a drawing that is shown. ``scale``: of marks, so that they keep their size."""

    box: str
    scale: float


def window_of(drawing: Drawing, district: Area | None) -> Window:
    """One district with a margin, or everything."""
    if district is None or district.boundary is None or drawing.frame is None:
        return Window(f"0 0 {drawing.width} {drawing.height}", 1)
    west, south, east, north = district.boundary.extent
    left, top = drawing.frame.place(west, north)
    right, bottom = drawing.frame.place(east, south)
    side = max(right - left, bottom - top)
    room = round(side * ROOM)
    box = f"{left - room} {top - room} {right - left + 2 * room} {bottom - top + 2 * room}"
    return Window(box, round((side + 2 * room) / WIDTH, 3))


def polygons_path(texts: Iterable[str], frame: Frame) -> str:
    """One path for polygons given as GeoJSON text (lon, lat; WGS-84)."""
    found: list[str] = []
    for text in texts:
        shape = json.loads(text)
        polygons = shape["coordinates"]
        for polygon in polygons if shape["type"] == "MultiPolygon" else [polygons]:
            found.extend(_ring(ring, frame) for ring in polygon)
    return "".join(found)


def _shape(area: Area, frame: Frame) -> Shape:
    assert area.boundary is not None  # noqa: S101  draw() asks only for areas with one
    parts: list[Polygon] = list(area.boundary)  # type: ignore[arg-type]
    inside = _middle(max(parts, key=lambda part: part.area))
    x, y = frame.place(*inside)
    path = "".join(_ring(ring, frame) for ring in _rings(area))
    return Shape(area.code or "", path, x, y)


def _middle(polygon: Polygon) -> tuple[float, float]:
    """The centroid where it lies inside, else some point inside (lon, lat)."""
    centre = polygon.centroid
    chosen = centre if polygon.contains(centre) else polygon.point_on_surface
    return chosen.x, chosen.y


def _rings(area: Area) -> Iterator[Sequence[tuple[float, float]]]:
    for polygon in area.boundary.coords if area.boundary else ():
        yield from polygon


def _ring(points: Sequence[tuple[float, float]], frame: Frame) -> str:
    placed = [frame.place(lon, lat) for lon, lat, *_ in points]
    kept = [p for i, p in enumerate(placed) if i == 0 or p != placed[i - 1]]
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"
