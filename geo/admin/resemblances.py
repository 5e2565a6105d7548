"""Activities that look like one, side by side: merge, keep apart, take apart again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import QueueAdmin
from geo.admin.history import ReadOnlyAdmin
from geo.asked import now_of, user_name
from geo.errors import ProblemError
from geo.importing import merging
from geo.importing.duplicates import waiting
from geo.models import Activity, Resemblance
from geo.phrases import short_date

PAIRS_PER_PAGE = 10
DAYS_SHOWN = 6


@admin.register(Resemblance)
class ResemblanceAdmin(QueueAdmin, ReadOnlyAdmin):
    list_display = ("first", "second", "likeness", "state", "kept", "decided_by", "decided_at")
    list_filter = ("state",)
    list_select_related = ("first", "second", "kept")
    fields = readonly_fields = (*list_display, "reasons", "why")
    queue_title = _("疑似重复的活动")
    queue_template = "admin/geo/resemblance/queue.html"

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return super().queue_view(request)
        if not request.user.has_perm("geo.change_activity"):
            raise PermissionDenied
        number = request.POST.get("pair", "")
        pair = get_object_or_404(Resemblance, pk=int(number) if number.isdecimal() else 0)
        try:
            messages.success(request, self._decide(request, pair))
        except ProblemError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(request.path)

    def _decide(self, request: HttpRequest, pair: Resemblance) -> str:
        what, why = request.POST.get("what", ""), request.POST.get("why", "").strip()
        now = now_of(request)
        said = (now, user_name(request), why)
        if what == "different":
            merging.keep_apart(pair, *said)
            return gettext("记下了：不是同一个活动，不会再问。")
        if what == "apart":
            merging.take_apart(pair, *said)
            return gettext("已拆开：两个活动各自公开，各有各的场次。")
        kept = pair.second if what == "second" else pair.first
        moved = merging.merge(pair, kept, *said)
        return gettext("已合并到「%(title)s」，另一个网址会转到这里；移来 %(moved)d 场。") % {
            "title": kept.title,
            "moved": moved,
        }

    def queue_context(self, request: HttpRequest) -> dict[str, Any]:
        related = ("first__source", "second__source", "kept")
        pairs = waiting().select_related(*related)
        page = Paginator(pairs, PAIRS_PER_PAGE).get_page(request.GET.get("p"))
        merged = Resemblance.objects.filter(state=Resemblance.State.MERGED).select_related(*related)
        return {
            "page": page,
            "pairs": [_laid_out(pair) for pair in page],
            "merged": merged.order_by("-decided_at")[:PAIRS_PER_PAGE],
            "may_act": request.user.has_perm("geo.change_activity"),
        }


def _laid_out(pair: Resemblance) -> dict[str, Any]:
    """Both sides line by line; ``same`` where they say the same."""
    sides = [_side(one) for one in (pair.first, pair.second)]
    lines = [{"name": name, "first": sides[0][name], "second": sides[1][name]} for name in sides[0]]
    return {
        "pair": pair,
        "lines": [{**line, "same": line["first"] == line["second"]} for line in lines],
    }


def _side(activity: Activity) -> dict[str, str]:
    occurrences = list(activity.occurrences.select_related("venue", "area"))
    days = list(dict.fromkeys(_when(one) for one in occurrences))
    where = dict.fromkeys(str(one.venue or one.area or "") for one in occurrences)
    more = f" …（{len(days)}）" if len(days) > DAYS_SHOWN else ""
    organizers = activity.organizer_links.select_related("organization")
    return {
        gettext("名称"): activity.title,
        gettext("单位"): "、".join(str(link.organization) for link in organizers),
        gettext("时间"): "；".join(days[:DAYS_SHOWN]) + more,
        gettext("地点（原文）"): "、".join(activity.place_texts),
        gettext("读作"): "、".join(name for name in where if name),
        gettext("内容"): activity.content,
        gettext("来源"): str(activity.source),
    }


def _when(one: Any) -> str:
    return f"{short_date(one.held_on)} {one.printed_time}".strip()
