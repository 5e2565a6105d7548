"""What programs read beside the API: calendar and Atom per filter, sitemap, robots.txt."""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

from django.db.models import QuerySet
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
PER_SITEMAP = 49_990  # activities; one sitemap may hold 50 000 addresses
XML = '<?xml version="1.0" encoding="UTF-8"?>'
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
    """Every public activity that is real; an index of several where one may not hold them."""
    count = _real_activities().count()
    if count <= PER_SITEMAP:
        return _part(request, 1)
    lines = [XML, f'<sitemapindex xmlns="{SITEMAP}">']
    for number in range(1, -(-count // PER_SITEMAP) + 1):
        address = request.build_absolute_uri(reverse("sitemap-part", args=[number]))
        lines.append(f"<sitemap><loc>{escape(address)}</loc></sitemap>")
    lines.append("</sitemapindex>\n")
    return body_validated(request, HttpResponse("\n".join(lines), content_type="application/xml"))


@for_everyone
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    return _part(request, number)


def _part(request: HttpRequest, number: int) -> HttpResponse:
    """In the order in which they were made, so that a new one moves no other to another part."""
    first = (number - 1) * PER_SITEMAP
    rows = _real_activities()[first : first + PER_SITEMAP] if 0 < number < 10_000 else []
    if number != 1 and not rows:
        raise ApiError(404, "There is no such part of the sitemap.")
    lines = [XML, f'<urlset xmlns="{SITEMAP}">']
    for name in ("map", "api") if number == 1 else ():
        lines.append(f"<url><loc>{escape(request.build_absolute_uri(reverse(name)))}</loc></url>")
    for activity in rows:
        address = escape(request.build_absolute_uri(activity.get_absolute_url()))
        changed = activity.updated_at.isoformat(timespec="seconds")
        lines.append(f"<url><loc>{address}</loc><lastmod>{changed}</lastmod></url>")
    lines.append("</urlset>\n")
    return body_validated(request, HttpResponse("\n".join(lines), content_type="application/xml"))


def _real_activities() -> QuerySet[Activity]:
    real = Activity.objects.published().filter(is_sample=False)
    found: QuerySet[Activity] = real.order_by("pk").only("public_id", "updated_at")
    return found


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
