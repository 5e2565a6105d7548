"""Step 5: drafts against what is stored: new, changed, unchanged, untouched or gone. Pure.

An activity keeps the key of its first import. It is found again by title and first organiser,
wherever its row has moved; else by its place in the table, so that a corrected title is a change
and not a second activity.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
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
    withdrawn: bool = False  # its import was undone: hidden, and new when it is printed again


@dataclass(frozen=True)
class Match:
    """One draft and what is to be done with it: new, changed, unchanged or untouched."""

    kind: str
    key: str
    row: int
    draft: Draft

    @property
    def is_written(self) -> bool:
        return self.kind in ("new", "changed")


@dataclass(frozen=True)
class Plan:
    matches: tuple[Match, ...]
    gone: tuple[str, ...]  # keys that the source no longer prints; kept, and reported

    def count(self, kind: str) -> int:
        return sum(match.kind == kind for match in self.matches)

    def of_row(self, number: int) -> list[Match]:
        return self._by_row.get(number, [])

    @cached_property
    def _by_row(self) -> dict[int, list[Match]]:
        rows: dict[int, list[Match]] = {}
        for match in self.matches:
            rows.setdefault(match.row, []).append(match)
        return rows


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
    gone = tuple(
        key for key, one in left.items() if one.position[0] not in doubtful and not one.withdrawn
    )
    return Plan(tuple(matches), gone)


ALIKE = 0.4
Positioned = Sequence[tuple[tuple[int, int], Draft]]


def _by_identity(drafts: Positioned, left: dict[str, Stored]) -> dict[tuple[int, int], Stored]:
    waiting: dict[str, list[Stored]] = {}
    for one in left.values():
        waiting.setdefault(one.identity, []).append(one)
    found = {}
    for position, draft in drafts:
        same = waiting.get(identity_of(draft))
        if same:  # the nearest row, when a title stands in several
            old = min(same, key=lambda one: abs(one.position[0] - position[0]))
            same.remove(old)
            found[position] = left.pop(old.key)
    return found


def _by_position(
    drafts: Positioned, left: dict[str, Stored], found: dict[tuple[int, int], Stored]
) -> None:
    standing = {one.position: one for one in reversed(left.values())}
    for position, draft in drafts:
        old = standing.get(position)
        if position not in found and old and _is_a_correction(old.identity, identity_of(draft)):
            found[position] = left.pop(old.key)


def _is_a_correction(old: str, new: str) -> bool:
    """A row whose title has little in common with what stood there is another activity."""
    before, after = old.split("|", 1)[0], new.split("|", 1)[0]
    return likeness(before, after) >= ALIKE


def likeness(one: str, other: str) -> float:
    """0 … 1 by the pairs of neighbouring characters two folded titles share (Dice)."""
    if one == other:
        return 1.0
    pairs = [Counter(text[at : at + 2] for at in range(len(text) - 1)) for text in (one, other)]
    total = sum(sum(each.values()) for each in pairs)
    return 2 * sum((pairs[0] & pairs[1]).values()) / total if total else 0.0


def _kind(draft: Draft, old: Stored | None) -> str:
    if old is None or (old.withdrawn and not old.edited_by_person):
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
