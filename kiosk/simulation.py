"""A screen at another moment, for staff: what is wanted is signed, so nobody else can ask it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from csp.constants import SELF
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

SALT = "kiosk.simulation"
LIFE = timedelta(hours=12)


def simulation_url(
    slug: str, now: datetime, at: datetime | None = None, **more: Any
) -> str:  # fmt: skip
    """The page of *slug* as it is at *at*, its clock going on from there.

    *more*: ``age_s``, ``is_offline``, ``is_paused``, ``night`` ("", "on", "off").
    """
    words = {
        "slug": slug,
        "at": (at or now).isoformat(),
        "began": now.isoformat(),
        "age_s": int(more.get("age_s", 0)),
        "is_offline": bool(more.get("is_offline")),
        "is_paused": bool(more.get("is_paused")),
        "night": str(more.get("night", "")),
    }
    return f"{reverse('kiosk', args=[slug])}?sim={signing.dumps(words, salt=SALT)}"


def simulated(request: HttpRequest, slug: str) -> dict[str, Any] | None:
    """The words of a simulation of this screen; None for the screen itself."""
    signed = request.GET.get("sim", "")
    if not signed:
        return None
    try:
        words: dict[str, Any] = signing.loads(signed, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    return words if words.get("slug") == slug else None


def moment_of(words: dict[str, Any] | None, now: datetime) -> datetime:
    """The simulated moment: it ticks on from the one that was asked for, unless it is paused."""
    if words is None:
        return now
    at = datetime.fromisoformat(words["at"]).astimezone(now.tzinfo)
    passed = now - datetime.fromisoformat(words["began"])
    return at if words["is_paused"] else at + max(passed, timedelta())


def allow_own_frame(response: HttpResponse) -> None:
    """Only a simulation may stand in a frame, and only in one of our own pages."""
    response["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
