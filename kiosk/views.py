"""The screen's page, what it polls, and its service worker. Public: they need no secret.

A lobby speaks the language of its city, whatever the box behind the panel was installed in.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from kiosk.build import build_id
from kiosk.models import Screen
from kiosk.payload import payload_of
from kiosk.playlist import is_night, scene_at, text_step
from kiosk.qr import phone_query, svg_of
from kiosk.scenes import view_of
from kiosk.words import screen_words

WORKER = Path(settings.BASE_DIR) / "static" / "js" / "kiosk-worker.js"


@require_safe
@translation.override(settings.LANGUAGE_CODE)
def screen(request: HttpRequest, slug: str) -> HttpResponse:
    """The page: readable without a script, alive with one."""
    shown, now = _screen(slug), _now(request)
    payload = payload_of(shown, now, build_id())
    words = screen_words()
    view = view_of(payload, now, words)
    index = scene_at(now, shown.dwell_s, len(view["scenes"]))
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
            "text_step": text_step(float(shown.diagonal_inch), float(shown.viewing_distance_m)),
            "theme": "night" if is_night(now.time(), shown.night_from, shown.night_to) else "",
            "age": words["fresh"].format(time=view["clock"]),
            "qr": mark_safe(svg_of(request.build_absolute_uri(f"/?{query}"))),  # noqa: S308
        },
    )
    return _stamped(response, request, slug)


@require_safe
@translation.override(settings.LANGUAGE_CODE)
def payload(request: HttpRequest, slug: str) -> HttpResponse:
    """JSON with an ETag; 304 where the screen has it already, with the time in a header."""
    content = payload_of(_screen(slug), _now(request), build_id())
    etag = f'"{content["version"]}"'
    full = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    full["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=full)
    return _stamped(answer or full, request, slug)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from a path whose scope covers every screen; new bytes in every build."""
    script = f'const BUILD = "{build_id()}";\n{WORKER.read_text(encoding="utf-8")}'
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _screen(slug: str) -> Screen:
    known = Screen.objects.select_related("venue__district__parent").prefetch_related("areas")
    return get_object_or_404(known, slug=slug)


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]
    return now


def _asked_at(request: HttpRequest) -> str:
    asked_at: str = request.asked_at  # type: ignore[attr-defined]
    return asked_at


def _stamped(response: HttpResponse, request: HttpRequest, slug: str) -> HttpResponse:
    """Who answered, when, and from which build: a captive portal's page has none of these."""
    response["X-Yitu-Screen"] = slug
    response["X-Yitu-Now"] = _now(request).isoformat(timespec="milliseconds")
    response["X-Yitu-Build"] = build_id()
    response["Cache-Control"] = "no-cache"
    return response
