"""M3 可及指数, M4 最近距离 / 最近一次, M6 公平曲线: the measures that need the distances."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import connection

from geo.gaps import equity as formulas
from geo.measures.coverage import covered_cells
from geo.measures.frames import frame, peopled
from geo.measures.results import Access, Ask, Equity, Near, Nearest
from geo.measures.supply import last_days, remembered, reported, supply
from geo.models.measures import FARTHEST_M
from geo.moments import day_of

BANDWIDTH_M = 1000
ACCESS = """
WITH held AS (
    SELECT * FROM unnest(%(venues)s::bigint[], %(seats)s::float8[]) AS given (venue_id, seats)
),
near AS MATERIALIZED (
    SELECT venue_id, cell_id, seats, exp(-0.5 * (metres / %(sigma)s) ^ 2) AS weight
    FROM geo_reach JOIN held USING (venue_id) WHERE grid_id = %(grid)s
    UNION ALL
    SELECT -number, cell.id, %(more)s, exp(-0.5 * (ST_Distance(centre, place) / %(sigma)s) ^ 2)
    FROM (
        SELECT number, ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 32651) AS place
        FROM unnest(%(lons)s::float8[], %(lats)s::float8[])
            WITH ORDINALITY AS site (lon, lat, number) OFFSET 0
    ) AS site JOIN geo_cell cell ON grid_id = %(grid)s AND ST_DWithin(centre, place, %(farthest)s)
),
people AS (
    SELECT cell_id, count FROM geo_cellpopulation
    WHERE layer_id = %(layer)s AND "group" = %(group)s AND count > 0
),
ratio AS (
    SELECT venue_id, max(seats) / sum(weight * count) AS ratio
    FROM near JOIN people USING (cell_id) GROUP BY venue_id
)
SELECT cell_id, sum(weight * ratio) FROM near JOIN ratio USING (venue_id) GROUP BY cell_id
"""
NEAREST = """
SELECT cell_id, min(metres) FROM geo_reach JOIN unnest(%s::bigint[]) AS held (venue_id)
    USING (venue_id) WHERE grid_id = %s GROUP BY cell_id
"""
LATEST = """
SELECT cell_id, max(held_on) FROM geo_reach
JOIN unnest(%s::bigint[], %s::date[]) AS held (venue_id, held_on) USING (venue_id)
WHERE grid_id = %s AND metres <= %s GROUP BY cell_id
"""
REACHABLE = """
SELECT cell_id, sum(seats) FROM geo_reach
JOIN unnest(%s::bigint[], %s::bigint[]) AS held (venue_id, seats) USING (venue_id)
WHERE grid_id = %s AND metres <= %s GROUP BY cell_id
"""
Points = Sequence[tuple[float, float]]  # lon, lat


def persons_access(ask: Ask, more: Points = (), seats: float = 1) -> dict[int, float]:
    """Cell id → sessions per person, E2SFCA with exp(−½(d/1 km)²) up to 3 km.

    *more* points hold *seats* sessions each. Σ people · access = sessions with anybody in reach.
    """
    here, held = peopled(ask), supply(ask).venues
    with connection.cursor() as cursor:
        cursor.execute(
            ACCESS,
            {
                "venues": list(held), "seats": list(held.values()), "sigma": BANDWIDTH_M,
                "farthest": FARTHEST_M, "grid": here.grid, "layer": here.layer,
                "group": ask.group, "more": seats,
                "lons": [lon for lon, _ in more], "lats": [lat for _, lat in more],
            },
        )  # fmt: skip
        return dict(cursor.fetchall())


def access(ask: Ask) -> Access:
    """M3: the index is 100 for the mean person in the districts that reported."""
    found = remembered(("access", ask), lambda: persons_access(ask))
    known = reported(ask.first, ask.last, ask.demo)
    rows = [one for one in peopled(ask).cells if one[1] in known]
    people = sum(count for *_, count in rows)
    mean = sum(found.get(cell, 0.0) * n for cell, _, _, n in rows) / people if people else 0.0
    cells = {cell: 100 * found.get(cell, 0.0) / mean if mean else 0.0 for cell, *_ in rows}
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for cell, district, _, count in rows:
        if district is not None:
            sums[district][0] += cells[cell] * count
            sums[district][1] += count
    districts = {key: shared / n for key, (shared, n) in sums.items() if n}
    return Access(frame(ask, supply(ask)), FARTHEST_M, cells, districts, mean)


def nearest(ask: Ask, now: datetime) -> Nearest:
    """M4: how far the nearest of the period is, and when the last one was within reach."""
    here, held = peopled(ask), supply(ask).venues
    lasts = last_days(ask, now)
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [list(held), here.grid])
        metres: dict[int, float] = dict(cursor.fetchall())
        cursor.execute(LATEST, [list(lasts), list(lasts.values()), here.grid, ask.metres])
        days: dict[int, date] = dict(cursor.fetchall())
    known = reported(ask.first, ask.last, ask.demo)
    today = day_of(now)
    cells: dict[int, Near] = {}
    by_district: dict[int, list[tuple[float, int]]] = defaultdict(list)
    latest: dict[int, date] = {}
    for cell, district, _, count in here.cells:
        last = days.get(cell)
        is_known = district in known
        cells[cell] = Near(metres.get(cell) if is_known else None, last, _since(last, today))
        if district is not None and is_known:
            by_district[district].append((metres.get(cell, float("inf")), count))
        if district is not None and last:
            latest[district] = max(last, latest.get(district, last))
    districts = {
        key: Near(_median(rows), latest.get(key), _since(latest.get(key), today))
        for key, rows in by_district.items()
    }
    return Nearest(frame(ask, supply(ask)), cells, districts)


def _since(last: date | None, today: date) -> int | None:
    return (today - last).days if last else None


def _median(rows: list[tuple[float, int]]) -> float | None:
    """The distance that half of the people have at most; None where half have none at all."""
    half, so_far = sum(count for _, count in rows) / 2, 0
    for metres, count in sorted(rows):
        so_far += count
        if so_far >= half and so_far:
            return metres if metres != float("inf") else None
    return None


def equity(ask: Ask, standard: float = 1) -> Equity:
    """M6 over the access of M3; the standard is sessions within ``ask.metres``."""
    found = access(ask)
    here = [one for one in peopled(ask).cells if one[0] in found.cells]
    people = [count for *_, count in here]
    values = [found.cells[cell] for cell, *_ in here]
    curve = formulas.lorenz(values, people)
    theil = formulas.theil(values, people, [district for _, district, _, _ in here])
    reach = _reachable(ask)
    sessions = [reach.get(cell, 0) for cell, *_ in here]
    heights: Counter[int] = Counter()
    for number, count in zip(sessions, people, strict=True):
        heights[number] += count
    inside = covered_cells(ask)
    without = sum(n for (cell, *_), n in zip(here, people, strict=True) if cell not in inside)
    return Equity(
        frame=found.frame,
        curve=formulas.thinned(curve),
        gini=formulas.gini_of(curve),
        bottom_share=formulas.bottom_share(curve),
        theil=theil.total if theil else None,
        theil_between=theil.between if theil else None,
        theil_within=theil.within if theil else None,
        f0=without / sum(people) if sum(people) else None,
        f1=formulas.shortfall(sessions, people, standard, 1),
        standard=standard,
        group_ratio=_group_ratio(ask),
        histogram=tuple(sorted(heights.items())),
    )


def _group_ratio(ask: Ask) -> float | None:
    """Mean access of the group ÷ of everybody, both from the access of everybody."""
    everybody = replace(ask, group="total")
    found = access(everybody)
    people = {cell: count for cell, _, _, count in peopled(ask).cells if cell in found.cells}
    if not sum(people.values()) or not found.mean:
        return None
    return sum(found.cells[c] * n for c, n in people.items()) / sum(people.values()) / 100


def _reachable(ask: Ask) -> dict[int, int]:
    """Cell id → sessions within ``ask.metres``."""
    held = supply(ask).venues
    with connection.cursor() as cursor:
        cursor.execute(REACHABLE, [list(held), list(held.values()), peopled(ask).grid, ask.metres])
        return {cell: int(count) for cell, count in cursor.fetchall()}
