"""Who changed what, when and why: written by triggers, so that no way of writing escapes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """One row of one table as it was changed. Nobody can change or delete these.

    ``fields``: column → [old, new]; of a deleted row all its columns. ``activity_id`` gathers what
    belongs to one activity. ``at`` is the database's clock: a demo clock stands elsewhere.
    """

    class Action(models.TextChoices):
        INSERT = "insert", _("建立")
        UPDATE = "update", _("修改")
        DELETE = "delete", _("删除")

    table = models.CharField(_("表"), max_length=40)
    row_id = models.BigIntegerField(_("编号"))
    activity_id = models.BigIntegerField(_("活动"), null=True)
    action = models.CharField(_("做了什么"), max_length=6, choices=Action)
    fields = models.JSONField(_("内容"), default=dict)
    by = models.CharField(_("经手人"), max_length=150, blank=True)
    why = models.CharField(_("理由"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"), db_default=Now())

    class Meta:
        db_table = "geo_history"
        verbose_name = _("修改记录")
        verbose_name_plural = _("修改记录")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["table", "row_id", "-id"]),
            models.Index(fields=["activity_id", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class ChangedMeanwhileError(Exception):
    """Somebody changed what a person had before them; nothing was written."""


def lock_as_seen(rows: models.QuerySet[Any], seen: int, **of: Any) -> list[Any]:
    """*rows*, locked until the transaction ends, if they still are as they were seen.

    *seen* is the ``last_change`` of the page that a person worked on; *of* selects the changes that
    concern it. Raises ChangedMeanwhileError.
    """
    locked = list(rows.select_for_update())
    if last_change(**of) != seen:
        raise ChangedMeanwhileError
    return locked


@contextmanager
def acting(by: str, why: str = "") -> Iterator[None]:
    """Whatever is written on this connection meanwhile bears the name *by* and the reason *why*."""
    before = _acting_now()
    _act(by[:150], why[:300])
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            _act(*before)


def last_change(**of: Any) -> int:
    """The number of the newest change of rows that *of* selects; 0 when there is none."""
    return Change.objects.filter(**of).values_list("pk", flat=True).first() or 0


def _acting_now() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('yitu.by', true), current_setting('yitu.why', true)")
        by, why = cursor.fetchone()
    return by or "", why or ""


def _act(by: str, why: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('yitu.by', %s, false), set_config('yitu.why', %s, false)", [by, why]
        )
