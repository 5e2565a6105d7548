"""Territories: city, district, town, community, grid, and zones that have no code."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from geo.models.spelling import Spelled
from geo.querysets import AreaQuerySet


class Area(Spelled):
    """A territory. Its boundary and its label point are both optional: many towns have neither."""

    class Level(models.TextChoices):
        CITY = "city", _("市")
        DISTRICT = "district", _("区县市")
        TOWN = "town", _("街道/镇/乡")
        COMMUNITY = "community", _("社区/村")
        GRID = "grid", _("网格")
        ZONE = "zone", _("功能区")

    code = models.CharField(
        _("区划代码"),
        max_length=12,
        unique=True,
        null=True,
        blank=True,
        help_text=_("国家统计局代码：区县 6 位，乡镇 9 位，村居 12 位。功能区没有代码。"),
    )
    name = models.CharField(_("名称"), max_length=60, db_index=True)
    level = models.CharField(_("级别"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("上级"),
        null=True,
        blank=True,
        related_name="children",
    )
    parts = models.ManyToManyField(
        "self",
        verbose_name=_("包含的街道"),
        blank=True,
        symmetrical=False,
        related_name="zones",
        help_text=_("功能区由哪些街道组成；它不是第十一个区县，不参与合计。"),
    )
    # lon, lat; WGS-84 (CGCS2000 sources agree with it to under a metre)
    boundary = models.MultiPolygonField(_("边界"), srid=4326, null=True, blank=True)
    label_point = models.PointField(_("标注点"), srid=4326, null=True, blank=True)
    label_radius_m = models.PositiveIntegerField(_("标注点误差（米）"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    licence = models.CharField(_("许可"), max_length=120, blank=True)
    approval_number = models.CharField(_("审图号"), max_length=40, blank=True)
    datum = models.CharField(_("坐标基准"), max_length=20, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("区域")
        verbose_name_plural = _("区域")
        ordering = ["code", "name"]
        indexes = [models.Index(fields=["level", "name"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the district this area lies in; the whole city's is the map."""
        from django.urls import reverse

        district = self.district
        return reverse("district", args=[district.code]) if district else reverse("map")

    @property
    def district(self) -> "Area | None":
        """The district this area lies in; itself when it is one; None for the city."""
        area: Area | None = self
        while area is not None and area.level != self.Level.DISTRICT:
            area = area.parent
        return area


class AreaName(models.Model):
    """Another name of an area, with the days on which it was in use: 江东区, 奉化市, 中马街道."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="names", verbose_name=_("区域"))
    name = models.CharField(_("别名"), max_length=60, db_index=True)
    valid_from = models.DateField(_("启用"), null=True, blank=True)
    valid_to = models.DateField(_("停用"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("区域别名")
        verbose_name_plural = _("区域别名")
        ordering = ["area", "name"]
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="one_alias_per_area")]

    def __str__(self) -> str:
        return self.name


class Population(models.Model):
    """How many people of one group an area has, on one day and one basis."""

    area = models.ForeignKey(
        Area, models.CASCADE, related_name="population", verbose_name=_("区域")
    )
    group = models.CharField(_("人群"), max_length=40)
    count = models.PositiveIntegerField(_("人数"))
    counted_on = models.DateField(_("标准时点"))
    basis = models.CharField(_("口径"), max_length=60)
    source = models.CharField(_("来源"), max_length=300)

    class Meta:
        verbose_name = _("人口")
        verbose_name_plural = _("人口")
        ordering = ["area", "group", "-counted_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "group", "counted_on", "basis"],
                name="one_figure_per_area_group_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.group} {self.count}"
