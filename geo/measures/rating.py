"""M0 数据完整度, M1 每千人场次, M7 份额差: the measures of areas, where nothing is a sketch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from geo.gaps.rates import poisson_interval
from geo.gaps.smoothing import empirical_bayes, funnel, overdispersion, rank_intervals
from geo.measures.frames import frame
from geo.measures.people import Figures, figures
from geo.measures.results import AreaRate, Ask, Basis, Complete, Frame, Rates, Share, Shares
from geo.measures.supply import Supply, remembered, reported, supplies, supply
from geo.models import Area, ImportBatch
from geo.moments import day_of

PER = 1000  # people
DAYS = 30
LEVEL = 0.95
COMPLETE = """
SELECT count(*), count(*) FILTER (WHERE venue_id = ANY (SELECT id FROM geo_venue
    WHERE point IS NOT NULL AND radius_m <= 200))
FROM geo_countedsession
WHERE held_on BETWEEN %s AND %s AND takes_place AND is_first AND (%s OR NOT is_demo)
"""
ORGANIZERS = """
SELECT count(DISTINCT organizer) FROM geo_countedsession, unnest(organizer_ids) AS organizer
WHERE held_on BETWEEN %s AND %s AND is_first AND (%s OR NOT is_demo)
"""
NEWEST = "SELECT max(held_on) FROM geo_countedsession WHERE %s OR NOT is_demo"


def complete(ask: Ask) -> Complete:
    """M0 of the period, whatever the kind: who reported, how sharp, how fresh."""
    return remembered(("complete", ask.first, ask.last, ask.demo), lambda: _complete(ask))


def _complete(ask: Ask) -> Complete:
    period: list[Any] = [ask.first, ask.last, ask.demo]
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE, period)
        sessions, sharp = cursor.fetchone()
        cursor.execute(ORGANIZERS, period)
        (organizers,) = cursor.fetchone()
        cursor.execute(NEWEST, [ask.demo])
        (newest,) = cursor.fetchone()
    batches = ImportBatch.objects.filter(state=ImportBatch.State.PUBLISHED, source__is_sample=False)
    batch = batches.order_by("-started_at").first()
    return Complete(
        organizers=organizers,
        sessions=sessions,
        sharp=sharp,
        reported=tuple(sorted(reported(ask.first, ask.last, ask.demo))),
        last_import=day_of(batch.started_at) if batch else None,
        newest_on=newest,
    )


def rates(ask: Ask, level: str = "district") -> Rates:
    """M1 per 1 000 of the group and 30 days, for districts, or towns where people are known."""
    held = supplies(ask, with_towns=level == "town").get(None) or Supply()
    found = figures(level, group=ask.group)
    events = held.districts if level == "district" else held.towns
    bases = _bases(ask, level, found)
    framed = _framed(ask, found, held)
    if not bases:
        return Rates(framed, {}, 0.0, 1.0)
    areas = list(bases)
    counts, people = [events.get(a, 0) for a in areas], [bases[a] for a in areas]
    return _rates(framed, areas, counts, people)


def _bases(ask: Ask, level: str, found: Figures | None) -> dict[int, int]:
    """Area id → people, of the areas in districts that reported."""
    if found is None:
        return {}
    known = reported(ask.first, ask.last, ask.demo)
    homes = dict(Area.objects.filter(level=level).values_list("pk", "parent_id"))
    return {
        area: count
        for (area, group), count in found.counts.items()
        if group == ask.group and count > 0
        and (area if level == "district" else homes.get(area)) in known
    }  # fmt: skip


def _rates(framed: Frame, areas: list[int], events: list[int], people: list[int]) -> Rates:
    days = (framed.ask.last - framed.ask.first).days + 1
    factor = PER * DAYS / days
    smooth = empirical_bayes(events, people)
    spread = overdispersion(events, people)
    order = sorted(range(len(areas)), key=lambda i: events[i] / people[i])
    places = {i: place for place, i in enumerate(order, start=1)}
    ranks = rank_intervals(events, people)
    rows = {}
    for i, area in enumerate(areas):
        count, base = events[i], people[i]
        low, high = poisson_interval(count, LEVEL)
        floor, ceiling = funnel(smooth.mean, base, LEVEL, spread**0.5)
        rows[area] = AreaRate(
            events=count,
            base=base,
            value=factor * count / base,
            low=factor * low / base,
            high=factor * high / base,
            smoothed=factor * smooth.values[i],
            place=places[i],
            rank_low=ranks[i][0],
            rank_high=ranks[i][1],
            funnel_low=factor * floor,
            funnel_high=factor * ceiling,
            is_plain=floor <= count / base <= ceiling,
        )
    return Rates(framed, rows, factor * smooth.mean, spread)


def shares(ask: Ask) -> Shares:
    """M7: a district's share of the sessions less its share of the group; over those known."""
    held, found = supply(ask), figures("district", group=ask.group)
    bases: Mapping[int, int] = _bases(ask, "district", found)
    people = sum(bases.values())
    sessions = sum(held.districts.get(area, 0) for area in bases)
    rows = {
        area: Share(held.districts.get(area, 0) / sessions if sessions else 0.0, base / people)
        for area, base in bases.items()
    }
    return Shares(_framed(ask, found, held), rows if sessions else {})


def _framed(ask: Ask, found: Figures | None, held: Supply) -> Frame:
    """Districts are facts: their own figures, not those spread over cells."""
    plain = frame(ask, held)
    basis = (
        Basis(ask.group, found.counted_on, found.basis, found.source, "counted")
        if found
        else Basis(ask.group, None, "", "")
    )
    return Frame(ask, basis, held.left_out, held.sessions, plain.unknown)
