"""Territories, their names and their people."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import KeptAdmin, TabularInline
from geo.models import Area, AreaName, Population

# Which levels a field of another form asks for.
_LEVELS_OF_FIELD = {"district": ["district"], "town": ["town"]}


class AreaNameInline(TabularInline):
    model = AreaName
    extra = 0


class PopulationInline(TabularInline):
    model = Population
    extra = 0
    can_delete = False
    readonly_fields = ("group", "count", "counted_on", "basis", "source")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Area)
class AreaAdmin(KeptAdmin):
    list_display = ("name", "level", "code", "parent", "has_boundary", "has_label_point")
    list_filter = ("level", ("parent", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("parent",)
    list_per_page = 50
    search_fields = ("name", "code", "names__name")
    autocomplete_fields = ("parent", "parts")
    inlines = (AreaNameInline, PopulationInline)
    readonly_fields = ("shape", "label_words", "source", "licence", "approval_number", "datum")
    fieldsets = (
        (None, {"fields": ("name", "level", "code", "parent", "parts")}),
        (_("位置"), {"fields": ("shape", "label_words")}),
        (_("来源"), {"fields": ("source", "licence", "approval_number", "datum")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Area]:
        """Boundaries are large: lists ask only whether there is one."""
        has = {"boundary_is_there": Q(boundary__isnull=False)}
        found: QuerySet[Area] = super().get_queryset(request)
        return found.defer("boundary").annotate(**has)

    @admin.display(description=_("边界"), boolean=True)
    def has_boundary(self, area: Area) -> bool:
        return bool(getattr(area, "boundary_is_there", False))

    @admin.display(description=_("标注点"), boolean=True)
    def has_label_point(self, area: Area) -> bool:
        return area.label_point is not None

    @admin.display(description=_("边界"))
    def shape(self, area: Area) -> str:
        if area.boundary is None:
            return str(_("没有边界"))
        return _("%(count)d 个顶点") % {"count": area.boundary.num_coords}

    @admin.display(description=_("标注点"))
    def label_words(self, area: Area) -> str:
        if area.label_point is None:
            return str(_("没有标注点"))
        point = area.label_point
        return _("%(lon).5f, %(lat).5f（误差 %(radius)s 米）") % {
            "lon": point.x,
            "lat": point.y,
            "radius": area.label_radius_m or "?",
        }

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Area], search_term: str
    ) -> tuple[QuerySet[Area], bool]:
        """A field that asks for a district is offered districts only."""
        levels = _LEVELS_OF_FIELD.get(request.GET.get("field_name", ""))
        if levels:
            queryset = queryset.filter(level__in=levels)
        return super().get_search_results(request, queryset, search_term)


@admin.register(Population)
class PopulationAdmin(KeptAdmin):
    list_display = ("area", "group", "count", "counted_on", "basis")
    list_filter = ("group", ("area", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("area",)
    search_fields = ("area__name", "group")
    readonly_fields = ("area", "group", "count", "counted_on", "basis", "source")
