"""Which silent screens share a cause, so that staff get one message and not forty. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WHOLE_FLEET = 0.5  # of the screens that should be heard: then it is the server or the network
FEWEST = 2


@dataclass(frozen=True)
class Watched:
    """A screen that should be heard now; venue and group as keys, None for no group."""

    pk: int
    venue: int
    group: int | None
    is_silent: bool


@dataclass(frozen=True)
class Cause:
    """`key`: all, venue:3, group:5, screen:8."""

    key: str
    screens: tuple[int, ...]


def causes_of(watched: Sequence[Watched]) -> list[Cause]:
    """Every silent screen once: under all of them, its house, its group, or itself."""
    silent = [one for one in watched if one.is_silent]
    if len(silent) >= FEWEST and len(silent) >= WHOLE_FLEET * len(watched):
        return [Cause("all", _keys(silent))]
    found: list[Cause] = []
    rest = silent
    for kind in ("venue", "group"):
        for value in dict.fromkeys(getattr(one, kind) for one in rest):
            members = [one for one in watched if getattr(one, kind) == value]
            quiet = [one for one in rest if getattr(one, kind) == value]
            if value is not None and len(quiet) >= FEWEST and len(quiet) == len(members):
                found.append(Cause(f"{kind}:{value}", _keys(quiet)))
                rest = [one for one in rest if one not in quiet]
    return [*found, *(Cause(f"screen:{one.pk}", (one.pk,)) for one in rest)]


def _keys(screens: Sequence[Watched]) -> tuple[int, ...]:
    return tuple(sorted(one.pk for one in screens))
