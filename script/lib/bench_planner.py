"""Measures the planner's questions on a million invented sessions, beside the naive SQL.

    python3 -m script.lib.bench_planner [--activities 100000] [--venues 20000]

A database of its own, dropped afterwards. Both forms are asked in turn, in the same run, so that a
busy machine slows both; the ratio is what counts. The naive form gives up after half a minute.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import psycopg

from script.lib import demo_data, planner_city
from script.lib.bench import Table
from script.lib.cluster import running
from script.lib.postgres import ClusterError
from script.lib.showcase import temporary_database

EDGE_M = 600  # 10 537 hexagons
PATIENCE_MS = 30_000
NOW = datetime(2019, 6, 26, 1, 40, tzinfo=UTC)
# The question as one would first write it: from the occurrences, by geometry, cell by cell.
NAIVE = """
WITH held AS MATERIALIZED (
    SELECT ST_Transform(venue.point, 32651) AS place
    FROM geo_occurrence one JOIN geo_activity activity ON activity.id = one.activity_id
    JOIN geo_venue venue ON venue.id = one.venue_id
    WHERE one.held_on BETWEEN %(first)s AND %(last)s AND activity.is_published
        AND NOT activity.is_sample AND one.status NOT IN ('cancelled', 'postponed')
        AND venue.radius_m <= 200
        AND CASE %(band)s WHEN '' THEN true
            WHEN 'weekend' THEN extract(isodow FROM one.held_on) >= 6
            ELSE extract(isodow FROM one.held_on) < 6
                AND extract(hour FROM one.starts_at AT TIME ZONE 'Asia/Shanghai') >= 18 END
        AND (%(category)s = '' OR EXISTS (
            SELECT FROM geo_activity_categories kind
            JOIN geo_category ON geo_category.id = category_id
            WHERE kind.activity_id = activity.id AND slug = %(category)s))
)
SELECT sum(people.count) FROM geo_cell cell
JOIN geo_cellpopulation people ON people.cell_id = cell.id AND people."group" = %(group)s
WHERE cell.id NOT IN (
    SELECT near.id FROM held JOIN geo_cell near ON ST_DWithin(near.centre, place, %(metres)s))
"""


def percentile(times: list[float]) -> float:
    """The 95th of a hundred: the largest but one of twenty."""
    return sorted(times)[max(0, int(len(times) * 0.95) - 1)] if times else 0.0


def timed(ask: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = ask()
    return time.perf_counter() - began, found


def questions() -> list[Any]:
    """A planner changes one thing after the other: group, category, period, band, reach."""
    from geo.measures.results import Ask

    year = Ask(date(2018, 7, 1), date(2019, 6, 30), "age_60_plus")
    month = replace(year, first=date(2019, 6, 1))
    quarter = replace(year, first=date(2019, 4, 1))
    return [
        month, replace(month, group="age_0_14"), replace(month, category="health"),
        replace(month, category="health", band="weekday-evening"), replace(month, metres=500),
        quarter, replace(quarter, category="children"), replace(quarter, band="weekend"),
        replace(year, category="health"), replace(year, category="health", group="total"),
        replace(year, band="weekday-evening"), year, replace(year, group="total"),
    ]  # fmt: skip


def measure() -> Table:
    from django.db import OperationalError, connection

    from geo import measures
    from geo.measures import supply

    def naive(ask: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(PATIENCE_MS)])
            try:
                cursor.execute(NAIVE, {**vars(ask)})
                return cursor.fetchone()[0]
            except OperationalError:
                return None

    table = Table("The planner at scale", ["question", "median (ms)", "95 % (ms)", "naive (ms)"])
    ours, theirs = [], []
    for ask in questions():
        spent, found = timed(partial(measures.uncovered, ask))
        ours.append(spent)
        slow, same = timed(partial(naive, ask))
        theirs.append(slow)
        if same is not None and same != found.total.uncovered:
            raise SystemExit(f"✗ {ask}: {found.total.uncovered} uncovered, the naive form {same}.")
    _add(table, "uncovered people, one change a time", ours, theirs)
    ask = questions()[0]
    more: dict[str, Callable[[], Any]] = {
        "rates with ranks": lambda: measures.rates(ask),
        "access index": lambda: measures.access(ask),
        "nearest and last": lambda: measures.nearest(ask, NOW),
        "groups × categories": lambda: measures.matrix(ask),
        "what-if, one place": lambda: measures.what_if(ask, [measures.Site(121.55, 29.87)]),
        "what-if, suggest 5": lambda: measures.suggest(ask, 5),
    }
    for name, one in more.items():
        times = []
        for _ in range(4):
            if "what-if" not in name:
                supply.forget()
            times.append(timed(one)[0])
        _add(table, name, times[1:] if "what-if" in name else times)
    _add(table, "one venue moves", [timed(_move)[0] for _ in range(10)])
    return table


def _move() -> None:
    """A venue a hundred metres east: its distances are measured anew in the same statement."""
    from geo.models import Venue

    venue = Venue.objects.filter(radius_m=80).first()
    if venue and venue.point:
        venue.point.x += 0.001
        Venue.objects.filter(pk=venue.pk).update(point=venue.point)


def _add(table: Table, name: str, ours: list[float], theirs: list[float] | None = None) -> None:
    def ms(seconds: float) -> str:
        return f"{seconds * 1000:.0f}"

    ratio = ""
    if theirs:
        slow = statistics.median(theirs)
        ratio = f"{ms(slow)} ({slow / statistics.median(ours):.0f} ×)"
    table.rows.append([name, ms(statistics.median(ours)), ms(percentile(ours)), ratio])
    print(f"  {table.rows[-1]}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--activities", type=int, default=planner_city.ACTIVITIES)
    parser.add_argument("--venues", type=int, default=planner_city.VENUES)
    asked = parser.parse_args()
    with running() as url, temporary_database(url, "yitu_bench_planner") as database:
        demo_data.prepare(database)
        with psycopg.connect(database) as connection:
            print(f"  {planner_city.fill(connection, asked.venues, asked.activities)}", flush=True)
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        os.environ |= {
            "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings",
            "YITU_DEMO": "1", "YITU_NOW": demo_data.DEMO_NOW, "YITU_SECRET_KEY": "bench-" * 10,
        }  # fmt: skip
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("make_cells", "--edge", str(EDGE_M))
        print(f"\n{measure()}", flush=True)
        connections.close_all()


if __name__ == "__main__":
    try:
        main()
    except ClusterError as error:
        sys.exit(f"✗ {error}")
