"""What staff were told."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from geo.admin.bases import KeptAdmin
from kiosk.models import Alert


@admin.register(Alert)
class AlertAdmin(KeptAdmin):
    list_display = ("words", "kind", "opened_at", "closed_at", "trouble")
    list_filter = ("kind",)
    fields = readonly_fields = (*list_display, "screens")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
