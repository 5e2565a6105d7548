"""Rules and single times, and what follows when a person changes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dateutil.rrule import rrulestr
from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import ModelAdmin
from geo.admin.guarding import GuardedAdmin
from geo.importing.recurring import days_off, when_of
from geo.models import Activity, Holiday, Occurrence, Schedule
from geo.moments import day_of
from geo.schedules import bounds, expand


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "exceptions" in self.fields:  # a list is compared with the row, not with a hidden copy
            self.fields["exceptions"].show_hidden_initial = False

    def clean_exceptions(self) -> list[str]:
        return self.cleaned_data.get("exceptions") or []

    def clean(self) -> dict[str, Any]:
        """What is said must be what is known: hours need hours, a part of day needs a part."""
        cleaned = super().clean() or {}
        needed = {"exact": "starts_time", "part_of_day": "part_of_day"}
        field = needed.get(cleaned.get("time_precision", ""))
        if field and not cleaned.get(field):
            self.add_error(field, gettext("按所选的时间精度，这一格要填写。"))
        self._check_rule(cleaned)
        return cleaned

    def _check_rule(self, cleaned: dict[str, Any]) -> None:
        try:
            rrulestr(cleaned.get("rrule") or "FREQ=DAILY", dtstart=datetime(2000, 1, 1))  # noqa: DTZ001
        except ValueError:
            self.add_error("rrule", gettext("重复规则读不懂。如 FREQ=WEEKLY;BYDAY=WE。"))
        try:
            for day in cleaned.get("exceptions") or []:
                date.fromisoformat(day)
        except (TypeError, ValueError):
            self.add_error("exceptions", gettext('除外的日期读不懂。如 ["2019-07-03"]。'))


class OccurrenceForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends < starts:
            self.add_error("ends_at", gettext("结束早于开始。"))
        off = {Occurrence.Status.CANCELLED, Occurrence.Status.POSTPONED}
        if cleaned.get("status") in off and not cleaned.get("status_reason"):
            self.add_error("status_reason", gettext("取消或延期要用一句话写明原因。"))
        is_restored = self.initial.get("status") in off and cleaned.get("status") not in off
        if is_restored and "status_reason" not in self.changed_data:
            self.add_error("status_reason", gettext("恢复举办，请把原来的原因改成新的说明。"))
        return cleaned


@admin.register(Schedule)
class ScheduleAdmin(GuardedAdmin):
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


@admin.register(Holiday)
class HolidayAdmin(ModelAdmin):
    list_display = ("on", "name", "source")
    date_hierarchy = "on"


@admin.register(Occurrence)
class OccurrenceAdmin(GuardedAdmin):
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

    def lock_first(self, row: Occurrence) -> None:
        """The activity, as its own form does: two forms never wait for each other."""
        Activity.objects.select_for_update().get(pk=row.activity_id)

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
    when = when_of(schedule)
    rows = []
    for day in expand(when, exceptions=days_off(schedule)):
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
