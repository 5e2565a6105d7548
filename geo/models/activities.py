"""What is offered, when, and each single time it happens."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from geo.models.areas import Area
from geo.models.organizations import Organization
from geo.models.places import PlaceReading
from geo.models.sources import Source, SourceRow
from geo.models.spelling import Spelled
from geo.models.venues import Venue
from geo.querysets import ActivityQuerySet, OccurrenceQuerySet


class Category(models.Model):
    slug = models.SlugField(_("标识"), unique=True)
    name = models.CharField(_("名称"), max_length=12)
    glyph = models.CharField(_("字形"), max_length=2)
    color = models.CharField(_("颜色"), max_length=7)
    keywords = models.JSONField(_("关键词"), default=list)
    rank = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("类别")
        verbose_name_plural = _("类别")
        ordering = ["rank", "slug"]

    def __str__(self) -> str:
        return self.name


class Audience(models.Model):
    slug = models.SlugField(_("标识"), unique=True)
    name = models.CharField(_("名称"), max_length=12)
    keywords = models.JSONField(_("关键词"), default=list)
    rank = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("服务对象")
        verbose_name_plural = _("服务对象")
        ordering = ["rank", "slug"]

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """A dated frame around many activities, e.g. 2019 社会组织党员公益日."""

    slug = models.SlugField(_("标识"), unique=True)
    name = models.CharField(_("名称"), max_length=80)
    theme = models.CharField(_("主题"), max_length=120, blank=True)
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))

    class Meta:
        verbose_name = _("专题")
        verbose_name_plural = _("专题")
        ordering = ["-starts_on"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("campaign", args=[self.slug])


class Activity(Spelled):
    """What is offered. Outward a schema.org Event; its URL never dies."""

    spelled_field = "title"

    public_id = models.SlugField(_("编号"), max_length=16, unique=True)
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="activities", verbose_name=_("来源")
    )
    source_row = models.ForeignKey(
        SourceRow,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("原文行"),
    )
    source_key = models.CharField(_("来源键"), max_length=80, unique=True)
    content_hash = models.CharField(_("内容指纹"), max_length=64, blank=True)
    title = models.CharField(_("名称"), max_length=200)
    content = models.TextField(_("内容"), blank=True)
    audience_text = models.CharField(_("服务对象（原文）"), max_length=200, blank=True)
    place_texts = models.JSONField(_("地点（原文）"), default=list)
    categories = models.ManyToManyField(Category, blank=True, verbose_name=_("类别"))
    audiences = models.ManyToManyField(Audience, blank=True, verbose_name=_("服务对象"))
    organizers: "models.ManyToManyField[Organization, ActivityOrganizer]" = models.ManyToManyField(
        Organization, through="ActivityOrganizer", related_name="activities", verbose_name=_("主办")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("专题"),
    )
    checked_on = models.DateField(_("核对日期"), null=True, blank=True)
    is_published = models.BooleanField(_("公开"), default=True)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)
    edited_by_person = models.BooleanField(_("人工修改"), default=False, editable=False)
    # The same activity as printed by another source: hidden, its address leads there for ever.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("并入"),
    )
    confirm_weeks = models.PositiveSmallIntegerField(
        _("几周内要确认一次"),
        default=8,
        db_default=8,
        help_text=_("长期重复的活动，超过这么久没人核对，页面上就会注明，并请主办方确认。"),
    )
    asked_on = models.DateField(_("上次请主办方确认"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("建立"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新"), auto_now=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("activity", args=[self.public_id])


class ActivityOrganizer(models.Model):
    """The organisers of an activity in the order in which they were printed."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="organizer_links")
    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name=_("组织"))
    rank = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_partner = models.BooleanField(_("协办"), default=False)

    class Meta:
        verbose_name = _("主办单位")
        verbose_name_plural = _("主办单位")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "organization"], name="an_organizer_once_per_activity"
            )
        ]

    def __str__(self) -> str:
        return str(self.organization)


class TimePrecision(models.TextChoices):
    EXACT = "exact", _("时刻")
    PART_OF_DAY = "part_of_day", _("时段")
    DATE = "date", _("日期")
    OPEN_ENDED = "open_ended", _("未定截止")


class PartOfDay(models.TextChoices):
    MORNING = "morning", _("上午")
    AFTERNOON = "afternoon", _("下午")
    EVENING = "evening", _("晚上")


class Holiday(models.Model):
    """A day off by the State Council's yearly notice; what repeats may pause on it."""

    on = models.DateField(_("日期"), unique=True)
    name = models.CharField(_("名称"), max_length=20)
    source = models.CharField(_("来源"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("节假日")
        verbose_name_plural = _("节假日")
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class Schedule(models.Model):
    """The rule of an activity, and the text as printed."""

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="schedules", verbose_name=_("活动")
    )
    printed_text = models.CharField(_("时间（原文）"), max_length=200, blank=True)
    start_on = models.DateField(_("开始日期"))
    end_on = models.DateField(_("结束日期"), null=True, blank=True)
    part_of_day = models.CharField(_("时段"), max_length=10, choices=PartOfDay, blank=True)
    starts_time = models.TimeField(_("开始时刻"), null=True, blank=True)
    ends_time = models.TimeField(_("结束时刻"), null=True, blank=True)
    rrule = models.CharField(_("重复规则"), max_length=200, blank=True)
    time_precision = models.CharField(_("时间精度"), max_length=12, choices=TimePrecision)
    skips_holidays = models.BooleanField(
        _("节假日不办"),
        default=False,
        db_default=False,
        help_text=_("原文写明「节假日除外」的才勾选。"),
    )
    exceptions = models.JSONField(
        _("除外的日期"),
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        help_text=_('如 ["2019-07-03"]。'),
    )
    expanded_to = models.DateField(_("已排到"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("时间安排")
        verbose_name_plural = _("时间安排")
        ordering = ["start_on"]

    def __str__(self) -> str:
        return self.printed_text or str(self.start_on)


class Occurrence(models.Model):
    """One activity, one day, one place. All hot questions ask this table.

    ``starts_at``/``ends_at`` are bounds for ordering; what may be *said* is ``time_precision``,
    ``part_of_day`` and ``printed_time``.
    """

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("如期")
        RESCHEDULED = "rescheduled", _("改期")
        POSTPONED = "postponed", _("延期")
        CANCELLED = "cancelled", _("取消")
        FULL = "full", _("已满")

    class Certainty(models.TextChoices):
        CERTAIN = "certain", _("确定")
        ONE_OF = "one_of", _("其中一处，原文未注明")

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="occurrences", verbose_name=_("活动")
    )
    schedule = models.ForeignKey(
        Schedule, models.CASCADE, related_name="occurrences", verbose_name=_("时间安排")
    )
    original_start = models.DateTimeField(_("原定开始"))  # the RECURRENCE-ID: never changes
    held_on = models.DateField(_("日期"))
    starts_at = models.DateTimeField(_("起"))
    ends_at = models.DateTimeField(_("止"))
    time_precision = models.CharField(_("时间精度"), max_length=12, choices=TimePrecision)
    part_of_day = models.CharField(_("时段"), max_length=10, choices=PartOfDay, blank=True)
    printed_time = models.CharField(_("时间（原文）"), max_length=200, blank=True)
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.SCHEDULED)
    status_reason = models.CharField(_("原因"), max_length=200, blank=True)
    previous_starts_at = models.DateTimeField(_("原时间"), null=True, blank=True)
    previous_place = models.CharField(_("原地点"), max_length=200, blank=True)
    certainty = models.CharField(
        _("确定程度"), max_length=10, choices=Certainty, default=Certainty.CERTAIN
    )
    place = models.ForeignKey(
        PlaceReading,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="occurrences",
        verbose_name=_("地点解析"),
    )
    place_rank = models.PositiveSmallIntegerField(_("地点顺序"), default=0)
    # Denormalised from the place reading, so that no hot question joins through it.
    venue = models.ForeignKey(
        Venue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="occurrences",
        verbose_name=_("场所"),
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("最细区域")
    )
    district = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("区县市")
    )
    level = models.CharField(
        _("地点精度"), max_length=10, choices=PlaceReading.Level, default=PlaceReading.Level.NONE
    )
    sequence = models.PositiveIntegerField(_("修订次数"), default=0)  # iCalendar SEQUENCE
    revised_at = models.DateTimeField(_("修订"), auto_now=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("场次")
        verbose_name_plural = _("场次")
        ordering = ["starts_at", "activity", "place_rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "original_start", "place_rank"],
                name="one_row_per_start_and_place",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at", "starts_at"]),
            models.Index(fields=["starts_at", "id"]),  # the order of every page of the API
            models.Index(fields=["venue", "starts_at"]),
            models.Index(fields=["held_on"]),
            models.Index(fields=["district", "held_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.held_on}"

    def stand_at(self, reading: PlaceReading | None) -> None:
        """Copy what the place reading knows. Does not save."""
        self.place = reading
        self.venue = reading.venue if reading else None
        self.area = reading.area if reading else None
        if reading and not self.area and self.venue:
            self.area = self.venue.town or self.venue.district
        self.district = self.area.district if self.area else None
        self.level = reading.level if reading else PlaceReading.Level.NONE
