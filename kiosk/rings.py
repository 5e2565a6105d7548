"""Who gets a new build of the page, and when it may go further. Pure.

Rings: the canaries, then a tenth of the screens, then all. A build moves on when every screen of
its ring that is alive says it is well with it; it stops for everybody when one takes it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.playlist import fingerprint

CANARY, TENTH, ALL, HALTED = "canary", "tenth", "all", "halted"
NEXT = {CANARY: TENTH, TENTH: ALL}
# How long a ring watches before the next one follows.
WATCH = {CANARY: timedelta(minutes=10), TENTH: timedelta(minutes=30)}
# A ring without a single screen alive cannot judge; after this long the next one does.
LONGEST_WATCH = timedelta(hours=24)


@dataclass(frozen=True)
class Release:
    """A build and its ring; `since` when it entered the ring."""

    build: str
    ring: str
    since: datetime


@dataclass(frozen=True)
class Witness:
    """What a paired screen last said."""

    slug: str
    is_canary: bool
    is_alive: bool
    healthy_build: str
    went_down_at: datetime | None = None


def canaries_of(slugs_flagged: Sequence[tuple[str, bool]]) -> frozenset[str]:
    """The flagged screens; where none is, the one whose name hashes lowest."""
    flagged = frozenset(slug for slug, is_canary in slugs_flagged if is_canary)
    if flagged or not slugs_flagged:
        return flagged
    return frozenset([min((slug for slug, _flag in slugs_flagged), key=fingerprint)])


def is_in_ring(slug: str, ring: str, canaries: frozenset[str]) -> bool:
    if ring == ALL:
        return True
    if ring == TENTH:
        return slug in canaries or fingerprint(slug) % 10 == 0
    return ring == CANARY and slug in canaries


def target_of(slug: str, releases: Sequence[Release], canaries: frozenset[str]) -> str:
    """The newest build whose ring holds this screen; "" where there is none. Newest first."""
    for release in releases:
        if is_in_ring(slug, release.ring, canaries):
            return release.build
    return ""


def verdict(release: Release, witnesses: Sequence[Witness], now: datetime) -> tuple[str, str]:
    """(the ring it should be in, why): the same ring while it still watches."""
    if release.ring not in NEXT:
        return release.ring, ""
    canaries = canaries_of([(one.slug, one.is_canary) for one in witnesses])
    ring = [one for one in witnesses if is_in_ring(one.slug, release.ring, canaries)]
    lost = [one for one in ring if one.went_down_at and one.went_down_at >= release.since]
    if lost and 2 * len(lost) >= len(ring):
        return HALTED, "lost"
    watched = now - release.since
    alive = [one for one in ring if one.is_alive]
    if not alive:
        return (NEXT[release.ring], "nobody") if watched >= LONGEST_WATCH else (release.ring, "")
    is_well = all(one.healthy_build == release.build for one in alive)
    if is_well and watched >= WATCH[release.ring]:
        return NEXT[release.ring], "well"
    return release.ring, ""
