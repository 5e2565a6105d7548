"""What screens report, what staff ask of them, and what staff are told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kiosk.models.screens import Screen


class ScreenState(models.Model):
    """The last heartbeat of a paired screen."""

    screen = models.OneToOneField(
        Screen, models.CASCADE, primary_key=True, related_name="state", verbose_name=_("屏")
    )
    paired_at = models.DateTimeField(_("连接于"))
    seen_at = models.DateTimeField(_("最近心跳"), null=True)
    shown_at = models.DateTimeField(null=True)
    instance = models.CharField(max_length=32, blank=True)
    earlier_instances = models.JSONField(default=list)
    copy_seen_at = models.DateTimeField(_("发现两份"), null=True)
    build = models.CharField(_("版本"), max_length=20, blank=True)
    healthy_build = models.CharField(max_length=20, blank=True)
    scene = models.CharField(max_length=20, blank=True)
    visible = models.JSONField(default=list)
    report = models.JSONField(default=dict)
    is_up = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(_("最近有人触摸"), null=True)

    class Meta:
        verbose_name = _("屏的状况")
        verbose_name_plural = _("屏的状况")

    def __str__(self) -> str:
        return str(self.screen)


class ScreenEvent(models.Model):
    """Something that happened to a screen, for its history."""

    class Kind(models.TextChoices):
        UP = "up", _("恢复")
        DOWN = "down", _("失联")
        PAIRED = "paired", _("连接")
        REVOKED = "revoked", _("停用")
        RELOAD = "reload", _("重新载入")
        BUILD = "build", _("换版本")
        TOOK_BACK = "took_back", _("退回旧版")
        COPY = "copy", _("发现两份")

    screen = models.ForeignKey(Screen, models.CASCADE, related_name="events")
    kind = models.CharField(_("事件"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("时间"))
    words = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("屏的经历")
        verbose_name_plural = _("屏的经历")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["screen", "-at"])]

    def __str__(self) -> str:
        return f"{self.screen} · {self.get_kind_display()}"


class StaffReport(models.Model):
    """What somebody in front of the screen said by scanning its small code."""

    class What(models.TextChoices):
        WELL = "well", _("显示正常")
        DARK = "dark", _("黑屏或打不开")
        OLD = "old", _("内容不对或过期")
        SMALL = "small", _("看不清")
        TOUCH = "touch", _("触摸不灵")
        OTHER = "other", _("其他问题")

    screen = models.ForeignKey(Screen, models.CASCADE, related_name="reports")
    at = models.DateTimeField(_("时间"))
    what = models.CharField(_("情况"), max_length=10, choices=What)

    class Meta:
        verbose_name = _("现场反馈")
        verbose_name_plural = _("现场反馈")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["screen", "-at"])]

    def __str__(self) -> str:
        return f"{self.screen} · {self.get_what_display()}"


class Command(models.Model):
    """Something a screen is asked to do once, before it expires."""

    class Kind(models.TextChoices):
        RELOAD = "reload", _("重新载入")
        IDENTIFY = "identify", _("显示编号")
        PLAYLIST = "playlist", _("换轮播")
        CLEAR_CACHE = "clear_cache", _("清除缓存")

    class State(models.TextChoices):
        WAITING = "", _("等待")
        DONE = "done", _("已执行")
        FAILED = "failed", _("失败")
        EXPIRED = "expired", _("过期未执行")

    screen = models.ForeignKey(Screen, models.CASCADE, related_name="commands")
    kind = models.CharField(_("指令"), max_length=12, choices=Kind)
    argument = models.TextField(_("参数"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    issued_at = models.DateTimeField(_("发出"))
    expires_at = models.DateTimeField(_("有效至"))
    taken_at = models.DateTimeField(_("送达"), null=True)
    ended_at = models.DateTimeField(_("回执"), null=True)
    state = models.CharField(_("结果"), max_length=8, choices=State, blank=True)
    detail = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("指令")
        verbose_name_plural = _("指令")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["screen", "-issued_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.screen}"


class Alert(models.Model):
    """One message to staff about one cause, and that it is over."""

    class Kind(models.TextChoices):
        DOWN = "down", _("失联")
        PROBLEM = "problem", _("有人报告问题")
        COPY = "copy", _("发现两份")
        BUILD = "build", _("新版停止推送")
        NOTICE = "notice", _("通知结束")
        REHEARSAL = "rehearsal", _("演练未通过")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    cause = models.CharField(max_length=80, db_index=True)
    screens = models.ManyToManyField(Screen, related_name="alerts", verbose_name=_("屏"))
    words = models.TextField(_("内容"))
    opened_at = models.DateTimeField(_("开始"))
    closed_at = models.DateTimeField(_("结束"), null=True, blank=True)
    trouble = models.CharField(_("未能送出"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("告警")
        verbose_name_plural = _("告警")
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return self.words.split("\n", 1)[0]
