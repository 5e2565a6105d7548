"""M2 未覆盖人数 and what follows from it: bands of the week, groups × categories, months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.db import connection

from geo.measures.frames import all_groups, frame, peopled
from geo.measures.results import Ask, BandGap, Covered, Uncovered
from geo.measures.supply import BANDS, Supply, remembered, reported, supplies, supply
from geo.models import Category

COVERED = """
SELECT DISTINCT cell_id FROM geo_reach JOIN unnest(%s::bigint[]) AS held (venue_id)
    USING (venue_id) WHERE grid_id = %s AND metres <= %s
"""
MASKS = """
SELECT cell_id, bit_or(mask) FROM geo_reach
JOIN unnest(%s::bigint[], %s::bigint[]) AS held (venue_id, mask) USING (venue_id)
WHERE grid_id = %s AND metres <= %s GROUP BY cell_id
"""
MOST_KEYS = 62  # bits of a mask


def covered_cells(ask: Ask) -> frozenset[int]:
    """Ids of the cells whose centre has a matching session within reach."""
    return remembered(
        ("covered", replace(ask, group="", layer="")), lambda: _covered(ask, supply(ask).venues)
    )


def _covered(ask: Ask, venues: Collection[int]) -> frozenset[int]:
    if not venues:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(COVERED, [list(venues), peopled(ask).grid, ask.metres])
        return frozenset(row[0] for row in cursor.fetchall())


def uncovered(ask: Ask) -> Uncovered:
    """M2: people of the group with no matching session within ``ask.metres`` in the period."""
    covered = covered_cells(ask)
    found = _sums(ask, covered.__contains__)
    return Uncovered(frame(ask, supply(ask)), *found)


Sums = tuple[Mapping[int, Covered], Mapping[int, Covered], Mapping[int, Covered], Covered]


def _sums(ask: Ask, is_covered: Callable[[int], bool]) -> Sums:
    """By cell, district, town, and in all; a district nobody reported from is not known."""
    known = reported(ask.first, ask.last, ask.demo)
    cells: dict[int, Covered] = {}
    people: Counter[tuple[str, int]] = Counter()
    missed: Counter[tuple[str, int]] = Counter()
    homes: dict[int, bool] = {}
    for cell, district, town, count in peopled(ask).cells:
        is_known = district in known
        gap = count if is_known and not is_covered(cell) else 0
        cells[cell] = Covered(count, gap, is_known)
        if district is None:
            continue
        people["district", district] += count
        missed["district", district] += gap
        if town is not None:
            homes[town] = is_known
            people["town", town] += count
            missed["town", town] += gap
    districts = {
        key: Covered(n, missed["district", key], key in known)
        for (kind, key), n in people.items()
        if kind == "district"
    }
    towns = {
        key: Covered(n, missed["town", key], homes[key])
        for (kind, key), n in people.items()
        if kind == "town"
    }
    sure = [one for one in districts.values() if one.is_known]
    total = Covered(sum(c.people for c in sure), sum(c.uncovered for c in sure), bool(sure))
    return cells, districts, towns, total


def bands(ask: Ask) -> BandGap:
    """M5: the uncovered of each band of the week, in one look at the sessions."""
    held = supplies(replace(ask, band=""), by="band")
    keys = {name: held.get(number, Supply()) for name, number in BANDS.items()}
    masks = _cell_masks(ask, list(keys.values()))
    frames, totals, districts = {}, {}, {}
    for bit, (name, mine) in enumerate(keys.items()):
        asked = replace(ask, band=name)
        sums = _sums(asked, _has_bit(masks, bit))
        frames[name], districts[name], totals[name] = frame(asked, mine), sums[1], sums[3]
    unsaid = held.get(0, Supply())
    return BandGap(frames, totals, districts, unsaid.sessions + unsaid.left_out.total)


def matrix(ask: Ask) -> dict[tuple[str, str], int]:
    """(group, category slug) → uncovered people in districts that reported, all of both."""
    slugs = dict(Category.objects.values_list("pk", "slug"))
    held = supplies(replace(ask, category="", audience=""), by="category")
    keys = list(slugs)[:MOST_KEYS]
    masks = _cell_masks(ask, [held.get(key, Supply()) for key in keys])
    known = reported(ask.first, ask.last, ask.demo)
    sure = {cell for cell, district, _, _ in peopled(ask).cells if district in known}
    found: dict[tuple[str, str], int] = {}
    for group, people in all_groups(ask).items():
        by_mask: Counter[int] = Counter()
        for cell, count in people.items():
            if cell in sure:
                by_mask[masks.get(cell, 0)] += count
        for bit, key in enumerate(keys):
            gap = sum(n for mask, n in by_mask.items() if not mask >> bit & 1)
            found[group, slugs[key]] = gap
    return found


def months(ask: Ask) -> list[tuple[date, int, Covered]]:
    """(first of the month, sessions, uncovered) for each month of the period, empty ones too.

    At most 62 months, the latest ones. Sessions count those without a place on the map as well.
    """
    first, last = (day.year * 12 + day.month - 1 for day in (ask.first, ask.last))
    keys = range(max(first, last - MOST_KEYS + 1), last + 1)
    held = supplies(ask, by="month")
    mine = [held.get(key, Supply()) for key in keys]
    masks = _cell_masks(ask, mine)
    found = []
    for bit, (key, one) in enumerate(zip(keys, mine, strict=True)):
        total = _sums(ask, _has_bit(masks, bit))[3]
        sessions = one.sessions + one.left_out.total
        found.append((date(key // 12, key % 12 + 1, 1), sessions, total))
    return found


def _has_bit(masks: Mapping[int, int], bit: int) -> Callable[[int], bool]:
    return lambda cell: bool(masks.get(cell, 0) >> bit & 1)


def _cell_masks(ask: Ask, held: Sequence[Supply]) -> dict[int, int]:
    """Cell id → bit i set where a session of ``held[i]`` is within reach."""
    venues: dict[int, int] = {}
    for bit, one in enumerate(held):
        for venue in one.venues:
            venues[venue] = venues.get(venue, 0) | 1 << bit
    if not venues:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(MASKS, [list(venues), list(venues.values()), peopled(ask).grid, ask.metres])
        return dict(cursor.fetchall())
