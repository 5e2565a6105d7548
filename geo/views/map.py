"""`/`: what is on and what is coming, as a list and a map of the same set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo import phrases
from geo.cards import Card, Origin, cards_of, origin_of
from geo.filters import ActivityFilter
from geo.models import Area, Audience, Category, Occurrence
from geo.moments import day_of
from geo.querysets import OccurrenceQuerySet
from geo.spots import spots_of
from geo.suggestions import close_to

CARDS_PER_PAGE = 20
# Occurrences that one answer lists and draws: a view stays below 150 KB, however large the city.
MOST = 200
STRIP_DAYS = 10  # days of the histogram, today's week first
BAR_STEPS = 8


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The whole page; works without JavaScript."""
    return render(request, "geo/map.html", _context(request))


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The panel alone, for the page's own script; the same question gives the same set."""
    return render(request, "geo/_panel.html", _context(request))


@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """An empty page: what a visitor keeps is known to their browser alone."""
    return render(request, "geo/favourites.html")


def _context(request: HttpRequest) -> dict[str, Any]:
    now: datetime = request.now  # type: ignore[attr-defined]
    asked = ActivityFilter.from_query(request.GET.dict())
    origin = origin_of(asked.near, day_of(now))
    found = asked.apply(now)
    occurrences = _first_of(found, asked, origin)
    is_cut = len(occurrences) > MOST
    occurrences = occurrences[:MOST]
    cards = cards_of(occurrences, now, origin)
    page = Paginator(cards, CARDS_PER_PAGE).get_page(request.GET.get("page"))
    return {
        "filter": asked,
        "query": asked.query(),
        "page": page,
        "count": _count(found) if is_cut else len(cards),
        "listed_count": len(cards) if is_cut else 0,
        "spots": spots_of(occurrences, now),
        "unplaced_count": sum(1 for card in cards if not _is_on_the_map(card)),
        "choices": _choices(asked, now),
        "routine_count": sum(1 for card in cards if card.is_routine),
        "routines_query": asked.query(routines=not asked.routines),
        "strip": _strip(asked, now),
        "summary": _summary(asked, origin, now),
        "origin": origin,
        "origin_problem": _origin_problem(asked, origin),
        "nearest": _nearest_other(asked, now) if not cards else None,
        "close": close_to(asked.q, now) if asked.q and not cards else [],
        "tiles": {"url": settings.YITU_TILES_URL, "attribution": settings.YITU_TILES_ATTRIBUTION},
        "at": getattr(request, "asked_at", ""),
    }


def _first_of(found: OccurrenceQuerySet, asked: ActivityFilter, origin: Origin | None) -> list[Any]:
    """The first that answer, one more than a page holds where there are more."""
    order: list[Any] = ["-ends_at" if asked.when == "past" else "starts_at", "pk"]
    if origin:
        at = Point(origin.lon, origin.lat, srid=4326)
        order.insert(0, GeometryDistance("venue__point", at))
    return list(found.with_everything().order_by(*order)[: MOST + 1])


def _count(found: OccurrenceQuerySet) -> int:
    counted: int = found.order_by().aggregate(count=Count("activity", distinct=True))["count"]
    return counted


def _is_on_the_map(card: Card) -> bool:
    return any(one.district_id for one in card.occurrences)


def _counts(asked: ActivityFilter, now: datetime, field: str, **without: Any) -> dict[Any, int]:
    """How many activities each value of *field* has, all but its own part of the question kept."""
    return replace(asked, **without).apply(now).activities_by(field)


def _choices(asked: ActivityFilter, now: datetime) -> dict[str, Any]:
    """What can be chosen, each with its link; all but one's own part of the question is kept."""
    by_category = _counts(asked, now, "activity__categories__slug", categories=())
    by_audience = _counts(asked, now, "activity__audiences__slug", audiences=())
    by_district = _counts(asked, now, "district__code", district="")
    return {
        "when": [
            _choice(_("今天起"), asked.query(when="", day=None), not asked.when and not asked.day),
            *(
                _choice(label, asked.query(when=word, day=None), asked.when == word)
                for word, label in (
                    ("now", _("正在进行")),
                    ("today", _("今天")),
                    ("tomorrow", _("明天")),
                    ("weekend", _("周末")),
                    ("past", _("已结束")),
                )
            ),
        ],
        "categories": [
            _choice(
                one.name, asked.query(categories=_toggled(asked.categories, one.slug)),
                one.slug in asked.categories, one, by_category.get(one.slug, 0),
            )
            for one in Category.objects.all()
        ],
        "audiences": [(one, by_audience.get(one.slug, 0)) for one in Audience.objects.all()],
        "districts": [(one, by_district.get(one.code, 0)) for one in Area.objects.districts()],
    }  # fmt: skip


def _choice(
    label: str, query: str, is_on: bool, item: Any = None, count: int | None = None
) -> dict[str, Any]:
    return {"label": label, "query": query, "is_on": is_on, "item": item, "count": count}


def _toggled(slugs: tuple[str, ...], slug: str) -> tuple[str, ...]:
    return tuple(sorted(set(slugs) ^ {slug}))


def _strip(asked: ActivityFilter, now: datetime) -> list[dict[str, Any]]:
    """Days with how many activities are on: the histogram under the filters, as links."""
    today = day_of(now)
    around = asked.day or today
    first = around - timedelta(days=2)
    days = [first + timedelta(days=offset) for offset in range(STRIP_DAYS)]
    counts: dict[date, int] = dict(
        asked.matching()
        .taking_place()
        .between(days[0], days[-1])
        .order_by("held_on")
        .values("held_on")
        .annotate(count=Count("activity", distinct=True))
        .values_list("held_on", "count")
    )
    most = max(counts.values(), default=0)
    return [
        {
            "day": day,
            "date": phrases.short_date(day),
            "weekday": phrases.weekday(day),
            "count": counts.get(day, 0),
            "step": -(-counts.get(day, 0) * BAR_STEPS // most) if most else 0,
            "query": asked.query(when="", day=None if asked.day == day else day),
            "is_on": asked.day == day,
            "is_today": day == today,
        }
        for day in days
    ]


def _summary(asked: ActivityFilter, origin: Origin | None, now: datetime) -> str:
    """How the list is ordered, in words."""
    if origin and origin.is_rough:
        return _("按离%(district)s的距离排列") % {"district": origin.name}
    if origin and origin.name:
        return _("从%(place)s走，赶得上的在前") % {"place": origin.name}
    if origin:
        return _("从您这里走，赶得上的在前")
    return _("最近结束的在前") if asked.when == "past" else _("正在进行和最早开始的在前")


def _origin_problem(asked: ActivityFilter, origin: Origin | None) -> str:
    """Words that our lists do not know, or know of several places."""
    if origin or not (asked.near and asked.near.words):
        return ""
    return _("“%(words)s”在哪里，我们不知道，或者不止一处；请写上区县，列表先按时间排列。") % {
        "words": asked.near.words
    }


def _nearest_other(asked: ActivityFilter, now: datetime) -> dict[str, Any] | None:
    """An empty answer helps: the next activity when the question is asked less narrowly."""
    anywhen = replace(asked, when="", day=None)
    for wider in (anywhen, replace(anywhen, q="", categories=(), audiences=()), ActivityFilter()):
        first: Occurrence | None = (
            wider.apply(now).taking_place().with_everything().order_by("starts_at").first()
        )
        if first:
            return {"card": Card([first], now), "query": wider.query()}
    return None
