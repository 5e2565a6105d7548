"""Programs may ask often, but not so often that others wait: 429, and when to come back.

Only what programs ask is counted; pages of residents, screens and staff are not. The rate is one
for all of it and for all workers of this machine (``geo.buckets``). Nothing is logged.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from geo.api.answers import open_to_all
from geo.api.problems import ApiError, problem
from geo.buckets import Buckets, Rate, Verdict
from geo.clients import client_of, household_of

COUNTED = (
    "/api", "/tiles/", "/calendar.ics", "/feed.atom", "/sitemap", "/oembed", "/embed",
)  # fmt: skip
POLICY = '"default";q={burst};w={window}'

logger = logging.getLogger(__name__)


class RateLimitMiddleware:
    """Stands before whatever costs anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        rate: Rate | None = settings.YITU_RATE_LIMIT
        if rate is None or not request.path.startswith(COUNTED):
            return self.get_response(request)
        who = client_of(request)
        if not who or _is_exempt(who, tuple(settings.YITU_RATE_EXEMPT)):
            return self.get_response(request)
        verdict = buckets(settings.YITU_RATE_FILE).take(household_of(who), rate, time.monotonic())
        response = self.get_response(request) if verdict.is_allowed else _refused(verdict, rate)
        response["RateLimit-Policy"] = POLICY.format(burst=rate.burst, window=rate.window_s)
        response["RateLimit"] = f'"default";r={verdict.remaining};t={verdict.retry_after_s}'
        return response


@cache
def buckets(path: str) -> Buckets:
    try:
        return Buckets(Path(path) if path else None)
    except OSError as error:
        logger.warning("Every worker counts requests for itself: %s", error)
        return Buckets()


@cache
def _networks(words: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(word, strict=False) for word in words)


def _is_exempt(address: str, words: tuple[str, ...]) -> bool:
    known = ip_address(address)
    return any(known in network for network in _networks(words))


def _refused(verdict: Verdict, rate: Rate) -> HttpResponse:
    detail = (
        f"More than {rate.burst} requests at once or {rate.per_second:g} a second."
        f" Ask again in {verdict.retry_after_s} s."
    )
    response = problem(ApiError(429, detail, retry_after=verdict.retry_after_s))
    response["Retry-After"] = str(verdict.retry_after_s)
    response["Cache-Control"] = "no-store"
    return open_to_all(response)
