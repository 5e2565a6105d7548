"""Two periods of one question, or two areas in one period, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from geo.gaps import Rate
from geo.models import Area
from geo.planning.question import Span
from geo.planning.table import Row, Table, table_of

Words = str | Promise
LEAP_DAY = (2, 29)
OTHERS: tuple[tuple[str, Words], ...] = (
    ("previous", gettext_lazy("前一段同样长的时间")),
    ("year", gettext_lazy("上一年的同一时段")),
)


def other_span(span: Span, key: str) -> Span:
    """The period that *span* is compared with."""
    name = str(dict(OTHERS).get(key, OTHERS[0][1]))
    if key == "year":
        return Span("other", name, _year_before(span.first), _year_before(span.last))
    days = (span.last - span.first).days + 1
    return Span("other", name, span.first - timedelta(days=days), span.first - timedelta(days=1))


def _year_before(day: date) -> date:
    if (day.month, day.day) == LEAP_DAY:
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


@dataclass(frozen=True)
class Pair:
    """One area then and now."""

    now: Row
    then: Row

    @property
    def change(self) -> int | None:
        """How many more than then; None where one of them is not known."""
        if not (self.now.is_known and self.then.is_known):
            return None
        return self.now.occurrences - self.then.occurrences

    @property
    def differs(self) -> bool | None:
        """Whether the two rates' intervals lie apart; None where one is not known."""
        return apart(self.now.rate, self.then.rate)


def apart(one: Rate | None, other: Rate | None) -> bool | None:
    """Whether two intervals share no value."""
    if one is None or other is None:
        return None
    return one.high < other.low or other.high < one.low


@dataclass(frozen=True)
class Periods:
    span: Span
    other: Span
    rows: Sequence[Pair]
    total: Pair


def periods_of(here: Table, districts: Sequence[Area], key: str, now: datetime) -> Periods:
    """The districts of a table, in the order of their codes, beside another period's."""
    question = here.question
    other = other_span(question.span, key)
    there = table_of(replace(question, span=other), districts, now)
    then = {row.area.code: row for row in there.rows if row.area}
    pairs = [Pair(row, then[row.area.code]) for row in here.rows if row.area]
    pairs.sort(key=lambda pair: (pair.now.area.code or "") if pair.now.area else "")
    return Periods(question.span, other, pairs, Pair(here.total, there.total))


def two_areas(table: Table, query: Mapping[str, str]) -> tuple[Row, Row] | None:
    """The rows named by ``left`` and ``right``; the worst and the best known when not named."""
    known = [row for row in table.rows if row.is_known and row.area]
    if len(known) < 2:
        return None
    left = table.row_of(query.get("left", "")) or known[0]
    right = table.row_of(query.get("right", "")) or known[-1]
    return left, right
