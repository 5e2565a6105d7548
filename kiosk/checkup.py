"""What the small code on a screen opens: which screen, is it well, whom to call. No log-in.

Three facts are kept apart: a script runs (heartbeat), its content is current (age of the data), and
somebody has seen the panel (this page, or a touch).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_http_methods

from kiosk import alerts, standing
from kiosk.fleet import check_mark
from kiosk.models import Alert, Screen, StaffReport

MOST_REPORTS, WINDOW = 6, timedelta(hours=1)
What = StaffReport.What


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    if not constant_time_compare(mark, check_mark(slug)):
        raise Http404
    try:
        screen = Screen.objects.known(slug)
    except Screen.DoesNotExist:
        raise Http404 from None
    now: datetime = request.now  # type: ignore[attr-defined]
    if request.method == "POST":
        is_taken = report(screen, request.POST.get("what", ""), now)
        return redirect(f"{request.path}?said={'yes' if is_taken else 'busy'}")
    context: dict[str, Any] = {
        "screen": screen,
        "health": standing.health_of(screen, now),
        "problems": [one for one in What if one is not What.WELL],
        "said": request.GET.get("said", ""),
        "last": screen.reports.first(),
    }
    response = render(request, "kiosk/check.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def report(screen: Screen, what: str, now: datetime) -> bool:
    """False where there were too many, or nothing that can be said was said."""
    if (
        what not in What.values
        or screen.reports.filter(at__gt=now - WINDOW).count() >= MOST_REPORTS
    ):
        return False
    made = StaffReport.objects.create(screen=screen, at=now, what=what)
    if what != What.WELL:
        words = f"“{screen.name}”（{screen.venue.name}）：{made.get_what_display()}。"
        alerts.raise_alert(
            Alert.Kind.PROBLEM, f"problem:{screen.pk}", [screen], words, now, is_over=True
        )
    return True
