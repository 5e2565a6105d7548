"""What a heartbeat may say: every field has a kind and a length, and may be missing. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

MOST_VISIBLE, MOST_NOTICES, MOST_ERRORS, MOST_ACKS = 24, 50, 5, 20
# Half a surrogate pair (a text cut by a script) is no character: the database refuses it.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
Reader = Callable[[Any], Any]


def text(longest: int) -> Reader:
    def read(value: Any) -> str:
        return CONTROL.sub(" ", value)[:longest] if isinstance(value, str) else ""

    return read


def number(least: float, most: float) -> Reader:
    """A number within bounds, else None; what is no number is None."""

    def read(value: Any) -> float | None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or (isinstance(value, float) and not math.isfinite(value)):
            return None
        return float(min(most, max(least, value)))

    return read


def count(most: int = 1_000_000) -> Reader:
    within = number(0, most)
    return lambda value: int(within(value) or 0)


def truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def moment(value: Any) -> datetime | None:
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return read if read and read.tzinfo else None


def listed(most: int, read: Reader) -> Reader:
    def read_all(value: Any) -> list[Any]:
        return [read(one) for one in value[:most]] if isinstance(value, list) else []

    return read_all


def fields(readers: Mapping[str, Reader]) -> Reader:
    def read_fields(value: Any) -> dict[str, Any]:
        known = value if isinstance(value, dict) else {}
        return {name: reader(known.get(name)) for name, reader in readers.items()}

    return read_fields


def state(value: Any) -> str:
    return value if value in {"done", "failed", "expired"} else "failed"


FIELDS: dict[str, Reader] = {
    "instance": text(32),
    "seq": count(),
    "build": text(20),
    "version": text(32),
    "shown_at": moment,
    "scene": text(20),
    "page": count(1000),
    "pages": count(1000),
    "visible": listed(MOST_VISIBLE, text(60)),
    "notices": listed(MOST_NOTICES, count(2**31 - 1)),
    "age_s": number(0, 10**8),
    "level": text(20),
    "clock_offset_ms": number(-(10**13), 10**13),
    "uptime_s": number(0, 10**9),
    "width": count(),
    "height": count(),
    "dpr": number(0, 20),
    "touches": count(),
    "long_frames": count(),
    "heap_mb": number(0, 10**6),
    "nodes": number(0, 10**8),
    "fonts": truth,
    "secure": truth,
    "worker": text(100),
    "storage": fields(
        {"used_mb": number(0, 10**9), "quota_mb": number(0, 10**9), "is_kept": truth}
    ),
    "push": text(10),
    "is_still": truth,
    "is_night": truth,
    "errors": listed(MOST_ERRORS, fields({"message": text(300), "count": count()})),
    "reloads": count(1000),
    "reload_reason": text(100),
    "healthy": text(20),
    "took_back": text(20),
    "took_back_reason": text(200),
    "acks": listed(MOST_ACKS, fields({"id": count(2**53), "state": state, "detail": text(200)})),
}


def read(said: Any) -> dict[str, Any]:
    """Every field, cut to its length. Raises ValueError where it is no object at all."""
    if not isinstance(said, dict):
        raise ValueError("A heartbeat is one object.")
    told: dict[str, Any] = fields(FIELDS)(said)
    return told
