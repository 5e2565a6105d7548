"""Two sources may have printed the same activity: proposed to a person, never decided alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.models.activities import Activity


class Resemblance(models.Model):
    """Two published activities that look like one. ``first`` was there before ``second``."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待判断")
        MERGED = "merged", _("已合并")
        DIFFERENT = "different", _("不是同一个")

    first = models.ForeignKey(Activity, models.CASCADE, related_name="+", verbose_name=_("先有的"))
    second = models.ForeignKey(Activity, models.CASCADE, related_name="+", verbose_name=_("后来的"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    likeness = models.FloatField(_("名称相似度"))
    reasons = models.JSONField(_("为什么像"), default=list)
    kept = models.ForeignKey(
        Activity, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("保留")
    )
    decided_by = models.CharField(_("经手人"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("判断时间"), null=True, blank=True)
    why = models.CharField(_("理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("疑似重复的活动")
        verbose_name_plural = _("疑似重复的活动")
        ordering = ["-likeness", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_is_proposed_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="the_older_one_comes_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"
