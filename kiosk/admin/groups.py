"""Groups of screens."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import ModelAdmin
from kiosk.admin.forms import GroupForm
from kiosk.admin.screens import SETTING_FIELDS
from kiosk.models import ScreenGroup


@admin.register(ScreenGroup)
class ScreenGroupAdmin(ModelAdmin):
    form = GroupForm
    list_display = ("name", "screen_count", "hours_words", "contact_words")
    search_fields = ("name",)
    autocomplete_fields = ("areas",)
    fieldsets = ((None, {"fields": ("name",)}), *SETTING_FIELDS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScreenGroup]:
        found: QuerySet[ScreenGroup] = super().get_queryset(request)
        return found.annotate(screen_count=Count("screens"))

    @admin.display(description=_("屏数"), ordering="screen_count")
    def screen_count(self, group: ScreenGroup) -> int:
        return int(getattr(group, "screen_count", 0))
