"""The page that shows a code, and what it asks until somebody has typed it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from geo.clients import client_of, household_of
from kiosk import pairing
from kiosk.build import build_id
from kiosk.qr import svg_of

COOKIE_LIFE_S = 400 * 24 * 3600
OFFERS_BY_ADDRESS, OFFERS_WINDOW_S = 20, 600
LARGEST_BODY = 1000


def cookie_name() -> str:
    return "__Host-kiosk" if settings.YITU_TLS else "kiosk"


def set_token(response: HttpResponse, token: str) -> None:
    """No script sees it, no other site sends it."""
    response.set_cookie(
        cookie_name(), token, max_age=COOKIE_LIFE_S, path="/", secure=settings.YITU_TLS,
        httponly=True, samesite="Strict",
    )  # fmt: skip


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """A paired browser goes on to its screen; any other shows a code."""
    token = pairing.token_of(request.COOKIES.get(cookie_name(), ""))
    if token and token.revoked_at is None and "new" not in request.GET:
        response: HttpResponse = redirect("kiosk", token.screen.slug)
    else:
        add = request.build_absolute_uri(reverse("admin:kiosk_screen_add"))
        code = mark_safe(svg_of(add))  # noqa: S308
        response = render(request, "kiosk/enrol.html", {"admin_url": add, "qr": code})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Is the server there, and which build would a fresh page be?"""
    response = HttpResponse(status=204)
    response["X-Yitu-Served"] = build_id()
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_POST
def enrol(request: HttpRequest) -> JsonResponse:
    """A code for whoever asks: it reveals nothing and opens nothing by itself."""
    if len(request.body) > LARGEST_BODY:
        return _said({"state": "too_large"}, 413)
    made = None if _is_eager(request) else pairing.offer(_now(request), _about(request))
    if made is None:
        response = _said({"state": "busy"}, 429)
        response["Retry-After"] = "60"
        return response
    return _said(
        {
            "code": made.code,
            "secret": made.secret,
            "expires_at": made.expires_at.isoformat(timespec="seconds"),
            "poll_s": pairing.POLL_S,
        },
        201,
    )


@require_safe
def status(request: HttpRequest) -> JsonResponse:
    """Has somebody typed the code? The reply that says so carries the token, once."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    state, screen, token = "expired", None, ""
    if kind == "Bearer" and secret:
        state, screen, token = pairing.take(secret, _now(request))
    if state == "slow":
        response = _said({"state": "waiting"}, 429)
        response["Retry-After"] = str(2 * pairing.POLL_S)
        return response
    if screen is None:
        return _said({"state": state}, 410 if state == "expired" else 200)
    response = _said({"state": "paired", "address": screen.get_absolute_url()})
    set_token(response, token)
    return response


def _said(content: dict[str, Any], status_code: int = 200) -> JsonResponse:
    response = JsonResponse(content, status=status_code)
    response["Cache-Control"] = "no-store"
    return response


def _is_eager(request: HttpRequest) -> bool:
    """Too many codes from one address; counted in memory, kept nowhere."""
    key = f"kiosk-enrol-{household_of(client_of(request))}"
    cache.add(key, 0, OFFERS_WINDOW_S)
    return cache.incr(key) > OFFERS_BY_ADDRESS


def _about(request: HttpRequest) -> dict[str, Any]:
    """What staff see of the box that asks: its size and browser."""
    try:
        said = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        said = {}
    sizes = {name: said.get(name) if isinstance(said, dict) else None for name in SIZES}
    known = {name: size for name, size in sizes.items() if isinstance(size, int) and size < 100_000}
    return {**known, "browser": request.headers.get("User-Agent", "")[:200]}


SIZES = ("width", "height")


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
