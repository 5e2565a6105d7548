"""After a draft was held: what it changed, measured with the question it was made for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import parse_qsl

from geo import measures
from geo.models import Occurrence, Plan
from geo.moments import day_of
from geo.planning.answers import ask_of
from geo.planning.question import Choices, Question, Span


@dataclass(frozen=True)
class After:
    """*uncovered*: people without any in the period that ends with the day it was held;
    *without*: the same, had it not been held."""

    held_on: date
    first: date
    last: date
    uncovered: int
    without: int

    @property
    def change(self) -> int:
        return self.without - self.uncovered


def afterwards(plan: Plan, now: datetime) -> After | None:
    """None until it has been held in public. The period keeps its length and ends on that day,
    so that it is measured as it was asked; without it is measured in the same moment, so that
    nothing else that was held in between is counted as its merit."""
    held = (
        Occurrence.objects.published()
        .filter(activity=plan.activity, ends_at__lte=now)
        .taking_place()
        .order_by("-held_on")
        .first()
    )
    if held is None:
        return None
    asked = Question.from_query(dict(parse_qsl(plan.query)), Choices.at(plan.made_at))
    length = asked.span.last - asked.span.first
    last = max(held.held_on, asked.span.last) if held.held_on <= day_of(now) else held.held_on
    span = Span("dates", "", last - length, last)
    question = replace(ask_of(asked), first=span.first, last=span.last)
    with_it = measures.uncovered(question).total
    return After(
        held_on=held.held_on,
        first=span.first,
        last=span.last,
        uncovered=with_it.uncovered,
        without=_without(question, plan, with_it.uncovered),
    )


def _without(question: measures.Ask, plan: Plan, uncovered: int) -> int:
    """People without any, the plan's activity left out."""
    return measures.uncovered(question, without=plan.activity_id).total.uncovered or uncovered
