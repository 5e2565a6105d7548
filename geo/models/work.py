"""What came of background work, kept for staff for a while."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class WorkNote(models.Model):
    """One run of one task: a sentence, or the error.

    ``at`` is the database's clock, as the queue's own times are: a demo clock stands elsewhere.
    """

    task = models.CharField(_("任务"), max_length=80)
    job = models.BigIntegerField(_("编号"))
    attempt = models.PositiveSmallIntegerField(_("第几次"), default=1)
    is_failure = models.BooleanField(_("失败"), default=False)
    words = models.CharField(_("说明"), max_length=500, blank=True)
    took_ms = models.PositiveIntegerField(_("用时（毫秒）"), default=0)
    at = models.DateTimeField(_("时间"), db_default=Now())

    class Meta:
        verbose_name = _("后台任务记录")
        verbose_name_plural = _("后台任务记录")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["task", "-at"])]

    def __str__(self) -> str:
        return f"{self.task} #{self.job}"
