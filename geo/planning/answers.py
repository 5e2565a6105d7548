"""The planner's question, asked of the measures."""

from __future__ import annotations

from geo.measures.results import Ask
from geo.planning.question import Question


def ask_of(question: Question) -> Ask:
    """The same question as the measures understand it."""
    return Ask(
        first=question.span.first,
        last=question.span.last,
        group=question.group.key,
        category=question.category.slug if question.category else "",
        audience=question.group.audience if question.only_for else "",
        band=question.band.key,
        metres=question.standard.metres,
        grid=question.cells,
        demo=question.demo,
    )
