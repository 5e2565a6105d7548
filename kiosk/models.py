"""A lobby display and what it should show."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.models import Area, Venue
from kiosk.playlist import SCENES


def default_scenes() -> list[str]:
    return list(SCENES)


class Screen(models.Model):
    """One screen in one lobby. The address `/kiosk/<slug>/` is all it needs to know."""

    class Orientation(models.TextChoices):
        AUTO = "auto", _("按屏幕自动")
        LANDSCAPE = "landscape", _("横屏")
        PORTRAIT = "portrait", _("竖屏")

    slug = models.SlugField(_("标识"), unique=True, help_text=_("网址：/kiosk/标识/"))
    name = models.CharField(_("大厅名称"), max_length=60)
    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="screens", verbose_name=_("所在场所")
    )
    radius_m = models.PositiveIntegerField(
        _("周边半径（米）"),
        default=1500,
        validators=[MinValueValidator(200), MaxValueValidator(50_000)],
        help_text=_("只在场所位置准确到 200 米以内时使用；否则按区县市显示。"),
    )
    areas = models.ManyToManyField(
        Area,
        blank=True,
        related_name="+",
        verbose_name=_("另外关注的区域"),
        help_text=_("本区县市之外，也当作“本地”显示的区县市。"),
    )
    diagonal_inch = models.DecimalField(
        _("屏幕对角线（英寸）"),
        max_digits=4,
        decimal_places=1,
        default=55,
        validators=[MinValueValidator(7), MaxValueValidator(300)],
    )
    viewing_distance_m = models.DecimalField(
        _("观看距离（米）"),
        max_digits=3,
        decimal_places=1,
        default=3,
        validators=[MinValueValidator(0.3), MaxValueValidator(30)],
        help_text=_("标题字高取观看距离的 0.5%：3 米处 15 毫米。"),
    )
    orientation = models.CharField(
        _("方向"), max_length=10, choices=Orientation, default=Orientation.AUTO
    )
    contact_words = models.CharField(_("联系方式"), max_length=80, blank=True)
    hours_words = models.CharField(_("开放时间"), max_length=80, blank=True)
    night_from = models.TimeField(
        _("变暗时刻"), null=True, blank=True, help_text=_("从这一刻起用深色；留空则不变暗。")
    )
    night_to = models.TimeField(_("变亮时刻"), null=True, blank=True)
    scenes = models.JSONField(_("轮播"), default=default_scenes)
    dwell_s = models.PositiveSmallIntegerField(
        _("每屏停留（秒）"),
        default=20,
        validators=[MinValueValidator(8), MaxValueValidator(300)],
    )
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("示例屏只放示例活动，并处处标明。")
    )
    created_at = models.DateTimeField(_("建立"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新"), auto_now=True)

    class Meta:
        verbose_name = _("屏")
        verbose_name_plural = _("屏")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("kiosk", args=[self.slug])
