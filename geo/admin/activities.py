"""Activities with their people and all that was printed of them."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import StackedInline, TabularInline
from geo.admin.display import admin_link, table
from geo.admin.guarding import GuardedAdmin
from geo.admin.occurrences import (
    OccurrenceForm,
    ScheduleForm,
    lay_out,
    revise,
    where_words,
)
from geo.asked import today_of
from geo.models import Activity, ActivityOrganizer, Occurrence, Schedule, SourceRow

_ID_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else


class OrganizerInline(TabularInline):
    model = ActivityOrganizer
    extra = 0
    autocomplete_fields = ("organization",)


class ScheduleInline(StackedInline):
    model = Schedule
    form = ScheduleForm
    extra = 0
    can_delete = False
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("printed_text", "time_precision", "part_of_day"),
                    ("start_on", "end_on"),
                    ("starts_time", "ends_time"),
                    ("rrule", "skips_holidays"),
                    "exceptions",
                ),
                "description": _("保存后，还没有场次的时间安排会排出它的场次。"),
            },
        ),
    )


class OccurrenceInline(TabularInline):
    model = Occurrence
    form = OccurrenceForm
    extra = 0
    can_delete = False
    fields = ("starts_at", "ends_at", "status", "status_reason", "stands_at", "place")
    readonly_fields = ("stands_at",)
    autocomplete_fields = ("place",)
    ordering = ("starts_at", "place_rank")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Occurrence]:
        related = ("place", "venue", "area", "district")
        return super().get_queryset(request).select_related(*related)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("场所与精度"))
    def stands_at(self, one: Occurrence) -> str:
        return where_words(one)


@admin.register(Activity)
class ActivityAdmin(GuardedAdmin):
    list_display = ("title", "first_day", "occurrence_count", "source", "shown", "edited")
    list_filter = (
        "is_published",
        "edited_by_person",
        "is_sample",
        "categories",
        "audiences",
        "campaign",
        "source",
    )
    list_select_related = ("source",)
    list_per_page = 50
    search_fields = ("title", "content", "organizers__name", "public_id")
    autocomplete_fields = ("categories", "audiences", "campaign")
    actions = ("confirm_today",)
    inlines = (OrganizerInline, ScheduleInline, OccurrenceInline)
    readonly_fields = (
        "public_page",
        "source_line",
        "printed",
        "place_words",
        "source_key",
        "is_sample",
        "edited_by_person",
        "created_at",
        "updated_at",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "content",
                    "audience_text",
                    ("categories", "audiences"),
                    "campaign",
                    ("is_published", "checked_on", "confirm_weeks"),
                    "public_page",
                )
            },
        ),
        (
            _("来历"),
            {
                "fields": (
                    "source_line",
                    "printed",
                    "place_words",
                    ("is_sample", "edited_by_person"),
                    ("created_at", "updated_at"),
                )
            },
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "source",
                    "source_row",
                    "title",
                    "content",
                    "audience_text",
                    ("categories", "audiences"),
                    "campaign",
                    "is_published",
                )
            },
        ),
    )

    def changes_of(self, obj: Activity) -> dict[str, Any]:
        """With those of its organisers, schedules and occurrences: the form shows them all."""
        return {"activity_id": obj.pk}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        counted = {"first_on": Min("occurrences__held_on"), "times": Count("occurrences")}
        found: QuerySet[Activity] = super().get_queryset(request)
        return found.annotate(**counted)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "source_row":
            kwargs["queryset"] = SourceRow.objects.select_related("source")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The address of an activity never dies: it can be hidden, not deleted."""
        return False

    @admin.action(description=_("今天核对过，照常"), permissions=["change"])
    def confirm_today(self, request: HttpRequest, activities: QuerySet[Activity]) -> None:
        for activity in activities:
            activity.checked_on = today_of(request)
            activity.save(update_fields=["checked_on", "updated_at"])
        messages.success(request, gettext("已记下核对日期。"))

    def save_model(self, request: HttpRequest, obj: Activity, form: Any, change: bool) -> None:
        if not change:
            obj.public_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(10))
            obj.source_key = f"by-hand:{obj.public_id}"
            obj.is_sample = obj.source.is_sample
        if form.changed_data or not change:
            obj.edited_by_person = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        activity: Activity = form.instance
        if any(formset.has_changed() for formset in formsets) and not activity.edited_by_person:
            activity.edited_by_person = True
            activity.save(update_fields=["edited_by_person", "updated_at"])
        for schedule in activity.schedules.filter(occurrences=None):
            lay_out(schedule)
        row = activity.source_row
        if not change and row and row.status == SourceRow.Status.NEEDS_A_LOOK:
            row.status = SourceRow.Status.IMPORTED
            row.save(update_fields=["status"])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Occurrence:
            super().save_formset(request, form, formset, change)
            return
        for one in formset.save(commit=False):
            revise(one, Occurrence.objects.get(pk=one.pk))
            one.save()

    @admin.display(description=_("首日"), ordering="first_on")
    def first_day(self, activity: Activity) -> Any:
        return getattr(activity, "first_on", None)

    @admin.display(description=_("场次"), ordering="times")
    def occurrence_count(self, activity: Activity) -> int:
        return int(getattr(activity, "times", 0))

    @admin.display(description=_("公开"), boolean=True, ordering="is_published")
    def shown(self, activity: Activity) -> bool:
        return activity.is_published

    @admin.display(description=_("人工修改"), boolean=True, ordering="edited_by_person")
    def edited(self, activity: Activity) -> bool:
        return activity.edited_by_person

    @admin.display(description=_("公开页面"))
    def public_page(self, activity: Activity) -> str:
        return format_html('<a href="{0}">{0}</a>', activity.get_absolute_url())

    @admin.display(description=_("来源"))
    def source_line(self, activity: Activity) -> str:
        row = activity.source_row
        link = admin_link(row, gettext("第 %d 行") % row.number) if row else ""
        return format_html("{} {}", admin_link(activity.source), link)

    @admin.display(description=_("原文单元格"))
    def printed(self, activity: Activity) -> str:
        row = activity.source_row
        return table(row.cells) if row else "—"

    @admin.display(description=_("地点（原文）"))
    def place_words(self, activity: Activity) -> str:
        return "、".join(activity.place_texts) or "—"
