"""The heartbeat: what a paired screen says of itself, and what it is asked to do.

A heartbeat proves that a script runs, not that the panel shines: staff see it as what it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from geo.moments import SHANGHAI
from kiosk import alerts, pairing, reports
from kiosk.enrol import cookie_name, set_token
from kiosk.models import Build, Command, Notice, NoticeReceipt, Screen, ScreenEvent, ScreenState
from kiosk.rings import HALTED

LARGEST_BODY = 4096
INSTANCES_KEPT = 6
Kind = ScreenEvent.Kind


@csrf_exempt
@require_POST
def beat(request: HttpRequest, slug: str) -> HttpResponse:
    """Answers with the commands that wait. SameSite and JSON keep other sites out."""
    now: datetime = request.now  # type: ignore[attr-defined]
    token = pairing.token_of(request.COOKIES.get(cookie_name(), ""))
    if token is None:
        return said({"state": "unknown"}, 401)
    if token.revoked_at is not None:
        return said({"state": "revoked"}, 403)
    if token.screen.slug != slug:
        return said({"address": token.screen.get_absolute_url()}, 409)
    if len(request.body) > LARGEST_BODY:
        return said({"state": "too_large"}, 413)
    if request.content_type != "application/json":
        return said({"state": "not_json"}, 415)
    try:
        told = reports.read(json.loads(request.body))
    except (ValueError, RecursionError):
        return said({"state": "unreadable"}, 400)
    renewed = pairing.use(token, now)
    note(token.screen, told, now)
    response = said({"server_now": stamp(now), "commands": waiting(token.screen, now)})
    if renewed:
        set_token(response, renewed)
    return response


def said(content: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(content, status=status)
    response["Cache-Control"] = "no-store"
    return response


def stamp(now: datetime) -> str:
    return now.astimezone(SHANGHAI).isoformat(timespec="milliseconds")


def note(screen: Screen, told: Mapping[str, Any], now: datetime) -> None:
    """Keeps the last report, and as events what changed with it."""
    state, _new = ScreenState.objects.get_or_create(screen=screen, defaults={"paired_at": now})
    events = [*_instance(state, told, now), *_changes(state, told)]
    if not state.is_up:
        state.is_up, state.changed_at = True, now
        events.append((Kind.UP, ""))
    if told["touches"] > 0:
        state.touched_at = now
    for name in ("build", "scene", "visible", "shown_at"):
        setattr(state, name, told[name])
    state.healthy_build = told["healthy"] or state.healthy_build
    state.seen_at, state.report = now, {**told, "shown_at": str(told["shown_at"] or "")}
    state.save()
    ScreenEvent.objects.bulk_create(
        ScreenEvent(screen=screen, kind=kind, at=now, words=words) for kind, words in events
    )
    _notices(screen, told["notices"], now)
    _acknowledged(screen, told["acks"], now)
    if told["took_back"]:
        _took_back(screen, told, now)


def _instance(
    state: ScreenState, told: Mapping[str, Any], now: datetime
) -> list[tuple[Kind, str]]:  # fmt: skip
    """A page that was replaced never comes back, unless two of them are alive at once."""
    new = told["instance"]
    if not new or new == state.instance:
        return []
    is_copy = new in state.earlier_instances
    if state.instance:
        kept = [one for one in state.earlier_instances if one != state.instance]
        state.earlier_instances = [*kept, state.instance][-INSTANCES_KEPT:]
    state.instance = new
    if not is_copy:
        return []
    first = state.copy_seen_at is None or now - state.copy_seen_at > timedelta(days=1)
    state.copy_seen_at = now
    if first:
        alerts.raise_copy(state.screen, now)
    return [(Kind.COPY, "")] if first else []


def _changes(state: ScreenState, told: Mapping[str, Any]) -> list[tuple[Kind, str]]:
    events = []
    if told["build"] and state.build and told["build"] != state.build:
        events.append((Kind.BUILD, f"{state.build} → {told['build']}"))
    if told["reloads"] > int(state.report.get("reloads") or 0):
        events.append((Kind.RELOAD, told["reload_reason"]))
    return events


def _notices(screen: Screen, ids: list[int], now: datetime) -> None:
    """Receipts for what is in force; each is written once."""
    if not ids:
        return
    known = set(NoticeReceipt.objects.filter(screen=screen, notice__in=ids).values_list(
        "notice_id", flat=True
    ))  # fmt: skip
    new = Notice.objects.in_force(now - timedelta(minutes=5)).filter(pk__in=set(ids) - known)
    NoticeReceipt.objects.bulk_create(
        (NoticeReceipt(notice=one, screen=screen, at=now) for one in new), ignore_conflicts=True
    )


def _acknowledged(screen: Screen, acks: list[dict[str, Any]], now: datetime) -> None:
    for ack in acks:
        Command.objects.filter(pk=ack["id"], screen=screen, ended_at=None).update(
            ended_at=now, state=ack["state"], detail=ack["detail"]
        )


def _took_back(screen: Screen, told: Mapping[str, Any], now: datetime) -> None:
    """One screen that could not live with a build stops it for all of them."""
    build = Build.objects.filter(pk=told["took_back"]).exclude(ring=HALTED).first()
    if build is None:
        return
    reason = f"{screen.name}：{told['took_back_reason']}"[:200]
    build.ring, build.ring_at, build.reason = HALTED, now, reason
    build.save()
    ScreenEvent.objects.create(screen=screen, kind=Kind.TOOK_BACK, at=now, words=reason[:200])
    alerts.raise_build(build, [screen], now)


def waiting(screen: Screen, now: datetime) -> list[dict[str, Any]]:
    """Commands that are neither acknowledged nor too old; a screen that slept repeats nothing."""
    found = list(
        Command.objects.filter(screen=screen, ended_at=None, expires_at__gt=now).order_by("pk")
    )
    new = [one.pk for one in found if one.taken_at is None]
    if new:
        Command.objects.filter(pk__in=new).update(taken_at=now)
    return [
        {"id": one.pk, "kind": one.kind, "argument": one.argument,
         "expires_at": stamp(one.expires_at)}
        for one in found
    ]  # fmt: skip
