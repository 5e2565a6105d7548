"""What the map services are being asked, by all workers together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderUsage(models.Model):
    """One map service: today's requests, the next free slot, and why it is left alone.

    Written only by :mod:`geo.geocoding.gate`, in SQL and by the database's clock, so that workers
    on several machines agree. ``key_mark`` tells whether the key has changed since, not what it is.
    """

    class Block(models.TextChoices):
        NONE = "", _("可用")
        RATE = "rate", _("请求过快，稍后再试")
        QUOTA = "quota", _("服务方的额度用完了")
        KEY = "key", _("密钥不被接受")
        DOWN = "down", _("连续失败，暂停请求")

    provider = models.CharField(_("地图服务"), max_length=20, unique=True)
    day = models.DateField(_("哪一天"))
    requests = models.PositiveIntegerField(_("当天请求数"), default=0)
    next_at = models.DateTimeField(_("下一次不早于"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("连续失败次数"), default=0)
    rate_strikes = models.PositiveIntegerField(_("连续被限速次数"), default=0)
    block = models.CharField(_("状态"), max_length=10, choices=Block, blank=True, default="")
    blocked_until = models.DateTimeField(_("暂停到"), null=True, blank=True)
    key_mark = models.CharField(max_length=16, blank=True, default="", editable=False)
    last_error = models.CharField(_("最近的错误"), max_length=200, blank=True, default="")
    last_error_at = models.DateTimeField(_("最近出错"), null=True, blank=True)

    class Meta:
        verbose_name = _("地图服务用量")
        verbose_name_plural = _("地图服务用量")
        ordering = ["provider"]

    def __str__(self) -> str:
        return self.provider
