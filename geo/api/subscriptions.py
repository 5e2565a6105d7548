"""What programs read beside the API: calendar and Atom per filter, sitemap, robots.txt."""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from geo.api.answers import body_validated, dated, for_everyone
from geo.api.problems import ApiError, ParameterError
from geo.cards import cards_of
from geo.feeds import MOST, atom_of, calendar_with, subscribed
from geo.filters import ActivityFilter
from geo.models import Activity

WORDS = ("when", "date", "category", "audience", "district", "q", "near", "sample", "routines")
ENTRIES = 200
ADDRESSES = 50_000  # as many as one sitemap may hold
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _asked(request: HttpRequest) -> ActivityFilter:
    """The residents' filter; where a page would go on with less, a subscription refuses."""
    for name in request.GET:
        if name not in WORDS and name != "at":
            raise ParameterError(name, f"one of {', '.join(WORDS)}.", "unknown parameter")
    asked = ActivityFilter.from_query(request.GET.dict())
    if asked.problems:
        raise ApiError(400, " ".join(asked.problems))
    return asked


def _title(asked: ActivityFilter) -> str:
    return str(_("益图 · 宁波公益活动")) + (f"（{asked.q}）" if asked.q else "")


@for_everyone
def calendar(request: HttpRequest) -> HttpResponse:
    """`/calendar.ics?…`"""
    now: datetime = request.now  # type: ignore[attr-defined]
    asked = _asked(request)
    rows = subscribed(asked, now).order_by("starts_at", "pk")[:MOST]
    body = calendar_with(rows, _title(asked), request.build_absolute_uri)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="yitu.ics"'
    changed = max((row.revised_at for row in rows), default=None)
    return dated(body_validated(request, response), changed)


@for_everyone
def atom(request: HttpRequest) -> HttpResponse:
    """`/feed.atom?…`"""
    now: datetime = request.now  # type: ignore[attr-defined]
    asked = _asked(request)
    rows = subscribed(asked, now).order_by("starts_at", "pk")[:MOST]
    cards = cards_of(rows, now)[:ENTRIES]
    page = request.build_absolute_uri(reverse("map"))
    query = asked.query()
    addresses = (request.build_absolute_uri(), f"{page}?{query}" if query else page)
    body = atom_of(cards, _title(asked), addresses, request.build_absolute_uri)
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    return body_validated(request, response)


@for_everyone
def sitemap(request: HttpRequest) -> HttpResponse:
    """The list and every public activity that is real, the last changed first."""
    rows = Activity.objects.published().filter(is_sample=False).order_by("-updated_at")
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<urlset xmlns="{SITEMAP}">']
    for name in ("map", "api"):
        lines.append(f"<url><loc>{escape(request.build_absolute_uri(reverse(name)))}</loc></url>")
    for activity in rows.only("public_id", "updated_at")[: ADDRESSES - 2]:
        address = escape(request.build_absolute_uri(activity.get_absolute_url()))
        changed = activity.updated_at.isoformat(timespec="seconds")
        lines.append(f"<url><loc>{address}</loc><lastmod>{changed}</lastmod></url>")
    lines.append("</urlset>\n")
    return body_validated(request, HttpResponse("\n".join(lines), content_type="application/xml"))


@for_everyone
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /kiosk/",
        "Disallow: /results/",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    return body_validated(request, response)


@for_everyone
def favicon(request: HttpRequest) -> HttpResponse:
    """Asked by browsers that show a document of ours which names no icon, as JSON does."""
    return HttpResponseRedirect(static("icons/yitu.svg"))
