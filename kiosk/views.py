"""The screen's page, what it polls, and its service worker. Public: they need no secret.

A lobby speaks the language of its city, whatever the box behind the panel was installed in.
"""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from kiosk.build import build_id
from kiosk.fleet import Standing, standing_of
from kiosk.models import Screen
from kiosk.playlist import is_night, text_step, turn_at
from kiosk.polling import full_payload, poll, stamped
from kiosk.qr import phone_query, svg_of
from kiosk.scenes import view_of
from kiosk.simulation import allow_own_frame, moment_of, simulated
from kiosk.words import screen_words

WORKER = Path(settings.BASE_DIR) / "static" / "js" / "kiosk-worker.js"


@require_safe
@translation.override(settings.LANGUAGE_CODE)
def screen(request: HttpRequest, slug: str) -> HttpResponse:
    """The page: readable without a script, alive with one."""
    sim = simulated(request, slug)
    now = moment_of(sim, _now(request))
    standing = _standing(slug, now)
    shown, payload = standing.screen, full_payload(standing, now)
    words = screen_words()
    view = view_of(payload, now, words)
    index, _share = turn_at(now, [one["dwell_s"] for one in view["scenes"]])
    query = phone_query(payload["lobby"]["district"], shown.is_sample, _asked_at(request))
    response = render(
        request,
        "kiosk/screen.html",
        {
            "screen": shown,
            "payload": payload,
            "words": words,
            "view": view,
            "scene": view["scenes"][index],
            "text_step": text_step(
                float(shown.diagonal_inch or 0), float(shown.viewing_distance_m or 0)
            ),
            "theme": "night" if is_night(now.time(), shown.night_from, shown.night_to) else "",
            "age": words["fresh"].format(time=view["clock"]),
            "push_url": settings.YITU_PUSH_URL,
            "sim": sim,
            "sim_words": json.dumps(sim),
            "check_qr": mark_safe(  # noqa: S308
                svg_of(request.build_absolute_uri(payload["check_url"]))
            ),
            "qr": mark_safe(svg_of(request.build_absolute_uri(f"/?{query}"))),  # noqa: S308
        },
    )
    if sim:
        allow_own_frame(response)
    return stamped(response, standing, now)


@require_safe
def payload(request: HttpRequest, slug: str) -> HttpResponse:
    """The poll of a page that shows another moment; the plain one is answered by the middleware."""
    try:
        return poll(request, slug, moment_of(simulated(request, slug), _now(request)))
    except Screen.DoesNotExist:
        raise Http404 from None


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from a path whose scope covers every screen; new bytes in every build."""
    script = f'const BUILD = "{build_id()}";\n{WORKER.read_text(encoding="utf-8")}'
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _standing(slug: str, now: datetime) -> Standing:
    try:
        return standing_of(slug, now)
    except Screen.DoesNotExist:
        raise Http404 from None


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]
    return now


def _asked_at(request: HttpRequest) -> str:
    asked_at: str = request.asked_at  # type: ignore[attr-defined]
    return asked_at
