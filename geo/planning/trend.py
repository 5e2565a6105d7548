"""One question month by month, before and after a mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from geo.gaps import Rate, rate
from geo.models import Area
from geo.planning import counting
from geo.planning.comparing import apart
from geo.planning.question import Question, Span

MONTHS = 13  # the last one and the same month of the year before


@dataclass(frozen=True)
class Month:
    """One month of one area, or of all. ``is_known`` False: nobody reported anything in it."""

    first: date
    occurrences: int
    is_known: bool
    rate: Rate | None


@dataclass(frozen=True)
class Side:
    """All known months before a mark, or from it on: how many a month, with an interval."""

    months: int
    occurrences: int
    monthly: Rate | None  # occurrences per month


@dataclass(frozen=True)
class Trend:
    months: Sequence[Month]
    mark: date | None
    before: Side | None
    after: Side | None

    @property
    def differs(self) -> bool | None:
        """Whether the two intervals lie apart; None where one side has no month."""
        if self.before is None or self.after is None:
            return None
        return apart(self.before.monthly, self.after.monthly)


def trend_of(question: Question, district: Area | None, mark: date | None) -> Trend:
    """The thirteen months up to the period's last one. *mark* counts to the months after it."""
    firsts = months_before(question.span.last)
    whole = replace(question, span=Span("trend", "", firsts[0], _last_day(firsts[-1])))
    counts = counting.by_month(whole, district)
    known = counting.months_reported(whole, district)
    people = counting.populations(question.group.key, [district] if district else _all_districts())
    base = sum(one.count for one in people.values())
    months = [
        Month(one, counts.get(one, 0), one in known, rate(counts.get(one, 0), base))
        for one in firsts
    ]
    if mark is None:
        return Trend(months, None, None, None)
    before = _side([one for one in months if _last_day(one.first) < mark])
    after = _side([one for one in months if one.first >= mark.replace(day=1)])
    return Trend(months, mark, before, after)


def months_before(last: date) -> list[date]:
    """First days of thirteen months, that of *last* the last one."""
    number = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - MONTHS + 1, number + 1)]


def _side(months: Sequence[Month]) -> Side:
    known = [one for one in months if one.is_known]
    total = sum(one.occurrences for one in known)
    return Side(len(known), total, rate(total, len(known), per=1) if known else None)


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _last_day(first: date) -> date:
    return date.fromordinal(_next(first.replace(day=1)).toordinal() - 1)


def _all_districts() -> list[Area]:
    return list(Area.objects.districts())
