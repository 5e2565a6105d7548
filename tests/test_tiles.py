"""Vector tiles: counted far out, single close up, small at any zoom, read by GDAL."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from django.test import Client

from geo import mvt
from geo.live.keeper import KEEPER
from tests.factories import RIHU, make_activity, make_category, make_occurrence, make_venue
from tests.test_live_equality import bring_up_to_date
from tests.test_live_equality import city as city

TIME = {"datetime": "2019-06-25T10:00:00+08:00/.."}


def tile_at(zoom: int, at: tuple[float, float] = RIHU) -> tuple[int, int, int]:
    x = (at[0] + 180) / 360 * 2**zoom
    y = (0.5 - math.asinh(math.tan(math.radians(at[1]))) / (2 * math.pi)) * 2**zoom
    return zoom, int(x), int(y)


def path_of(tile: tuple[int, int, int], name: str = "events") -> str:
    return f"/tiles/{name}/{tile[0]}/{tile[1]}/{tile[2]}.mvt"


def read(data: bytes, folder: Path) -> list[dict[str, Any]]:
    """The properties of all features, as GDAL's driver for vector tiles reads them."""
    file = folder / "tile.mvt"
    file.write_bytes(data)
    geojson = folder / "tile.json"
    geojson.unlink(missing_ok=True)
    subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", str(geojson), f"MVT:{file}"], check=True, capture_output=True
    )
    return [one["properties"] for one in json.loads(geojson.read_text())["features"]]


@pytest.mark.parametrize("zoom", [0, 11, 15])
@pytest.mark.parametrize("more", [{}, {"category": "fair"}, {"q": "志愿"}])
def test_a_tile_is_the_same_from_the_snapshot_and_from_sql(
    client: Client, city: None, zoom: int, more: dict[str, str]
) -> None:
    path = path_of(tile_at(zoom))

    live = client.get(path, TIME | more)
    kept, KEEPER.snapshot = KEEPER.snapshot, None
    sql = client.get(path, TIME | more)
    KEEPER.snapshot = kept

    assert live.status_code == 200
    assert live.content == sql.content


def test_far_out_occurrences_are_counted_and_close_up_they_stand_alone(
    client: Client, db: None, tmp_path: Path
) -> None:
    activity = make_activity(categories=[make_category(), make_category("health", "健康")])
    one = make_occurrence(activity, venue=make_venue())
    make_occurrence(venue=make_venue("隔壁", (RIHU[0] + 0.0001, RIHU[1])))
    make_occurrence()  # nobody knows where: no tile has it

    far = read(client.get(path_of(tile_at(10))).content, tmp_path)
    near = read(client.get(path_of(tile_at(16))).content, tmp_path)

    assert [mark["count"] for mark in far] == [2]
    assert [mark["category"] for mark in near] == ["fair,health", ""]
    assert near[0]["id"] == f"{one.activity.public_id}-20190626T0000-0"
    assert client.get(path_of(tile_at(16, (121.0, 29.0)))).content == b""


@pytest.mark.parametrize("zoom", [0, 8, 12, 14, 18])
def test_a_tile_stays_small_however_many_there_are(zoom: int) -> None:
    chance = Random(1)  # noqa: S311
    side = 360 / 2**zoom
    box = mvt.box_of(*tile_at(zoom))
    lon = np.array([box[0] + chance.random() * side for _ in range(100_000)])
    lat = np.array([box[1] + chance.random() * (box[3] - box[1]) for _ in range(100_000)])

    inside, x, y = mvt.pixels(*mvt.mercator(lon, lat), tile_at(zoom))
    marks = mvt.counted(x, y)

    assert sum(int(mark.properties["count"]) for mark in marks) == len(inside) > 99_000
    assert len(mvt.encode("events", marks)) < 30_000
    single = [mvt.Mark(4095, 4095, {"id": f"activity{n:08}-20190626T0000-0", "category": "a,b"})
              for n in range(mvt.MOST_SINGLE)]  # fmt: skip
    assert len(mvt.encode("events", single)) < 30_000


def test_venues_have_tiles_with_their_names(client: Client, db: None, tmp_path: Path) -> None:
    make_venue("日湖公园")

    near = read(client.get(path_of(tile_at(16), "venues")).content, tmp_path)

    assert [mark["name"] for mark in near] == ["日湖公园"]


def test_tilejson_says_where_the_tiles_are_and_what_they_leave_out(
    client: Client, db: None
) -> None:
    body = client.get("/tiles/events.json", {"category": "fair"}).json()

    assert body["tiles"] == ["http://testserver/tiles/events/{z}/{x}/{y}.mvt?category=fair"]
    assert "What has no point is in no tile" in body["description"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/tiles/areas/3/1/1.mvt", 404, "areas has no points. There are tiles of events, venues."),
        ("/tiles/events/3/9/1.mvt", 404, "There is no such tile. Zooms are 0 to 18."),
        ("/tiles/events/3/1/1.mvt?bbox=1,2,3,4", 400, "unknown parameter: found 'bbox'."),
    ],
)
def test_what_is_no_tile_is_a_problem_document(
    client: Client, db: None, path: str, status: int, said: str
) -> None:
    answer = client.get(path)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_who_has_the_tile_is_told_so_without_a_query(
    client: Client, city: None, django_assert_num_queries: Any
) -> None:
    path = path_of(tile_at(12))
    with django_assert_num_queries(0):
        first = client.get(path, TIME)
        again = client.get(path, TIME, headers={"If-None-Match": first["ETag"]})
    make_occurrence(venue=make_venue("新的"))
    bring_up_to_date()
    changed = client.get(path, TIME, headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
