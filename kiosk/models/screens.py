"""A lobby display and what it should show; groups of screens with settings in common."""

import copy
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.models import Area, Venue
from kiosk.hours import Opening, read_opening
from kiosk.playlist import SCENES


def default_scenes() -> list[str]:
    return list(SCENES)


def readable_hours(words: str) -> None:
    """Raises ValidationError in words where the hours cannot be read."""
    try:
        read_opening(words, "")
    except ValueError as error:
        raise ValidationError(str(error)) from None


def readable_days(words: str) -> None:
    try:
        read_opening("", words)
    except ValueError as error:
        raise ValidationError(str(error)) from None


# What a screen does where neither it nor its group says anything.
DEFAULTS: dict[str, Any] = {
    "radius_m": 1500,
    "diagonal_inch": 55,
    "viewing_distance_m": 3,
    "orientation": "auto",
    "has_touch": False,
    "mounting_height_cm": None,
    "hours_words": "",
    "holidays_words": "",
    "night_from": None,
    "night_to": None,
    "night_look": "dim",
    "scenes": list(SCENES),
    "dwell_s": 20,
    "language": "zh-hans",
    "theme": "auto",
    "contact_words": "",
}


class Settings(models.Model):
    """What may be set for one screen or for a group; empty means: as the group, as usual."""

    class Orientation(models.TextChoices):
        AUTO = "auto", _("按屏幕自动")
        LANDSCAPE = "landscape", _("横屏")
        PORTRAIT = "portrait", _("竖屏")

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("中文")
        ENGLISH = "en", _("英文")

    class Theme(models.TextChoices):
        AUTO = "auto", _("白天浅色，闭馆后深色")
        LIGHT = "light", _("总是浅色")
        DARK = "dark", _("总是深色")

    class NightLook(models.TextChoices):
        DIM = "dim", _("变暗")
        DARK = "dark", _("近乎全黑")
        KEEP = "keep", _("不变")

    radius_m = models.PositiveIntegerField(
        _("周边半径（米）"),
        null=True,
        blank=True,
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
        null=True,
        blank=True,
        validators=[MinValueValidator(7), MaxValueValidator(300)],
    )
    viewing_distance_m = models.DecimalField(
        _("观看距离（米）"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.3), MaxValueValidator(30)],
        help_text=_("标题字高取观看距离的 0.5%：3 米处 15 毫米。"),
    )
    orientation = models.CharField(_("方向"), max_length=10, choices=Orientation, blank=True)
    has_touch = models.BooleanField(_("可触摸"), null=True, blank=True)
    mounting_height_cm = models.PositiveSmallIntegerField(
        _("屏幕下沿离地（厘米）"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(500)],
        help_text=_("触摸屏的按钮放在离地 40–120 厘米之间，坐轮椅的人也够得着。"),
    )
    hours_words = models.CharField(
        _("开放时间"),
        max_length=120,
        blank=True,
        validators=[readable_hours],
        help_text=_("例：周一至周五 09:00–17:30；周六 09:00–12:00。闭馆后屏幕变暗，也不报警。"),
    )
    holidays_words = models.TextField(
        _("节假日"),
        blank=True,
        validators=[readable_days],
        help_text=_("一行一条。例：2019-10-01 至 2019-10-07 闭馆；2019-10-12 09:00–12:00。"),
    )
    night_from = models.TimeField(
        _("变暗时刻"), null=True, blank=True, help_text=_("不填则按开放时间。")
    )
    night_to = models.TimeField(_("变亮时刻"), null=True, blank=True)
    night_look = models.CharField(_("夜间"), max_length=5, choices=NightLook, blank=True)
    scenes = models.JSONField(_("轮播"), null=True, blank=True)
    dwell_s = models.PositiveSmallIntegerField(
        _("每屏停留（秒）"),
        null=True,
        blank=True,
        validators=[MinValueValidator(8), MaxValueValidator(300)],
    )
    language = models.CharField(_("语言"), max_length=10, choices=Language, blank=True)
    theme = models.CharField(_("明暗"), max_length=5, choices=Theme, blank=True)
    contact_words = models.CharField(
        _("联系方式"), max_length=80, blank=True, help_text=_("屏上和扫码页上都会写：有事找谁。")
    )

    class Meta:
        abstract = True


class ScreenGroup(Settings):
    """Screens with settings in common; what a screen leaves empty comes from here."""

    name = models.CharField(_("名称"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("屏组")
        verbose_name_plural = _("屏组")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ScreenQuerySet(models.QuerySet["Screen"]):
    def with_lobby(self) -> Self:
        """All that a payload asks of the screen itself, in a fixed number of queries."""
        shapes = ("venue__district__boundary", "venue__district__parent__boundary")
        known = self.select_related("venue__district__parent", "group").defer(*shapes)
        return known.prefetch_related("areas", "group__areas")

    def known(self, slug: str) -> "Screen":
        """The screen with its settings settled. Raises Screen.DoesNotExist."""
        found: Screen = self.with_lobby().get(slug=slug)
        return found.resolved()


class Screen(Settings):
    """One screen in one lobby. The address `/kiosk/<slug>/` is all it needs to know."""

    slug = models.SlugField(_("标识"), unique=True, help_text=_("网址：/kiosk/标识/"))
    name = models.CharField(_("大厅名称"), max_length=60)
    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="screens", verbose_name=_("所在场所")
    )
    group = models.ForeignKey(
        ScreenGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="screens",
        verbose_name=_("屏组"),
        help_text=_("下面留空的设置，用屏组的；屏组也没有的，用通常的。"),
    )
    is_canary = models.BooleanField(
        _("先试新版"), default=False, help_text=_("新版页面先在这块屏上试；它正常，才轮到别的屏。")
    )
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("示例屏只放示例活动，并处处标明。")
    )
    created_at = models.DateTimeField(_("建立"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新"), auto_now=True)

    objects = ScreenQuerySet.as_manager()

    class Meta:
        verbose_name = _("屏")
        verbose_name_plural = _("屏")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("kiosk", args=[self.slug])

    def resolved(self) -> "Screen":
        """A copy in which every setting stands: its own, else the group's, else the usual one.

        Not to be saved: it would turn what is inherited into the screen's own.
        """
        settled = copy.copy(self)
        for name, usual in DEFAULTS.items():
            value = getattr(self, name)
            if value in (None, "") and self.group:
                value = getattr(self.group, name)
            setattr(settled, name, usual if value in (None, "") else value)
        return settled

    def watched_areas(self) -> list[Area]:
        """The areas that count as local beside the lobby's own: its own list, else the group's."""
        own = list(self.areas.all())
        return own or (list(self.group.areas.all()) if self.group else [])

    def opening(self) -> Opening | None:
        """When the lobby is open; None where that is not known. For a resolved screen."""
        try:
            return read_opening(self.hours_words, self.holidays_words)
        except ValueError:
            return None
