"""Who changed what, when and why: readable and unchangeable."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import KeptAdmin
from geo.models import Change

LONGEST = 300
NAMED = ("title", "name", "printed", "held_on", "printed_text", "file_name")  # what a row is called


class ReadOnlyAdmin(KeptAdmin):
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "who", "what", "action", "said", "why")
    list_filter = ("action", "table")
    search_fields = ("by", "why", "row_id")
    date_hierarchy = "at"
    fields = readonly_fields = ("at", "who", "what", "action", "said", "why")
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("经手人"), ordering="by")
    def who(self, change: Change) -> str:
        return change.by or gettext("程序")

    @admin.display(description=_("对象"))
    def what(self, change: Change) -> str:
        entry = told(change)
        return format_html('<a href="{}">{}</a>', entry["url"], entry["what"])

    @admin.display(description=_("内容"))
    def said(self, change: Change) -> str:
        rows = ((one["name"], one["old"], one["new"]) for one in told(change)["fields"])
        return format_html_join("", "<p>{}：<del>{}</del> → {}</p>", rows) or "—"


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "user", "action_flag", "content_type", "what", "message")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__username")
    date_hierarchy = "action_time"

    @admin.display(description=_("对象"), ordering="object_repr")
    def what(self, entry: LogEntry) -> str:
        url = entry.get_admin_url()
        if not url or entry.is_deletion():
            return entry.object_repr
        return format_html('<a href="{}">{}</a>', url, entry.object_repr)

    @admin.display(description=_("说明"))
    def message(self, entry: LogEntry) -> str:
        return str(entry.get_change_message())


@cache
def _model_of(table: str) -> type[models.Model] | None:
    return next((one for one in apps.get_models() if one._meta.db_table == table), None)


def told(change: Change) -> dict[str, Any]:
    """A change in words: when, who, what of which row, old → new, why."""
    model = _model_of(change.table)
    kind = str(model._meta.verbose_name) if model else change.table
    fields = [_field(model, name, *pair) for name, pair in change.fields.items()]
    if change.action == Change.Action.DELETE:
        fields = [one for one in fields if one["column"] in NAMED]
    return {
        "at": change.at,
        "by": change.by or gettext("程序"),
        "why": change.why,
        "action": change.get_action_display(),
        "what": f"{kind} #{change.row_id}",
        "url": _url(model, change),
        "fields": fields,
    }


def _url(model: type[models.Model] | None, change: Change) -> str:
    if model is None or not admin.site.is_registered(model):
        return ""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    return reverse(name, args=[change.row_id])


def _field(model: type[models.Model] | None, column: str, old: Any, new: Any) -> dict[str, str]:
    name, choices = column, dict[Any, Any]()
    related: type[models.Model] | None = None
    if model is not None:
        try:
            field: Any = model._meta.get_field(column.removesuffix("_id"))
            name, choices = str(field.verbose_name), dict(field.flatchoices or ())
            related = field.related_model if column.endswith("_id") else None
        except FieldDoesNotExist:
            pass
    values = [_value(value, choices, related) for value in (old, new)]
    return {"column": column, "name": name, "old": values[0], "new": values[1]}


def _value(value: Any, choices: dict[Any, Any], related: type[models.Model] | None) -> str:
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if related is not None and isinstance(value, int):
        found = related._default_manager.filter(pk=value).first()
        return str(found) if found is not None else f"#{value}"
    if isinstance(value, dict) and value.get("type") == "Point":
        lon, lat = value["coordinates"]
        return f"{lon:.6f}, {lat:.6f}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)[:LONGEST]
    return str(choices.get(value, value))[:LONGEST]
