"""What the measures say of each district, beside the counts of the ranking table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from geo import measures
from geo.measures.results import AreaRate, BandGap, Covered, Frame
from geo.planning.answers import ask_of
from geo.planning.question import MEASURES, Question

BEYOND_M = 3001.0  # distances are stored up to 3 km


@dataclass(frozen=True)
class Findings:
    """By district id. ``more``: the figure of a measure that needs a question of its own."""

    frame: Frame | None = None
    covered: Mapping[int, Covered] = field(default_factory=dict)
    total: Covered | None = None
    rates: Mapping[int, AreaRate] = field(default_factory=dict)
    more: Mapping[int, float] = field(default_factory=dict)

    def people(self, pk: int) -> Covered | None:
        """Who is covered in a district; None where nobody reported or no cells are there."""
        one = self.covered.get(pk)
        return one if one and one.is_known else None


def findings_of(question: Question, now: datetime) -> Findings:
    """Coverage and ranks always; the chosen measure where it needs more. Nothing without cells."""
    if not measures.grids():
        return Findings()
    ask = ask_of(question)
    found = measures.uncovered(ask)
    if too_coarse(found.frame):  # what is left out may well be within reach: no figure, then
        return Findings(
            frame=found.frame, rates=measures.rates(ask).areas, more=_more(question, now)
        )
    return Findings(
        frame=found.frame,
        covered=found.districts,
        total=found.total,
        rates=measures.rates(ask).areas,
        more=_more(question, now),
    )


def with_headline(question: Question) -> Question:
    """The question as it opens: uncovered people, or the rate where nobody can say who reaches."""
    if question.measure is MEASURES[0] or not too_coarse(
        measures.uncovered(ask_of(question)).frame
    ):
        return question
    return replace(question, measure=MEASURES[0])


def too_coarse(frame: Frame) -> bool:
    """There is something, but nothing of it is known finely enough to say who reaches it."""
    return not frame.sessions and frame.left_out.total > 0


def _more(question: Question, now: datetime) -> dict[int, float]:
    ask, key = ask_of(question), question.measure.key
    if key in {"access", "nearest", "gap"} and too_coarse(measures.uncovered(ask).frame):
        return {}
    if key == "access":
        return dict(measures.access(ask).districts)
    if key == "nearest":
        near = measures.nearest(ask, now).districts
        return {pk: BEYOND_M if one.metres is None else one.metres for pk, one in near.items()}
    if key == "gap":
        return band_gaps(measures.bands(ask))
    if key == "share":
        return {pk: one.difference for pk, one in measures.shares(ask).districts.items()}
    return {}


def band_gaps(found: BandGap) -> dict[int, float]:
    """District id → between its best and its worst band, in points of uncovered share."""
    shares: dict[int, list[float]] = {}
    for districts in found.districts.values():
        for pk, one in districts.items():
            if one.share is not None:
                shares.setdefault(pk, []).append(100 * one.share)
    return {pk: max(values) - min(values) for pk, values in shares.items()}


def worst_cells(covered: Mapping[int, Covered], number: int) -> Sequence[tuple[int, Covered]]:
    """Cell ids with most uncovered people."""
    known = [(pk, one) for pk, one in covered.items() if one.is_known and one.uncovered]
    return sorted(known, key=lambda pair: -pair[1].uncovered)[:number]
