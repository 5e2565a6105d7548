"""The ranking table: districts, their total, what was left out, and how complete the data are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from geo.gaps import Rate, class_of, rate
from geo.measures.results import AreaRate, Covered, Frame
from geo.models import Area, ImportBatch, Population
from geo.moments import day_of
from geo.planning import counting
from geo.planning.counting import Counts
from geo.planning.findings import Findings, findings_of
from geo.planning.question import Question


@dataclass(frozen=True)
class Row:
    """One district, or all that reported. ``is_known`` False: nobody reported; figures are 0
    but mean nothing and are never shown."""

    area: Area | None
    is_known: bool
    occurrences: int
    activities: int
    organizers: int
    population: Population | None
    base: int | None
    rate: Rate | None
    last_on: date | None
    days: int | None
    klass: int | None = None  # class on the map, 0 to 4; None: hatched
    rank: int | None = None
    bar: float = 0  # share of the longest bar, 0 to 1
    covered: Covered | None = None  # None: no cells, or nobody reported
    compared: AreaRate | None = None  # ranks and funnel
    more: float | None = None  # the figure of a measure that was asked for alone

    def value(self, measure: str) -> float | None:
        """The figure that *measure* shows; None where it cannot be said."""
        if not self.is_known:
            return None
        figures = {
            "rate": self.rate.value if self.rate else None,
            "count": self.occurrences,
            "organizers": self.organizers,
            "days": self.days,
            "uncovered": self.covered.uncovered if self.covered else None,
            "uncovered-share": self._uncovered_share,
        }
        return figures.get(measure, self.more)

    @property
    def _uncovered_share(self) -> float | None:
        share = self.covered.share if self.covered else None
        return None if share is None else 100 * share

    @property
    def is_plain(self) -> bool:
        """Inside the funnel: not distinguishable from the mean."""
        return self.compared is not None and self.compared.is_plain


@dataclass(frozen=True)
class LeftOut:
    """Counted by nobody's row: known only at city level, or lying in one of several districts."""

    occurrences: int
    activities: int


@dataclass(frozen=True)
class Completeness:
    organizers: int
    occurrences: int
    precisions: dict[str, int]  # see counting.PRECISIONS
    first_on: date | None
    last_on: date | None
    batch: ImportBatch | None


@dataclass(frozen=True)
class Table:
    question: Question
    rows: list[Row]  # as ranked: the largest gap first, unknown last
    total: Row  # over the districts that reported
    left_out: LeftOut
    completeness: Completeness
    frame: Frame | None = None  # what the measures rest on; None without cells

    @property
    def unknown(self) -> list[Row]:
        return [row for row in self.rows if not row.is_known]

    @property
    def known_count(self) -> int:
        return len(self.rows) - len(self.unknown)

    @property
    def without(self) -> list[Row]:
        """Reported from, but nothing that answers the question."""
        return [row for row in self.rows if row.is_known and not row.occurrences]

    @property
    def basis(self) -> Population | None:
        """Any one figure: all share a day, a basis and a source."""
        return next((row.population for row in self.rows if row.population), None)

    def row_of(self, code: str) -> Row | None:
        return next((r for r in self.rows if r.area and r.area.code == code), None)


def table_of(question: Question, districts: Sequence[Area], now: datetime) -> Table:
    """All figures of one question. The number of queries does not grow with the data."""
    counts, all_counts = counting.counts(question)
    reports = counting.reports(question)
    people = counting.populations(question.group.key, list(districts))
    lasts = counting.last_days(question, now)
    today = day_of(now)
    found = findings_of(question, now)
    rows = [
        _with_findings(
            _row(one, one.pk in reports.homes, counts.get(one.pk, Counts()), people.get(one.pk),
                 lasts.get(one.pk), today),
            found, one.pk,
        )
        for one in districts
    ]  # fmt: skip
    outside = counts.get(None, Counts())
    return Table(
        question=question,
        rows=_ranked(rows, question),
        total=replace(_total(rows, all_counts), covered=found.total),
        left_out=LeftOut(outside.occurrences, outside.activities),
        completeness=_completeness(question, reports.precisions),
        frame=found.frame,
    )


def _with_findings(row: Row, found: Findings, pk: int) -> Row:
    return replace(
        row, covered=found.people(pk), compared=found.rates.get(pk), more=found.more.get(pk)
    )


def _row(
    area: Area, is_known: bool, counts: Counts, people: Population | None,
    last_on: date | None, today: date,
) -> Row:  # fmt: skip
    return Row(
        area=area,
        is_known=is_known,
        occurrences=counts.occurrences,
        activities=counts.activities,
        organizers=counts.organizers,
        population=people,
        base=people.count if people else None,
        rate=rate(counts.occurrences, people.count) if people and is_known else None,
        last_on=last_on,
        days=(today - last_on).days if last_on else None,
    )


def _total(rows: Sequence[Row], counts: Counts) -> Row:
    """Over the districts that reported: people nobody reports on must not thin the rate."""
    known = [row for row in rows if row.is_known]
    bases = [row.base for row in known if row.base is not None]
    base = sum(bases) if known and len(bases) == len(known) else None
    lasts = [row.last_on for row in rows if row.last_on]
    days = [row.days for row in rows if row.days is not None]
    return Row(
        area=None,
        is_known=bool(known),
        occurrences=counts.occurrences,
        activities=counts.activities,
        organizers=counts.organizers,
        population=known[0].population if known else None,
        base=base,
        rate=rate(counts.occurrences, base) if base else None,
        last_on=max(lasts, default=None),
        days=min(days, default=None),
    )


def _ranked(rows: Sequence[Row], question: Question) -> list[Row]:
    """The largest gap first, of equal ones (they share a rank) the one with most people; what
    cannot be ranked last."""
    key, worst_first = question.measure.key, question.measure.more_is_worse
    most = max((row.value(key) or 0 for row in rows), default=0) or 1
    bounds = question.bounds

    def order(row: Row) -> tuple[bool, float, int, str]:
        value = row.value(key)
        sign = -1 if worst_first else 1
        code = (row.area.code or "") if row.area else ""
        return value is None, sign * (value or 0), -(row.base or 0), code

    ranked: list[Row] = []
    for place, row in enumerate(sorted(rows, key=order), start=1):
        value = row.value(key)
        before = ranked[-1] if ranked else None
        ties = before is not None and before.value(key) == value
        rank = before.rank if ties and before else place
        klass = None if value is None else class_of(value, bounds)
        ranked.append(
            replace(
                row,
                klass=klass,
                rank=rank if value is not None else None,
                bar=(value or 0) / most,
            )
        )
    return ranked


def _completeness(question: Question, precisions: dict[str, int]) -> Completeness:
    first_on, last_on = counting.days_known(question)
    return Completeness(
        organizers=counting.organizers_reporting(question),
        occurrences=sum(precisions.values()),
        precisions=precisions,
        first_on=first_on,
        last_on=last_on,
        batch=counting.last_import(),
    )
