"""Two hundred random questions of each kind, as our address, as tipg's and as plain SQL."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from urllib.parse import urlencode

from script.lib.speed.baseline import selection
from script.lib.speed.city import MIDDLES, NOW, SEED, WHAT

COUNT = 200
ZOOMS = (8, 9, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 16, 17)
WIDTH, HEIGHT = 1024, 768  # px of a view
ITEMS = "/api/collections/events/items"
TIPG = "/collections/bench.events/items"


@dataclass(frozen=True)
class Question:
    ours: str
    sql: str
    tipg: str = ""


def _place(chance: Random) -> tuple[float, float]:
    lon, lat, _ = chance.choice(list(MIDDLES.values()))
    return lon + chance.gauss(0, 0.04), lat + chance.gauss(0, 0.03)


def _week(chance: Random) -> tuple[str, str]:
    first = NOW.replace(hour=0, minute=0) + timedelta(days=chance.randrange(0, 40))
    return first.isoformat(), (first + timedelta(days=7)).isoformat()


def viewports(slugs: list[str]) -> list[Question]:
    chance = Random(SEED)  # noqa: S311
    found = []
    for _ in range(COUNT):
        lon, lat = _place(chance)
        size = 360 / 2 ** chance.choice(ZOOMS) / 256
        half = (size * WIDTH / 2, size * HEIGHT / 2 * math.cos(math.radians(lat)))
        box = [round(x, 5) for x in (lon - half[0], lat - half[1], lon + half[0], lat + half[1])]
        first, last = _week(chance)
        category = chance.choice(slugs) if chance.random() < 0.5 else ""
        bbox = ",".join(map(str, box))
        asked = {"bbox": bbox, "datetime": f"{first}/{last}", "limit": "200"}
        where = f"geom && ST_MakeEnvelope({bbox}, 4326) AND start_at BETWEEN '{first}' AND '{last}'"
        ours = dict(asked)
        if category:
            ours["category"] = category
            where += f" AND category = '{category}'"
            asked["category"] = category
        asked["sortby"] = "start_at"
        found.append(
            Question(f"{ITEMS}?{urlencode(ours)}", selection(where, "start_at, id", 200),
                     f"{TIPG}?{urlencode(asked)}")
        )  # fmt: skip
    return found


def tiles(slugs: list[str]) -> list[Question]:
    chance = Random(SEED + 1)  # noqa: S311
    found = []
    for _ in range(COUNT):
        lon, lat = _place(chance)
        z = chance.choice(ZOOMS)
        x = int((lon + 180) / 360 * 2**z)
        y = int((0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)) * 2**z)
        first, last = _week(chance)
        box = f"ST_TileEnvelope({z}, {x}, {y})"
        shape = f"ST_AsMVTGeom(ST_Transform(geom, 3857), {box}) AS geom"
        sql = (
            f"SELECT ST_AsMVT(t, 'events') FROM (SELECT {shape}, event_id, title, category,"  # noqa: S608
            f" start_at FROM bench.events WHERE geom && ST_Transform({box}, 4326)"
            f" AND start_at BETWEEN '{first}' AND '{last}') t"
        )
        span = urlencode({"datetime": f"{first}/{last}"})
        tipg = f"/collections/bench.events/tiles/WebMercatorQuad/{z}/{x}/{y}?{span}"
        found.append(Question(f"/tiles/events/{z}/{x}/{y}.mvt?{span}", sql, tipg))
    return found


def nearest(slugs: list[str]) -> list[Question]:
    chance = Random(SEED + 2)  # noqa: S311
    found = []
    for _ in range(COUNT):
        lon, lat = (round(x, 5) for x in _place(chance))
        asked = {"near": f"{lon},{lat}", "datetime": f"{NOW.isoformat()}/..", "limit": "20"}
        where = f"end_at > '{NOW.isoformat()}'"
        order = f"geom <-> ST_SetSRID(ST_Point({lon}, {lat}), 4326)"
        found.append(Question(f"{ITEMS}?{urlencode(asked)}", selection(where, order, 20)))
    return found


def texts(slugs: list[str]) -> list[Question]:
    chance = Random(SEED + 3)  # noqa: S311
    found = []
    for _ in range(COUNT):
        what = chance.choice(WHAT)
        at = chance.randrange(len(what) - 1)
        word = what[at : at + 2]
        asked = {"q": word, "datetime": f"{NOW.isoformat()}/..", "limit": "20"}
        like = " OR ".join(f"{field} LIKE '%{word}%'" for field in ("title", "place", "organizer"))
        where = f"end_at > '{NOW.isoformat()}' AND ({like})"
        cql = " OR ".join(f"{field} LIKE '%{word}%'" for field in ("title", "place", "organizer"))
        tipg = {"filter": f"({cql})", "filter-lang": "cql2-text", "limit": "20",
                "datetime": f"{NOW.isoformat()}/..", "sortby": "start_at"}  # fmt: skip
        found.append(
            Question(f"{ITEMS}?{urlencode(asked)}", selection(where, "start_at, id", 20),
                     f"{TIPG}?{urlencode(tipg)}")
        )  # fmt: skip
    return found


def items(ids: list[tuple[int, str]]) -> list[Question]:
    return [
        Question(f"{ITEMS}/{name}", selection(f"event_id = '{name}'", "id", 1), f"{TIPG}/{key}")
        for key, name in ids
    ]


def feeds(venues: list[int]) -> list[Question]:
    found = []
    for venue in venues:
        asked = {"venue": str(venue), "datetime": f"{NOW.isoformat()}/..", "limit": "20"}
        where = f"venue_id = {venue} AND end_at > '{NOW.isoformat()}'"
        tipg = {"venue_id": str(venue), "datetime": f"{NOW.isoformat()}/..", "limit": "20",
                "sortby": "start_at"}  # fmt: skip
        found.append(
            Question(f"{ITEMS}?{urlencode(asked)}", selection(where, "start_at, id", 20),
                     f"{TIPG}?{urlencode(tipg)}")
        )  # fmt: skip
    return found
