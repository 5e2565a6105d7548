"""One TopoJSON of areas, water and sea shelves, by mapshaper; labels and credits ride along.

Objects: ``areas`` (properties.code: six digits of a district, "" for land outside the city),
``water``, ``shelf1``…``shelf3`` (land and the sea up to 1.2, 3.5, 8 km from it). An arc used by two
districts is a border inside the city, one used by a district and "" is the city's border, one used
by a single area is coast: the page reads all lines from this, none is stored.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from shapely.geometry import mapping

QUANTIZATION = 100_000  # steps across the region: about five metres

ATTRIBUTION = (
    "海岸与水系 © OpenStreetMap 贡献者 (ODbL) · 区界 天地图 审图号 GS(2024)0650号 · "
    "乡镇点位 © GeoNames (CC BY 4.0) · 地势 Natural Earth"
)


def build_topology(layers: dict[str, list[tuple[dict[str, str], Any]]], work: Path) -> Any:
    """Return the TopoJSON of layers given as name → [(properties, shape)]."""
    names = []
    for name, features in layers.items():
        collection = {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": properties, "geometry": mapping(shape)}
                for properties, shape in features
            ],
        }
        (work / f"{name}.json").write_text(json.dumps(collection), encoding="utf-8")
        names.append(f"{name}.json")
    command = [
        "node",
        "node_modules/mapshaper/bin/mapshaper",
        "-i",
        *names,
        "combine-files",
        "snap",
    ]
    command += ["-o", "topology.json", "format=topojson", f"quantization={QUANTIZATION}"]
    subprocess.run(command, cwd=work, check=True)
    return json.loads((work / "topology.json").read_text(encoding="utf-8"))


def write_json(path: Path, document: Any) -> None:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")
