"""How many requests an address may make: token buckets that all workers of a machine share.

Pure. The buckets lie in one small file mapped into every worker: no query, some microseconds a
request. A bucket is one number, the moment from which the caller is owed nothing (the generic cell
rate algorithm), found by a hash of the address with a salt that is thrown away every day: nothing
of an address can be read from the file, and yesterday's hashes mean nothing today.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import secrets
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from pathlib import Path

SLOTS = 1 << 16
HEADER = struct.Struct("<q16s")  # the salt's day, the salt
SLOT = struct.Struct("<d")
SIZE = HEADER.size + SLOTS * SLOT.size
DAY_S = 86_400


@dataclass(frozen=True)
class Rate:
    """*burst* requests at once, and *per_second* more each second."""

    per_second: float
    burst: int

    @property
    def window_s(self) -> int:
        """In which an empty bucket is full again."""
        return ceil(self.burst / self.per_second)


@dataclass(frozen=True)
class Verdict:
    is_allowed: bool
    remaining: int  # requests that would be answered at once
    retry_after_s: int = 0  # whole seconds until the next one would be


class Buckets:
    """The buckets in *path*, or, without one, of this process alone."""

    def __init__(self, path: Path | None = None) -> None:
        self._fd = _opened(path) if path else None
        self._map = mmap.mmap(-1 if self._fd is None else self._fd, SIZE)
        self._threads = threading.Lock()

    def take(self, who: str, rate: Rate, now_s: float) -> Verdict:
        """One request of *who* at *now_s*, seconds of the machine's monotonic clock.

        Each caller has two buckets, and the emptier one speaks for it: two callers are taken for
        one only where both meet.
        """
        window = rate.burst / rate.per_second
        with self._alone():
            places = self._places(who, now_s)
            free_at = min(self._read(place) for place in places)
            if not now_s <= free_at <= now_s + window + 1:  # idle, or of a clock before a restart
                free_at = now_s
            owed = free_at - now_s + 1 / rate.per_second
            if owed > window + 1e-9:
                return Verdict(False, 0, max(1, ceil(owed - window)))
            for place in places:
                SLOT.pack_into(self._map, place, free_at + 1 / rate.per_second)
        return Verdict(True, int((window - owed) * rate.per_second + 1e-6))

    def _places(self, who: str, now_s: float) -> tuple[int, int]:
        day, salt = HEADER.unpack_from(self._map)
        if day != int(now_s // DAY_S) + 1:
            salt = secrets.token_bytes(16)
            self._map[:] = bytes(SIZE)
            HEADER.pack_into(self._map, 0, int(now_s // DAY_S) + 1, salt)
        first, second = struct.unpack(
            "<2H", blake2b(who.encode(), digest_size=4, key=salt).digest()
        )
        return HEADER.size + first * SLOT.size, HEADER.size + second * SLOT.size

    def _read(self, place: int) -> float:
        (free_at,) = SLOT.unpack_from(self._map, place)
        return float(free_at)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other thread and no other process meanwhile; a lock dies with its process."""
        with self._threads:
            if self._fd is None:
                yield
                return
            fcntl.lockf(self._fd, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._fd, fcntl.LOCK_UN)


def _opened(path: Path) -> int:
    """Raises OSError where the file cannot be ours alone."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(path, flags, 0o600)
    if os.fstat(fd).st_uid != os.geteuid():
        os.close(fd)
        raise PermissionError(f"{path} belongs to another user.")
    os.ftruncate(fd, SIZE)
    return fd
