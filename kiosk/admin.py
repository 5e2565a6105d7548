"""Screens in the staff pages."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kiosk.models import Screen

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Screen]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(Screen)
class ScreenAdmin(ModelAdmin):
    list_display = ("name", "address", "venue", "diagonal_inch", "viewing_distance_m", "is_sample")
    list_select_related = ("venue",)
    search_fields = ("slug", "name", "venue__name")
    prepopulated_fields = {"slug": ("name",)}
    raw_id_fields = ("venue",)
    filter_horizontal = ("areas",)
    fieldsets = (
        (None, {"fields": ("slug", "name", "venue", "radius_m", "areas", "is_sample")}),
        (_("屏幕"), {"fields": ("diagonal_inch", "viewing_distance_m", "orientation")}),
        (_("大厅"), {"fields": ("hours_words", "contact_words", "night_from", "night_to")}),
        (_("轮播"), {"fields": ("scenes", "dwell_s")}),
    )

    @admin.display(description=_("网址"))
    def address(self, screen: Screen) -> str:
        return format_html('<a href="{0}">{0}</a>', screen.get_absolute_url())
