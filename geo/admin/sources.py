"""Where facts came from: every row as it was printed, kept for ever."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo import work
from geo.admin.bases import KeptAdmin, QueueAdmin, TabularInline
from geo.admin.display import admin_link, table
from geo.admin.guarding import GuardedAdmin
from geo.asked import today_of, user_name
from geo.models import ImportBatch, Source, SourceFetch, SourceRow

ROWS_PER_PAGE = 20


class BatchInline(TabularInline):
    model = ImportBatch
    extra = 0
    can_delete = False
    fields = readonly_fields = ("file", "started_at", "finished_at", "counts_words")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("文件"))
    def file(self, batch: ImportBatch) -> str:
        return admin_link(batch, batch.file_name)

    @admin.display(description=_("结果"))
    def counts_words(self, batch: ImportBatch) -> str:
        return counts_words(batch)


@admin.register(Source)
class SourceAdmin(GuardedAdmin, KeptAdmin):
    list_display = (
        "title",
        "kind",
        "publisher",
        "published",
        "row_count",
        "last_import",
        "fetched",
    )
    list_filter = ("kind", "publishes_itself", "is_sample")
    list_select_related = ("fetch",)
    search_fields = ("title", "slug", "publisher", "feed_url")
    autocomplete_fields = ("area",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (BatchInline,)
    actions = ("fetch_now",)
    fieldsets = (
        (None, {"fields": ("title", "slug", "kind", "publisher", "url")}),
        (_("读法"), {"fields": (("published_on", "published_words"), "year", "area", "dialect")}),
        (_("联系人"), {"fields": (("contact_name", "contact_email"),)}),
        (
            _("自动抓取"),
            {"fields": ("feed_url", "fetch_every_h", "publishes_itself", "fetched", "is_sample")},
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("geo.add_source"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("slug", "is_sample", "fetched") if obj else ("is_sample", "fetched")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        found: QuerySet[Source] = super().get_queryset(request)
        newest = Max("batches__started_at", filter=Q(batches__state="published"))
        return found.annotate(row_count=Count("rows", distinct=True), last_import_at=newest)

    @admin.action(description=_("现在抓取"), permissions=["change"])
    def fetch_now(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        for source in sources.exclude(feed_url=""):
            work.later("geo.fetch_source", once=str(source.pk), source=source.pk)
        messages.success(request, gettext("已排队，结果在「来源抓取」里。"))

    @admin.display(description=_("行数"), ordering="row_count")
    def row_count(self, source: Source) -> int:
        return int(getattr(source, "row_count", 0))

    @admin.display(description=_("最近导入"), ordering="last_import_at")
    def last_import(self, source: Source) -> Any:
        return getattr(source, "last_import_at", None)

    @admin.display(description=_("发布"))
    def published(self, source: Source) -> str:
        return source.published_words or str(source.published_on or "—")

    @admin.display(description=_("抓取"))
    def fetched(self, source: Source) -> str:
        state = getattr(source, "fetch", None)
        if state is None:
            return gettext("还没有抓取过") if source.feed_url else "—"
        return format_html('<a href="{}">{}</a>', _url_of(state), state.outcome)


@admin.register(SourceFetch)
class SourceFetchAdmin(KeptAdmin):
    list_display = ("source", "outcome", "tried_at", "succeeded_at", "failures", "failing_since")
    list_filter = (("failing_since", admin.EmptyFieldListFilter),)
    list_select_related = ("source",)
    fields = readonly_fields = (*list_display, "changed_at", "told_at")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def failing_sources() -> QuerySet[SourceFetch]:
    return SourceFetch.objects.filter(failing_since__isnull=False)


def _url_of(state: SourceFetch) -> str:
    return reverse("admin:geo_sourcefetch_change", args=[state.pk])


@admin.register(ImportBatch)
class ImportBatchAdmin(GuardedAdmin, KeptAdmin):
    list_display = ("source", "file_name", "started_at", "finished_at", "counts_in_words")
    list_select_related = ("source",)
    list_filter = ("source",)
    search_fields = ("file_name", "file_sha256")
    fields = readonly_fields = (
        "source",
        "state",
        "by",
        "file_name",
        "file_sha256",
        "started_at",
        "finished_at",
        "counts_in_words",
    )

    @admin.display(description=_("结果"))
    def counts_in_words(self, batch: ImportBatch) -> str:
        return counts_words(batch)


@admin.register(SourceRow)
class SourceRowAdmin(QueueAdmin, KeptAdmin):
    list_display = ("row", "status", "first_cell", "problem_words", "activity_count")
    list_filter = ("status", "source")
    list_select_related = ("source",)
    list_per_page = 50
    search_fields = ("cells", "problems", "correction")
    fields = ("source", "number", "status", "printed", "problem_words", "read_as", "correction")
    readonly_fields = ("source", "number", "status", "printed", "problem_words", "read_as")
    queue_title = _("待核对的行")
    queue_template = "admin/geo/sourcerow/queue.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceRow]:
        found: QuerySet[SourceRow] = super().get_queryset(request)
        return found.annotate(activity_count=Count("activities"))

    @admin.display(description=_("原文行"), ordering="number")
    def row(self, row: SourceRow) -> str:
        return gettext("第 %d 行") % row.number

    @admin.display(description=_("原文"))
    def first_cell(self, row: SourceRow) -> str:
        return str(next((cell for _header, cell in row.cells if cell), "—"))

    @admin.display(description=_("活动数"), ordering="activity_count")
    def activity_count(self, row: SourceRow) -> int:
        return int(getattr(row, "activity_count", 0))

    @admin.display(description=_("原文单元格"))
    def printed(self, row: SourceRow) -> str:
        return table(row.cells)

    @admin.display(description=_("疑问"))
    def problem_words(self, row: SourceRow) -> str:
        return format_html_join(
            "", '<p class="problem">{}</p>', ((problem,) for problem in row.problems)
        ) or format_html("—")

    @admin.display(description=_("读作"))
    def read_as(self, row: SourceRow) -> str:
        activities = row.activities.all()
        if activities:
            return format_html_join("", "<p>{}</p>", ((admin_link(one),) for one in activities))
        return format_html_join(
            "", "<p>{}</p>", ((words_of(reading),) for reading in row.readings)
        ) or format_html("—")

    def save_model(self, request: HttpRequest, obj: SourceRow, form: Any, change: bool) -> None:
        """Whose words the decision are is kept with it."""
        if "correction" in form.changed_data and obj.correction:
            obj.correction = (
                f"{obj.correction.rstrip()}（{user_name(request)}，{today_of(request)}）"
            )
        super().save_model(request, obj, form, change)

    def queue_context(self, request: HttpRequest) -> dict[str, Any]:
        page = Paginator(rows_to_look_at(), ROWS_PER_PAGE).get_page(request.GET.get("p"))
        rows = [{"row": row, "readings": [reading_of(one) for one in row.readings]} for row in page]
        return {"page": page, "rows": rows}


def rows_to_look_at() -> QuerySet[SourceRow]:
    """Flagged rows in the order in which they were printed."""
    return (
        SourceRow.objects.filter(status=SourceRow.Status.NEEDS_A_LOOK)
        .select_related("source", "batch")
        .prefetch_related("activities")
        .order_by("source", "number")
    )


def counts_words(batch: ImportBatch) -> str:
    """已导入 20 · 待核对 4"""
    labels = dict(SourceRow.Status.choices)
    said = [f"{labels.get(name, name)} {count}" for name, count in batch.counts.items()]
    return " · ".join(said) or "—"


def words_of(reading: Any) -> str:
    """The words of one possible reading, whatever wrote it."""
    return str(reading.get("words", "")) if isinstance(reading, dict) else str(reading)


def reading_of(reading: Any) -> dict[str, Any]:
    """One possible reading for the page: its words, and what activities it would make."""
    entries = reading.get("activities", []) if isinstance(reading, dict) else []
    activities: list[dict[str, str]] = []
    for entry in entries:
        one = {
            "title": entry.get("title", ""),
            "organizers": "、".join(entry.get("organizers") or []),
            "places": "、".join(entry.get("places") or []),
        }
        when = entry.get("printed_time") or _days(entry)
        if activities and one.items() <= activities[-1].items():  # another time of the same one
            activities[-1]["when"] += f"；{when}"
        else:
            activities.append({**one, "when": when})
    return {"words": words_of(reading), "activities": activities}


def _days(activity: dict[str, Any]) -> str:
    first, last = activity.get("start") or "", activity.get("end") or ""
    days = first if first == last or not last else f"{first} – {last}"
    return f"{days} {activity.get('part_of_day') or ''}".strip()
