"""What repeats by a rule, as one series of a calendar: RRULE, EXDATE, and the days that differ.

Only what can be proven is folded: the rule must give exactly the days that are there and those that
are written down as left out. Everything else stays one event a day, which every program reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from dateutil.rrule import rrulestr

from geo.models import Occurrence
from geo.moments import SHANGHAI

LEAST = 3  # days: fewer are clearer apart
MOST_LEFT_OUT = 60


@dataclass(frozen=True)
class Series:
    """*usual* stands for all; *changed* are told one by one with their RECURRENCE-ID."""

    usual: Occurrence
    rows: list[Occurrence]
    changed: list[Occurrence]
    rule: str  # RFC 5545, with the last day as UNTIL
    left_out: list[date]  # days of the rule on which nothing is

    @property
    def uid(self) -> str:
        schedule = self.usual.schedule
        begin = f"{schedule.start_on:%Y%m%d}"
        return f"{self.usual.activity.public_id}-{begin}-every-{self.usual.place_rank}@yitu"


def series_in(rows: Iterable[Occurrence]) -> tuple[list[Series], list[Occurrence]]:
    """The series among *rows*, and the rows that belong to none."""
    found: list[Series] = []
    single: list[Occurrence] = []
    for _key, same in groupby(sorted(rows, key=_order), key=lambda row: _order(row)[:3]):
        group = list(same)
        series = _folded(group)
        if series:
            found.append(series)
        else:
            single += group
    return found, single


def _order(row: Occurrence) -> tuple[int, int, int, datetime]:
    return row.activity_id, row.schedule_id, row.place_rank, row.original_start


def _folded(rows: list[Occurrence]) -> Series | None:
    """*rows* share schedule and place's rank; None where rule and days do not agree."""
    rule = rows[0].schedule.rrule
    usual = next((row for row in rows if _is_usual(row)), None)
    if not rule or len(rows) < LEAST or usual is None:
        return None
    days = [_day(row) for row in rows]
    clocks = {row.original_start.astimezone(SHANGHAI).time() for row in rows}
    if len(clocks) > 1 or len(set(days)) < len(days):
        return None
    plain = ";".join(
        part for part in rule.split(";") if not part.upper().startswith(("UNTIL=", "COUNT="))
    )
    begin, end = (datetime.combine(day, time.min) for day in (days[0], days[-1]))
    by_rule = [one.date() for one in rrulestr(plain, dtstart=begin).between(begin, end, inc=True)]
    left_out = sorted(set(by_rule) - set(days))
    if not set(days) <= set(by_rule) or len(left_out) > MOST_LEFT_OUT:
        return None
    changed = [row for row in rows if not (_is_usual(row) and _is_alike(row, usual))]
    return Series(usual, rows, changed, plain, left_out)


def _day(row: Occurrence) -> date:
    return row.original_start.astimezone(SHANGHAI).date()


def _is_usual(row: Occurrence) -> bool:
    return (
        row.status == Occurrence.Status.SCHEDULED
        and row.starts_at == row.original_start
        and row.certainty != Occurrence.Certainty.ONE_OF
    )


def _is_alike(row: Occurrence, usual: Occurrence) -> bool:
    """The same hours and the same place."""
    return (
        row.ends_at - row.starts_at == usual.ends_at - usual.starts_at
        and row.time_precision == usual.time_precision
        and row.part_of_day == usual.part_of_day
        and row.printed_time == usual.printed_time
        and (row.venue_id, row.area_id, row.place_id)
        == (usual.venue_id, usual.area_id, usual.place_id)
    )
