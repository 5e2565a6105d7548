"""What is no longer public, so that whoever keeps a copy hears of it."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Departure(models.Model):
    """An occurrence that was public and is not: deleted, withdrawn, merged, or given another id.

    Written by triggers of the database (migration ``departures``), whoever changes a row and by
    whichever way; taken away again when the same occurrence comes back. Rows count downward from
    -1, so that no page of occurrences and departures together holds the same row number twice.
    """

    id = models.BigIntegerField(primary_key=True)
    event_id = models.CharField(_("场次编号"), max_length=80, unique=True)  # geo.features.event_id
    public_id = models.CharField(_("活动编号"), max_length=16)
    original_start = models.DateTimeField(_("原定开始"))
    is_sample = models.BooleanField(_("示例"))
    left_at = models.DateTimeField(_("撤下"), db_index=True)

    class Meta:
        verbose_name = _("已撤下的场次")
        verbose_name_plural = _("已撤下的场次")
        ordering = ["left_at"]

    def __str__(self) -> str:
        return self.event_id
