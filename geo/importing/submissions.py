"""An organiser's eight answers through the same steps as a printed row.

A form speaks of one activity: where its cells could be read as several, that reading is chosen.
Nothing is public before ``publish``, which staff call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from geo.errors import Problem
from geo.importing import FileReading, desk, read_opened
from geo.importing.columns import NAMES
from geo.importing.drafts import RowReading
from geo.importing.matching import Plan, likeness, match_drafts
from geo.importing.preview import ActivitySeen, Preview
from geo.importing.sheets import Opened, bounded
from geo.importing.workbook import rows_of
from geo.models import Activity, Source, Submission
from geo.schedules import expand
from geo.texts import fold

FIELDS = {
    "title": "title",
    "organizers": "organizer",
    "content": "content",
    "audience": "audience_text",
    "place": "place_text",
    "when": "when_text",
}
WHOLE = "整行是一项活动"
SAME_TITLE = 0.3  # below it a changed title speaks of another activity


@dataclass(frozen=True)
class Look:
    """How the answers read: the activity as it would stand, or what is wrong with them."""

    reading: FileReading
    year: int
    seen: ActivitySeen | None
    problems: tuple[Problem, ...]

    @property
    def twins(self) -> Sequence[Activity]:
        """Activities that are there already and may be the same."""
        return self.seen.twins if self.seen else ()

    @property
    def days(self) -> list[date]:
        """Its days, the first 400."""
        whens = self.seen.draft.whens if self.seen else ()
        return sorted({day for when in whens for day in expand(when)})


def look_at(answers: Submission, today: date) -> Look:
    """Reads the answers as of *today*. A date without a year is the next one of that name."""
    year = today.year
    reading = _read(answers, year, today)
    days = Look(reading, year, _seen(reading), ()).days
    if days and days[-1] < today and str(year) not in answers.when_text:
        year += 1
        reading = _read(answers, year, today)
    (row,) = reading.rows
    return Look(reading, year, _seen(reading), () if row.drafts else row.problems)


def sheet_of(answers: Submission) -> Opened:
    """The answers as a table of one row, in the words of the sender."""
    header = [NAMES[field] for field in FIELDS]
    cells = [str(getattr(answers, attribute)) for attribute in FIELDS.values()]
    return Opened((bounded("投稿", [header, cells], "投稿", made=True),))


def is_another(answers: Submission) -> bool:
    """The title has so little in common with the published one that it is another activity."""
    if answers.activity is None:
        return False
    return likeness(fold(answers.title), fold(answers.activity.title)) < SAME_TITLE


def publish(submission: Submission, now: datetime, today: date, by: str) -> Activity:
    """Makes the answers public: a source of their own, a batch that can be undone, an activity.

    Raises ProblemError when they cannot be read. Does not save the submission's state.
    """
    look = look_at(submission, today)
    source = submission.source or _make_source(submission, look.year, today)
    batch = desk.start_draft(
        sheet_of(submission), submission.public_id.encode(), "投稿", source, now, by
    )
    batch.draft |= {"year": look.year, "choices": _choices(look.reading, by, today)}
    batch.save(update_fields=["draft"])
    reading = desk.read_draft(batch)
    desk.publish(batch, rows_of(Preview(reading, _plan(reading, source.slug))), now, by)
    submission.source, submission.batch = source, batch
    activity: Activity = source.activities.filter(is_published=True).latest("updated_at")
    if submission.category:
        activity.categories.add(submission.category)
    return activity


def _make_source(submission: Submission, year: int, today: date) -> Source:
    return Source.objects.create(
        slug=f"submission-{submission.public_id}",
        title=f"{submission.organizer}的投稿",
        kind="主办方投稿",
        publisher=submission.organizer,
        year=year,
        published_on=today,
    )


def _read(answers: Submission, year: int, today: date) -> FileReading:
    reading = read_opened(sheet_of(answers), b"", "投稿", year, published_on=today)
    return replace(reading, rows=tuple(_as_one(row) for row in reading.rows))


def _as_one(row: RowReading) -> RowReading:
    whole = next((one for one in row.alternatives if one.words == WHOLE and one.drafts), None)
    if row.drafts or whole is None:
        return row
    return replace(row, status="settled", drafts=whole.drafts, decision="一份投稿是一项活动")


def _choices(reading: FileReading, by: str, today: date) -> dict[str, Any]:
    """What ``_as_one`` chose, as the desk keeps a person's choice."""
    (row,) = reading.rows
    numbers = [at for at, one in enumerate(row.alternatives) if one.words == WHOLE]
    if row.status != "settled" or not numbers:
        return {}
    cells = list(row.cells.values())
    return {"1": {"number": numbers[0], "cells": cells, "by": by, "on": today.isoformat()}}


def _plan(reading: FileReading, slug: str) -> Plan:
    return match_drafts(slug, reading.rows, ())


def _seen(reading: FileReading) -> ActivitySeen | None:
    (row,) = reading.rows
    if not row.drafts:
        return None
    (seen,) = Preview(reading, _plan(reading, "submission")).rows([row])
    return seen.activities[0]
