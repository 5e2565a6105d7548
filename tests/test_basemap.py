"""The shipped base map: small, complete, inside its region, credited."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from config.settings import BASE_DIR

FOLDER = Path(BASE_DIR) / "static" / "basemap"
DISTRICTS = Path(BASE_DIR) / "fixtures" / "areas" / "districts.geojson"
FIRST_VIEW = ("ningbo.topo.json", "relief.webp")
KILOBYTE = 1000
WEST, SOUTH, EAST, NORTH = 119.2, 27.9, 124.0, 31.4
CODES = [
    "330203", "330205", "330206", "330211", "330212",
    "330213", "330225", "330226", "330281", "330282",
]  # fmt: skip


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def topology() -> Any:
    return read(FOLDER / "ningbo.topo.json")


def positions(topology: Any) -> list[tuple[float, float]]:
    """Every vertex of a quantized topology as (lon, lat)."""
    (kx, ky), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        for dx, dy in arc:
            x, y = x + dx, y + dy
            found.append((x * kx + west, y * ky + south))
    return found


def test_the_whole_map_is_small() -> None:
    assert sum(packed(file) for file in FOLDER.iterdir()) < 400 * KILOBYTE


def test_the_first_view_is_smaller_still() -> None:
    assert sum(packed(FOLDER / name) for name in FIRST_VIEW) <= 110 * KILOBYTE


def test_all_ten_districts_and_the_land_around_them_are_there(topology: Any) -> None:
    areas = topology["objects"]["areas"]["geometries"]
    assert sorted(area["properties"]["code"] for area in areas) == ["", *CODES]


def test_every_vertex_lies_in_the_region(topology: Any) -> None:
    assert topology["region"] == [WEST, SOUTH, EAST, NORTH]
    found = positions(topology)
    assert len(found) > 5000
    slack = 1e-4
    outside = [
        (lon, lat)
        for lon, lat in found
        if not (WEST - slack <= lon <= EAST + slack and SOUTH - slack <= lat <= NORTH + slack)
    ]
    assert outside == []


def test_the_frame_is_no_wider_than_what_the_map_may_show() -> None:
    script = (Path(BASE_DIR) / "static/js/lib/leaflet.js").read_text(encoding="utf-8")
    assert "REGION = [[27.9, 119.2], [31.4, 124.0]]" in script


@pytest.mark.parametrize("name", ["ningbo.topo.json", "towns.json"])
def test_the_sources_are_named_in_the_data(name: str) -> None:
    credit = read(FOLDER / name)["attribution"]
    for source in ("OpenStreetMap", "ODbL", "审图号 GS(2024)0650号", "GeoNames", "Natural Earth"):
        assert source in credit


def test_labels_stand_in_the_region(topology: Any) -> None:
    labels = topology["labels"] + read(FOLDER / "towns.json")["labels"]
    assert len([label for label in labels if label[0] == "district"]) == 10
    assert len([label for label in labels if label[0] in ("town", "street")]) > 90
    for _kind, text, lon, lat, from_zoom in labels:
        assert WEST < lon < EAST, text
        assert SOUTH < lat < NORTH, text
        assert 8 <= from_zoom <= 13, text


def test_a_town_is_named_without_its_ending() -> None:
    names = {label[1] for label in read(FOLDER / "towns.json")["labels"]}
    assert {"深甽", "甬江", "丹西"} <= names
    assert not {name for name in names if name.endswith(("街道", "镇"))}


def test_each_district_of_the_fixture_says_where_it_comes_from() -> None:
    features = read(DISTRICTS)["features"]
    assert [feature["properties"]["code"] for feature in features] == CODES
    for feature in features:
        properties = feature["properties"]
        assert properties["approval_number"] == "GS(2024)0650号"
        assert properties["datum"] == "WGS-84"
        assert "天地图" in properties["source"]
        assert properties["licence"]


def test_districts_have_at_most_five_decimals() -> None:
    for feature in read(DISTRICTS)["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert all(round(value, 5) == value for point in ring for value in point)
