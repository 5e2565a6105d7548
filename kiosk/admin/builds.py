"""Builds of the page: how far each has come; stop one, or hurry it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import KeptAdmin
from kiosk.models import Build, ScreenState
from kiosk.rings import ALL, HALTED


@admin.register(Build)
class BuildAdmin(KeptAdmin):
    list_display = ("id", "ring", "running", "well", "seen_at", "ring_at", "reason")
    fields = readonly_fields = list_display
    actions = ("halt", "for_all")

    @admin.display(description=_("正在用的屏"))
    def running(self, build: Build) -> int:
        return ScreenState.objects.filter(build=build.pk).count()

    @admin.display(description=_("报告正常的屏"))
    def well(self, build: Build) -> int:
        return ScreenState.objects.filter(healthy_build=build.pk).count()

    @admin.action(description=_("停止推送，各屏用回旧版"), permissions=["change"])
    def halt(self, request: HttpRequest, chosen: QuerySet[Build]) -> None:
        self._move(request, chosen, HALTED)

    @admin.action(description=_("推送到全部"), permissions=["change"])
    def for_all(self, request: HttpRequest, chosen: QuerySet[Build]) -> None:
        self._move(request, chosen, ALL)

    def _move(self, request: HttpRequest, chosen: QuerySet[Build], ring: str) -> None:
        now: datetime = request.now  # type: ignore[attr-defined]
        for build in chosen:
            build.ring, build.ring_at, build.reason = ring, now, gettext("人工")
            build.save()
            self.log_change(request, build, ring)
        messages.success(request, gettext("已改，各屏半分钟内照做。"))
