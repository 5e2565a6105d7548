"""What a visitor chose for good: large type, night colours, language. Cookies, no account.

``?mode=elder``, ``?theme=night`` and ``?lang=en`` hold for the page they are asked of and are
remembered for a year. They work without JavaScript: every switch is a link to the same page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.urls import resolve
from django.utils.cache import patch_vary_headers

from geo.models.changes import acting

YEAR_S = 365 * 24 * 3600
MODES = ("standard", "elder")
THEMES = ("auto", "light", "night")
PARAMETERS = ("mode", "theme", "lang")


@dataclass(frozen=True)
class Preferences:
    """What the page looks like for this visitor; the language is Django's own business."""

    mode: str = "standard"  # one of MODES
    theme: str = "auto"  # one of THEMES

    @property
    def is_elder(self) -> bool:
        """长辈版: large type, the list first, the map behind a button."""
        return self.mode == "elder"


class SigningMiddleware:
    """Whatever a person who is logged in writes bears their name and reason (``why``) in history.

    Stands after Django's AuthenticationMiddleware; reading costs nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS") or not request.user.is_authenticated:
            return self.get_response(request)
        with acting(request.user.get_username(), request.POST.get("why", "").strip()):
            return self.get_response(request)


class PreferencesMiddleware:
    """Puts ``request.preferences`` on every request. Stands before Django's LocaleMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = _chosen(request)
        request.COOKIES.update(chosen)  # what is asked for holds at once
        request.preferences = Preferences(  # type: ignore[attr-defined]
            mode=_one_of(MODES, request.COOKIES.get("mode", "")),
            theme=_one_of(THEMES, request.COOKIES.get("theme", "")),
        )
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response["X-Yitu-Page"] = "1"  # no captive portal's: the service worker looks for it
            patch_vary_headers(response, ["Cookie"])
            for name, value in chosen.items():
                _remember(response, name, value)
        return response


def preferences_context(request: HttpRequest) -> dict[str, Any]:
    """For templates: ``preferences``; the usual ones where the middleware never came."""
    return {"preferences": getattr(request, "preferences", Preferences())}


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Cookie name → value, for what the address asks for and can be chosen."""
    allowed = {
        "mode": ("mode", MODES),
        "theme": ("theme", THEMES),
        "lang": (settings.LANGUAGE_COOKIE_NAME, tuple(code for code, _ in settings.LANGUAGES)),
    }
    return {
        cookie: request.GET[parameter]
        for parameter, (cookie, values) in allowed.items()
        if request.GET.get(parameter) in values
    }


def _one_of(values: tuple[str, ...], word: str) -> str:
    return word if word in values else values[0]


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR_S, samesite="Lax", secure=settings.YITU_TLS, httponly=True
    )


# What programs read: the same for everybody, whoever is logged in.
PUBLIC = ("/api", "/tiles/", "/calendar.ics", "/feed.atom", "/sitemap", "/oembed")


class PublicReadsMiddleware:
    """Public reads are answered before sessions, CSRF and log-in are looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.direct = PreferencesMiddleware(LocaleMiddleware(_answer))  # type: ignore[arg-type]
        self.csp = CSPMiddleware(_answer)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PUBLIC):
            self.csp.process_request(request)
            response = self.direct(request)
            # The policy is long, costs a sixth of an answer, and means nothing to a program.
            if response.get("Content-Type", "").startswith("text/html"):
                self.csp.process_response(request, response)
            return response
        return self.get_response(request)


_resolved = lru_cache(maxsize=256)(resolve)


def _answer(request: HttpRequest) -> HttpResponse:
    found = _resolved(request.path_info)
    request.resolver_match = found
    response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    return response
