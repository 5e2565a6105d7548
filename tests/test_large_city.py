"""However large the city: no view carries more than 150 KB of data, and says what it leaves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.factories import make_category, make_district, make_occurrence, make_venue

COUNT = 20_000
FILL = """
INSERT INTO geo_venue (name, kind, address, point, radius_m, point_source, source_datum, confidence,
    needs_review, corrected_by_person, is_sample, search_text)
SELECT '第' || n || '号社区文化活动中心', '', '', ST_SetSRID(ST_Point(121 + n %% 900 / 1000.0,
    29.4 + n / 900 / 30.0), 4326), 50, '', '', '', false, false, false, ''
FROM generate_series(1, 5000) n;
"""


@pytest.fixture
def large_city(db: None) -> None:
    """Twenty thousand activities, each held once in the next months."""
    one = make_occurrence(venue=make_venue(), district=make_district())
    one.activity.categories.add(make_category())
    venue_ids = "(SELECT array_agg(id) FROM geo_venue)"
    with connection.cursor() as cursor:
        cursor.execute(FILL, [])
        for table, change in (
            ("geo_activity", {"public_id": "'n' || n", "source_key": "'n' || n",
             "title": "'志愿服务进社区：老年人健康讲座第' || n || '场'"}),
            ("geo_schedule", {"activity_id": "(SELECT id FROM geo_activity WHERE public_id ="
             " 'n' || n)"}),
        ):  # fmt: skip
            copy_rows(cursor, table, change)
        cursor.execute("SELECT min(id) FROM geo_schedule WHERE id <> %s", [one.schedule_id])
        first = cursor.fetchone()[0] - 1
        copy_rows(cursor, "geo_occurrence", {
            "schedule_id": f"{first} + n",
            "activity_id": f"(SELECT activity_id FROM geo_schedule WHERE id = {first} + n)",  # noqa: S608
            "venue_id": f"({venue_ids})[n %% 5000 + 1]",
            "held_on": "held_on + n %% 90",
            "starts_at": "starts_at + make_interval(days => n %% 90)",
            "ends_at": "ends_at + make_interval(days => n %% 90)",
        })  # fmt: skip
        cursor.execute("ANALYZE")


def copy_rows(cursor: Any, table: str, change: dict[str, str]) -> None:
    """The table's first row COUNT times, with expressions of ``n`` in some columns."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND column_name <> 'id' AND is_generated = 'NEVER'", [table],
    )  # fmt: skip
    columns = [name for (name,) in cursor.fetchall()]
    said = ", ".join(change.get(name, name) for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {said}"  # noqa: S608
        f" FROM generate_series(1, {COUNT}) n, (SELECT * FROM {table} ORDER BY id LIMIT 1) one",
        [],
    )


def test_the_page_stays_small_and_says_what_it_leaves_out(client: Client, large_city: None) -> None:
    for query in ("", "?near=121.558,29.899"):
        page = client.get(f"/{query}")
        text = page.content.decode()
        data = re.search(r'<script id="spots" type="application/json">(.*?)</script>', text, re.S)

        assert data is not None
        assert len(page.content) < 250_000, query  # words and marks, before they are compressed
        assert len(data[1].encode()) < 150_000, query
    text = client.get("/").content.decode()
    assert "20001 个活动" in text
    assert "活动很多：列表和地图上是排在最前的 200 个。" in text


def test_a_page_of_the_api_stays_small(client: Client, large_city: None) -> None:
    asked = {"bbox": "120,28,123,31", "datetime": "2019-06-26/..", "limit": "200"}
    answer = client.get("/api/collections/events/items", asked, headers={"Accept-Encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 30_000
    for zoom in (0, 8, 11, 14):
        x = int((121.5 + 180) / 360 * 2**zoom)
        tile = client.get(f"/tiles/events/{zoom}/{x}/{int(0.4127 * 2**zoom)}.mvt")
        assert len(tile.content) < 30_000
