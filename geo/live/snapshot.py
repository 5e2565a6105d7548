"""Live and upcoming occurrences as columns sorted by start: answers in a fraction of a millisecond.

Pure: knows neither Django nor the clock. A snapshot never changes; `changed` makes the next one.
Every answer equals that of the ORM to the same question (tests/test_live_equality.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.mvt import mercator

Numbers = NDArray[Any]
Box = tuple[float, float, float, float]  # west, south, east, north

DAY = 86_400_000_000  # µs
RADIUS_M = 6_371_008.771415059  # of PostGIS' sphere
METRES_A_DEGREE = 111_190.0  # rounded down
WIDEST = 2.0  # degrees: a wider belt is not narrow enough for the plane's reasoning
OFF = ("cancelled", "postponed")
COLUMNS = {
    "pk": np.int64, "activity": np.int64, "starts": np.int64, "ends": np.int64,
    "lon": np.float64, "lat": np.float64, "venue": np.int64, "is_sample": np.bool_,
    "updated": np.int64,
}  # fmt: skip
MOST_BITS = 63


class TooManyError(Exception):
    """More kinds of categories or audiences than a column has bits."""


@dataclass(frozen=True)
class Question:
    """Instants in µs, both ends of a span included; None asks for nothing."""

    boxes: Sequence[Box] | None = None
    first: int | None = None
    last: int | None = None
    now: int | None = None  # going on at this moment
    categories: Sequence[str] | None = None
    audiences: Sequence[str] | None = None
    campaigns: Sequence[str] | None = None
    statuses: Sequence[str] | None = None
    venue: int | None = None
    words: Sequence[str] = ()  # in capitals
    with_samples: bool = False


class Names:
    """Words as small numbers, or as the bits of one."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def number(self, word: str) -> int:
        return self.known.setdefault(word, len(self.known))

    def bits(self, words: Iterable[str]) -> int:
        found = 0
        for word in words:
            number = self.number(word)
            if number >= MOST_BITS:
                raise TooManyError
            found |= 1 << number
        return found

    def words(self, bits: int) -> list[str]:
        return [word for word, number in self.known.items() if bits >> number & 1]

    def asked(self, words: Iterable[str]) -> int:
        return sum(1 << self.known[word] for word in set(words) if word in self.known)


class Snapshot:
    """``floor``: in µs; whatever ends at or after it is here."""

    def __init__(self, rows: Iterable[Any], floor: int) -> None:
        self.floor = floor
        self.categories, self.audiences = Names(), Names()
        self.statuses, self.campaigns = Names(), Names()
        self.columns: dict[str, Numbers] = {}
        self.features: list[bytes] = []
        self.texts: list[str] = []
        self._take(rows, np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.features)

    def changed(self, activities: Iterable[int], rows: Iterable[Any]) -> Snapshot:
        """The next one: without what it had of *activities*, with *rows* of them instead."""
        fresh = object.__new__(Snapshot)
        fresh.__dict__.update(self.__dict__)
        gone = np.fromiter(activities, dtype=np.int64)
        kept = np.nonzero(~np.isin(self.columns["activity"], gone))[0]
        fresh._take(rows, kept)
        return fresh

    # --- Making -----------------------------------------------------------------------------

    def _take(self, rows: Iterable[Any], kept: Numbers) -> None:
        features = [self.features[at] for at in kept.tolist()]
        texts = list(self.texts)
        text_of = [self.columns["text"][kept]] if self.columns else []
        cells: list[list[Any]] = [[] for _ in range(len(COLUMNS) + 5)]
        seen: dict[str, int] = {}
        numbers: list[int] = []
        for row in rows:
            features.append(row.feature)
            for column, name in zip(cells, COLUMNS, strict=False):
                column.append(getattr(row, name))
            coded = cells[len(COLUMNS) :]
            coded[0].append(self.categories.bits(row.categories))
            coded[1].append(self.audiences.bits(row.audiences))
            coded[2].append(self.statuses.number(row.status))
            coded[3].append(self.campaigns.number(row.campaign))
            coded[4].append(hash(row.identity))
            if row.text not in seen:
                seen[row.text] = len(texts)
                texts.append(row.text)
            numbers.append(seen[row.text])
        kinds = {
            **COLUMNS, "category": np.int64, "audience": np.int64, "status": np.int16,
            "campaign": np.int32, "identity": np.int64,
        }  # fmt: skip
        joined = {}
        for cell, (name, kind) in zip(cells, kinds.items(), strict=True):
            part: Numbers = np.array(cell, dtype=kind)
            joined[name] = np.concatenate([self.columns[name][kept], part]) if len(kept) else part
        text = np.array(numbers, dtype=np.int64)
        joined["text"] = np.concatenate([*text_of, text]).astype(np.int64)
        order = np.lexsort((joined["pk"], joined["starts"]))
        self.columns = {name: column[order] for name, column in joined.items()}
        self.features = [features[at] for at in order.tolist()]
        self._index(texts)

    def _index(self, texts: list[str]) -> None:
        columns = self.columns
        used, columns["text"] = np.unique(columns["text"], return_inverse=True)
        self.texts = [texts[at] for at in used.tolist()]
        self._text = "\n".join(self.texts)
        self._text_starts = [0, *accumulate(len(text) + 1 for text in self.texts)]
        self._long = np.nonzero(columns["ends"] - columns["starts"] > DAY)[0]
        placed = np.nonzero(~np.isnan(columns["lat"]))[0]
        self._by_lat = placed[np.argsort(columns["lat"][placed], kind="stable")]
        self._lats = columns["lat"][self._by_lat]
        self._by_identity = np.argsort(columns["identity"], kind="stable")
        self._identities = columns["identity"][self._by_identity]
        self._by_venue = np.argsort(columns["venue"], kind="stable")
        self._venues = columns["venue"][self._by_venue]
        self._unplaced = np.isnan(columns["lat"])
        columns["x"], columns["y"] = mercator(columns["lon"], columns["lat"])

    # --- Asking -----------------------------------------------------------------------------

    def find(self, asked: Question) -> Numbers:
        """Places in the columns of all that answers, in the order of start and key."""
        return self._filtered(self._in_time(asked), asked)

    def _in_time(self, asked: Question) -> Numbers:
        if asked.venue is not None:
            low, high = np.searchsorted(self._venues, [asked.venue, asked.venue + 1])
            rows = self._by_venue[low:high]
            return rows[self._overlaps(rows, asked)]
        starts = self.columns["starts"]
        high = len(starts)
        if asked.last is not None:
            high = int(np.searchsorted(starts, asked.last, side="right"))
        if asked.first is None:
            return np.arange(high)
        # What starts earlier than a day before and is on for at most a day is over.
        low = min(high, int(np.searchsorted(starts, asked.first - DAY)))
        rows = np.arange(low, high)
        earlier = self._long[: int(np.searchsorted(self._long, low))]
        if len(earlier):
            rows = np.concatenate([earlier, rows])
        return rows[self._overlaps(rows, asked)]

    def _overlaps(self, rows: Numbers, asked: Question) -> Numbers:
        starts, ends = self.columns["starts"][rows], self.columns["ends"][rows]
        found = np.ones(len(rows), dtype=bool)
        if asked.last is not None:
            found &= starts <= asked.last
        if asked.first is not None:
            found &= (ends > asked.first) | (starts >= asked.first)
        return found

    def _filtered(self, rows: Numbers, asked: Question) -> Numbers:
        columns = self.columns
        if asked.boxes is not None:
            lon, lat = columns["lon"][rows], columns["lat"][rows]
            inside = self._unplaced[rows]
            for west, south, east, north in asked.boxes:
                inside |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
            rows = rows[inside]
        if not asked.with_samples:
            rows = rows[~columns["is_sample"][rows]]
        for column, names, words in (
            ("category", self.categories, asked.categories),
            ("audience", self.audiences, asked.audiences),
        ):
            if words is not None:
                rows = rows[(columns[column][rows] & names.asked(words)) != 0]
        for column, names, words in (
            ("status", self.statuses, asked.statuses),
            ("campaign", self.campaigns, asked.campaigns),
        ):
            if words is not None:
                numbers = [names.known[word] for word in words if word in names.known]
                rows = rows[np.isin(columns[column][rows], numbers)]
        if asked.now is not None:
            off = [self.statuses.known[word] for word in OFF if word in self.statuses.known]
            rows = rows[
                (columns["starts"][rows] <= asked.now) & (columns["ends"][rows] > asked.now)
            ]
            rows = rows[~np.isin(columns["status"][rows], off)]
        for word in asked.words:
            rows = rows[self._mentions(word)[columns["text"][rows]]]
        return rows

    def _mentions(self, word: str) -> Numbers:
        """For each text, whether *word* (in capitals) stands in it."""
        found = np.zeros(len(self.texts), dtype=bool)
        starts, text = self._text_starts, self._text
        at = text.find(word)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            found[number] = True
            at = text.find(word, starts[number + 1])
        return found

    # --- Near -------------------------------------------------------------------------------

    def nearest(
        self, asked: Question, at: tuple[float, float], most: int, after: tuple[int, int] | None
    ) -> tuple[Numbers, Numbers]:
        """The *most* nearest to *at* (lon, lat) beyond the key *after*, with whole millimetres.

        Searches a belt of latitude and widens it until nothing outside can be nearer.
        """
        belt = 0.01
        while True:
            low = int(np.searchsorted(self._lats, at[1] - belt))
            high = int(np.searchsorted(self._lats, at[1] + belt, side="right"))
            rows = self._by_lat[low:high] if belt <= WIDEST else self._by_lat
            is_all = belt > WIDEST or high - low == len(self._lats)
            if not is_all:
                # A first look: what is far to the east or west of a narrow belt does not count.
                wide = belt / max(0.01, float(np.cos(np.radians(min(89.0, abs(at[1]) + belt)))))
                turn = np.abs(self.columns["lon"][rows] - at[0])
                rows = rows[np.minimum(turn, 360 - turn) <= wide]
            rows = rows[self._overlaps(rows, asked)]
            rows = self._filtered(rows, asked)
            far = self.millimetres(rows, at)
            pks = self.columns["pk"][rows]
            if after:
                beyond = (far > after[0]) | ((far == after[0]) & (pks > after[1]))
                rows, far, pks = rows[beyond], far[beyond], pks[beyond]
            sure = far <= belt * METRES_A_DEGREE * 1000
            if is_all or int(sure.sum()) >= most:
                if not is_all:
                    rows, far, pks = rows[sure], far[sure], pks[sure]
                order = np.lexsort((pks, far))[:most]
                return rows[order], far[order]
            belt *= 4

    def millimetres(self, rows: Numbers, at: tuple[float, float]) -> Numbers:
        """As ST_DistanceSphere says it, rounded."""
        lon, lat = np.radians(self.columns["lon"][rows]), np.radians(self.columns["lat"][rows])
        lon0, lat0 = np.radians(at[0]), np.radians(at[1])
        turn = lon0 - lon
        across = np.cos(lat0) * np.sin(turn)
        along = np.cos(lat) * np.sin(lat0) - np.sin(lat) * np.cos(lat0) * np.cos(turn)
        ahead = np.sin(lat) * np.sin(lat0) + np.cos(lat) * np.cos(lat0) * np.cos(turn)
        metres: Numbers = RADIUS_M * np.arctan2(np.hypot(across, along), ahead)
        whole: Numbers = np.rint(metres * 1000).astype(np.int64)
        return whole

    def item(self, identity: str) -> int | None:
        """The place in the columns of the feature with this id."""
        key = hash(identity)
        low = int(np.searchsorted(self._identities, key))
        high = int(np.searchsorted(self._identities, key, side="right"))
        for at in self._by_identity[low:high].tolist():
            if self.features[at].startswith(f'{{"type":"Feature","id":"{identity}"'.encode()):
                return int(at)
        return None
