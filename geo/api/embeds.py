"""A map for other people's pages: `/embed?…` in a frame, and oEmbed, which says how to frame it."""

from __future__ import annotations

from datetime import datetime
from html import escape as escaped
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from geo.api.answers import body_validated, dumped, for_everyone, html_answer
from geo.api.problems import ApiError, ParameterError
from geo.cards import cards_of
from geo.filters import ActivityFilter
from geo.models import Activity, Occurrence
from geo.spots import spot_of

WORDS = (
    "when", "date", "category", "audience", "district", "q", "sample", "routines",
)  # fmt: skip
MOST = 300  # occurrences in a frame
LISTED = 40  # activities in its list
WIDTH, HEIGHT, LEAST = 640, 480, 240  # CSS pixels
CACHE_S = 3600


def asked_of(query: QueryDict, more: tuple[str, ...] = ()) -> ActivityFilter:
    """The residents' filter, or ApiError for what it does not know."""
    for name in query:
        if name not in (*WORDS, *more):
            raise ParameterError(name, f"one of {', '.join((*WORDS, *more))}.", "unknown parameter")
    asked = ActivityFilter.from_query({name: str(query[name]) for name in query})
    if asked.problems:
        raise ApiError(400, " ".join(asked.problems))
    return asked


@for_everyone
def embed(request: HttpRequest) -> HttpResponse:
    """`/embed?…`, with the words of the residents' page, or of one activity."""
    now: datetime = request.now  # type: ignore[attr-defined]
    asked = asked_of(request.GET, ("activity", "at", "lang"))
    public_id = request.GET.get("activity", "")
    if public_id:
        activity = _activity(public_id)
        rows = list(activity.occurrences.with_everything()[:MOST])
        title, page = activity.title, activity.get_absolute_url()
    else:
        rows = list(asked.apply(now).with_everything().order_by("starts_at", "pk")[:MOST])
        query = asked.query()
        title, page = str(_("宁波公益活动")), reverse("map") + (f"?{query}" if query else "")
    cards = cards_of(rows, now)
    context = {
        "title": title,
        "page": request.build_absolute_uri(page),
        "cards": cards[:LISTED],
        "more": max(0, len(cards) - LISTED),
        "count": len(cards),
        "shapes": shapes_of(rows, request),
    }
    response = html_answer(request, "geo/embed.html", context)
    # As strict as every page of ours, but for who may frame it.
    allowed = {"frame-ancestors": list(settings.YITU_EMBED_ANCESTORS)}
    response._csp_replace = allowed  # type: ignore[attr-defined]
    response.xframe_options_exempt = True
    return response


def shapes_of(rows: list[Occurrence], request: HttpRequest) -> list[dict[str, Any]]:
    """Each place once, as static/js/api.js draws it: a pin, or the ring of what is claimed."""
    drawn: dict[str, dict[str, Any]] = {}
    for row in rows:
        spot = spot_of(row)
        if spot is None or spot.kind not in {"pin", "ring"}:
            continue
        drawn.setdefault(spot.key, {
            "name": f"{spot.name} · {row.activity.title}",
            "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
            "radius": spot.radius_m,
            "url": request.build_absolute_uri(row.activity.get_absolute_url()),
        })  # fmt: skip
    return list(drawn.values())


def _activity(public_id: str) -> Activity:
    found: Activity | None = Activity.objects.published().filter(public_id=public_id[:16]).first()
    if found is None:
        raise ApiError(404, "There is no public activity of this number.")
    return found


@for_everyone
def oembed(request: HttpRequest) -> HttpResponse:
    """oEmbed 1.0 for the list and for every activity: `/oembed?url=…`"""
    known = ("url", "format", "maxwidth", "maxheight")
    for name in request.GET:
        if name not in known:
            raise ParameterError(name, f"one of {', '.join(known)}.", "unknown parameter")
    form = request.GET.get("format", "json")
    if form not in {"json", "xml"}:
        raise ApiError(501, "Offered are json and xml.", parameter="format", found=form[:20])
    said = _described(request)
    if form == "json":
        response = HttpResponse(dumped(said), content_type="application/json")
    else:
        root = Element("oembed")
        for name, value in said.items():
            SubElement(root, name).text = str(value)
        xml: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
        response = HttpResponse(xml, content_type="text/xml; charset=utf-8")
    return body_validated(request, response)


def _described(request: HttpRequest) -> dict[str, Any]:
    title, query = _framed(request)
    width = min(WIDTH, _pixels(request, "maxwidth"))
    height = min(HEIGHT, _pixels(request, "maxheight"))
    source = request.build_absolute_uri(reverse("embed")) + (f"?{query}" if query else "")
    frame = (
        f'<iframe src="{escaped(source)}" width="{width}" height="{height}" '
        f'title="{escaped(title)}" loading="lazy"></iframe>'
    )
    return {
        "version": "1.0", "type": "rich", "title": title, "provider_name": "益图",
        "provider_url": request.build_absolute_uri("/"), "cache_age": CACHE_S,
        "html": frame, "width": width, "height": height,
    }  # fmt: skip


def _framed(request: HttpRequest) -> tuple[str, str]:
    """The title and the frame's query for a page of ours; 404 for any other address."""
    if not request.GET.get("url"):
        raise ParameterError("", "the address of a page of ours.", "url")
    try:
        address = urlsplit(request.GET["url"][:2000])
        is_ours = address.scheme in {"http", "https"} and address.netloc == request.get_host()
        page = resolve(address.path or "/") if is_ours else None
    except (Resolver404, ValueError):
        raise _not_ours() from None
    if page and page.url_name == "activity":
        activity = _activity(page.kwargs["public_id"])
        return activity.title, urlencode({"activity": activity.public_id})
    if page and page.url_name == "map":
        kept = [(name, words) for name, words in parse_qsl(address.query) if name in WORDS]
        query = QueryDict(urlencode(kept))
        return str(_("益图 · 宁波公益活动")), asked_of(query).query()
    raise _not_ours()


def _not_ours() -> ApiError:
    return ApiError(404, "Only the list and the pages of activities can be embedded.")


def _pixels(request: HttpRequest, name: str) -> int:
    words = request.GET.get(name, "")
    if not words:
        return 10_000
    if not (words.isascii() and words.isdigit() and 0 < len(words) <= 5 and int(words) > 0):
        raise ParameterError(words, "pixels, a whole number.", name)
    return max(LEAST, int(words))
