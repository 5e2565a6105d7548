"""What planners keep: short links to a view, and drafts made for a gap. Saving needs a log-in."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo import measures
from geo.models import Plan, SavedView
from geo.planning import words
from geo.planning.answers import ask_of
from geo.planning.drafting import Wanted, draft, read_wanted
from geo.planning.groups import group_name
from geo.planning.nearby import organizers_near, venues_near
from geo.planning.sites import BOX
from geo.views.planner_frame import TABS, Asked, ask, for_planners, frame

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread: no i, l, o, 0, 1
PAGES = frozenset(key for key, _name in TABS)


@require_POST
@login_required
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep ``page`` and ``query`` under a short link, and go to it."""
    page = request.POST.get("page", "")
    query = urlencode(parse_qsl(request.POST.get("query", "")[:1000]))
    if page not in PAGES:
        raise PermissionDenied
    now: datetime = request.now  # type: ignore[attr-defined]
    kept = SavedView.objects.create(
        key="".join(secrets.choice(ALPHABET) for _n in range(8)),
        page=page,
        query=query[:1000],
        title=request.POST.get("title", "")[:120],
        made_by=request.user if request.user.is_authenticated else None,
        made_at=now,
    )
    return redirect("planner-view", key=kept.key)


@require_safe
@for_planners
def saved_view(request: HttpRequest, key: str) -> HttpResponse:
    """Leads to the page that was kept."""
    kept = get_object_or_404(SavedView, key=key)
    query = urlencode([*parse_qsl(kept.query), ("view", kept.key)])
    return HttpResponseRedirect(f"{reverse(kept.page)}?{query}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draft_page(request: HttpRequest) -> HttpResponse:
    """A draft activity for a place that was tried: form, then the admin's page of the draft."""
    if not request.user.has_perm("geo.add_activity"):
        raise PermissionDenied
    asked = ask(request)
    lon, lat = _point(asked)
    problems: list[str] = []
    if request.method == "POST":
        wanted = read_wanted(request.POST.dict(), asked, problems)
        if wanted and not problems:
            return redirect("planner-plan", number=_kept(request, asked, wanted, (lon, lat)).pk)
    question = asked.question
    return render(
        request,
        "geo/planner/draft_page.html",
        {
            **frame(asked, "planner-whatif"),
            "venues": venues_near(lon, lat),
            "organizers": organizers_near(lon, lat, question),
            "given": request.POST,
            "problems": problems,
            "lon": f"{lon:.5f}",
            "lat": f"{lat:.5f}",
            "query": request.META.get("QUERY_STRING", ""),
        },
    )


def _point(asked: Asked) -> tuple[float, float]:
    """lon, lat of the address, inside Ningbo; else its middle."""
    west, south, east, north = BOX
    try:
        lon, lat = float(asked.query.get("lon", "")), float(asked.query.get("lat", ""))
    except ValueError:
        lon = lat = 0.0
    inside = west <= lon <= east and south <= lat <= north
    return (lon, lat) if inside else (121.55, 29.87)


@transaction.atomic
def _kept(request: HttpRequest, asked: Asked, wanted: Wanted, at: tuple[float, float]) -> Plan:
    question = ask_of(asked.question)
    place = wanted.venue.point if wanted.venue and wanted.venue.point else None
    lon, lat = (place.x, place.y) if place else at
    effect = measures.what_if(question, [measures.Site(lon, lat)])
    return Plan.objects.create(
        activity=draft(wanted, asked.now),
        query=asked.question.query(),
        lon=lon,
        lat=lat,
        group=asked.question.group.key,
        metres=asked.question.standard.metres,
        uncovered_before=effect.before.uncovered,
        newly_covered=effect.before.uncovered - effect.after.uncovered,
        made_by=request.user if request.user.is_authenticated else None,
        made_at=asked.now,
    )


@require_safe
@login_required
def plan_page(request: HttpRequest, number: int) -> HttpResponse:
    """A draft: what it was made for, and, after it was held, what it changed."""
    plan = get_object_or_404(Plan.objects.select_related("activity"), pk=number)
    now: datetime = request.now  # type: ignore[attr-defined]
    return render(request, "geo/planner/plan_page.html", _plan_context(plan, now))


def _plan_context(plan: Plan, now: datetime) -> dict[str, Any]:
    from geo.planning.afterwards import afterwards

    after = afterwards(plan, now)
    return {
        "plan": plan,
        "group": group_name(plan.group),
        "before": words.grouped(plan.uncovered_before),
        "expected": words.grouped(plan.newly_covered),
        "after": after,
        "back_query": plan.query,
        "state": _state(plan, after),
    }


def _state(plan: Plan, after: Any) -> str:
    if not plan.activity.is_published:
        return _("还是草稿，居民看不到，也不计入任何数字。")
    return "" if after else _("已经公开，还没有办。办过以后，这里会写它改变了什么。")
