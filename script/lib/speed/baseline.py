"""The same occurrences as one plain table, for pgbench ("limit-plain") and for tipg.

python3 -m script.lib.speed.baseline DATABASE_URL
"""

from __future__ import annotations

import sys

import psycopg

TABLE = """
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.events AS
SELECT one.id, activity.public_id || '-' || to_char(one.original_start AT TIME ZONE 'Asia/Shanghai',
        'YYYYMMDD"T"HH24MI') || '-' || one.place_rank AS event_id,
    activity.title, venue.name AS place, organization.name AS organizer,
    (SELECT slug FROM geo_category JOIN geo_activity_categories link
        ON link.category_id = geo_category.id WHERE link.activity_id = activity.id
        ORDER BY geo_category.id LIMIT 1) AS category,
    district.name AS district, one.status, one.venue_id, one.starts_at AS start_at,
    one.ends_at AS end_at, venue.point AS geom
FROM geo_occurrence one
JOIN geo_activity activity ON activity.id = one.activity_id
JOIN geo_venue venue ON venue.id = one.venue_id
JOIN geo_area district ON district.id = one.district_id
JOIN geo_activityorganizer link ON link.activity_id = activity.id
JOIN geo_organization organization ON organization.id = link.organization_id;
ALTER TABLE bench.events ADD PRIMARY KEY (id);
CREATE INDEX ON bench.events (event_id);
CREATE INDEX ON bench.events USING gist (geom);
CREATE INDEX ON bench.events (start_at);
CREATE INDEX ON bench.events (end_at);
CREATE INDEX ON bench.events (venue_id, start_at);
ANALYZE bench.events;
"""
SAID = "event_id, title, place, organizer, category, district, status, start_at, end_at, geom"
FEATURES = (
    'SELECT \'{{"type":"FeatureCollection","features":[\''
    " || coalesce(string_agg(ST_AsGeoJSON(t.*), ','), '') || ']}}' FROM ({0}) t"
)


def make(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)


def selection(where: str, order: str, limit: int) -> str:
    rows = f"SELECT {SAID} FROM bench.events WHERE {where} ORDER BY {order} LIMIT {limit}"  # noqa: S608
    return FEATURES.format(rows)


if __name__ == "__main__":
    make(sys.argv[1])
