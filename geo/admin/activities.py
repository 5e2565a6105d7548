"""Activities with their people, rules and single times."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.admin.common import ModelAdmin, StackedInline, TabularInline, admin_link, table
from geo.models import Activity, ActivityOrganizer, Occurrence, Schedule, SourceRow
from geo.moments import day_of
from geo.schedules import When, bounds, expand

_ID_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else


class OrganizerInline(TabularInline):
    model = ActivityOrganizer
    extra = 0
    autocomplete_fields = ("organization",)


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        """What is said must be what is known: hours need hours, a part of day needs a part."""
        cleaned = super().clean() or {}
        needed = {"exact": "starts_time", "part_of_day": "part_of_day"}
        field = needed.get(cleaned.get("time_precision", ""))
        if field and not cleaned.get(field):
            self.add_error(field, gettext("按所选的时间精度，这一格要填写。"))
        return cleaned


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
                    "rrule",
                ),
                "description": _("保存后，还没有场次的时间安排会排出它的场次。"),
            },
        ),
    )


class OccurrenceForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends < starts:
            self.add_error("ends_at", gettext("结束早于开始。"))
        off = {Occurrence.Status.CANCELLED, Occurrence.Status.POSTPONED}
        if cleaned.get("status") in off and not cleaned.get("status_reason"):
            self.add_error("status_reason", gettext("取消或延期要用一句话写明原因。"))
        return cleaned


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
class ActivityAdmin(ModelAdmin):
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
                    ("is_published", "checked_on"),
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


@admin.register(Schedule)
class ScheduleAdmin(ModelAdmin):
    list_display = ("activity", "printed_text", "start_on", "end_on", "time_precision", "rrule")
    list_filter = ("time_precision", "part_of_day")
    list_select_related = ("activity",)
    search_fields = ("printed_text", "activity__title")
    autocomplete_fields = ("activity",)
    form = ScheduleForm

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        Activity.objects.filter(pk=obj.activity_id).update(edited_by_person=True)
        if not obj.occurrences.exists():
            lay_out(obj)


@admin.register(Occurrence)
class OccurrenceAdmin(ModelAdmin):
    form = OccurrenceForm
    list_display = ("activity", "held_on", "said", "status", "where", "district", "sample")
    list_filter = (
        "status",
        "level",
        "time_precision",
        "certainty",
        ("district", admin.RelatedOnlyFieldListFilter),
        "activity__is_sample",
    )
    list_select_related = ("activity", "schedule", "venue", "area", "district", "place")
    list_per_page = 50
    date_hierarchy = "held_on"
    search_fields = ("activity__title", "place__printed", "venue__name")
    autocomplete_fields = ("place",)
    fields = (
        "activity",
        ("starts_at", "ends_at"),
        ("time_precision", "part_of_day", "printed_time"),
        ("status", "status_reason"),
        "place",
        "where",
        ("previous_starts_at", "previous_place"),
        "certainty",
        ("sequence", "revised_at"),
    )
    readonly_fields = (
        "activity",
        "time_precision",
        "part_of_day",
        "printed_time",
        "where",
        "previous_starts_at",
        "previous_place",
        "certainty",
        "sequence",
        "revised_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Occurrence, form: Any, change: bool) -> None:
        revise(obj, Occurrence.objects.get(pk=obj.pk))
        super().save_model(request, obj, form, change)
        Activity.objects.filter(pk=obj.activity_id).update(edited_by_person=True)

    @admin.display(description=_("时间"))
    def said(self, one: Occurrence) -> str:
        return one.printed_time or str(one.get_part_of_day_display()) or "—"

    @admin.display(description=_("场所与精度"))
    def where(self, one: Occurrence) -> str:
        return where_words(one)

    @admin.display(description=_("示例"), boolean=True)
    def sample(self, one: Occurrence) -> bool:
        return one.activity.is_sample


def where_words(one: Occurrence) -> str:
    """日湖公园 · 准确到场所"""
    place = one.venue or one.area
    level = str(one.get_level_display())
    return f"{place} · {level}" if place else level


def revise(one: Occurrence, before: Occurrence) -> None:
    """After a person changed an occurrence: what was said before is kept, SEQUENCE goes up."""
    if one.starts_at != before.starts_at:
        one.previous_starts_at = before.starts_at
        one.held_on = day_of(one.starts_at)
        if one.status == Occurrence.Status.SCHEDULED:
            one.status = Occurrence.Status.RESCHEDULED
    if one.place_id != before.place_id:
        place = before.venue or before.place or before.area
        one.previous_place = str(place or "")[:200]
        one.stand_at(one.place)
    one.sequence = before.sequence + 1


def lay_out(schedule: Schedule) -> int:
    """The occurrences of a schedule that has none yet; their place is still to be named."""
    when = When(
        start=schedule.start_on,
        end=schedule.end_on or (None if schedule.rrule else schedule.start_on),
        part_of_day=schedule.part_of_day,
        start_time=schedule.starts_time,
        end_time=schedule.ends_time,
        rrule=schedule.rrule or None,
        printed=schedule.printed_text,
    )
    rows = []
    for day in expand(when):
        starts_at, ends_at = bounds(day, when)
        rows.append(
            Occurrence(
                activity=schedule.activity,
                schedule=schedule,
                original_start=starts_at,
                held_on=day,
                starts_at=starts_at,
                ends_at=ends_at,
                time_precision=schedule.time_precision,
                part_of_day=schedule.part_of_day,
                printed_time=schedule.printed_text,
            )
        )
    Occurrence.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
