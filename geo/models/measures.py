"""What the measures of `geo.measures` rest on: cells, people in them, distances, counted sessions.

Distances and counted sessions are written by triggers of the database (migration 0009), so that
they are as fresh as what they come from, whoever changed it.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _

from geo.models.areas import Area

PLANE = 32651  # UTM zone 51 north, metres: what is near is measured here
FARTHEST_M = 3000  # distances are stored up to here


class Grid(models.Model):
    """One way to divide the city into cells: hexagons of our own, or a planner's 网格."""

    slug = models.SlugField(_("标识"), unique=True)
    title = models.CharField(_("名称"), max_length=80)
    edge_m = models.FloatField(_("六边形边长（米）"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300)
    licence = models.CharField(_("许可"), max_length=120, blank=True)
    file_sha256 = models.CharField(_("文件指纹"), max_length=64, blank=True, editable=False)
    by = models.CharField(_("经手人"), max_length=150, blank=True, editable=False)
    made_at = models.DateTimeField(_("建立"))

    class Meta:
        verbose_name = _("网格")
        verbose_name_plural = _("网格")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Cell(models.Model):
    """One cell. ``shape`` and ``centre`` in EPSG:32651 (x east, y north); the centre lies inside.

    A cell belongs to the one district that holds most of it, so that sums over districts hold."""

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="cells", verbose_name=_("网格"))
    name = models.CharField(_("名称"), max_length=80, blank=True)
    shape = models.GeometryField(_("形状"), srid=PLANE, spatial_index=False)
    centre = models.PointField(_("中心"), srid=PLANE)
    land_m2 = models.FloatField(_("陆地面积（平方米）"))
    district = models.ForeignKey(
        Area, models.CASCADE, verbose_name=_("区县市"), null=True, blank=True, related_name="+"
    )
    town = models.ForeignKey(
        Area, models.SET_NULL, verbose_name=_("街道/镇/乡"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("格子")
        verbose_name_plural = _("格子")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or f"{self.grid} {self.pk}"


class PopulationLayer(models.Model):
    """People spread over cells, and how: counted by area, modelled points, or merely evenly."""

    class Method(models.TextChoices):
        EVEN = "even", _("在区县市内按面积均摊")
        AREAS = "areas", _("按街道/社区人数分到格子")
        POINTS = "points", _("按栅格点分到格子")

    slug = models.SlugField(_("标识"), unique=True)
    title = models.CharField(_("名称"), max_length=120)
    method = models.CharField(_("方法"), max_length=10, choices=Method)
    counted_on = models.DateField(_("标准时点"))
    basis = models.CharField(_("口径"), max_length=60)
    source = models.CharField(_("来源"), max_length=300)
    licence = models.CharField(_("许可"), max_length=120, blank=True)
    is_sketch = models.BooleanField(_("示意"), default=False)
    made_at = models.DateTimeField(_("建立"))

    class Meta:
        verbose_name = _("人口图层")
        verbose_name_plural = _("人口图层")
        ordering = ["is_sketch", "-counted_on", "slug"]

    def __str__(self) -> str:
        return self.title


class PopulationPoint(models.Model):
    """A point of a raster or a roster, kept so that grids made later can be filled, too."""

    layer = models.ForeignKey(PopulationLayer, models.CASCADE, related_name="points")
    at = models.PointField(srid=PLANE)
    group = models.CharField(max_length=40)
    weight = models.FloatField()

    class Meta:
        verbose_name = _("人口点")
        verbose_name_plural = _("人口点")

    def __str__(self) -> str:
        return f"{self.group} {self.weight:g}"


class CellPopulation(models.Model):
    """People of a group in a cell; over a district they add up to its figure exactly."""

    # No constraints: a hundred thousand rows are written at once, only by `geo.measures.people`.
    layer = models.ForeignKey(
        PopulationLayer, models.CASCADE, related_name="cells", db_constraint=False, db_index=False
    )
    cell = models.ForeignKey(Cell, models.CASCADE, related_name="population", db_constraint=False)
    group = models.CharField(_("人群"), max_length=40)
    count = models.PositiveIntegerField(_("人数"))

    class Meta:
        verbose_name = _("格子人口")
        verbose_name_plural = _("格子人口")
        constraints = [
            models.UniqueConstraint(
                fields=["layer", "group", "cell"], include=["count"], name="one_count_per_cell"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cell} {self.group} {self.count}"


class Reach(models.Model):
    """Metres from a venue known to 200 m or better to the centre of a cell, up to 3 km."""

    pk = models.CompositePrimaryKey("grid_id", "venue_id", "cell_id")
    grid = models.ForeignKey(
        Grid, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    venue_id = models.BigIntegerField(db_index=True)
    cell = models.ForeignKey(Cell, models.CASCADE, related_name="+", db_constraint=False)
    metres = models.FloatField()

    class Meta:
        verbose_name = _("距离")
        verbose_name_plural = _("距离")

    def __str__(self) -> str:
        return f"{self.venue_id}–{self.cell_id} {self.metres:.0f} m"


class CountedSession(models.Model):
    """An occurrence as planners count it: once for each of its categories, ``is_first`` on one.

    ``band``: 0 none, 1 weekday by day, 2 weekday evening, 3 weekend. A group of places of which
    the text does not say which is one row a day without a venue."""

    activity_id = models.BigIntegerField(db_index=True)
    held_on = models.DateField()
    starts_at = models.DateTimeField()
    category_id = models.BigIntegerField(null=True)
    is_first = models.BooleanField()
    band = models.PositiveSmallIntegerField()
    venue_id = models.BigIntegerField(null=True)
    district_id = models.BigIntegerField(null=True)
    town_id = models.BigIntegerField(null=True)
    one_of = models.BooleanField()
    takes_place = models.BooleanField()
    is_demo = models.BooleanField()
    audience_ids = ArrayField(models.BigIntegerField())
    organizer_ids = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("计数场次")
        verbose_name_plural = _("计数场次")
        indexes = [
            models.Index(
                fields=["held_on"],
                include=["venue_id", "district_id", "one_of", "band", "takes_place", "is_demo"],
                condition=models.Q(is_first=True),
                name="geo_counted_all",
            ),
            models.Index(
                fields=["category_id", "held_on"],
                include=["venue_id", "district_id", "one_of", "band", "takes_place", "is_demo"],
                name="geo_counted_category",
            ),
            models.Index(fields=["district_id", "held_on"], name="geo_counted_district"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.held_on}"
