"""A synthetic city with a fixed seed: as many occurrences as asked, on a twentieth as many venues.

Every row says that it is invented: the source is 「合成数据，仅供测速」 and every public id begins
with ``syn``. The rows go in by COPY, past triggers and checks, into an empty, migrated database.

    python3 -m script.lib.speed.city DATABASE_URL 1000000    after migrate and load_places
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from script.lib.cluster import CHECKOUT

SEED = 20261123
NOW = datetime(2019, 6, 26, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
PAST_DAYS, COMING_DAYS = 1040, 52
WEEKS = 4  # an activity is held four times, a week apart
SOURCE = "合成数据，仅供测速"
# The ten districts' middles (lon, lat) and how many of a hundred venues each has.
MIDDLES = {
    "330203": (121.551, 29.860, 18), "330205": (121.555, 29.887, 10),
    "330206": (121.844, 29.899, 10), "330211": (121.713, 29.949, 8),
    "330212": (121.547, 29.817, 18), "330213": (121.406, 29.655, 8),
    "330225": (121.869, 29.477, 6), "330226": (121.430, 29.289, 6),
    "330281": (121.154, 30.037, 8), "330282": (121.266, 30.170, 8),
}  # fmt: skip
WHAT = ("志愿服务", "义诊", "健康讲座", "公益集市", "便民理发", "垃圾分类", "亲子阅读",
        "防诈骗宣传", "书法体验", "广场舞教学", "消防演练", "血压测量", "法律咨询", "手机课堂",
        "环保徒步")  # fmt: skip
WHOM = ("老年人", "青少年", "新宁波人", "残疾人", "党员", "社区居民", "困境儿童", "女职工")
HOW = ("进社区", "在行动", "公益日", "主题活动", "邻里节", "开放日", "服务周", "小课堂")
KIND = ("公园", "文化礼堂", "社区服务中心", "图书馆", "广场", "卫生服务站", "小学", "党群服务中心")
NAME = "海江甬慈姚奉象宁北仑鄞镇东西南明德和安康福兴永新华文"
HOURS = (8, 9, 13, 14, 18, 19)


def fill(url: str, count: int) -> None:
    """*count* occurrences into the database at *url*."""
    chance = Random(SEED)  # noqa: S311 - the same city every time
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        areas: dict[str, int] = dict(
            connection.execute("SELECT code, id FROM geo_area WHERE level = 'district'")
        )
        categories = _lists(connection, "category", "categories.json")
        audiences = _lists(connection, "audience", "audiences.json")
        source = {"id": 900_000, "slug": "synthetic", "title": SOURCE}
        _copy(connection, "geo_source", [source])
        organizations = max(20, count // 500)
        _copy(connection, "geo_organization", _organizations(chance, organizations))
        venues = list(_venues(chance, max(100, count // 20), areas))
        _copy(connection, "geo_venue", venues)
        activities = list(range(1, count // WEEKS + 1))
        titles = [_title(chance) for _ in activities]
        _copy(connection, "geo_activity", _activities(activities, titles))
        _copy(connection, "geo_activityorganizer", _organizers(chance, activities, organizations))
        for table, column, keys, most in (
            ("geo_activity_categories", "category_id", categories, 1),
            ("geo_activity_audiences", "audience_id", audiences, 1),
        ):
            _copy(connection, table, _links(chance, activities, column, keys, most))
        days = [_first_day(chance) for _ in activities]
        _copy(connection, "geo_schedule", _schedules(activities, days))
        _copy(connection, "geo_occurrence", _occurrences(chance, days, venues))
        connection.execute("UPDATE geo_dataversion SET number = number + 1")
        for table in ("source", "organization", "venue", "activity", "schedule", "occurrence"):
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('geo_{table}', 'id'), 10000000)"
            )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _lists(connection: psycopg.Connection[Any], name: str, file: str) -> list[int]:
    """The shipped categories or audiences; their keys."""
    rows = json.loads((CHECKOUT / "fixtures" / file).read_text(encoding="utf-8"))
    if not connection.execute(f"SELECT 1 FROM geo_{name} LIMIT 1").fetchone():  # noqa: S608
        known = _columns(connection, f"geo_{name}")
        kept = [{key: row[key] for key in row if key in known} for row in rows]
        _copy(connection, f"geo_{name}", ({"id": n, **row} for n, row in enumerate(kept, 1)))
    return [key for (key,) in connection.execute(f"SELECT id FROM geo_{name} ORDER BY id")]  # noqa: S608


def _title(chance: Random) -> str:
    return f"{chance.choice(WHAT)}{chance.choice(HOW)}：{chance.choice(WHOM)}专场"


def _name(chance: Random, length: int = 2) -> str:
    return "".join(chance.choice(NAME) for _ in range(length))


def _organizations(chance: Random, count: int) -> Iterator[dict[str, Any]]:
    for key in range(1, count + 1):
        yield {"id": key, "name": f"{_name(chance)}{chance.choice(HOW)[:2]}社会组织服务中心{key}号"}


def _venues(chance: Random, count: int, areas: dict[str, int]) -> Iterator[dict[str, Any]]:
    codes = [code for code in MIDDLES if code in areas]
    shares = [MIDDLES[code][2] for code in codes]
    for key in range(100_001, 100_001 + count):
        code = chance.choices(codes, shares)[0]
        lon, lat, _ = MIDDLES[code]
        spread = chance.choice((0.01, 0.03, 0.08))
        at = (lon + chance.gauss(0, spread), lat + chance.gauss(0, spread * 0.8))
        yield {
            "id": key, "name": f"{_name(chance)}{chance.choice(KIND)}{key - 100_000}",
            "district_id": areas[code], "address": f"{_name(chance)}路{chance.randrange(1, 900)}号",
            "point": f"SRID=4326;POINT({at[0]:.6f} {at[1]:.6f})", "radius_m": 50,
            "point_source": SOURCE,
        }  # fmt: skip


def _activities(keys: list[int], titles: list[str]) -> Iterator[dict[str, Any]]:
    for key, title in zip(keys, titles, strict=True):
        yield {
            "id": key, "public_id": f"syn{key}", "source_id": 900_000, "title": title,
            "source_key": f"synthetic-{key}", "content": "合成数据，仅供测速。",
            "is_published": True,
        }  # fmt: skip


def _organizers(chance: Random, keys: list[int], most: int) -> Iterator[dict[str, Any]]:
    for key in keys:
        yield {"id": key, "activity_id": key, "organization_id": chance.randrange(1, most + 1)}


def _links(
    chance: Random, keys: list[int], column: str, values: list[int], most: int
) -> Iterator[dict[str, Any]]:
    number = 0
    for key in keys:
        for value in chance.sample(values, chance.randrange(1, most + 1)):
            number += 1
            yield {"id": number, "activity_id": key, column: value}


def _first_day(chance: Random) -> date:
    return NOW.date() + timedelta(days=chance.randrange(-PAST_DAYS, COMING_DAYS - 7 * WEEKS))


def _schedules(keys: list[int], days: list[date]) -> Iterator[dict[str, Any]]:
    for key, day in zip(keys, days, strict=True):
        yield {
            "id": key, "activity_id": key, "start_on": day.isoformat(),
            "time_precision": "exact", "rrule": f"FREQ=WEEKLY;COUNT={WEEKS}",
        }  # fmt: skip


def _occurrences(
    chance: Random, days: list[date], venues: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    for activity, first in enumerate(days, 1):
        venue = chance.choice(venues)
        start = time(chance.choice(HOURS), chance.choice((0, 30)))
        length = timedelta(minutes=chance.choice((60, 90, 120, 180)))
        for week in range(WEEKS):
            day = first + timedelta(days=7 * week)
            begins = datetime.combine(day, start, NOW.tzinfo)
            yield {
                "id": (activity - 1) * WEEKS + week + 1, "activity_id": activity,
                "schedule_id": activity, "held_on": day.isoformat(),
                "original_start": begins.isoformat(), "starts_at": begins.isoformat(),
                "ends_at": (begins + length).isoformat(), "time_precision": "exact",
                "printed_time": f"{begins:%H:%M}", "status": "scheduled", "certainty": "certain",
                "venue_id": venue["id"], "area_id": venue["district_id"],
                "district_id": venue["district_id"], "level": "venue",
            }  # fmt: skip


# --- COPY -------------------------------------------------------------------------------------

FILLING = {
    "boolean": False, "integer": 0, "bigint": 0, "smallint": 0, "jsonb": "[]",
    "timestamp with time zone": datetime(2019, 6, 20, tzinfo=UTC).isoformat(),
    "date": "2019-06-20",
}  # fmt: skip


def _columns(connection: psycopg.Connection[Any], table: str) -> dict[str, Any]:
    """Each column with what it is filled with where a row says nothing: None where NULL may be."""
    rows = connection.execute(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return {name: None if null == "YES" else FILLING.get(kind, "") for name, kind, null in rows}


def _copy(connection: psycopg.Connection[Any], table: str, rows: Iterable[dict[str, Any]]) -> None:
    usual = _columns(connection, table)
    names = ", ".join(usual)
    with connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [
                    json.dumps(value) if isinstance(value := row.get(name, other), list) else value
                    for name, other in usual.items()
                ]
            )


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]))
