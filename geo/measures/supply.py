"""What is held, asked of the counted sessions: once a question, then kept until the data change.

Counted sessions are kept by triggers (`geo.models.measures`), so nothing here can be stale. What
was asked before is remembered by the number that every commit gives the data; inside a transaction
that has changed something nothing is remembered.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar, cast

from django.db import connection

from geo.measures.results import Ask, LeftOut
from geo.models import Audience, Category, Source

Found = TypeVar("Found")
REMEMBERED = 64
DEMO_CITY = "demo-city"  # slug of its source; the triggers know it, too
BANDS = {"weekday-day": 1, "weekday-evening": 2, "weekend": 3}
KEYS = {
    "": "NULL",
    "band": "band",
    "category": "category_id",
    "month": "(extract(year FROM held_on) * 12 + extract(month FROM held_on) - 1)::int",
}
SUPPLY = """
SELECT {key}, venue_id, district_id, {town}, one_of, count(*) FROM geo_countedsession
WHERE {where} GROUP BY {columns}
"""
SHARP = "SELECT id FROM geo_venue WHERE point IS NOT NULL AND radius_m <= 200"
REPORTED = """
SELECT id FROM geo_area district WHERE level = 'district' AND EXISTS (
    SELECT FROM geo_countedsession
    WHERE district_id = district.id AND held_on BETWEEN %s AND %s AND (%s OR NOT is_demo)
)
"""
LAST = """
SELECT venue_id, max(held_on) FROM geo_countedsession
WHERE {where} AND starts_at <= %(now)s AND venue_id IS NOT NULL GROUP BY 1
"""
VERSION = """
SELECT number, EXISTS (SELECT FROM geo_change WHERE version IS NULL) FROM geo_dataversion
"""


@dataclass
class Supply:
    """Sessions of one question. ``venues``: those with a place on the fine map, by venue id."""

    venues: dict[int, int] = field(default_factory=dict)
    districts: Counter[int] = field(default_factory=Counter)
    towns: Counter[int] = field(default_factory=Counter)
    coarse: int = 0
    one_of: int = 0
    nowhere: int = 0

    @property
    def left_out(self) -> LeftOut:
        return LeftOut(self.coarse, self.one_of, self.nowhere)

    @property
    def sessions(self) -> int:
        return sum(self.venues.values())


_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def remembered(key: Hashable, find: Callable[[], Found]) -> Found:
    """What *find* says, found once for each version of the data."""
    with connection.cursor() as cursor:
        cursor.execute(VERSION)
        version, is_changing = cursor.fetchone() or (None, True)
    if is_changing:
        return find()
    full = (connection.settings_dict["NAME"], version, key)
    with _lock:
        if full in _kept:
            _kept.move_to_end(full)
            return cast(Found, _kept[full])
    found = find()
    with _lock:
        _kept[full] = found
        while len(_kept) > REMEMBERED:
            _kept.popitem(last=False)
    return found


def forget() -> None:
    """Nothing is remembered: for measuring."""
    with _lock:
        _kept.clear()


def supply(ask: Ask) -> Supply:
    return supplies(ask).get(None, Supply())


def supplies(ask: Ask, by: str = "", with_towns: bool = False) -> Mapping[int | None, Supply]:
    """Sessions of the question, by nothing, band, category id, or month (12 · year + month − 1)."""
    return remembered(("supply", _of(ask), by, with_towns), lambda: _find(ask, by, with_towns))


def _of(ask: Ask) -> Hashable:
    return ask.first, ask.last, ask.category, ask.audience, ask.band, ask.demo


def _find(ask: Ask, by: str, with_towns: bool) -> dict[int | None, Supply]:
    where, params = where_of(ask, is_one_row=by != "category")
    town = "town_id" if with_towns else "NULL::bigint"
    # Only real columns are grouped by: a constant among them is hashed a million times, too.
    columns = ["2", "3", "5", *(["1"] if by else []), *(["4"] if with_towns else [])]
    asked = SUPPLY.format(key=KEYS[by], town=town, where=where, columns=", ".join(columns))
    found: dict[int | None, Supply] = {}
    placed = sharp_venues()
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        for key, venue, district, in_town, one_of, count in cursor.fetchall():
            mine = found.setdefault(key, Supply())
            if district is not None:
                mine.districts[district] += count
            if in_town is not None:
                mine.towns[in_town] += count
            if venue in placed:
                mine.venues[venue] = mine.venues.get(venue, 0) + count
            elif one_of:
                mine.one_of += count
            elif district is None:
                mine.nowhere += count
            else:
                mine.coarse += count
    return found


def where_of(
    ask: Ask, *, is_one_row: bool = True, in_period: bool = True
) -> tuple[str, dict[str, Any]]:
    """SQL over geo_countedsession and its parameters. What is not in the lists finds nothing."""
    parts, params = ["takes_place"], dict[str, Any]()
    if in_period:
        parts.append("held_on BETWEEN %(first)s AND %(last)s")
        params |= {"first": ask.first, "last": ask.last}
    if ask.category:
        found = Category.objects.filter(slug=ask.category).values_list("pk", flat=True).first()
        parts.append("category_id = %(category)s")
        params["category"] = found or -1
    elif is_one_row:
        parts.append("is_first")
    if ask.audience:
        found = Audience.objects.filter(slug=ask.audience).values_list("pk", flat=True).first()
        parts.append("%(audience)s = ANY (audience_ids)")
        params["audience"] = found or -1
    if ask.band:
        parts.append("band = %(band)s")
        params["band"] = BANDS.get(ask.band, -1)
    if not ask.demo:
        parts.append("NOT is_demo")
    return " AND ".join(parts), params


def sharp_venues() -> frozenset[int]:
    """Ids of the venues known to 200 m or better: they alone stand on fine maps."""
    return remembered("sharp", lambda: frozenset(_column(SHARP)))


def reported(first: date, last: date, demo: bool) -> frozenset[int]:
    """Ids of the districts anything at all was reported from."""
    key = ("reported", first, last, demo)
    return remembered(key, lambda: frozenset(_column(REPORTED, first, last, demo)))


def last_days(ask: Ask, now: datetime) -> dict[int, date]:
    """Venue id → the day of the last one that had begun by *now*, whatever the period."""
    where, params = where_of(ask, in_period=False)
    with connection.cursor() as cursor:
        cursor.execute(LAST.format(where=where), {**params, "now": now})
        return dict(cursor.fetchall())


def has_demo() -> bool:
    """Whether the invented year of ``make_demo_city`` is loaded."""
    return Source.objects.filter(slug=DEMO_CITY).exists()


def _column(sql: str, *params: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return [row[0] for row in cursor.fetchall()]
