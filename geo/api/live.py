"""Questions about events that the snapshot of this process can answer; SQL has the rest.

What comes out is, byte for byte, what SQL would have said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from geo.api.paging import Key
from geo.api.questions import Asked
from geo.live.keeper import KEEPER, Kept
from geo.live.rows import HERE, in_capitals
from geo.live.snapshot import Numbers, Question, Snapshot
from geo.moments import microseconds, moment_of
from geo.spelling import key_of

ANSWERED = {
    "bbox", "datetime", "limit", "after", "before", "f", "q", "category", "audience", "campaign",
    "status", "venue", "near", "now", "sample",
}  # fmt: skip
WITHIN_A_ROW = 2**63


@dataclass(frozen=True)
class LivePage:
    """``features`` are whole, but for the NUL where the server's address belongs."""

    features: Sequence[bytes]
    newest: datetime | None
    after: str = ""
    before: str = ""

    @property
    def is_everything(self) -> bool:
        return not (self.after or self.before)

    def body(self, base: str) -> bytes:
        """The features, joined, as seen from *base* (https://host)."""
        return b",".join(self.features).replace(HERE, b'"url":"' + base.encode())


def question_of(asked: Asked, now: datetime, floor: int) -> Question | None:
    """The question in the snapshot's terms; None: only SQL can answer it."""
    if not asked.keys() <= ANSWERED or ("after" in asked and "before" in asked):
        return None
    words = asked.get("q", "").split()
    if any(key_of(word) or _has_foreign_case(word) for word in words):
        return None
    span = asked.get("datetime")
    first = microseconds(span.first) if span and span.first else None
    moment = microseconds(now) if asked.get("now") else None
    if max(first or 0, moment or 0) < floor:
        return None  # the past is not kept
    venue = int(asked["venue"]) if "venue" in asked else None
    if venue is not None and not 0 < venue < WITHIN_A_ROW - 1:
        return None
    return Question(
        boxes=asked.get("bbox"),
        first=first,
        last=microseconds(span.last) if span and span.last else None,
        now=moment,
        categories=asked.get("category"),
        audiences=asked.get("audience"),
        campaigns=asked.get("campaign"),
        statuses=asked.get("status"),
        venue=venue,
        words=[in_capitals(word) for word in words],
        with_samples=asked.get("sample", False),
    )


def _has_foreign_case(word: str) -> bool:
    """Capitals outside a-z differ between Python and a database's collation."""
    return any(ord(letter) > 127 and letter.upper() != letter.lower() for letter in word)


def live_page(kept: Kept | None, asked: Asked, now: datetime) -> LivePage | None:
    """The page that answers, or None where SQL has to."""
    question = kept and question_of(asked, now, kept.snapshot.floor)
    if kept is None or question is None:
        return None
    limit: int = asked.get("limit", 100)
    if "near" in asked:
        return _nearest(kept.snapshot, question, asked, limit)
    return _by_start(kept.snapshot, question, asked, limit)


def _nearest(snapshot: Snapshot, question: Question, asked: Asked, limit: int) -> LivePage | None:
    if "before" in asked:
        return None
    after: Key | None = asked.get("after")
    rows, far = snapshot.nearest(question, asked["near"], limit + 1, after)
    return _page(snapshot, rows, far, limit, after, is_back=False)


def _by_start(snapshot: Snapshot, question: Question, asked: Asked, limit: int) -> LivePage:
    rows = snapshot.find(question)
    starts, pks = snapshot.columns["starts"][rows], snapshot.columns["pk"][rows]
    after, before = asked.get("after"), asked.get("before")
    if key := after or before:
        low = int(np.searchsorted(starts, key[0]))
        high = int(np.searchsorted(starts, key[0], side="right"))
        low += int(np.searchsorted(pks[low:high], key[1], side="right" if after else "left"))
        rows, starts = (rows[low:], starts[low:]) if after else (rows[:low], starts[:low])
    if before:
        rows, starts = rows[-limit - 1 :][::-1], starts[-limit - 1 :][::-1]
    return _page(snapshot, rows, starts, limit, after or before, is_back=before is not None)


def _page(
    snapshot: Snapshot, rows: Numbers, keys: Numbers, limit: int, key: Key | None, is_back: bool
) -> LivePage:
    """As `geo.api.paging.page_of` cuts it; *rows* in the order in which they were looked for."""
    has_more = len(rows) > limit
    rows, keys = rows[:limit], keys[:limit]
    if is_back:
        rows, keys = rows[::-1], keys[::-1]
    if not len(rows):
        words = f"{key[0]}.{key[1]}" if key else ""
        return LivePage([], None, words if is_back else "", "" if is_back else words)
    pks = snapshot.columns["pk"]
    return LivePage(
        [snapshot.features[at] for at in rows.tolist()],
        moment_of(int(snapshot.columns["updated"][rows].max())),
        after=f"{keys[-1]}.{pks[rows[-1]]}" if is_back or has_more else "",
        before=f"{keys[0]}.{pks[rows[0]]}" if (has_more if is_back else key) else "",
    )


def live_item(kept: Kept | None, identity: str) -> LivePage | None:
    """The feature with this id alone."""
    at = kept.snapshot.item(identity) if kept else None
    if kept is None or at is None:
        return None
    changed = moment_of(int(kept.snapshot.columns["updated"][at]))
    return LivePage([kept.snapshot.features[at]], changed)


def kept_here() -> Kept | None:
    return KEEPER.kept()


def path_in(feature: bytes) -> str:
    """The path of the page that a feature names as its url."""
    return feature[feature.rindex(HERE) + len(HERE) : -len(b'"}}')].decode()


def stale(kept: Kept) -> dict[str, Any]:
    """Headers that say so where the database does not answer and this is the last good state."""
    if not kept.is_cut_off:
        return {}
    return {
        "Warning": '110 - "Response is Stale"',
        "Yitu-As-Of": kept.version.changed_at.isoformat(timespec="seconds"),
        "Cache-Control": "public, max-age=5",
    }
