"""A draft of the desk: dropped, looked at, put right, published or dropped again.

The draft is JSON in its batch: ``opened`` (sheets as printed), ``year``, ``published_on``,
``edits`` (row → header → words), ``choices`` (row → number of a reading), ``pasted``. The printed
cells are never written over: every look reads them anew, by the same rules as the command.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from geo.importing import FileReading, read_opened, sheets
from geo.importing.corrections import reviewed_corrections
from geo.importing.drafts import RowReading
from geo.importing.saving import Saved, save_reading
from geo.importing.sheets import Opened
from geo.importing.tables import tables_of
from geo.models import ImportBatch, Source

_NEXT_STEPS = {"missing_year": "请在上面「年份」里填上文件的年份"}


def start_draft(
    opened: Opened, data: bytes, name: str, source: Source, now: datetime, by: str
) -> ImportBatch:
    """Keeps what was opened; nobody but staff sees it."""
    day = source.published_on.isoformat() if source.published_on else None
    draft = {
        "opened": sheets.as_json(opened),
        "year": source.year,
        "published_on": day,
        "edits": {},
        "choices": {},
    }
    return ImportBatch.objects.create(
        source=source,
        file_name=name[:200],
        file_sha256=hashlib.sha256(data).hexdigest(),
        started_at=now,
        state=ImportBatch.State.DRAFT,
        by=by,
        draft=draft,
    )


def read_draft(batch: ImportBatch) -> FileReading:
    """The rows as they are read now. Raises ProblemError when no sheet has a header."""
    draft: dict[str, Any] = batch.draft
    day = draft["published_on"]
    reading = read_opened(
        sheets.from_json(draft["opened"]),
        b"",
        batch.file_name,
        draft["year"],
        reviewed_corrections(),
        date.fromisoformat(day) if day else None,
        batch.source.columns,
        draft["edits"],
    )
    printed = _printed(batch) if draft["edits"] else {}
    rows = (
        _noted(_chosen(_in_desk_words(row), draft["choices"]), draft["edits"], printed)
        for row in reading.rows
    )
    return replace(reading, rows=tuple(rows))


def publish(batch: ImportBatch, report: list[list[Any]], now: datetime, by: str) -> Saved:
    """All good rows at once; doubtful ones go to their queue. Raises ProblemError, writing nothing.

    *batch* is the draft as the person saw it: one that was changed since is not published.
    *report*: what will have happened to every row, kept for the download.
    """
    batch.by = by
    batch.draft["report"] = report
    batch.save(update_fields=["draft"])
    return save_reading(read_draft(batch), {"slug": batch.source.slug}, now, batch)


def carry_on(batch: ImportBatch, now: datetime) -> Saved:
    """A batch whose publishing was broken off, from its cursor to its end. Raises ProblemError."""
    return save_reading(read_draft(batch), {"slug": batch.source.slug}, now, batch)


@transaction.atomic
def drop(batch: ImportBatch) -> None:
    """The draft is given up; a source that was made for it alone goes with it."""
    source = batch.source
    is_used = source.rows.exists() or source.activities.exists() or source.feed_url
    if is_used or source.batches.count() > 1:
        ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.DRAFT).update(
            state=ImportBatch.State.DISCARDED
        )
    else:
        source.delete()


def _in_desk_words(row: RowReading) -> RowReading:
    """Problems whose next step is an option of the command name the field of the page."""
    problems = tuple(
        replace(problem, expected="", next_step=_NEXT_STEPS[problem.code])
        if problem.code in _NEXT_STEPS
        else problem
        for problem in row.problems
    )
    return replace(row, problems=problems)


def _chosen(row: RowReading, choices: Mapping[str, Any]) -> RowReading:
    """A doubtful row for which a person has picked one of its readings."""
    choice = choices.get(str(row.number))
    if row.status != "needs_a_look" or choice is None:
        return row
    if choice["number"] >= len(row.alternatives) or choice["cells"] != list(row.cells.values()):
        return row  # read otherwise since: the question is open again
    picked = row.alternatives[choice["number"]]
    decision = f"选定：{picked.words}（{choice['by']}，{choice['on']}）"
    return replace(row, status="settled", drafts=picked.drafts, decision=decision)


def _printed(batch: ImportBatch) -> dict[int, dict[str, str]]:
    """Row → its cells before anybody's edits."""
    opened = sheets.from_json(batch.draft["opened"])
    tables = tables_of(opened, batch.file_name, batch.source.columns)
    return {row.number: row.cells for table in tables for row in table.rows}


def _noted(
    row: RowReading, edits: Mapping[str, Mapping[str, str]], printed: Mapping[int, dict[str, str]]
) -> RowReading:
    """What a person wrote over the print is said with the print."""
    changed = edits.get(str(row.number), {})
    old = printed.get(row.number, {})
    notes = [f"改过「{name}」，原文是「{old.get(name, '')[:200]}」" for name in changed]
    if row.decision:
        notes.append(row.decision)
    return replace(row, decision="；".join(notes))
