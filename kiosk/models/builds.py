"""A build of the screen's page, and how far it may go."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Build(models.Model):
    """Twelve hex digits, as the server that carries it first said them."""

    class Ring(models.TextChoices):
        CANARY = "canary", _("先试的屏")
        TENTH = "tenth", _("十分之一")
        ALL = "all", _("全部")
        HALTED = "halted", _("已停止")

    id = models.CharField(_("版本"), max_length=20, primary_key=True)
    seen_at = models.DateTimeField(_("首次出现"))
    ring = models.CharField(_("推送到"), max_length=6, choices=Ring)
    ring_at = models.DateTimeField(_("自"))
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("页面版本")
        verbose_name_plural = _("页面版本")
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.id
