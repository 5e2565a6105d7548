"""Who offers, for whom, about what."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import ModelAdmin
from geo.models import Audience, Campaign, Category, Organization


class CountedAdmin(ModelAdmin):
    """Shows how many activities a row has."""

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Category]":
        found: QuerySet[Category] = super().get_queryset(request)
        return found.annotate(activity_count=Count("activity"))

    @admin.display(description=_("活动数"), ordering="activity_count")
    def activity_count(self, row: Category) -> int:
        return int(getattr(row, "activity_count", 0))


@admin.register(Organization)
class OrganizationAdmin(ModelAdmin):
    list_display = ("name", "kind", "contact", "activity_count")
    list_filter = ("kind",)
    search_fields = ("name", "registration_number")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Organization]":
        found: QuerySet[Organization] = super().get_queryset(request)
        return found.annotate(activity_count=Count("activities"))

    @admin.display(description=_("活动数"), ordering="activity_count")
    def activity_count(self, row: Organization) -> int:
        return int(getattr(row, "activity_count", 0))


@admin.register(Category)
class CategoryAdmin(CountedAdmin):
    list_display = ("name", "badge", "slug", "rank", "activity_count")
    search_fields = ("name", "slug")

    @admin.display(description=_("字形与颜色"))
    def badge(self, row: Category) -> str:
        return format_html("{} {}", row.glyph, row.color)


@admin.register(Audience)
class AudienceAdmin(CountedAdmin):
    list_display = ("name", "slug", "rank", "activity_count")
    search_fields = ("name", "slug")


@admin.register(Campaign)
class CampaignAdmin(ModelAdmin):
    list_display = ("name", "theme", "starts_on", "ends_on", "activity_count")
    search_fields = ("name", "theme")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Campaign]":
        found: QuerySet[Campaign] = super().get_queryset(request)
        return found.annotate(activity_count=Count("activities"))

    @admin.display(description=_("活动数"), ordering="activity_count")
    def activity_count(self, row: Campaign) -> int:
        return int(getattr(row, "activity_count", 0))
