"""Step 8: a published batch is taken back. What was there stands again; nothing is deleted.

Activities that the batch had brought are hidden, for their addresses never die. What a person
edited since is left alone and named.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import serializers
from django.db import transaction
from django.db.models import F

from geo.errors import Problem, ProblemError
from geo.importing.matching import Plan
from geo.importing.merging import bring_home
from geo.models import (
    Activity,
    ActivityOrganizer,
    ImportBatch,
    Occurrence,
    Schedule,
    Source,
    SourceRow,
)


@dataclass(frozen=True)
class Undone:
    hidden: int
    restored: int
    left_alone: tuple[str, ...] = ()  # titles that a person edited since


def picture_of(source: Source, plan: Plan) -> dict[str, Any]:
    """Everything that publishing *plan* will write over, as JSON."""
    changed = [match.key for match in plan.matches if match.kind == "changed"]
    activities = Activity.objects.filter(source_key__in=changed)
    by_activity = {"activity__in": activities}
    return {
        "new": [match.key for match in plan.matches if match.kind == "new"],
        "activities": _said(activities),
        "organizers": _said(ActivityOrganizer.objects.filter(**by_activity)),
        "schedules": _said(Schedule.objects.filter(**by_activity)),
        "occurrences": _said(Occurrence.objects.filter(**by_activity)),
        "rows": _said(SourceRow.objects.filter(source=source)),
        "row_of": dict(
            Activity.objects.filter(source=source).values_list("source_key", "source_row_id")
        ),
    }


def can_be_undone(batch: ImportBatch) -> bool:
    """The newest published batch of its source, if the desk published it."""
    return (
        batch.state == ImportBatch.State.PUBLISHED
        and bool(batch.before)
        and not _later(batch).exists()
    )


@transaction.atomic
def undo(batch: ImportBatch, now: datetime, by: str) -> Undone:
    """Raises ProblemError when the batch cannot be undone (any more)."""
    Source.objects.select_for_update().get(pk=batch.source_id)
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if not can_be_undone(batch):
        raise ProblemError(
            Problem(
                "cannot_undo",
                f"「{batch.file_name}」这一批不能撤销（{batch.get_state_display()}）",
                "只能从同一来源最近发布的一批开始撤销",
                "请先撤销后来的批次",
            )
        )
    before: dict[str, Any] = batch.before
    left_alone = _edited_since(before)
    kept = {activity.pk for activity in left_alone}
    hidden = _hide(before["new"])
    restored = _restore(before, kept, now)
    _restore_rows(batch, before)
    batch.state = ImportBatch.State.UNDONE
    batch.by = by
    batch.save(update_fields=["state", "by"])
    return Undone(hidden, restored, tuple(activity.title for activity in left_alone))


def _later(batch: ImportBatch) -> Any:
    return ImportBatch.objects.filter(
        source=batch.source_id,
        state=ImportBatch.State.PUBLISHED,
        started_at__gt=batch.started_at,
    )


def _said(rows: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(serializers.serialize("json", rows.order_by("pk")))
    return found


def _stored(said: list[dict[str, Any]]) -> Iterable[Any]:
    return serializers.deserialize("json", json.dumps(said))


def _edited_since(before: dict[str, Any]) -> list[Activity]:
    changed = [one["pk"] for one in before["activities"]]
    merged = Activity.objects.filter(merged__isnull=False, edited_by_person=False).distinct()
    by_hand = Activity.objects.filter(edited_by_person=True)
    return [
        *by_hand.filter(source_key__in=before["new"]),
        *by_hand.filter(pk__in=changed),
        *merged.filter(source_key__in=before["new"]),
    ]


def _hide(keys: list[str]) -> int:
    """Without a fingerprint they are new again when a later file prints them."""
    count = 0
    rows = Activity.objects.filter(source_key__in=keys, edited_by_person=False)
    for activity in rows.filter(merged__isnull=True):
        bring_home(activity)
        activity.is_published = False
        activity.content_hash = ""
        activity.save(update_fields=["is_published", "content_hash", "updated_at"])
        count += 1
    return count


def _restore(before: dict[str, Any], kept: set[int], now: datetime) -> int:
    activities = [one for one in before["activities"] if one["pk"] not in kept]
    ids = [one["pk"] for one in activities]
    mine = {"activity__in": ids}
    for one in _stored(activities):
        one.object.updated_at = now
        one.save()
    ActivityOrganizer.objects.filter(**mine).delete()
    sequences = dict(Occurrence.objects.filter(**mine).values_list("pk", "sequence"))
    highest = max(sequences.values(), default=0)
    occurrences = [one for one in before["occurrences"] if one["fields"]["activity"] in ids]
    stays = {one["pk"] for one in occurrences}
    own = Occurrence.objects.filter(**mine, schedule__activity=F("activity"))  # not merged ones'
    own.exclude(pk__in=stays).delete()
    _put_back(before["organizers"], ids)
    _put_back(before["schedules"], ids)
    for one in _stored(occurrences):
        occurrence: Occurrence = one.object
        occurrence.stand_at(occurrence.place)  # a person may have settled the place since
        occurrence.sequence = sequences.get(occurrence.pk, highest) + 1
        occurrence.revised_at = now
        one.save()
    used = {one["pk"] for one in before["schedules"]}
    Schedule.objects.filter(**mine).exclude(pk__in=used).delete()
    return len(ids)


def _put_back(said: list[dict[str, Any]], activity_ids: list[int]) -> None:
    for one in _stored([row for row in said if row["fields"]["activity"] in activity_ids]):
        one.save()


def _restore_rows(batch: ImportBatch, before: dict[str, Any]) -> None:
    """The rows as they were; those that only this batch printed are kept in its draft."""
    old = {one["pk"] for one in before["rows"]}
    for one in _stored(before["rows"]):
        one.save()
    SourceRow.objects.filter(source=batch.source_id, batch=batch).exclude(pk__in=old).delete()
    for key, row in before["row_of"].items():
        Activity.objects.filter(source_key=key).exclude(source_row_id=row).update(source_row_id=row)


__all__ = ["Undone", "can_be_undone", "picture_of", "undo"]
