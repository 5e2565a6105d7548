"""A planner's own grid (网格): GeoJSON, or a Shapefile in a zip, in degrees of WGS-84 / CGCS2000.

A stranger's file: measured before it is opened, read by our own few lines, and refused in words.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import struct
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon
from django.db import transaction

from geo.errors import Problem, ProblemError
from geo.measures import people, tiling
from geo.models import Grid, PopulationLayer

LARGEST_BYTES = 10_000_000
LARGEST_UNPACKED_BYTES = 50_000_000
LARGEST_RATIO = 100
MOST_PARTS = 20
MOST_CELLS = 20_000
MOST_CORNERS = 500_000
BOX = (120.0, 28.5, 123.0, 31.0)  # around Ningbo
NAME_KEYS = ("name", "NAME", "Name", "名称", "网格名称", "WGMC", "MC")
POLYGONS = {5, 15, 25}  # Polygon, PolygonZ, PolygonM
FORMATS = "可以读 GeoJSON（.geojson、.json）或 Shapefile 的压缩包（.zip，含 .shp、.dbf、.prj）"
Shape = tuple[str, GEOSGeometry]


def read_grid(data: bytes, name: str) -> list[Shape]:
    """(name, polygon in lon, lat) of every cell. Raises ProblemError with what to do."""
    if len(data) > LARGEST_BYTES:
        raise _problem("too_large", f"「{name}」有 {len(data)} 字节", f"最多 {LARGEST_BYTES} 字节")
    if data[:4] == b"PK\x03\x04":
        shapes = list(_shapefile(data, name))
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        shapes = list(_geojson(data, name))
    else:
        raise _problem("wrong_format", f"「{name}」不是网格文件", FORMATS)
    if not shapes:
        raise _problem("empty", f"「{name}」里没有面", FORMATS)
    return shapes


@transaction.atomic
def add_grid(
    data: bytes, name: str, slug: str, title: str, source: str, now: datetime, by: str = ""
) -> Grid:
    """Store the grid, its cells, distances and people, in place of one of the same *slug*."""
    if slug == tiling.HEXAGON:
        raise _problem("taken", f"「{slug}」是六边形网格的标识", "请另取一个标识")
    shapes = read_grid(data, name)
    Grid.objects.filter(slug=slug).delete()
    grid = Grid.objects.create(
        slug=slug, title=title[:80], source=source[:300], by=by, made_at=now,
        file_sha256=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    tiling.add_cells(grid, [n for n, _ in shapes], [bytes(s.wkb) for _, s in shapes])
    for layer in PopulationLayer.objects.all():
        people.fill(layer, grid)
    return grid


# --- GeoJSON ------------------------------------------------------------------------------------


def _geojson(data: bytes, name: str) -> Iterator[Shape]:
    try:
        said = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _problem("broken", f"「{name}」不是完整的 GeoJSON", FORMATS) from None
    features = said.get("features") if isinstance(said, dict) else None
    if not isinstance(features, list):
        raise _problem("broken", f"「{name}」里没有 features", FORMATS)
    _not_too_many(len(features), name)
    corners = 0
    for number, feature in enumerate(features, start=1):
        where = f"第 {number} 个面"
        try:
            geometry = feature["geometry"]
            kinds = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}
            polygons = kinds[geometry["type"]]
            rings = [[[(float(p[0]), float(p[1])) for p in r] for r in one] for one in polygons]
        except (KeyError, TypeError, ValueError, IndexError):
            raise _problem("not_a_polygon", f"{where}不是面", "每个格子是 Polygon 或"
                           " MultiPolygon") from None  # fmt: skip
        corners += sum(len(ring) for one in rings for ring in one)
        if corners > MOST_CORNERS:
            raise _problem("too_many_corners", f"「{name}」的折点太多", f"最多 {MOST_CORNERS} 个")
        properties = feature.get("properties")
        yield _named(properties), _checked(partial(_polygons, rings), where)


def _no_constant(words: str) -> None:
    raise ValueError(words)


def _polygons(polygons: list[list[list[tuple[float, float]]]]) -> GEOSGeometry:
    shapes = [Polygon(*rings) for rings in polygons]
    return shapes[0] if len(shapes) == 1 else MultiPolygon(shapes)


# --- Shapefile ----------------------------------------------------------------------------------


def _shapefile(data: bytes, name: str) -> Iterator[Shape]:
    parts = _unpacked(data, name)
    projection = parts.get("prj", b"").decode("utf-8", "replace").strip()
    if not projection.startswith("GEOGCS"):
        raise _problem(
            "projected", f"「{name}」的坐标不是经纬度，或没有 .prj",
            "请导出为 WGS-84 或 CGCS2000 经纬度",
        )  # fmt: skip
    shp = parts["shp"]
    names = _names(parts.get("dbf", b""), parts.get("cpg", b""))
    try:
        rings = list(_records(shp, name))
    except (struct.error, ValueError):
        raise _problem("broken", f"「{name}」里的 .shp 不完整", FORMATS) from None
    for number, record in enumerate(rings):
        shape = _checked(partial(_of_rings, record), f"第 {number + 1} 个面")
        yield (names[number] if number < len(names) else ""), shape


def _unpacked(data: bytes, name: str) -> dict[str, bytes]:
    """The .shp, .dbf, .prj and .cpg of one Shapefile; sizes are counted while unpacking."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as found:
            infos = [one for one in found.infolist() if not one.is_dir()]
            if len(infos) > MOST_PARTS:
                raise _problem("too_many_parts", f"「{name}」里有 {len(infos)} 个文件",
                               f"最多 {MOST_PARTS} 个")  # fmt: skip
            parts: dict[str, bytes] = {}
            total = 0
            for info in infos:
                kind = info.filename.rsplit(".", 1)[-1].lower()
                if kind not in {"shp", "dbf", "prj", "cpg"}:
                    continue
                if kind in parts:
                    raise _problem("several", f"「{name}」里有几个 Shapefile", "每次上传一个")
                with found.open(info) as part:
                    parts[kind] = part.read(LARGEST_UNPACKED_BYTES - total + 1)
                total += len(parts[kind])
                if total > LARGEST_UNPACKED_BYTES or total > LARGEST_RATIO * len(data) + 100_000:
                    raise _problem("zip_bomb", f"「{name}」展开后太大",
                                   f"最多 {LARGEST_UNPACKED_BYTES} 字节")  # fmt: skip
    except ProblemError:
        raise
    except Exception:  # a damaged or locked zip fails anywhere in the reader, with anything
        raise _problem("broken", f"「{name}」不是完整的压缩包", FORMATS) from None
    if "shp" not in parts:
        raise _problem("wrong_format", f"「{name}」里没有 .shp", FORMATS)
    return parts


Ring = list[tuple[float, float]]


def _records(shp: bytes, name: str) -> Iterator[list[Ring]]:
    """Rings of every record, as ESRI's description of 1998 lays them out."""
    if struct.unpack(">i", shp[:4])[0] != 9994:
        raise ValueError("no Shapefile")
    at, count, corners = 100, 0, 0
    while at + 12 <= len(shp):
        (words,) = struct.unpack(">i", shp[at + 4 : at + 8])
        if words < 2:
            raise ValueError("a record without content")
        body = shp[at + 8 : at + 8 + 2 * words]
        at += 8 + 2 * words
        (kind,) = struct.unpack("<i", body[:4])
        count += 1
        _not_too_many(count, name)
        if kind not in POLYGONS:
            raise _problem("not_a_polygon", f"第 {count} 个不是面", "每个格子是一个面")
        parts, points = struct.unpack("<ii", body[36:44])
        corners += points
        if not 0 < parts <= points or corners > MOST_CORNERS:
            raise _problem("too_many_corners", f"「{name}」的折点太多", f"最多 {MOST_CORNERS} 个")
        starts = [*struct.unpack(f"<{parts}i", body[44 : 44 + 4 * parts]), points]
        flat = struct.unpack(f"<{2 * points}d", body[44 + 4 * parts : 44 + 4 * parts + 16 * points])
        line = list(zip(flat[::2], flat[1::2], strict=True))
        yield [line[a:b] for a, b in itertools.pairwise(starts)]


def _of_rings(rings: list[Ring]) -> GEOSGeometry:
    """Clockwise rings are land, the others are holes in it."""
    land: GEOSGeometry = MultiPolygon()
    holes: GEOSGeometry = MultiPolygon()
    for ring in rings:
        turn = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))
        if turn < 0:
            land = land.union(Polygon(ring))
        else:
            holes = holes.union(Polygon(ring))
    return land.difference(holes)


def _names(dbf: bytes, cpg: bytes) -> list[str]:
    """The column that names a cell, or nothing: a grid without names is a grid."""
    try:
        count, head, size = struct.unpack("<IHH", dbf[4:12])
        offset, place = 1, None
        for at in range(32, min(head, len(dbf)) - 32, 32):
            if dbf[at] == 0x0D:
                break
            name = dbf[at : at + 11].split(b"\0")[0].decode("gb18030", "replace")
            if name in NAME_KEYS and place is None:
                place = (offset, dbf[at + 16])
            offset += dbf[at + 16]
        if place is None:
            return []
        coding = "utf-8" if b"UTF" in cpg.upper() else "gb18030"
        starts = (head + size * i + place[0] for i in range(min(count, MOST_CELLS)))
        return [_clean(dbf[s : s + place[1]].decode(coding, "replace")) for s in starts]
    except (struct.error, IndexError):
        return []


# --- Both ---------------------------------------------------------------------------------------


def _checked(make: Any, where: str) -> GEOSGeometry:
    try:
        shape: GEOSGeometry = make()
        if not shape.valid:
            shape = shape.make_valid()
        box = shape.extent
        is_area = shape.geom_type in {"Polygon", "MultiPolygon"} and shape.area > 0
    except (GEOSException, ValueError, TypeError):
        raise _problem("not_a_polygon", f"{where}画不成面", "请检查它的边线") from None
    if not is_area:
        raise _problem("not_a_polygon", f"{where}画不成面", "请检查它的边线")
    if box[0] < BOX[0] or box[1] < BOX[1] or box[2] > BOX[2] or box[3] > BOX[3]:
        raise _problem("elsewhere", f"{where}不在宁波附近", "坐标应是 WGS-84 经纬度，先经度后纬度")
    return shape


def _named(properties: Any) -> str:
    if not isinstance(properties, dict):
        return ""
    return next((_clean(str(properties[k])) for k in NAME_KEYS if properties.get(k)), "")


def _clean(words: str) -> str:
    return "".join(c for c in words if c.isprintable()).strip()[:80]


def _not_too_many(count: int, name: str) -> None:
    if count > MOST_CELLS:
        raise _problem("too_many_cells", f"「{name}」的面太多", f"最多 {MOST_CELLS} 个")


def _problem(code: str, found: str, expected: str) -> ProblemError:
    return ProblemError(Problem(code, found, expected))
