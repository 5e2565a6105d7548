"""Step 7b: a large file is stored in pieces, so that a kill costs one piece and nothing else.

The batch is opened first, with everything that was decided (what is new, what has changed, which
key each activity gets) and a cursor. Every piece and its cursor are one transaction. Whoever runs
the import again continues behind the cursor; two who run it at once take turns.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from geo.errors import Problem, ProblemError
from geo.geocoding.chain import PlaceChain
from geo.importing import FileReading, bulk
from geo.importing.drafts import RowReading
from geo.importing.matching import Match, Plan
from geo.importing.occurrences import resolve_places
from geo.importing.report import reading_as_json
from geo.models import Campaign, ImportBatch, PlaceReading, Source, SourceRow
from geo.models.changes import last_change
from geo.moments import day_of

ROWS = 1000  # in one transaction
Told = Callable[[int, int], None]  # rows stored, rows in all
Places = Mapping[str, list[PlaceReading]]


@dataclass(frozen=True)
class Work:
    """What storing a file comes down to, as decided when its batch was opened."""

    reading: FileReading
    plan: Plan
    statuses: Mapping[int, str]
    campaign: Campaign | None = None


def unfinished(
    source: Source, reading: FileReading, draft: ImportBatch | None
) -> ImportBatch | None:
    """The batch of the same file that was begun and never ended, if there is one."""
    begun = ImportBatch.objects.filter(source=source, state=ImportBatch.State.PUBLISHING)
    if draft is not None:
        return begun.filter(pk=draft.pk).first()
    return begun.filter(file_sha256=digest_of(reading)).first()


def digest_of(reading: FileReading) -> str:
    return hashlib.sha256(reading.data).hexdigest()


def remembered(plan: Plan, statuses: Mapping[int, str]) -> dict[str, Any]:
    """*plan* without its words, as JSON: the words are read from the file again."""
    return {
        "matches": [[match.row, match.kind, match.key] for match in plan.matches],
        "gone": list(plan.gone),
        "statuses": {str(number): status for number, status in statuses.items()},
    }


def work_of(batch: ImportBatch, reading: FileReading, campaign: Campaign | None) -> Work:
    """What was decided when *batch* was opened. Raises ProblemError when the file reads otherwise
    now: then the rules have changed meanwhile."""
    said: dict[str, Any] = batch.work
    drafts = [(row.number, draft) for row in reading.rows for draft in row.drafts]
    if [row for row, _ in drafts] != [row for row, *_ in said["matches"]]:
        raise ProblemError(
            Problem(
                "read_otherwise",
                f"「{batch.file_name}」导入到一半时程序更新过，现在读出的活动和当时不同",
                "",
                "请在后台把这一批放弃，再重新导入；已经写入的不会重复",
            )
        )
    matches = [
        Match(kind, key, row, draft)
        for (row, kind, key), (_, draft) in zip(said["matches"], drafts, strict=True)
    ]
    statuses = {int(number): status for number, status in said["statuses"].items()}
    return Work(reading, Plan(tuple(matches), tuple(said["gone"])), statuses, campaign)


def begin(batch: ImportBatch, work: Work, now: datetime) -> None:
    """Inside the transaction that decided *work*. Another file of this source that was never
    finished is closed with what it had stored."""
    others = ImportBatch.objects.filter(source=batch.source, state=ImportBatch.State.PUBLISHING)
    for other in others.exclude(pk=batch.pk):
        close(other, now)
    batch.state = ImportBatch.State.PUBLISHING
    batch.started_at = now
    batch.cursor, batch.row_count = 0, len(work.reading.rows)
    batch.work = remembered(work.plan, work.statuses)
    batch.save()


def store(batch: ImportBatch, work: Work, now: datetime, size: int, tell: Told | None) -> None:
    """Piece by piece from the cursor to the end."""
    chain, seen = PlaceChain(asked_on=day_of(now)), 0
    while batch.cursor < batch.row_count:
        rows = work.reading.rows[batch.cursor : batch.cursor + size]
        changed = last_change(table="geo_placereading")
        if changed != seen:  # a person may have settled a place meanwhile
            chain.forget()
            seen = changed
        matches = [match for row in rows for match in work.plan.of_row(row.number)]
        places = places_of(matches, chain, batch.source)
        batch = _store_piece(batch, rows, work, places, now)
        if tell is not None:
            tell(batch.cursor, batch.row_count)


def close(batch: ImportBatch, now: datetime) -> None:
    """No more rows come: its counts are those of the rows that it has stored."""
    kept = SourceRow.objects.filter(batch=batch).values_list("status", flat=True)
    batch.counts = dict(Counter(kept))
    batch.state = ImportBatch.State.PUBLISHED
    batch.finished_at = now
    batch.work = {}
    batch.save()


def places_of(
    matches: Iterable[Match], chain: PlaceChain, source: Source
) -> dict[str, list[PlaceReading]]:
    """The places of those that will be written, by key. Asks services, so before a
    transaction where that can be."""
    return {
        match.key: resolve_places(match.draft, chain, source.area)
        for match in matches
        if match.is_written
    }


@transaction.atomic
def _store_piece(
    seen: ImportBatch, rows: Sequence[RowReading], work: Work, places: Places, now: datetime
) -> ImportBatch:
    """One piece and the cursor behind it; the batch as it is now."""
    source = Source.objects.select_for_update().get(pk=seen.source_id)
    batch = ImportBatch.objects.select_for_update().defer("draft", "before", "work").get(pk=seen.pk)
    batch.source = source
    if batch.state != ImportBatch.State.PUBLISHING:
        if batch.cursor >= batch.row_count:
            return batch  # somebody else took the last piece
        raise ProblemError(
            Problem(
                "overtaken",
                f"「{batch.file_name}」导入到第 {batch.cursor} 行时，同一来源开始导入另一个文件",
                "",
                "已经写入的保留；请核对后决定要不要再导入这一份",
            )
        )
    if batch.cursor != seen.cursor:
        return batch  # somebody else took this piece
    kept = keep_rows(rows, work.statuses, batch)
    matches = [match for row in rows for match in work.plan.of_row(row.number)]
    bulk.store(matches, kept, work.campaign, places)
    batch.cursor += len(rows)
    batch.save(update_fields=["cursor"])
    if batch.cursor >= batch.row_count:
        close(batch, now)
    return batch


def keep_rows(
    rows: Iterable[RowReading], statuses: Mapping[int, str], batch: ImportBatch
) -> dict[int, SourceRow]:
    """Rows as printed, by number. What stood there before is kept among the readings of a row."""
    rows = list(rows)
    numbers = [row.number for row in rows]
    old = {
        one.number: one for one in SourceRow.objects.filter(source=batch.source, number__in=numbers)
    }
    kept = [
        SourceRow(
            source=batch.source,
            batch=batch,
            number=row.number,
            status=statuses[row.number],
            **kept_fields(row, old.get(row.number)),
        )
        for row in rows
    ]
    SourceRow.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["source", "number"],
        update_fields=["batch", "status", "cells", "problems", "readings", "correction"],
    )
    return {one.number: one for one in kept}


def kept_fields(row: RowReading, old: SourceRow | None = None) -> dict[str, Any]:
    """The columns of a row as printed and read."""
    fields: dict[str, Any] = {
        "cells": [list(pair) for pair in row.cells.items()],
        "problems": [str(problem) for problem in row.problems],
        "readings": [reading_as_json(one) for one in row.alternatives],
        "correction": row.decision,
    }
    if old is not None:
        earlier = [one for one in old.readings if "cells" in one]
        if old.cells != fields["cells"]:
            earlier.append({"words": "此前印的是", "cells": old.cells})
        fields["readings"] = [*fields["readings"], *earlier]
    return fields
