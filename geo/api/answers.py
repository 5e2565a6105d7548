"""Answers on the wire: form by Accept or ``f``, ETag and 304, caching, other origins."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, cast

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.views.decorators.csrf import csrf_exempt

from geo.api.links import GEOJSON, HTML
from geo.api.problems import ApiError, problem
from geo.live.keeper import KEEPER

WSGIApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

logger = logging.getLogger(__name__)

RETRY_S = 10
READING = ("GET", "HEAD", "OPTIONS")
CACHE = "public, max-age=60, stale-while-revalidate=300"
# What a script of another origin may read besides the few headers that are always readable.
EXPOSED = "ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After"


# A new release may say the same data in other words: its ETags are others.
_BUILD = hashlib.blake2b(
    b"".join(file.read_bytes() for file in sorted(Path(__file__).parents[1].rglob("*.py"))),
    digest_size=6,
).hexdigest()


def wants_html(request: HttpRequest, kind: str) -> bool:
    """True for a browser. ``f`` wins over Accept; whoever accepts neither is given JSON."""
    if form := request.GET.get("f"):
        return form == "html"
    return request.get_preferred_type([kind, "application/json", HTML]) == HTML


def for_everyone(view: View[P]) -> View[P]:
    """Reading only, from any origin, without cookies; what goes wrong is a problem document."""

    @csrf_exempt  # nothing here writes: a POST is answered with 405, not with a missing token
    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "OPTIONS":
            return open_to_all(HttpResponse(status=204, headers={"Allow": ", ".join(READING)}))
        try:
            if request.method not in READING:
                raise ApiError(405, f"{request.method} is not offered. Expected GET or HEAD.")
            response = view(request, *args, **kwargs)
        except ApiError as error:
            response = problem(error)
            if error.status == 405:
                response["Allow"] = ", ".join(READING)
        except OperationalError:
            logger.exception("The database does not answer %s", request.path)
            response = problem(ApiError(503, f"Ask again in {RETRY_S} seconds."))
            response["Retry-After"] = str(RETRY_S)
        return open_to_all(response)

    return cast(View[P], answered)


def open_to_all(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = ", ".join(READING)
    response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
    response["Access-Control-Expose-Headers"] = EXPOSED
    patch_vary_headers(response, ["Accept"])
    return response


def json_answer(
    request: HttpRequest,
    body: dict[str, Any],
    kind: str,
    stamp: dict[str, Any] | None = None,
    etag: str | None = None,
) -> HttpResponse:
    """*stamp* is added to the body without counting as a change of it. *etag* where it is known."""
    text = dumped(body)
    etag = etag or body_tag(text.encode())
    if stamp:
        text = dumped({**body, **stamp})
    response = HttpResponse(text, content_type=kind)
    response["Link"] = _link_header(body.get("links", []))
    return validated(request, response, etag)


def bytes_answer(
    request: HttpRequest, body: bytes, links: list[dict[str, str]], etag: str | None = None
) -> HttpResponse:
    """GeoJSON that is ready. *etag* where it is known already, else of the body."""
    response = HttpResponse(body, content_type=GEOJSON)
    response["Link"] = _link_header(links)
    return validated(request, response, etag or body_tag(body))


# What an answer depends on besides the data: the address, as whom, in which language and form.
SEEN = (
    "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST", "PATH_INFO", "QUERY_STRING",
    "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE",
)  # fmt: skip


def version_tag(request: HttpRequest, number: int) -> str:
    """The ETag of whatever this request is answered while the data has this version."""
    return tag_of(request.META, number)


def tag_of(environ: Mapping[str, Any], number: int) -> str:
    """`version_tag` before there is a request."""
    asked = "\n".join([_BUILD, *(str(environ.get(name, "")) for name in SEEN)])
    return f'W/"{number:x}-{hashlib.blake2b(asked.encode(), digest_size=9).hexdigest()}"'


def held_already(application: WSGIApplication) -> WSGIApplication:
    """Before Django: 304 for who holds the answer that this version of the data gives.

    The tag names host, path and question. Whoever sends it was answered them with 200.
    """

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        held = environ.get("HTTP_IF_NONE_MATCH", "")
        if held and environ["REQUEST_METHOD"] == "GET":
            kept = KEEPER.kept()
            if kept and not kept.is_cut_off and held == tag_of(environ, kept.version.number):
                start("304 Not Modified", [("ETag", held), *HELD])
                return []
        return application(environ, start)

    return answer


HELD = [
    ("Cache-Control", CACHE), ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
    ("Vary", "Accept, Accept-Language, Cookie, Accept-Encoding"),
]  # fmt: skip


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 before any work, for who has this already."""
    held = request.META.get("HTTP_IF_NONE_MATCH", "")
    if etag not in held and held != "*":
        return None
    return HttpResponse(status=304, headers={"ETag": etag, "Cache-Control": CACHE})


def html_answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context)
    return validated(request, response, body_tag(response.content))


def validated(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    """With its ETag; 304 for who has it. A date alone never saves an answer: rows also go away."""
    response["ETag"] = etag
    response["Cache-Control"] = CACHE
    request.META.pop("HTTP_IF_MODIFIED_SINCE", None)
    return get_conditional_response(request, etag, None, response) or response


def body_validated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return validated(request, response, body_tag(response.content))


def dated(response: HttpResponse, moment: Any) -> HttpResponse:
    """With the newest change of what it shows, where that is known."""
    if moment is not None:
        response["Last-Modified"] = http_date(moment.timestamp())
    return response


def dumped(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def body_tag(body: bytes) -> str:
    """Weak: compressed and plain answers are the same to a reader."""
    return "W/" + quote_etag(hashlib.blake2b(body, digest_size=12).hexdigest())


def _link_header(links: list[dict[str, str]]) -> str:
    """The relations that programs page by; titles are Chinese and stay in the body."""
    said = {"self", "alternate", "next", "prev", "service-desc"}
    return ", ".join(
        f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"'
        for one in links
        if one["rel"] in said
    )
