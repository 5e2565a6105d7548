"""Step 5: drafts against what is stored: new, changed, unchanged, untouched or gone. Pure.

An activity keeps the key of its first import. It is found again by title and first organiser,
wherever its row has moved; else by its place in the table, so that a corrected title is a change
and not a second activity.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from geo.importing.drafts import Draft, RowReading
from geo.schedules import When
from geo.texts import fold


@dataclass(frozen=True)
class Stored:
    """What is known of an activity of this source. ``position``: (row number, place in the row)."""

    key: str
    identity: str
    position: tuple[int, int]
    content_hash: str
    edited_by_person: bool = False


@dataclass(frozen=True)
class Match:
    """One draft and what is to be done with it: new, changed, unchanged or untouched."""

    kind: str
    key: str
    row: int
    draft: Draft


@dataclass(frozen=True)
class Plan:
    matches: tuple[Match, ...]
    gone: tuple[str, ...]  # keys that the source no longer prints; kept, and reported

    def count(self, kind: str) -> int:
        return sum(match.kind == kind for match in self.matches)

    def of_row(self, number: int) -> list[Match]:
        return [match for match in self.matches if match.row == number]


def match_drafts(slug: str, rows: Sequence[RowReading], stored: Iterable[Stored]) -> Plan:
    """Every draft of every row, in order, against the stored activities of the source *slug*."""
    left = {one.key: one for one in stored}
    drafts = [
        ((row.number, index), draft) for row in rows for index, draft in enumerate(row.drafts)
    ]
    found = _by_identity(drafts, left)
    _by_position(drafts, left, found)
    taken = set(left) | {one.key for one in found.values()}
    matches = []
    for position, draft in drafts:
        old = found.get(position)
        key = old.key if old else _new_key(slug, position, taken)
        taken.add(key)
        matches.append(Match(_kind(draft, old), key, position[0], draft))
    doubtful = {row.number for row in rows if not row.drafts}
    gone = tuple(key for key, one in left.items() if one.position[0] not in doubtful)
    return Plan(tuple(matches), gone)


Positioned = Sequence[tuple[tuple[int, int], Draft]]


def _by_identity(drafts: Positioned, left: dict[str, Stored]) -> dict[tuple[int, int], Stored]:
    found = {}
    for position, draft in drafts:
        same = [one for one in left.values() if one.identity == identity_of(draft)]
        if same:  # the nearest row, when a title stands in several
            old = min(same, key=lambda one: abs(one.position[0] - position[0]))
            found[position] = left.pop(old.key)
    return found


def _by_position(
    drafts: Positioned, left: dict[str, Stored], found: dict[tuple[int, int], Stored]
) -> None:
    for position, _ in drafts:
        same = [one for one in left.values() if one.position == position]
        if position not in found and same:
            found[position] = left.pop(same[0].key)


def _kind(draft: Draft, old: Stored | None) -> str:
    if old is None:
        return "new"
    if old.content_hash == hash_of(draft):
        return "unchanged"
    return "untouched" if old.edited_by_person else "changed"


def _new_key(slug: str, position: tuple[int, int], taken: set[str]) -> str:
    """2019-06-ningbo:r04b; a row that was there before under another title gets a number."""
    row, index = position
    key = f"{slug}:r{row:02d}{chr(ord('a') + index) if index < 26 else index}"
    return (
        key
        if key not in taken
        else next(f"{key}-{n}" for n in range(2, 10_000) if f"{key}-{n}" not in taken)
    )


def identity_of(draft: Draft) -> str:
    return identity(draft.title, draft.organizers)


def identity(title: str, organizers: Sequence[str]) -> str:
    """By what an activity is found again."""
    return f"{fold(title)}|{fold(organizers[0]) if organizers else ''}"


def hash_of(draft: Draft) -> str:
    """A fingerprint of everything that the source says of the activity."""
    said = [
        draft.title,
        draft.organizers,
        draft.content,
        draft.audience,
        draft.places,
        [_said(when) for when in draft.whens],
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _said(when: When) -> list[Any]:
    parts = (when.start, when.end, when.part_of_day, when.start_time, when.end_time, when.rrule)
    return [str(part) if part is not None else None for part in parts] + [when.printed]
