"""A message on screens with a forced end."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kiosk.models.screens import Screen, ScreenGroup


class NoticeQuerySet(models.QuerySet["Notice"]):
    def in_force(self, now: datetime) -> "NoticeQuerySet":
        """Not over, not withdrawn, and, where the whole screen is covered, approved."""
        allowed = ~Q(level=Notice.Level.COVER) | Q(approved_by__isnull=False)
        return self.filter(allowed, ends_at__gt=now, withdrawn_at__isnull=True)


class Notice(models.Model):
    """Plain text; a banner, or in an emergency the whole screen. It always ends by itself."""

    class Level(models.TextChoices):
        BANNER = "banner", _("横幅（节目照常）")
        COVER = "cover", _("全屏（仅限紧急情况）")

    text = models.CharField(_("内容"), max_length=200, help_text=_("最多 200 字，只写文字。"))
    level = models.CharField(_("形式"), max_length=6, choices=Level, default=Level.BANNER)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(
        _("结束"), help_text=_("必填，到时自动撤下。横幅最长 14 天，全屏最长 24 小时。")
    )
    is_everywhere = models.BooleanField(_("所有屏"), default=False)
    groups = models.ManyToManyField(
        ScreenGroup, blank=True, related_name="+", verbose_name=_("屏组")
    )
    screens = models.ManyToManyField(
        Screen, blank=True, related_name="notices", verbose_name=_("屏")
    )
    is_rehearsal = models.BooleanField(_("演练"), default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("撰写"),
    )  # fmt: skip
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("批准"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("发出"))
    withdrawn_at = models.DateTimeField(_("撤回"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(_("演练结果"), default=dict, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("cover_screens", _("可撰写全屏紧急通知")),
            ("approve_cover", _("可批准全屏紧急通知")),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class NoticeReceipt(models.Model):
    """A screen said that it holds a notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="receipts")
    screen = models.ForeignKey(Screen, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "screen"], name="notice_receipt_once")
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.screen}"
