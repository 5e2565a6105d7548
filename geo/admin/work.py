"""The background worker: whether it runs, what waits, what failed and why, and once more."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateJob

from geo import work
from geo.admin.bases import KeptAdmin, QueueAdmin
from geo.models import WorkNote

SILENT_S = 30  # a worker signs every 10 seconds
SHOWN = 50

# The queue's own page is in English and lets anybody stop any job; ours below stands for it.
if admin.site.is_registered(ProcrastinateJob):
    admin.site.unregister(ProcrastinateJob)


@admin.register(WorkNote)
class WorkNoteAdmin(QueueAdmin, KeptAdmin):
    list_display = ("at", "task_words", "attempt", "is_failure", "words", "took_ms")
    list_filter = ("is_failure", "task")
    search_fields = ("words",)
    fields = readonly_fields = (*list_display, "job")
    queue_title = _("后台任务")
    queue_template = "admin/geo/worknote/queue.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("任务"), ordering="task")
    def task_words(self, note: WorkNote) -> str:
        return words_of(note.task)

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return super().queue_view(request)
        if not request.user.has_perm("geo.change_worknote"):
            raise PermissionDenied
        if "job" in request.POST:
            self._again(request, request.POST["job"])
        elif request.POST.get("task") in work.TASKS:
            self._now(request, request.POST["task"])
        return HttpResponseRedirect(request.path)

    def _again(self, request: HttpRequest, job: str) -> None:
        if job.isascii() and job.isdigit() and work.try_again(int(job)):
            messages.success(request, gettext("已重新排队。"))
        else:
            messages.error(request, gettext("这个任务已经不在失败的名单里了。"))

    def _now(self, request: HttpRequest, name: str) -> None:
        if work.later(name, once="staff"):
            messages.success(request, gettext("「%s」已排队。") % words_of(name))
        else:
            messages.info(request, gettext("「%s」已经在排队。") % words_of(name))

    def queue_context(self, request: HttpRequest) -> dict[str, Any]:
        signed = rows("SELECT extract(epoch FROM now() - max(last_heartbeat))::int AS age"
                      " FROM procrastinate_workers")[0]["age"]  # fmt: skip
        return {
            "signed_s": signed,
            "is_running": signed is not None and signed <= SILENT_S,
            "failed": [_worded(job) for job in failed_jobs()],
            "waiting": [_worded(job) for job in waiting_jobs()],
            "tasks": [_state(task) for task in work.TASKS.values()],
            "may_act": request.user.has_perm("geo.change_worknote"),
        }


def words_of(name: str) -> str:
    """What a task is for staff; its name when it is not known any more."""
    known = work.TASKS.get(name)
    return str(known.words) if known else name


def rows(query: str, *values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def failed_jobs() -> list[dict[str, Any]]:
    """Given up after all attempts, the latest first, each with its last error."""
    return rows(
        "SELECT job.id, job.task_name, job.args, job.attempts, note.words,"
        " extract(epoch FROM now() - note.at)::int AS age FROM procrastinate_jobs job"
        " LEFT JOIN LATERAL (SELECT words, at FROM geo_worknote WHERE job = job.id AND is_failure"
        " ORDER BY at DESC LIMIT 1) note ON true"
        " WHERE job.status = 'failed' ORDER BY job.id DESC LIMIT %s",
        SHOWN,
    )


def waiting_jobs() -> list[dict[str, Any]]:
    """Running now, ready, or to be tried again after a pause; with the error of the last try."""
    return rows(
        "SELECT job.id, job.task_name, job.args, job.attempts, job.status,"
        " extract(epoch FROM job.scheduled_at - now())::int AS pause, note.words"
        " FROM procrastinate_jobs job"
        " LEFT JOIN LATERAL (SELECT words FROM geo_worknote WHERE job = job.id AND is_failure"
        " ORDER BY at DESC LIMIT 1) note ON true"
        " WHERE job.status IN ('todo', 'doing')"
        " ORDER BY job.status, job.scheduled_at NULLS FIRST, job.id LIMIT %s",
        SHOWN,
    )


def failed_count() -> int:
    return int(rows("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")[0]["count"])


def _worded(job: dict[str, Any]) -> dict[str, Any]:
    arguments = json.loads(job["args"]).items()  # Django's cursor hands jsonb out as text
    said = "，".join(f"{key} {value}" for key, value in arguments if key != "timestamp")
    return {**job, "task": words_of(job["task_name"]), "arguments": said}


def _state(task: work.Task) -> dict[str, Any]:
    """The last run that did something or failed, and the last run at all."""
    notes = rows(
        "SELECT words, is_failure, extract(epoch FROM now() - at)::int AS age, took_ms"
        " FROM geo_worknote WHERE task = %s ORDER BY at DESC LIMIT 1",
        task.name,
    )
    return {"task": task, "last": notes[0] if notes else None}
