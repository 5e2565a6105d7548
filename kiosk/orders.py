"""Commands to screens: what may be asked, and for how long it is meant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser

from geo.moments import SHANGHAI
from kiosk.models import Command, Screen
from kiosk.playlist import SCENES

# A screen that hears of it later than this does not carry it out.
LIFE = {
    "reload": timedelta(minutes=10),
    "identify": timedelta(minutes=2),
    "playlist": timedelta(minutes=10),
    "clear_cache": timedelta(minutes=10),
}
LONGEST_PLAYLIST = timedelta(hours=12)


def issue(
    screens: Sequence[Screen],
    kind: str,
    by: AbstractBaseUser,
    now: datetime,
    argument: str = "",
) -> int:
    """One command for each screen, all at once. Returns how many. Raises KeyError."""
    expires_at = now + LIFE[kind]
    made = [
        Command(
            screen=screen,
            kind=kind,
            argument=str(screen.pk) if kind == "identify" else argument,
            by=by,  # type: ignore[misc]
            issued_at=now,
            expires_at=expires_at,
        )
        for screen in screens
    ]
    Command.objects.bulk_create(made)
    return len(made)


def playlist(scenes: Sequence[str], minutes: int, now: datetime) -> str:
    """The argument of a command ``playlist``; without scenes it ends the one that runs."""
    wanted = [kind for kind in SCENES if kind in scenes]
    lasts = min(max(timedelta(minutes=minutes), timedelta(minutes=1)), LONGEST_PLAYLIST)
    until = (now + lasts).astimezone(SHANGHAI).isoformat(timespec="seconds")
    return json.dumps({"scenes": wanted, "until": until}, ensure_ascii=False)
