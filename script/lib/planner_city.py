"""A city of numbers for measuring the planner: venues about the ten district seats, a million
sessions in two years. Nothing of it is real; it lives in a database of its own, beside the 2019
data: each new row is a copy of one that is there with other numbers in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

VENUES = 20_000
ACTIVITIES = 100_000
EACH = 10  # sessions of one activity
KINDS = "(ARRAY['社区活动中心', '图书馆', '公园', '学校', '工厂'])[1 + i % 5]"
# About the seats, thinner outward; what falls into the sea or beside the city is left out.
POINTS = """
SELECT i, place, district.id AS home FROM (
    SELECT i, ST_SetSRID(ST_MakePoint(
        ST_X(label_point) + 0.07 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()),
        ST_Y(label_point) + 0.06 * sqrt(-2 * ln(1 - random())) * sin(2 * pi() * random())
    ), 4326) AS place
    FROM generate_series(1, {venues} * 2) AS i
    JOIN (SELECT label_point, row_number() OVER (ORDER BY code) AS n FROM geo_area
        WHERE level = 'district') AS seat ON n = 1 + i % 10
) AS made
JOIN geo_area district ON district.level = 'district' AND ST_Contains(boundary, place)
LIMIT {venues}
"""
SESSIONS = """
SELECT activity, schedule, begins, venue.id AS place, venue.district_id AS home FROM (
    SELECT schedule.activity_id AS activity, schedule.id AS schedule,
        1 + floor(random() * {venues})::int AS number,
        timestamptz '2018-07-01 08:00+08' + n * interval '73 days'
            + floor(random() * 73) * interval '1 day' + floor(random() * 13) * interval '1 hour'
            AS begins
    FROM geo_schedule schedule, generate_series(0, {each} - 1) AS n
    WHERE printed_text = '测速'
) AS made
JOIN (SELECT id, district_id, row_number() OVER (ORDER BY id) AS n FROM geo_venue
    WHERE point_source = '测速') AS venue ON venue.n = made.number
"""


@dataclass(frozen=True)
class Copies:
    """Rows of *table*, one for each row of *source*; columns as SQL, the others as they are."""

    table: str
    source: str
    columns: dict[str, str]


STEPS = (
    Copies("geo_organization", "SELECT i FROM generate_series(1, 2000) AS i", {
        "name": "'组织' || i",
    }),
    Copies("geo_venue", POINTS, {
        "name": "'场所' || i", "kind": KINDS, "point": "place", "district_id": "home",
        "town_id": "NULL", "radius_m": "CASE WHEN i % 10 = 0 THEN 500 ELSE 80 END",
        "point_source": "'测速'", "is_sample": "false", "valid_from": "NULL", "valid_to": "NULL",
    }),
    Copies("geo_activity", "SELECT i FROM generate_series(1, {activities}) AS i", {
        "public_id": "'b' || i", "source_key": "'b' || i", "title": "'活动' || i",
        "content_hash": "'测速'", "is_published": "true", "is_sample": "false",
        "source_row_id": "NULL",
    }),
    Copies("geo_activity_categories", """
        SELECT DISTINCT activity.id AS activity,
            ids[1 + floor(random() * cardinality(ids))::int] AS kind
        FROM geo_activity activity, generate_series(1, 2) AS twice,
            (SELECT array_agg(id ORDER BY id) AS ids FROM geo_category) AS kinds
        WHERE content_hash = '测速' AND (twice = 1 OR random() < 0.2)
        """, {"activity_id": "activity", "category_id": "source.kind"}),
    Copies("geo_activity_audiences", """
        SELECT activity.id AS activity, ids[1 + floor(random() * cardinality(ids))::int] AS kind
        FROM geo_activity activity,
            (SELECT array_agg(id ORDER BY id) AS ids FROM geo_audience) AS kinds
        WHERE content_hash = '测速' AND random() < 0.4
        """, {"activity_id": "activity", "audience_id": "source.kind"}),
    Copies("geo_activityorganizer", """
        SELECT activity.id AS activity, ids[1 + activity.id % cardinality(ids)] AS who
        FROM geo_activity activity,
            (SELECT array_agg(id ORDER BY id) AS ids FROM geo_organization) AS many
        WHERE content_hash = '测速'
        """, {"activity_id": "activity", "organization_id": "who", "is_partner": "false"}),
    Copies("geo_schedule", "SELECT id AS activity FROM geo_activity WHERE content_hash = '测速'", {
        "activity_id": "activity", "printed_text": "'测速'",
    }),
    Copies("geo_occurrence", SESSIONS, {
        "activity_id": "activity", "schedule_id": "schedule", "original_start": "begins",
        "held_on": "(begins AT TIME ZONE 'Asia/Shanghai')::date", "starts_at": "begins",
        "ends_at": "begins + interval '2 hours'", "time_precision": "'exact'",
        "part_of_day": "''", "status": "'scheduled'", "certainty": "'certain'",
        "venue_id": "source.place", "area_id": "home", "district_id": "home", "level": "'venue'",
        "place_id": "NULL", "place_rank": "0",
    }),
)  # fmt: skip


def fill(
    connection: psycopg.Connection, venues: int = VENUES, activities: int = ACTIVITIES
) -> dict[str, int]:
    """Rows now there, by table. Triggers rest meanwhile; what they keep is counted afterwards."""
    numbers = {"venues": str(venues), "activities": str(activities), "each": str(EACH)}
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.33)")
        cursor.execute("SET session_replication_role = replica")  # no trigger, no key is looked up
        for step in STEPS:
            cursor.execute(_copy(cursor, step, numbers))
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("SELECT geo_count_sessions(NULL)")
        for step in STEPS:
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(step.table))
            counts[step.table] = cursor.execute(count).fetchone()[0]  # type: ignore[index]
    return counts


def _copy(cursor: psycopg.Cursor, step: Copies, numbers: dict[str, str]) -> bytes:
    """The statement: every column but the key, ours where we name one."""
    names = [
        row[0]
        for row in cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> 'id' AND is_generated = 'NEVER'",
            [step.table],
        )
    ]
    source = step.source
    for name, number in numbers.items():
        source = source.replace("{" + name + "}", number)
    values = ", ".join(step.columns.get(name, f"model.{name}") for name in names)
    return (
        f"INSERT INTO {step.table} ({', '.join(names)}) SELECT {values} FROM ({source}) AS source,"  # noqa: S608
        f" (SELECT * FROM {step.table} ORDER BY id LIMIT 1) AS model"
    ).encode()
