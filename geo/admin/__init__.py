"""益图 · 工作台: every table in Chinese, and the queues of what waits for a person."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from geo.admin import (
    activities,
    areas,
    history,
    occurrences,
    people,
    places,
    resemblances,
    sources,
    usage,
    venues,
    voices,
    work,
)

__all__ = [
    "activities",
    "areas",
    "history",
    "occurrences",
    "people",
    "places",
    "resemblances",
    "sources",
    "usage",
    "venues",
    "voices",
    "work",
]

admin.site.site_header = _("益图 · 工作台")
admin.site.site_title = _("益图 · 工作台")
admin.site.index_title = _("总览")
admin.site.empty_value_display = "—"
