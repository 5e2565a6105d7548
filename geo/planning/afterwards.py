"""After a draft was held: what it changed, measured with the question it was made for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

from django.db import connection

from geo import measures
from geo.measures.frames import peopled
from geo.measures.results import Ask
from geo.measures.supply import where_of
from geo.models import Occurrence, Plan
from geo.planning.answers import ask_of
from geo.planning.question import Choices, Question, Span

ALONE = """
WITH reached AS (
    SELECT cell_id, bool_and(activity_id = %(activity)s) AS alone,
        bool_or(activity_id = %(activity)s) AS mine
    FROM geo_countedsession JOIN geo_reach USING (venue_id)
    WHERE {where} AND grid_id = %(grid)s AND metres <= %(metres)s GROUP BY cell_id
)
SELECT coalesce(sum(count), 0) FROM reached JOIN geo_cellpopulation people USING (cell_id)
WHERE alone AND mine AND layer_id = %(layer)s AND "group" = %(group)s
"""


@dataclass(frozen=True)
class After:
    """*uncovered*: people without any in the period, which ends with the day it was held at the
    earliest; *alone*: people whom this one reaches and no other."""

    held_on: date
    first: date
    last: date
    uncovered: int
    alone: int


def afterwards(plan: Plan, now: datetime) -> After | None:
    """None until it has been held in public. The period is measured as it was asked, or, with the
    same length, up to the day it was held when that came later; only people whom nothing else
    reaches are its merit."""
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
    last = max(held.held_on, asked.span.last)
    span = Span("dates", "", last - length, last)
    question = replace(ask_of(asked), first=span.first, last=span.last)
    uncovered = measures.uncovered(question).total.uncovered
    return After(
        held_on=held.held_on,
        first=span.first,
        last=span.last,
        uncovered=uncovered,
        alone=_alone(question, plan.activity_id),
    )


def _alone(question: Ask, activity: int) -> int:
    """People in cells that this activity reaches and no other matching one does."""
    where, params = where_of(question)
    people = peopled(question)
    more: dict[str, Any] = {
        "activity": activity,
        "metres": question.metres,
        "grid": people.grid,
        "layer": people.layer,
        "group": question.group,
    }
    with connection.cursor() as cursor:
        # The measures' own SQL stands inside ours; every value stays a parameter.
        cursor.execute(ALONE.replace("{where}", where), {**params, **more})
        row = cursor.fetchone()
    return int(row[0]) if row else 0
