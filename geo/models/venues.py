"""Places with a name: 日湖公园, 象山“益园”, 北仑爱心公园."""

from datetime import date

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from geo.models.areas import Area
from geo.models.spelling import Spelled
from geo.querysets import VenueQuerySet

PIN_RADIUS_M = 500  # known to this or better: a pin; coarser: a dotted ring of the claimed radius
WALK_RADIUS_M = 200  # known to this or better: walking minutes and rings may be said


class Venue(Spelled):
    """A place with a name and, where evidence says so, a point (WGS-84, lon lat)."""

    class Confidence(models.TextChoices):
        HIGH = "high", _("高")
        MEDIUM = "medium", _("中")
        LOW = "low", _("低")

    name = models.CharField(_("名称"), max_length=80, db_index=True)
    kind = models.CharField(_("类型"), max_length=40, blank=True)
    district = models.ForeignKey(
        Area, models.PROTECT, verbose_name=_("区县市"), null=True, blank=True, related_name="+"
    )
    town = models.ForeignKey(
        Area, models.PROTECT, verbose_name=_("街道/镇/乡"), null=True, blank=True, related_name="+"
    )
    address = models.CharField(_("地址"), max_length=160, blank=True)
    point = models.PointField(_("位置"), srid=4326, null=True, blank=True)
    radius_m = models.PositiveIntegerField(
        _("误差半径（米）"),
        null=True,
        blank=True,
        help_text=_("真实位置在这个半径之内。500 米以内画图钉，更大的画虚线圈。"),
    )
    point_source = models.CharField(_("位置来源"), max_length=400, blank=True)
    source_datum = models.CharField(_("来源坐标基准"), max_length=40, blank=True)
    confidence = models.CharField(_("可信度"), max_length=10, choices=Confidence, blank=True)
    valid_from = models.DateField(_("启用"), null=True, blank=True)
    valid_to = models.DateField(_("停用"), null=True, blank=True)
    needs_review = models.BooleanField(_("位置待核实"), default=False)
    corrected_by_person = models.BooleanField(
        _("人工校正"), default=False, help_text=_("校正过的位置不会被导入或地理编码覆盖。")
    )
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    objects = VenueQuerySet.as_manager()

    class Meta:
        verbose_name = _("场所")
        verbose_name_plural = _("场所")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "district", "valid_from"],
                name="one_venue_per_name_district_opening",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(point__isnull=True) | models.Q(radius_m__isnull=False),
                name="a_point_claims_its_radius",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("venue", args=[self.pk])

    @property
    def is_pin(self) -> bool:
        """Known well enough for a pin on the map."""
        return self.point is not None and (self.radius_m or 0) <= PIN_RADIUS_M

    @property
    def is_walkable(self) -> bool:
        """Known well enough to speak of walking minutes."""
        return self.point is not None and (self.radius_m or 0) <= WALK_RADIUS_M

    def is_open_on(self, day: date) -> bool:
        """True when *day* lies within the dates of validity (open ends count as valid)."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class VenueName(models.Model):
    """An alias of a venue, with the days on which it was in use."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="names", verbose_name=_("场所"))
    name = models.CharField(_("别名"), max_length=80, db_index=True)
    valid_from = models.DateField(_("启用"), null=True, blank=True)
    valid_to = models.DateField(_("停用"), null=True, blank=True)

    class Meta:
        verbose_name = _("场所别名")
        verbose_name_plural = _("场所别名")
        ordering = ["venue", "name"]
        constraints = [
            models.UniqueConstraint(fields=["venue", "name"], name="one_alias_per_venue")
        ]

    def __str__(self) -> str:
        return self.name
