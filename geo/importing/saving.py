"""Step 6: what was read is stored, all of it in one transaction; a second time changes nothing.

Rows that need a look or are refused are kept as printed, beside the good ones. What a person
edited is not touched, and an activity that the source no longer prints stays and is reported.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from geo.errors import Problem, ProblemError
from geo.geocoding.chain import PlaceChain
from geo.importing import FileReading, bulk, chunks, topics
from geo.importing.chunks import ROWS, Told, Work, digest_of, kept_fields
from geo.importing.drafts import RowReading
from geo.importing.matching import Plan, Stored, identity, match_drafts
from geo.importing.undoing import picture_of
from geo.models import (
    Activity,
    Audience,
    Campaign,
    Category,
    ImportBatch,
    PlaceReading,
    Source,
    SourceRow,
)
from geo.moments import day_of

_ENDINGS = {"new": "imported", "changed": "changed", "untouched": "unchanged"}


@dataclass(frozen=True)
class Saved:
    """``statuses`` by row number; ``wrote`` is False when everything was there already."""

    statuses: dict[int, str]
    plan: Plan
    wrote: bool
    gone_titles: tuple[str, ...] = ()


def save_reading(
    reading: FileReading,
    metadata: Mapping[str, Any],
    now: datetime,
    draft: ImportBatch | None = None,
    size: int = ROWS,
    tell: Told | None = None,
) -> Saved:
    """Stores a file under the source that *metadata* describes (``slug`` at least).

    Places are asked before the transaction: what map services have answered stays, even when the
    import is killed. A file of more than *size* rows is stored in pieces (``chunks``), and *tell*
    hears of each. *draft* is the batch of the desk that is published by this; it keeps what
    stood there before. Raises ProblemError when somebody else has published or dropped it.
    """
    source = _source(metadata)
    if len(reading.rows) > size:
        return _save_in_pieces(reading, metadata, source, now, draft, size, tell)
    plan = plan_of(reading, source)
    places = _places(plan, now, source)
    with transaction.atomic():
        return _save(reading, metadata, places, now, draft)


def plan_of(reading: FileReading, source: Source) -> Plan:
    """What saving would do with every row: new, changed, unchanged, untouched; and what is gone."""
    return match_drafts(source.slug, reading.rows, _stored(source))


def _places(plan: Plan, now: datetime, source: Source) -> dict[str, list[PlaceReading]]:
    """The places of every activity that will be written, by its key."""
    if not any(match.is_written for match in plan.matches):
        return {}
    return chunks.places_of(plan.matches, PlaceChain(asked_on=day_of(now)), source)


def _save(
    reading: FileReading,
    metadata: Mapping[str, Any],
    places: dict[str, list[PlaceReading]],
    now: datetime,
    draft: ImportBatch | None = None,
) -> Saved:
    # The row is locked: two imports of one source wait for each other.
    source = Source.objects.select_for_update().get(slug=metadata["slug"])
    campaign = _campaign(metadata.get("campaign"))
    plan = plan_of(reading, source)
    statuses = {row.number: _ending(row, plan) for row in reading.rows}
    gone = _titles(plan.gone)
    old_rows = {row.number: row for row in SourceRow.objects.filter(source=source)}
    wrote = _differs(reading, plan, old_rows)
    if not wrote and draft is None:
        return Saved(statuses, plan, False, gone)
    _ensure_topics()
    batch = _open_batch(reading, source, plan, draft)
    batch.started_at = now
    batch.finished_at = now
    batch.counts = dict(Counter(statuses.values()))
    batch.state = ImportBatch.State.PUBLISHED
    batch.save()
    if not wrote:
        return Saved(statuses, plan, False, gone)
    late = [match for match in plan.matches if match.key not in places]
    if any(match.is_written for match in late):  # another import wrote since the places were asked
        places |= chunks.places_of(late, PlaceChain(), source)
    kept = chunks.keep_rows(reading.rows, statuses, batch)
    bulk.store(plan.matches, kept, campaign, places)
    return Saved(statuses, plan, True, gone)


def _save_in_pieces(
    reading: FileReading,
    metadata: Mapping[str, Any],
    source: Source,
    now: datetime,
    draft: ImportBatch | None,
    size: int,
    tell: Told | None,
) -> Saved:
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        campaign = _campaign(metadata.get("campaign"))
        batch = chunks.unfinished(source, reading, draft)
        if batch is not None:
            work = chunks.work_of(batch, reading, campaign)
        else:
            plan = plan_of(reading, source)
            statuses = {row.number: _ending(row, plan) for row in reading.rows}
            work = Work(reading, plan, statuses, campaign)
            old_rows = {row.number: row for row in SourceRow.objects.filter(source=source)}
            if not _differs(reading, plan, old_rows) and draft is None:
                return Saved(statuses, plan, False, _titles(plan.gone))
            _ensure_topics()
            batch = _open_batch(reading, source, plan, draft)
            chunks.begin(batch, work, now)
    chunks.store(batch, work, now, size, tell)
    return Saved(dict(work.statuses), work.plan, True, _titles(work.plan.gone))


def _titles(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(Activity.objects.filter(source_key__in=keys).values_list("title", flat=True))


def _open_batch(
    reading: FileReading, source: Source, plan: Plan, draft: ImportBatch | None
) -> ImportBatch:
    """A new batch, or the draft, locked, with a picture of everything that will be written over."""
    if draft is None:
        digest = digest_of(reading)
        return ImportBatch(source=source, file_name=reading.name[:200], file_sha256=digest)
    batch = ImportBatch.objects.select_for_update().get(pk=draft.pk)
    if batch.state != ImportBatch.State.DRAFT or batch.draft != draft.draft:
        raise ProblemError(
            Problem(
                "draft_changed",
                f"这份草稿刚刚被人改动过（现在是{batch.get_state_display()}）",
                "",
                "没有写入任何数据，请重新打开看看",
            )
        )
    batch.before = picture_of(source, plan)
    batch.by = draft.by
    return batch


def _source(metadata: Mapping[str, Any]) -> Source:
    published = metadata.get("published_on")
    fields = {
        "title": metadata.get("title") or metadata["slug"],
        "kind": metadata.get("kind") or "",
        "publisher": metadata.get("publisher") or "",
        "published_words": metadata.get("published_words") or "",
        "published_on": date.fromisoformat(published) if published else None,
        "url": metadata.get("url") or "",
        "year": metadata.get("year"),
    }
    return Source.objects.get_or_create(slug=metadata["slug"], defaults=fields)[0]


def _campaign(entry: Mapping[str, Any] | None) -> Campaign | None:
    if entry is None:
        return None
    fields = {key: value for key, value in entry.items() if key != "slug"}
    return Campaign.objects.get_or_create(slug=entry["slug"], defaults=fields)[0]


def _stored(source: Source) -> list[Stored]:
    activities = (
        Activity.objects.filter(source=source)
        .select_related("source_row")
        .prefetch_related("organizer_links__organization")
        .order_by("source_row__number", "source_key")
    )
    found, places_in_row = [], dict[int, int]()
    for activity in activities:
        row = activity.source_row.number if activity.source_row else 0
        position = (row, places_in_row.get(row, 0))
        places_in_row[row] = position[1] + 1
        names = [link.organization.name for link in activity.organizer_links.all()]
        found.append(
            Stored(
                activity.source_key,
                identity(activity.title, names),
                position,
                activity.content_hash,
                activity.edited_by_person,
                withdrawn=not activity.is_published and not activity.content_hash,
            )
        )
    return found


def _ending(row: RowReading, plan: Plan) -> str:
    """imported, changed or unchanged by its activities; else as it was read."""
    if not row.drafts:
        return row.status
    kinds = {match.kind for match in plan.of_row(row.number)}
    return next((_ENDINGS[kind] for kind in ("new", "changed") if kind in kinds), "unchanged")


def _differs(reading: FileReading, plan: Plan, old: Mapping[int, SourceRow]) -> bool:
    if plan.count("new") or plan.count("changed"):
        return True
    return any(
        row.number not in old or kept_fields(row) != _old_fields(old[row.number])
        for row in reading.rows
    )


# --- rows as printed -------------------------------------------------------------------------
def _old_fields(old: SourceRow) -> dict[str, Any]:
    return {
        "cells": old.cells,
        "problems": old.problems,
        "readings": [one for one in old.readings if "cells" not in one],
        "correction": old.correction,
    }


# --- topics ----------------------------------------------------------------------------------
def _ensure_topics() -> None:
    """The curated lists of the fixtures; what staff changed since stays theirs."""
    for entry in topics.entries("categories"):
        fields = {key: entry[key] for key in ("name", "glyph", "color", "keywords", "rank")}
        Category.objects.get_or_create(slug=entry["slug"], defaults=fields)
    for entry in topics.entries("audiences"):
        fields = {key: entry[key] for key in ("name", "keywords", "rank")}
        Audience.objects.get_or_create(slug=entry["slug"], defaults=fields)
