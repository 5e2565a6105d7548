"""Answers travel compressed: brotli to whoever takes it, gzip to the rest."""

from __future__ import annotations

import re

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

LEAST = 200  # bytes: below, the headers weigh more than what is saved
QUALITY = 5  # as fast as gzip at its usual level, and a sixth smaller on our GeoJSON
TEXTS = ("text/", "application/", "image/svg+xml")
BROTLI = re.compile(
    r"(?:^|,)\s*br\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?(?=,|$)", re.IGNORECASE
)


def takes_brotli(accepted: str) -> bool:
    """Named in Accept-Encoding, and not with q=0; ``*`` alone does not name it."""
    found = BROTLI.search(accepted)
    return found is not None and float(found[1] or 1) > 0


class CompressionMiddleware(GZipMiddleware):
    """Django's own, with brotli before it. What is packed already, or streams, goes on to that."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
        if not (
            takes_brotli(accepted) and isinstance(response, HttpResponse) and _is_worth_it(response)
        ):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        packed = brotli.compress(response.content, quality=QUALITY)
        if len(packed) >= len(response.content):
            return response
        response.content = packed
        response["Content-Length"] = str(len(packed))
        response["Content-Encoding"] = "br"
        etag = response.get("ETag", "")
        if etag.startswith('"'):
            response["ETag"] = f"W/{etag}"
        return response


def _is_worth_it(response: HttpResponse) -> bool:
    return (
        not response.streaming
        and not response.has_header("Content-Encoding")
        and len(response.content) >= LEAST
        and response.get("Content-Type", "").startswith(TEXTS)
    )
