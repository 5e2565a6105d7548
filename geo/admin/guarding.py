"""Two people at one form: the second is told, and nothing is overwritten in silence.

The form carries the number of the newest change that it shows (``seen``). When it comes back, the
row is locked; if anything of it changed since, nothing is written, and the person sees what the
other one did beside what they had typed themselves.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import label_for_field
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from geo.admin.bases import ModelAdmin
from geo.admin.history import told
from geo.models import Change
from geo.models.changes import ChangedMeanwhileError, last_change, lock_as_seen

SEEN = "seen"


class GuardedAdmin(ModelAdmin):
    """A change form with a memory. ``changes_of`` says which changes concern a row."""

    change_form_template = "admin/geo/guarded_form.html"
    object_history_template = "admin/geo/object_history.html"

    def changes_of(self, obj: Any) -> dict[str, Any]:
        return {"table": self.opts.db_table, "row_id": obj.pk}

    def lock_first(self, row: Any) -> None:
        """Rows that others lock before this one."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            row = self.get_object(request, object_id)
            if row is not None and request.method == "POST":
                seen = request.POST.get(SEEN, "")
                of = self.changes_of(row)
                self.lock_first(row)
                rows = self.model._default_manager.filter(pk=row.pk)
                try:
                    lock_as_seen(rows, int(seen) if seen.isdecimal() else 0, **of)
                except ChangedMeanwhileError:
                    return self._told(request, row)
            newest = last_change(**self.changes_of(row)) if row else 0
            context = {**(extra_context or {}), SEEN: newest}
            return super().changeform_view(request, object_id, form_url, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        changes = Change.objects.filter(**self.changes_of(row))[:500] if row else []
        context = {**(extra_context or {}), "changes": [told(one) for one in changes]}
        return super().history_view(request, object_id, context)

    def _told(self, request: HttpRequest, row: models.Model) -> HttpResponse:
        seen = request.POST.get(SEEN, "")
        since = int(seen) if seen.isdecimal() else 0
        newer = Change.objects.filter(**self.changes_of(row), pk__gt=since)[:50]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("有人刚刚改过，你的改动没有保存"),
            "original": row,
            "newer": [told(one) for one in newer],
            "mine": list(self._mine(request, row)),
        }
        return TemplateResponse(request, "admin/geo/conflict.html", context, status=409)

    def _mine(self, request: HttpRequest, row: models.Model) -> Any:
        """What this person had typed and is not so in the row: to be copied from the page."""
        form = self.get_form(request, row, change=True)(request.POST, request.FILES, instance=row)
        for name in form.changed_data:
            value = request.POST.getlist(form.add_prefix(name))
            yield label_for_field(name, self.model, self, form=form), "，".join(map(str, value))
