"""What time it is: the only place that reads the machine's clock.

With ``YITU_NOW`` (demo) a ticking clock starts at that moment when the process starts; without it
this is the real time. Everything below views and commands takes *now* as an argument.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

SHANGHAI = ZoneInfo("Asia/Shanghai")
_started_at = time.monotonic()


def parse_moment(words: str) -> datetime:
    """``2019-06-29T14:30`` → an aware instant; Shanghai time where no zone is written.

    Raises ValueError with what was found and what is expected.
    """
    try:
        moment = datetime.fromisoformat(words.strip().replace(" ", "+"))
    except ValueError:
        raise ValueError(f"{words!r} is not a moment. Expected 2019-06-29T14:30.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def now() -> datetime:
    """This moment in Shanghai: the real one, or the demo clock's."""
    if settings.YITU_NOW:
        try:
            start = parse_moment(settings.YITU_NOW)
        except ValueError as error:
            raise ImproperlyConfigured(f"YITU_NOW: {error}") from None
        ticked = time.monotonic() - _started_at
        return datetime.fromtimestamp(start.timestamp() + ticked, SHANGHAI)
    return datetime.now(UTC).astimezone(SHANGHAI)


class ClockMiddleware:
    """Puts ``request.now`` on every request; in demo mode ``?at=`` may ask for another moment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = now()  # type: ignore[attr-defined]
        request.asked_at = ""  # type: ignore[attr-defined]
        wanted = request.GET.get("at", "") if settings.YITU_DEMO else ""
        if wanted:
            try:
                request.now = parse_moment(wanted).astimezone(SHANGHAI)  # type: ignore[attr-defined]
                request.asked_at = wanted  # type: ignore[attr-defined]
            except ValueError as error:
                return HttpResponse(
                    f"at: {error}", status=400, content_type="text/plain; charset=utf-8"
                )
        return self.get_response(request)


def clock_context(request: HttpRequest) -> dict[str, Any]:
    """For templates: ``now``, and whether the page must say that its clock is a demo clock."""
    return {
        "now": getattr(request, "now", None) or now(),
        "is_demo": settings.YITU_DEMO,
        "is_demo_clock": bool(settings.YITU_NOW) or bool(getattr(request, "asked_at", "")),
        "asked_at": getattr(request, "asked_at", ""),
    }
