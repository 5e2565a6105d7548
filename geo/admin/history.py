"""Who changed what, readable and unchangeable."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from geo.admin.common import KeptAdmin


@admin.register(LogEntry)
class LogEntryAdmin(KeptAdmin):
    list_display = ("action_time", "user", "action_flag", "content_type", "what", "message")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__username")
    date_hierarchy = "action_time"

    def has_change_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    @admin.display(description=_("对象"), ordering="object_repr")
    def what(self, entry: LogEntry) -> str:
        url = entry.get_admin_url()
        if not url or entry.is_deletion():
            return entry.object_repr
        return format_html('<a href="{}">{}</a>', url, entry.object_repr)

    @admin.display(description=_("说明"))
    def message(self, entry: LogEntry) -> str:
        return str(entry.get_change_message())
