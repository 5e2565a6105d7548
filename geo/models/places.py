"""How a printed place was read: the answer of the chain, or the question for a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.models.areas import Area
from geo.models.venues import Venue
from geo.querysets import PlaceReadingQuerySet


class PlaceReading(models.Model):
    """One printed place, in its context, as of a day.

    ``level`` says how finely it is known, whatever the provider claimed. A reading that a person
    settled is never overwritten.
    """

    class Level(models.TextChoices):
        VENUE = "venue", _("准确到场所")
        COMMUNITY = "community", _("准确到社区/村")
        TOWN = "town", _("准确到街道/镇/乡")
        DISTRICT = "district", _("准确到区县市")
        CITY = "city", _("只知道在宁波市")
        NONE = "none", _("地点待确认")

    class Status(models.TextChoices):
        ANSWERED = "answered", _("已解析")
        QUESTION = "question", _("待确认")
        SETTLED = "settled", _("人工核定")

    printed = models.CharField(_("原文地点"), max_length=200)
    context_area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("上下文区域")
    )
    as_of = models.DateField(_("按哪一天"), help_text=_("场馆会搬迁，街道会更名。"))
    level = models.CharField(_("精度"), max_length=10, choices=Level)
    status = models.CharField(_("状态"), max_length=10, choices=Status)
    venue = models.ForeignKey(
        Venue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="readings",
        verbose_name=_("场所"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="readings", verbose_name=_("区域")
    )
    relation = models.CharField(_("位置关系"), max_length=20, blank=True)  # 内, 附近, 及其周边
    radius_m = models.PositiveIntegerField(_("误差半径（米）"), null=True, blank=True)
    provider = models.CharField(_("由谁给出"), max_length=40)
    datum = models.CharField(_("坐标基准"), max_length=20, blank=True)
    question = models.TextField(_("问题"), blank=True)
    candidates = models.JSONField(_("候选"), default=list, blank=True)
    raw = models.JSONField(_("原始回答"), default=dict, blank=True)
    asked_on = models.DateField(_("解析日期"), null=True, blank=True)

    objects = PlaceReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("地点解析")
        verbose_name_plural = _("地点解析")
        ordering = ["printed"]
        constraints = [
            models.UniqueConstraint(
                fields=["printed", "context_area", "as_of"],
                name="one_reading_per_place_context_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.printed
