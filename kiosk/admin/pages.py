"""Pages about screens beside Django's own: one screen's state, any moment of it, all on a wall."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geo.asked import now_of
from geo.moments import SHANGHAI
from kiosk import orders, pairing
from kiosk.admin.forms import scene_choices
from kiosk.build import build_id
from kiosk.expected import Comparison, compared
from kiosk.fleet import check_path, standing_of
from kiosk.models import Screen, ScreenState
from kiosk.simulation import simulation_url
from kiosk.standing import health_of, state_of

ON_THE_WALL = 12
# Panels a simulation may have: name, width and height in CSS pixels.
SIZES = {
    "fhd": ("1920×1080", 1920, 1080),
    "fhd-portrait": ("1080×1920", 1080, 1920),
    "uhd": ("3840×2160", 3840, 2160),
    "laptop": ("1366×768", 1366, 768),
}
AGES_S = (0, 600, 3600, 2 * 24 * 3600)


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    """One of ours in the admin's frame; it may hold our own pages in frames."""
    full = {
        **admin.site.each_context(request),
        "title": title,
        "opts": Screen._meta,
        **context,
    }
    response = TemplateResponse(request, f"admin/kiosk/screen/{name}.html", full)
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    response["Cache-Control"] = "private, no-store"
    return response


def _screen(request: HttpRequest, number: int, permission: str = "kiosk.view_screen") -> Screen:
    if not request.user.has_perm(permission):
        raise PermissionDenied
    known = Screen.objects.with_lobby().select_related(
        "venue__district__parent", "group", "state"
    )  # fmt: skip
    return get_object_or_404(known, pk=number)


@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Twelve screens a page, each as it should look now, with how it is."""
    if not request.user.has_perm("kiosk.view_screen"):
        raise PermissionDenied
    now = now_of(request)
    screens = Screen.objects.with_lobby().select_related(
        "venue__district__parent", "group", "state"
    )  # fmt: skip
    page = Paginator(screens, ON_THE_WALL).get_page(request.GET.get("p"))
    entries = []
    for one in page:
        settled = one.resolved()
        width, height = (1080, 1920) if settled.orientation == "portrait" else (1920, 1080)
        entries.append({
            "screen": settled,
            "health": health_of(settled, now),
            "src": simulation_url(one.slug, now),
            "width": width,
            "height": height,
        })  # fmt: skip
    counts = {"all": page.paginator.count}
    return _page(request, "wall", _("屏墙"), {"page": page, "entries": entries, "counts": counts})


@require_safe
def status(request: HttpRequest, number: int) -> HttpResponse:
    """Expected against reported, what was ordered, and the history."""
    screen, now = _screen(request, number).resolved(), now_of(request)
    state = state_of(screen)
    context = {
        "screen": screen,
        "state": state,
        "health": health_of(screen, now),
        "check_path": check_path(screen.slug),
        "comparison": comparison_of(screen, state),
        "rows": rows_of(state, screen, now) if state and state.seen_at else [],
        "commands": screen.commands.select_related("by")[:10],
        "events": screen.events.all()[:30],
        "reports": screen.reports.all()[:5],
        "src": simulation_url(screen.slug, now),
        "size": SIZES["fhd-portrait" if screen.orientation == "portrait" else "fhd"],
        "scenes": scene_choices(),
        "may_order": request.user.has_perm("kiosk.add_command"),
    }
    return _page(request, "status", screen.name, context)


def comparison_of(screen: Screen, state: ScreenState | None) -> Comparison | None:
    if state is None or state.shown_at is None:
        return None
    standing = standing_of(screen.slug, state.shown_at)
    return compared(standing, state.shown_at.astimezone(SHANGHAI), state.scene, state.visible)


def rows_of(state: ScreenState, screen: Screen, now: datetime) -> list[tuple[str, Any, Any, bool]]:
    """(what, expected, reported, is it well)."""
    told = state.report
    standing = standing_of(screen.slug, now)
    age, offset = told.get("age_s"), told.get("clock_offset_ms")
    push = "open" if settings.YITU_PUSH_URL else "none"
    has_fonts, errors = bool(told.get("fonts")), told.get("errors") or []
    storage = told.get("storage") or {}
    worker = told.get("worker") or "—"
    return [
        (_("页面版本"), standing.build, state.build or "—", state.build == standing.build),
        (_("数据"), _("3 分钟以内"), age_words(age), age is not None and age < 180),
        (_("时钟差"), _("1 秒以内"), seconds(offset), offset is not None and abs(offset) < 1000),
        (_("中文字体"), _("有"), _("有") if has_fonts else _("没有"), has_fonts),
        (_("离线可用"), "active", worker if told.get("secure") else _("非安全连接"),
         bool(told.get("secure")) and worker == "active"),
        (_("推送"), push, told.get("push") or "—", told.get("push") == push),
        (_("出错"), 0, sum(one["count"] for one in errors), not errors),
        (_("自行重新载入（一小时内）"), 0, told.get("reloads") or 0, not told.get("reloads")),
        (_("画面尺寸"), "—", f"{told.get('width')}×{told.get('height')}", True),
        (_("内存（MB）"), "≤ 30", told.get("heap_mb") or "—", (told.get("heap_mb") or 0) <= 30),
        (_("存储（MB）"), "—", storage.get("used_mb") or "—", True),
    ]  # fmt: skip


def age_words(age: float | None) -> str:
    if age is None:
        return "—"
    return _("%d 秒前") % age if age < 120 else _("%d 分钟前") % (age // 60)


def seconds(offset_ms: float | None) -> str:
    return "—" if offset_ms is None else _("%.1f 秒") % (offset_ms / 1000)


@require_safe
def simulate(request: HttpRequest, number: int) -> HttpResponse:
    """Any moment, size, night, age of the data; offline; standing still."""
    screen, now = _screen(request, number).resolved(), now_of(request)
    asked = request.GET
    size = asked.get("size") if asked.get("size") in SIZES else None
    size = size or ("fhd-portrait" if screen.orientation == "portrait" else "fhd")
    at = moment_of(asked.get("moment", "")) or now
    age = (
        int(asked["age"])
        if asked.get("age", "").isascii() and asked.get("age", "").isdigit()
        else 0
    )
    night = asked.get("night") if asked.get("night") in ("on", "off") else ""
    switches = {name: bool(asked.get(name)) for name in ("is_offline", "is_paused")}
    context = {
        "screen": screen,
        "src": simulation_url(screen.slug, now, at, age_s=age, night=night, **switches),
        "size": SIZES[size],
        "chosen": {"size": size, "age": age, "night": night, **switches},
        "moment": at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M"),
        "sizes": [(name, words) for name, (words, _w, _h) in SIZES.items()],
        "ages": [(one, age_words(one) if one else _("刚刚")) for one in AGES_S],
        "build": build_id(),
    }
    return _page(request, "simulate", _("模拟：%s") % screen.name, context)


def moment_of(words: str) -> datetime | None:
    """What a datetime-local field holds, in Ningbo's time."""
    try:
        return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI) if words else None
    except ValueError:
        return None


@require_POST
def order(request: HttpRequest, number: int) -> HttpResponse:
    """One command to one screen."""
    screen, now = _screen(request, number, "kiosk.add_command"), now_of(request)
    kind, argument = request.POST.get("kind", ""), ""
    if kind == "playlist":
        minutes = request.POST.get("minutes", "")
        lasts = int(minutes) if minutes.isascii() and minutes.isdigit() else 60
        argument = orders.playlist(request.POST.getlist("scenes"), lasts, now)
    try:
        orders.issue([screen], kind, request.user, now, argument)  # type: ignore[arg-type]
    except KeyError:
        messages.error(request, _("没有这种指令。"))
    else:
        messages.success(request, _("已发出，等屏的回执。"))
        _log(request, screen, f"order {kind} {argument}".strip())
    return redirect("admin:kiosk_screen_status", number)


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """The box behind this screen is no longer trusted; the programme stays public."""
    screen = _screen(request, number, "kiosk.change_screen")
    pairing.revoke(screen, now_of(request))
    messages.success(
        request, _("已停用：这块屏不再报告状况，也不再听指令；节目是公开的，照常显示。")
    )
    _log(request, screen, "revoked")
    return redirect("admin:kiosk_screen_status", number)


def _log(request: HttpRequest, screen: Screen, words: str) -> None:
    """In the history that staff read in the admin."""
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        content_type=ContentType.objects.get_for_model(Screen),
        object_id=str(screen.pk),
        object_repr=str(screen)[:200],
        action_flag=CHANGE,
        change_message=words[:500],
    )
