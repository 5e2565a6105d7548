"""What planners keep: a view under a short link, and a draft with the gap that it is meant for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.models.activities import Activity

KEY_LENGTH = 8


class SavedView(models.Model):
    """A page of the planner under a short link. Whoever has the link reads, and changes nothing."""

    key = models.SlugField(_("短链接"), max_length=KEY_LENGTH, unique=True)
    page = models.CharField(_("页面"), max_length=30)
    query = models.CharField(_("问题"), max_length=1000, blank=True)
    title = models.CharField(_("标题"), max_length=120, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("保存的人"), null=True
    )
    made_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("保存的规划页")
        verbose_name_plural = _("保存的规划页")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.title or self.key


class Plan(models.Model):
    """A draft made for a gap: what was missing then, what it was to change. Figures are people."""

    activity = models.OneToOneField(
        Activity, models.CASCADE, related_name="plan", verbose_name=_("活动")
    )
    query = models.CharField(_("问题"), max_length=1000)
    lon = models.FloatField(_("经度"))  # WGS-84
    lat = models.FloatField(_("纬度"))
    group = models.CharField(_("人群"), max_length=40)
    metres = models.PositiveIntegerField(_("半径（米）"))
    uncovered_before = models.PositiveIntegerField(_("当时未覆盖"))
    newly_covered = models.PositiveIntegerField(_("预计新覆盖"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("起草的人"), null=True
    )
    made_at = models.DateTimeField(_("起草时间"))

    class Meta:
        verbose_name = _("规划草稿")
        verbose_name_plural = _("规划草稿")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.activity)
