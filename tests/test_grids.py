"""A planner's own grid: GeoJSON or a zipped Shapefile; whatever is wrong is refused in words."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from geo import measures
from geo.errors import ProblemError
from geo.measures.uploading import add_grid, read_grid
from geo.models import Cell, Grid, Reach
from tests.factories import NOW, RIHU, make_district, make_venue

WGS = b'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984"]]'
X, Y = RIHU


def square(x: float = X, y: float = Y, size: float = 0.01) -> list[list[float]]:
    """Clockwise, closed."""
    return [[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]]


def geojson(*rings: list[list[float]], **more: Any) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"网格{n}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for n, ring in enumerate(rings, start=1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features} | more).encode()


def shapefile(*records: list[list[list[float]]], names: tuple[str, ...] = ()) -> dict[str, bytes]:
    body = b""
    for number, rings in enumerate(records, start=1):
        points = [point for ring in rings for point in ring]
        starts, at = [], 0
        for ring in rings:
            starts.append(at)
            at += len(ring)
        content = struct.pack("<i4d2i", 5, 0, 0, 0, 0, len(rings), len(points))
        content += struct.pack(f"<{len(starts)}i", *starts)
        content += b"".join(struct.pack("<2d", *point) for point in points)
        body += struct.pack(">2i", number, len(content) // 2) + content
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(body)) // 2)
    parts = {"shp": head + struct.pack("<2i8d", 1000, 5, *[0.0] * 8) + body, "prj": WGS}
    if names:
        field = b"NAME".ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([20, 0]) + b"\0" * 14
        rows = b"".join(b" " + name.encode("gb18030").ljust(20) for name in names)
        parts["dbf"] = (
            struct.pack("<4BIHH20x", 3, 119, 6, 26, len(names), 65, 21) + field + b"\r" + rows
        )
    return parts


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for kind, data in parts.items():
            file.writestr(f"网格.{kind}", data)
    return out.getvalue()


def test_a_shapefile_has_names_and_holes() -> None:
    hole = square(X + 0.002, Y + 0.002, 0.002)[::-1]
    data = zipped(shapefile([square(), hole], [square(X + 0.02)], names=("甬江一", "甬江二")))
    (first, shape), (second, _) = read_grid(data, "网格.zip")
    assert (first, second) == ("甬江一", "甬江二")
    assert shape.area == pytest.approx(0.01**2 - 0.002**2)


@pytest.mark.django_db
def test_a_grid_is_stored_with_its_source_distances_and_answers() -> None:
    make_district()
    venue = make_venue(radius_m=50)
    data = geojson(square(), square(X + 0.01))
    grid = add_grid(data, "网格.geojson", "wangge", "江北网格", "江北区民政局 2019", NOW, "planner")
    assert (grid.source, grid.by, len(grid.file_sha256)) == ("江北区民政局 2019", "planner", 64)
    cells = measures.cells("wangge")
    assert [(one.name, one.district is not None) for one in cells] == [
        ("网格1", True),
        ("网格2", True),
    ]
    assert Reach.objects.filter(grid=grid, venue_id=venue.pk).count() == 2
    assert json.loads(measures.outlines("wangge")[cells[0].id])["type"] == "Polygon"
    add_grid(geojson(square()), "网格.geojson", "wangge", "江北网格", "民政局", NOW)
    assert Cell.objects.filter(grid__slug="wangge").count() == 1
    assert Grid.objects.filter(slug="wangge").count() == 1


@pytest.mark.django_db
def test_the_command_takes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_district()
    path = tmp_path / "网格.zip"
    path.write_bytes(zipped(shapefile([square()])))
    asked = {"slug": "wangge", "title": "江北网格", "source": "民政局"}
    call_command("load_grid", str(path), **asked)
    assert capsys.readouterr().out == "1 cells, grid wangge.\n"
    with pytest.raises(CommandError, match="「hexagon」是六边形网格的标识。请另取一个标识。"):
        call_command("load_grid", str(path), **(asked | {"slug": "hexagon"}))


def _bomb() -> bytes:
    return zipped({"shp": b"\0" * 45_000_000, "prj": WGS})


BROKEN = {
    "a text": (b"hello", "「x」不是网格文件。"),
    "half a file": (geojson(square())[:-5], "「x」不是完整的 GeoJSON。"),
    "not a number": (b'{"features": [NaN]}', "「x」不是完整的 GeoJSON。"),
    "very deep": (b'{"features":' + b"[" * 200_000, "「x」不是完整的 GeoJSON。"),
    "no features": (b'{"type": "Feature"}', "「x」里没有 features。"),
    "nothing": (geojson(), "「x」里没有面。"),
    "a point": (b'{"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
                "第 1 个面不是面。"),
    "a line": (geojson([[X, Y], [X + 1, Y], [X, Y]]), "第 1 个面画不成面。"),
    "swapped": (geojson([[y, x] for x, y in square()]), "第 1 个面不在宁波附近。"),
    "infinite": (geojson([[X, Y], [1e999, Y], [X, Y + 1], [X, Y]]), "「x」不是完整的 GeoJSON。"),
    "too many": (b'{"features": [' + b"1," * 20_000 + b"1]}", "「x」的面太多。"),
    "too large": (b"{" + b" " * 10_000_000, "「x」有 10000001 字节。"),
    "no shp": (zipped({"prj": WGS}), "「x」里没有 .shp。"),
    "no prj": (zipped({"shp": shapefile([square()])["shp"]}),
               "「x」的坐标不是经纬度，或没有 .prj。"),
    "projected": (zipped(shapefile([square()]) | {"prj": b'PROJCS["CGCS2000"]'}),
                  "「x」的坐标不是经纬度，或没有 .prj。"),
    "a torn shp": (zipped({"shp": shapefile([square()])["shp"][:-40], "prj": WGS}),
                   "「x」里的 .shp 不完整。"),
    "a torn zip": (zipped(shapefile([square()]))[:-30], "「x」不是完整的压缩包。"),
    "a bomb": (_bomb(), "「x」展开后太大。"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_grid_is_refused_in_words(case: str) -> None:
    data, words = BROKEN[case]
    with pytest.raises(ProblemError) as refused:
        read_grid(data, "x")
    assert str(refused.value).startswith(words)
