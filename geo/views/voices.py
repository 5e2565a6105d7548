"""What all forms without an account share: the door, the private link; and reports of errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from geo import voices
from geo.asked import now_of
from geo.clients import client_of, household_of
from geo.models import Activity, ErrorReport, Venue
from geo.voice_forms import ErrorReportForm

HONEYPOT = "website"


def sender_of(request: HttpRequest) -> str:
    return voices.sender_of(household_of(client_of(request)), now_of(request))


def meta_of(request: HttpRequest, token_hash: str) -> dict[str, Any]:
    """The fields of a new message that its sender does not fill."""
    now = now_of(request)
    return {
        "public_id": voices.new_public_id(),
        "token_hash": token_hash,
        "sender": sender_of(request),
        "created_at": now,
        "changed_at": now,
    }


def kept_out(request: HttpRequest) -> HttpResponse | None:
    """A refusal in words, or nothing: too many messages, or a form that no hand filled."""
    now = now_of(request)
    by_hand = voices.is_by_hand(request.POST.get("opened", ""), request.POST.get(HONEYPOT, ""), now)
    if not by_hand:
        return render(request, "geo/voices/refused.html", {"wait": None}, status=400)
    wait = voices.must_wait(sender_of(request), now)
    if wait is None:
        return None
    refusal = render(request, "geo/voices/refused.html", {"wait": wait}, status=429)
    refusal["Retry-After"] = str(wait.minutes * 60)
    return refusal


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page behind a secret link: kept by nobody, found by nobody, and told to nobody."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> HttpResponse:
        response = never_cache(view)(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answered


# --- 纠错 ------------------------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_activity(request: HttpRequest, public_id: str) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.published(), public_id=public_id)
    return _report(request, ErrorReport(activity=activity), activity)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_venue(request: HttpRequest, pk: int) -> HttpResponse:
    venue = get_object_or_404(Venue, pk=pk)
    return _report(request, ErrorReport(venue=venue), venue)


def _report(request: HttpRequest, one: ErrorReport, subject: Activity | Venue) -> HttpResponse:
    form = ErrorReportForm(request.POST or None, instance=one)
    context = {
        "form": form,
        "subject": subject,
        "opened": request.POST.get("opened") or voices.opened_at(now_of(request)),
    }
    if request.method != "POST":
        return render(request, "geo/voices/report.html", context)
    if not form.is_valid():
        return render(request, "geo/voices/report.html", context, status=400)
    if (refusal := kept_out(request)) is not None:
        return refusal
    _secret, token_hash = voices.new_secret()
    for name, value in meta_of(request, token_hash).items():
        setattr(one, name, value)
    form.save()
    return render(request, "geo/voices/thanks.html", {"subject": subject})
