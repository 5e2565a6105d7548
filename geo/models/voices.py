"""What people tell us without an account: activities, errors, and wishes (微心愿).

Nothing of it is public before a person of the staff has looked. ``contact`` is for staff alone, and
forgotten (``geo.tasks.forget_contacts``) some time after the matter is closed; ``sender`` is a hash
that changes every day and only serves to count.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from geo.models.activities import Activity, Audience, Category
from geo.models.areas import Area
from geo.models.sources import ImportBatch, Source
from geo.models.venues import Venue
from geo.querysets import NeedQuerySet, VoiceQuerySet


class Voice(models.Model):
    """What every message has: who may follow it, whom to ask back, what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待处理")
        PUBLISHED = "published", _("已公开")
        RETURNED = "returned", _("退回修改")
        MERGED = "merged", _("已并入")
        DONE = "done", _("已处理")
        DECLINED = "declined", _("不予公开")
        WITHDRAWN = "withdrawn", _("已撤回")

    public_id = models.SlugField(_("编号"), max_length=16, unique=True, editable=False)
    # SHA-256 of the secret in the link that its sender keeps; the secret itself is nowhere
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sender = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    contact = models.CharField(
        _("联系人和电话（不公开）"),
        max_length=80,
        blank=True,
        help_text=_("处理完一段时间后自动删除。"),
    )
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    answer = models.CharField(_("答复"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("收到"))
    changed_at = models.DateTimeField(_("改动"))
    decided_at = models.DateTimeField(_("处理"), null=True, blank=True)
    decided_by = models.CharField(_("处理人"), max_length=150, blank=True)

    class Meta:
        abstract = True
        ordering = ["-changed_at"]

    @property
    def is_open(self) -> bool:
        """Whether its sender may still change it."""
        return self.state in (self.State.WAITING, self.State.RETURNED, self.State.PUBLISHED)


class Submission(Voice):
    """An activity in the words of its organiser: the eight answers of the form."""

    title = models.CharField(_("活动名称"), max_length=120)
    when_text = models.CharField(_("时间"), max_length=120)
    place_text = models.CharField(_("地点"), max_length=120)
    # lon, lat; WGS-84: where the organiser put the pin, if they did
    point = models.PointField(_("主办方标的位置"), srid=4326, null=True, blank=True)
    content = models.TextField(_("内容"), max_length=1000)
    audience_text = models.CharField(_("服务对象"), max_length=80, blank=True)
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("类别")
    )
    organizer = models.CharField(_("主办单位"), max_length=80)
    source = models.ForeignKey(
        Source, models.SET_NULL, null=True, blank=True, editable=False, related_name="submissions"
    )
    batch = models.ForeignKey(
        ImportBatch, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    activity = models.ForeignKey(
        Activity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("公开的活动"),
    )

    objects = VoiceQuerySet.as_manager()

    class Meta(Voice.Meta):
        verbose_name = _("主办方投稿")
        verbose_name_plural = _("主办方投稿")

    def __str__(self) -> str:
        return self.title


class ErrorReport(Voice):
    """Somebody says that something on a page is wrong."""

    class Kind(models.TextChoices):
        TIME = "time", _("时间不对")
        PLACE = "place", _("地点不对")
        OFF = "off", _("取消了，或没有举行")
        GONE = "gone", _("场所搬走了，或关了")
        OTHER = "other", _("其他")

    kind = models.CharField(_("哪里不对"), max_length=10, choices=Kind)
    words = models.TextField(_("说明"), max_length=500, blank=True)
    activity = models.ForeignKey(
        Activity, models.CASCADE, null=True, blank=True, related_name="error_reports",
        verbose_name=_("活动"),
    )  # fmt: skip
    venue = models.ForeignKey(
        Venue, models.CASCADE, null=True, blank=True, related_name="error_reports",
        verbose_name=_("场所"),
    )  # fmt: skip

    objects = VoiceQuerySet.as_manager()

    class Meta(Voice.Meta):
        verbose_name = _("纠错")
        verbose_name_plural = _("纠错")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(activity__isnull=False) | models.Q(venue__isnull=False),
                name="an_error_stands_somewhere",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.activity or self.venue}"


class Need(Voice):
    """微心愿: a wish of a resident or a street, at a place. Rounded: nobody's door is shown."""

    words = models.CharField(_("心愿"), max_length=120)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="needs", verbose_name=_("类别")
    )
    audience = models.ForeignKey(
        Audience, models.PROTECT, null=True, blank=True, related_name="needs",
        verbose_name=_("为谁"),
    )  # fmt: skip
    place_text = models.CharField(_("在哪里"), max_length=80, blank=True)
    # lon, lat; WGS-84, to 0.001° (about 100 m)
    point = models.PointField(_("大致位置"), srid=4326, null=True, blank=True)
    district = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=_("区县市")
    )
    expires_on = models.DateField(_("有效到"))
    activities = models.ManyToManyField(
        Activity, through="NeedAnswer", related_name="needs", verbose_name=_("回应的活动")
    )

    objects = NeedQuerySet.as_manager()

    class Meta(Voice.Meta):
        verbose_name = _("微心愿")
        verbose_name_plural = _("微心愿")
        indexes = [models.Index(fields=["state", "expires_on"])]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("need", args=[self.public_id])


class NeedAnswer(models.Model):
    """An organiser says: this activity of ours is for that wish. Staff confirm it."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="answers", verbose_name=_("心愿"))
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="need_answers", verbose_name=_("活动")
    )
    words = models.CharField(_("留言"), max_length=120, blank=True)
    sender = models.CharField(max_length=32, blank=True, editable=False)
    is_confirmed = models.BooleanField(_("已确认"), default=False)
    created_at = models.DateTimeField(_("收到"))

    class Meta:
        verbose_name = _("心愿的回应")
        verbose_name_plural = _("心愿的回应")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["need", "activity"], name="an_activity_answers_once")
        ]

    def __str__(self) -> str:
        return f"{self.activity} → {self.need}"
