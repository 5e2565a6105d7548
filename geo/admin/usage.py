"""How the map services are doing: seen by staff, written only by the gate."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import KeptAdmin
from geo.admin.places import service_words
from geo.geocoding.limits import limits_of
from geo.models import ProviderUsage


@admin.register(ProviderUsage)
class ProviderUsageAdmin(KeptAdmin):
    list_display = (
        "service",
        "block",
        "blocked_until",
        "day",
        "requests",
        "budget",
        "failures",
        "last_error_at",
    )
    fields = readonly_fields = (*list_display, "last_error")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("地图服务"), ordering="provider")
    def service(self, usage: ProviderUsage) -> str:
        return service_words(usage.provider)

    @admin.display(description=_("每日上限"))
    def budget(self, usage: ProviderUsage) -> int:
        return limits_of(usage.provider).per_day
