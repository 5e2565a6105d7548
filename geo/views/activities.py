"""`/activities/…`: one activity, whole: when, where, who, what, for whom, and its source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from geo import phrases
from geo.cards import Card, cards_of, is_off, known_point
from geo.coordinates import map_links
from geo.feeds import calendar_of
from geo.importing.merging import end_of
from geo.importing.recurring import unconfirmed_since
from geo.linked_data import linked_data
from geo.models import Activity, Need, Occurrence
from geo.moments import day_of
from geo.qr import svg_of
from geo.spots import spots_of

NEARBY_M = 3000
NEARBY_COUNT = 4


View = Callable[..., HttpResponse]


def led_on(view: View) -> View:
    """The address of an activity that was merged into another leads there, for ever (301)."""

    @wraps(view)
    def answered(request: HttpRequest, public_id: str) -> HttpResponse:
        try:
            return view(request, public_id)
        except Http404:
            merged = Activity.objects.filter(public_id=public_id, merged_into__isnull=False).first()
            if merged is None:
                raise
            path = request.path.replace(public_id, end_of(merged).public_id)
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(path + (f"?{query}" if query else ""))

    return answered


@require_safe
@led_on
def activity_page(request: HttpRequest, public_id: str) -> HttpResponse:
    now: datetime = request.now  # type: ignore[attr-defined]
    activity = get_object_or_404(Activity.objects.published().with_people(), public_id=public_id)
    occurrences = list(activity.occurrences.with_everything())
    if not occurrences:
        return render(request, "geo/activity_undated.html", {"activity": activity}, status=200)
    card = Card(occurrences, now)
    share_url = request.build_absolute_uri(reverse("short", args=[activity.public_id]))
    return render(
        request,
        "geo/activity.html",
        {
            "activity": activity,
            "card": card,
            "dates": _dates(card),
            "paper_when": phrases.paper_words(card.next),
            "unconfirmed_since": unconfirmed_since(activity, day_of(now)),
            "changes": [one for one in card.occurrences if _is_changed(one)],
            "spots": spots_of(occurrences, now),
            "links": _links(card.next),
            "linked_data": linked_data(occurrences, request.build_absolute_uri),
            "neighbours": _neighbours(card, now),
            "source_row": activity.source_row,
            "answered": Need.objects.public(day_of(now)).answered_by(activity),
            "share_url": share_url,
            "qr": mark_safe(svg_of(share_url)),  # noqa: S308 - drawn by us
            "at": getattr(request, "asked_at", ""),
        },
    )


@require_safe
def short_link(request: HttpRequest, public_id: str) -> HttpResponse:
    """`/a/…`: what fits on a poster and in a small QR code; leads to the page for ever."""
    return redirect("activity", public_id, permanent=True)


@require_safe
@led_on
def activity_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """The activity as one .ics for a phone's calendar."""
    activity = get_object_or_404(Activity.objects.published().with_people(), public_id=public_id)
    body = calendar_of(activity, request.build_absolute_uri)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="yitu-{public_id}.ics"'
    return response


def _is_changed(one: Occurrence) -> bool:
    """Also what was cancelled and is held after all: its reason says so."""
    return one.status != Occurrence.Status.SCHEDULED or bool(one.status_reason)


def _dates(card: Card) -> list[dict[str, Any]]:
    """One line a day: places of the same day are named together."""
    days: dict[object, list[Occurrence]] = {}
    for one in card.occurrences:
        days.setdefault((one.held_on, one.starts_at), []).append(one)
    return [
        {
            "when": phrases.when_words(rows[0], card.now),
            "paper": phrases.paper_words(rows[0]),
            "state": phrases.state_words(rows[0], card.now),
            "is_over": rows[0].ends_at <= card.now,
            "is_off": is_off(rows[0]),
            "places": list(dict.fromkeys(phrases.place_name(row) for row in rows)),
            "is_one_of": rows[0].certainty == Occurrence.Certainty.ONE_OF,
        }
        for rows in days.values()
    ]


def _links(one: Occurrence) -> dict[str, str] | None:
    """Links to other maps, only where a pin stands: nobody is sent to a guess."""
    if one.venue is None or one.venue.point is None or not one.venue.is_pin:
        return None
    return map_links(one.venue.point.x, one.venue.point.y, one.venue.name)


def _neighbours(card: Card, now: datetime) -> list[Card]:
    """What else is on close by: within 3 km of a known point, else in the same district."""
    here = card.next
    others = Occurrence.objects.published().not_over(now).exclude(activity=card.activity)
    others = others.samples() if card.activity.is_sample else others.real()
    known = known_point(here)
    found: list[Card] = []
    if known and known.radius_m <= NEARBY_M and here.venue and here.venue.point:
        found = cards_of(others.near(here.venue.point, NEARBY_M).with_everything(), now)
    if not found and here.district:
        found = cards_of(others.in_district(here.district.code or "").with_everything(), now)
    return found[:NEARBY_COUNT]
