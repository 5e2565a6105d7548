"""`/desk/`: staff drop a file or paste text, look at what was read, publish, take back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from geo.asked import now_of, today_of
from geo.errors import Problem, ProblemError
from geo.importing import FileReading, desk, undoing, workbook
from geo.importing.child import open_in_child
from geo.importing.columns import NAMES
from geo.importing.preview import KIND_WORDS, KINDS, Preview
from geo.importing.saving import plan_of
from geo.importing.sheets import LARGEST_BYTES, LONGEST_CELL
from geo.models import Activity, ImportBatch, Source
from geo.moments import SHANGHAI
from geo.views import desk_forms
from geo.views.desk_forms import name_of
from geo.views.desk_map import spots_of_rows

ROWS_PER_PAGE = 30
BATCHES_SHOWN = 12
PROGRESS_SECONDS = 5  # the page of a batch that is being stored looks again
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Answer = Callable[..., HttpResponse]


def for_staff(view: Answer) -> Answer:
    """Whoever may add batches in the admin; nothing here is kept by a proxy."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.is_active or not user.is_staff:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        if not user.has_perm("geo.add_importbatch"):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def desk_page(request: HttpRequest) -> HttpResponse:
    """The form and what lies on the desk; a POST makes a draft of a file or of pasted text."""
    if request.method != "POST":
        return _form(request)
    try:
        data, name = desk_forms.received(request)
        opened = open_in_child(data, name, desk_forms.dialect_of(request))
        source = desk_forms.source_of(request)
    except ProblemError as error:
        return _form(request, error.problem)
    batch = desk.start_draft(opened, data, name, source, now_of(request), name_of(request))
    return redirect("desk-batch", batch.pk)


@require_GET
@for_staff
def batch_page(request: HttpRequest, number: int) -> HttpResponse:
    """A draft row by row; a batch that was published or dropped says what became of it."""
    batch = _batch(number)
    context: dict[str, Any] = {"batch": batch, "fields": NAMES, "longest": LONGEST_CELL}
    if batch.state == ImportBatch.State.DRAFT:
        context |= _looked_at(request, batch)
    else:
        context |= {
            "can_undo": undoing.can_be_undone(batch),
            "counts": _counts(batch),
            "published": Activity.objects.filter(source_row__batch=batch, is_published=True)[:200],
        }
    response = render(request, "desk/batch.html", context)
    if batch.state == ImportBatch.State.PUBLISHING:
        response["Refresh"] = str(PROGRESS_SECONDS)
    return response


@require_POST
@for_staff
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Year, day of publication, meaning of columns, words of a cell, choice of a reading."""
    what = request.POST.get("what", "")
    with transaction.atomic():  # one at a time: what another person changed meanwhile is kept
        batch = _draft(number, lock=True)
        try:
            if what in desk_forms.OF_THE_WHOLE and request.POST.get("seen") != seen(batch):
                raise desk_forms.changed_meanwhile(batch)
            anchor = desk_forms.CHANGES[what](request, batch)
        except ProblemError as error:
            messages.error(request, str(error))
            return _back(request, batch)
        except (KeyError, ValueError):
            messages.error(request, _("没有改动：填的内容读不懂。"))
            return _back(request, batch)
        batch.by = name_of(request)
        batch.save(update_fields=["draft", "by"])
    return _back(request, batch, anchor)


@require_POST
@for_staff
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """All good rows at once, if the draft is still the one that was seen."""
    batch = _batch(number)
    if batch.state == ImportBatch.State.PUBLISHING:
        return _carry_on(request, batch)
    batch = _draft(number)
    try:
        if request.POST.get("seen") != seen(batch):
            raise ProblemError(
                Problem("draft_changed", _("这份草稿刚刚被改动过，还没有发布"), "", _("请再看一遍"))
            )
        report = workbook.rows_of(_preview(batch))
        saved = desk.publish(batch, report, now_of(request), name_of(request))
    except ProblemError as error:
        messages.error(request, str(error))
        return redirect("desk-batch", batch.pk)
    plan = saved.plan
    words = _("已发布：新增 %(new)d 项活动，更新 %(changed)d 项，%(same)d 项无变化。") % {
        "new": plan.count("new"),
        "changed": plan.count("changed"),
        "same": plan.count("unchanged") + plan.count("untouched"),
    }
    messages.success(request, words)
    _log(request, batch, words)
    return redirect("desk-batch", batch.pk)


def _carry_on(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """A large batch that was broken off: the rows behind its cursor."""
    try:
        desk.carry_on(batch, now_of(request))
    except ProblemError as error:
        messages.error(request, str(error))
    else:
        words = _("已接着写完：共 %d 行。") % batch.row_count
        messages.success(request, words)
        _log(request, batch, words)
    return redirect("desk-batch", batch.pk)


@require_POST
@for_staff
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """The whole batch; what was there stands again."""
    batch = _batch(number)
    try:
        undone = undoing.undo(batch, now_of(request), name_of(request))
    except ProblemError as error:
        messages.error(request, str(error))
        return redirect("desk-batch", batch.pk)
    words = _("已撤销：%(hidden)d 项活动不再公开，%(restored)d 项恢复原样。") % {
        "hidden": undone.hidden,
        "restored": undone.restored,
    }
    messages.success(request, words)
    for title in undone.left_alone:
        messages.warning(request, _("「%s」发布后有人改过，没有动它，请核对。") % title)
    _log(request, batch, words)
    return redirect("desk-batch", batch.pk)


@require_POST
@for_staff
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """The draft is given up; nothing was public."""
    batch = _draft(number)
    desk.drop(batch)
    messages.success(request, _("草稿「%s」已放弃，没有公开过任何内容。") % batch.file_name)
    return redirect("desk")


@require_GET
@for_staff
def report(request: HttpRequest, number: int) -> HttpResponse:
    """What happened to every row and why, as XLSX; of a draft, what would happen."""
    batch = _batch(number)
    if not batch.draft:
        raise Http404("This batch was not made at the desk.")
    rows = batch.draft.get("report")
    if rows is None or batch.state == ImportBatch.State.DRAFT:
        try:
            rows = workbook.rows_of(_preview(batch))
        except ProblemError as error:
            rows = [["", KIND_WORDS["refused"], str(error), "", "", "", "", "", ""]]
    facts = [
        (_("文件"), batch.file_name),
        (_("来源"), batch.source.title),
        (_("状态"), str(batch.get_state_display())),
        (_("经手人"), batch.by),
        (_("时间"), f"{batch.started_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
        *_counts(batch),
    ]
    response = HttpResponse(workbook.workbook(facts, rows), content_type=XLSX)
    name = f"{batch.file_name.rpartition('.')[0] or batch.file_name}-{_('逐行报告')}.xlsx"
    header = content_disposition_header(True, name.replace("/", "_"))
    response["Content-Disposition"] = header or "attachment"
    return response


# --- the form --------------------------------------------------------------------------------
def _form(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    batches = ImportBatch.objects.select_related("source").filter(source__is_sample=False)
    context = {
        "problem": problem,
        "typed": request.POST,
        "sources": Source.objects.filter(is_sample=False).order_by("-published_on", "title"),
        "drafts": batches.filter(state=ImportBatch.State.DRAFT),
        "batches": [
            {"batch": one, "counts": _counts(one), "can_undo": undoing.can_be_undone(one)}
            for one in batches.exclude(state=ImportBatch.State.DRAFT)[:BATCHES_SHOWN]
        ],
        "largest": LARGEST_BYTES // 1_000_000,
        "this_year": today_of(request).year,
    }
    return render(request, "desk/desk.html", context, status=400 if problem else 200)


# --- the draft -------------------------------------------------------------------------------
def _looked_at(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    try:
        reading = desk.read_draft(batch)
    except ProblemError as error:
        return {"problem": error.problem, "headers": desk_forms.headers(batch), "seen": seen(batch)}
    preview = _preview(batch, reading)
    plan, gone = preview.plan, preview.gone
    show = request.GET.get("show", "")
    kinds = {kind: len(preview.of_kind(kind)) for kind in ("", "good", *KINDS)}
    page = Paginator(preview.of_kind(show), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = list(preview.rows(list(page)))
    spots = spots_of_rows(rows)
    return {
        "page": page,
        "rows": rows,
        "spots": spots,
        "spot_keys": {spot["key"] for spot in spots},
        "gone": gone,
        "show": show,
        "tabs": [(kind, _tab_words(kind), count) for kind, count in kinds.items() if count],
        "good": kinds["good"],
        "waiting": kinds["needs_a_look"],
        "refused": kinds["refused"],
        "activities": plan.count("new") + plan.count("changed"),
        "headers": desk_forms.headers(batch),
        "seen": seen(batch),
    }


def _preview(batch: ImportBatch, reading: FileReading | None = None) -> Preview:
    reading = reading or desk.read_draft(batch)
    plan = plan_of(reading, batch.source)
    gone = Activity.objects.filter(source_key__in=plan.gone, is_published=True)
    return Preview(reading, plan, tuple(gone), batch.source.area)


def _tab_words(kind: str) -> str:
    return {"": _("全部"), "good": _("可以发布")}.get(kind) or KIND_WORDS[kind]


def seen(batch: ImportBatch) -> str:
    """A fingerprint of the draft, so that nobody publishes what they have not seen."""
    draft = {name: value for name, value in batch.draft.items() if name != "report"}
    said = f"{draft!r}{sorted(batch.source.columns.items())!r}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


# --- small things ----------------------------------------------------------------------------
def _batch(number: int) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.select_related("source"), pk=number)


def _draft(number: int, *, lock: bool = False) -> ImportBatch:
    batches = ImportBatch.objects.select_related("source")
    rows = batches.select_for_update(of=("self",)) if lock else batches
    return get_object_or_404(rows, pk=number, state=ImportBatch.State.DRAFT)


def _back(request: HttpRequest, batch: ImportBatch, anchor: str = "") -> HttpResponse:
    show, page = request.POST.get("show", ""), request.POST.get("page", "")
    asked = {"show": show if show in ("good", *KINDS) else "", "page": page[:6]}
    query = urlencode({name: value for name, value in asked.items() if value})
    address = resolve_url("desk-batch", batch.pk) + (f"?{query}" if query else "")
    return redirect(address + (f"#{anchor}" if anchor else ""))


def _counts(batch: ImportBatch) -> list[tuple[str, int]]:
    words = {"imported": KIND_WORDS["new"], **KIND_WORDS}
    return [(words[name], batch.counts[name]) for name in words if batch.counts.get(name)]


def _log(request: HttpRequest, batch: ImportBatch, words: str) -> None:
    """In the history that staff read in the admin."""
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        content_type=ContentType.objects.get_for_model(ImportBatch),
        object_id=str(batch.pk),
        object_repr=str(batch)[:200],
        action_flag=CHANGE,
        change_message=words,
    )
