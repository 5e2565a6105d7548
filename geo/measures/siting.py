"""M8 试放效果: what one more would change, and where it would change most."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from geo.gaps import equity as formulas
from geo.gaps.siting import choose
from geo.measures.coverage import covered_cells, uncovered
from geo.measures.frames import all_groups, peopled
from geo.measures.reaching import access, persons_access
from geo.measures.results import Ask, Covered, Effect, Site, SitingRules
from geo.measures.supply import remembered, supply

MOST_SITES = 10
ANYWHERE_PUBLIC = SitingRules()
# Kinds of venues that stand open to the public. A school or a factory is none.
PUBLIC_KINDS = (
    "社区活动中心", "图书馆", "文化馆", "博物馆", "公园", "广场", "体育馆", "党群服务中心",
    "社会组织中心", "公益园区", "养老服务中心", "文化礼堂", "展厅", "剧场", "卫生服务站",
    "会展中心",
)  # fmt: skip
NEAR_SITES = """
SELECT number::int, cell.id FROM (
    SELECT number, ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 32651) AS place
    FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS site (lon, lat, number) OFFSET 0
) AS site JOIN geo_cell cell ON grid_id = %s AND ST_DWithin(centre, place, %s)
"""
VENUES = """
SELECT venue.id, name, ST_X(point), ST_Y(point), ST_X(place), ST_Y(place),
    array(SELECT cell_id FROM geo_reach
        WHERE grid_id = %(grid)s AND venue_id = venue.id AND metres <= %(metres)s)
FROM (SELECT *, ST_Transform(point, 32651) AS place FROM geo_venue
    WHERE point IS NOT NULL AND radius_m <= 200 OFFSET 0) AS venue
WHERE (NOT is_sample OR %(demo)s) AND (NOT %(public)s OR kind = ANY (%(kinds)s))
    AND (valid_to IS NULL OR valid_to >= %(last)s)
    AND (%(district)s = 0 OR district_id = %(district)s)
ORDER BY venue.id
"""
CENTRES = """
SELECT id, ST_X(point), ST_Y(point), ST_X(centre), ST_Y(centre), district_id
FROM (SELECT *, ST_Transform(centre, 4326) AS point FROM geo_cell WHERE grid_id = %s) AS one
ORDER BY id
"""
PLACES = """
SELECT ST_X(place), ST_Y(place) FROM (
    SELECT ST_Transform(point, 32651) AS place FROM geo_venue WHERE id = ANY (%s)) AS held
"""


@dataclass(frozen=True)
class Candidate:
    """A site, where it is in the plane (metres), and the cells within reach of it."""

    site: Site
    x: float
    y: float
    cells: tuple[int, ...]


def what_if(ask: Ask, sites: Sequence[Site]) -> Effect:
    """What up to ten more places would change, in the order given.

    A new place is taken to hold as many sessions as those that hold any do on average.
    """
    sites = list(sites)[:MOST_SITES]
    covers: list[set[int]] = [set() for _ in sites]
    with connection.cursor() as cursor:
        lons, lats = [s.lon for s in sites], [s.lat for s in sites]
        cursor.execute(NEAR_SITES, [lons, lats, peopled(ask).grid, ask.metres])
        for number, cell in cursor.fetchall():
            covers[number - 1].add(cell)
    return _effect(ask, sites, covers)


def _effect(ask: Ask, sites: Sequence[Site], covers: Sequence[set[int]]) -> Effect:
    gap = uncovered(ask)
    open_cells = {cell: c.uncovered for cell, c in gap.cells.items() if c.uncovered}
    sure = {cell for cell, c in gap.cells.items() if c.is_known} - covered_cells(ask)
    gained: set[int] = set()
    placed = []
    for site, cover in zip(sites, covers, strict=True):
        new = (cover & sure) - gained
        placed.append(replace(site, gain=sum(open_cells.get(cell, 0) for cell in new)))
        gained |= new
    newly = {cell: open_cells[cell] for cell in gained if cell in open_cells}
    groups = {
        group: sum(people.get(cell, 0) for cell in gained)
        for group, people in all_groups(ask).items()
    }
    curves = [formulas.lorenz(*both) for both in _before_and_after(ask, sites)]
    total = gap.total
    return Effect(
        frame=gap.frame,
        sites=tuple(placed),
        before=total,
        after=replace(total, uncovered=total.uncovered - sum(newly.values())),
        groups=groups,
        districts=_after(ask, gap.districts, newly),
        cells=newly,
        gini_before=formulas.gini_of(curves[0]),
        gini_after=formulas.gini_of(curves[1]),
        curve_before=formulas.thinned(curves[0]),
        curve_after=formulas.thinned(curves[1]),
    )


def _after(ask: Ask, before: Mapping[int, Covered], newly: Mapping[int, int]) -> dict[int, Covered]:
    gains: Counter[int] = Counter()
    for cell, district, _, _ in peopled(ask).cells:
        if cell in newly and district is not None:
            gains[district] += newly[cell]
    return {key: replace(one, uncovered=one.uncovered - gains[key]) for key, one in before.items()}


def _before_and_after(ask: Ask, sites: Sequence[Site]) -> list[tuple[list[float], list[int]]]:
    """(access, people) of the known cells, without and with the sites."""
    found = access(ask)
    rows = [(cell, count) for cell, _, _, count in peopled(ask).cells if cell in found.cells]
    people = [count for _, count in rows]
    venues = supply(ask).venues
    seats = max(1, round(sum(venues.values()) / len(venues))) if venues else 1
    after = persons_access(ask, [(s.lon, s.lat) for s in sites], seats)
    return [
        ([found.cells[cell] for cell, _ in rows], people),
        ([after.get(cell, 0.0) for cell, _ in rows], people),
    ]


def suggest(ask: Ask, count: int = 3, rules: SitingRules = ANYWHERE_PUBLIC) -> Effect:
    """The *count* places that newly cover most people: greedy, swaps, then a bounded search.

    ``bound`` is proven: by a finished search ("exact"), or by what an unfinished one had left
    ("bounded").
    """
    gap = uncovered(ask)
    weights = {cell: c.uncovered for cell, c in gap.cells.items() if c.uncovered}
    found = candidates(ask, rules)

    def near(first: int, second: int) -> bool:
        return rules.min_metres > 0 and _apart(found[first], found[second]) < rules.min_metres

    wanted = max(1, min(count, MOST_SITES))
    picked = choose([one.cells for one in found], weights, wanted, near)
    chosen = [found[i] for i in picked.sites]
    effect = _effect(ask, [one.site for one in chosen], [set(one.cells) for one in chosen])
    in_reach = {cell for one in found for cell in one.cells}
    return replace(
        effect,
        bound=picked.bound,
        bound_how="exact" if picked.is_best else "bounded",
        candidates=len(found),
        unreachable=sum(n for cell, n in weights.items() if cell not in in_reach),
    )


def candidates(ask: Ask, rules: SitingRules) -> list[Candidate]:
    """Public venues, or with them every other venue and the centre of every cell."""
    params: dict[str, Any] = {
        "grid": peopled(ask).grid, "metres": ask.metres, "demo": ask.demo, "last": ask.last,
        "public": rules.public_only, "kinds": list(PUBLIC_KINDS), "district": rules.district,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(VENUES, params)
        found = [
            Candidate(Site(lon, lat, venue, name), x, y, tuple(cells))
            for venue, name, lon, lat, x, y, cells in cursor.fetchall()
        ]
        if not rules.public_only:
            found += [
                one
                for district, one in remembered(
                    ("centres", ask.grid, ask.metres), lambda: _centres(ask)
                )
                if rules.district in (0, district)
            ]
        if rules.min_metres:
            cursor.execute(PLACES, [list(supply(ask).venues)])
            held = cursor.fetchall()
            found = [
                one
                for one in found
                if all(math.hypot(one.x - x, one.y - y) >= rules.min_metres for x, y in held)
            ]
    return found


def _centres(ask: Ask) -> list[tuple[int | None, Candidate]]:
    """(district, centre of a cell as a candidate), with the cells whose centres are in reach."""
    with connection.cursor() as cursor:
        cursor.execute(CENTRES, [peopled(ask).grid])
        rows = cursor.fetchall()
    near, size = defaultdict(list), ask.metres
    for cell, _, _, x, y, _ in rows:
        near[x // size, y // size].append((cell, x, y))
    found = []
    for _, lon, lat, x, y, district in rows:
        column, line = x // size, y // size
        cells = tuple(
            cell
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            for cell, to_x, to_y in near.get((column + i, line + j), ())
            if math.hypot(to_x - x, to_y - y) <= size
        )
        found.append((district, Candidate(Site(lon, lat), x, y, cells)))
    return found


def _apart(first: Candidate, second: Candidate) -> float:
    return math.hypot(first.x - second.x, first.y - second.y)
