"""Where a fact came from. Every row as it was printed is kept for ever."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    class Dialect(models.TextChoices):
        """How the source writes, where its own look would mislead."""

        AUTO = "", _("自动识别")
        TABLE = "table", _("表格")
        PROSE = "prose", _("一段段文字或清单")

    slug = models.SlugField(_("标识"), unique=True)
    title = models.CharField(_("标题"), max_length=200)
    kind = models.CharField(_("类型"), max_length=40, blank=True)
    publisher = models.CharField(_("发布者"), max_length=120, blank=True)
    published_words = models.CharField(
        _("发布时间（原文）"), max_length=60, blank=True, help_text=_("只知道月份就只写月份。")
    )
    published_on = models.DateField(_("发布日期"), null=True, blank=True)
    url = models.URLField(_("链接"), blank=True)
    year = models.PositiveSmallIntegerField(_("默认年份"), null=True, blank=True)
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("示例数据永远不算作真实活动。")
    )
    # header → field of the import, "" for none: what a person said of this source's columns
    columns = models.JSONField(_("列的含义"), default=dict, blank=True, editable=False)
    area = models.ForeignKey(
        "geo.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("默认区域"),
        help_text=_("没有写区县的地点，先在这里找；写了的以原文为准。"),
    )
    dialect = models.CharField(
        _("写法"), max_length=10, choices=Dialect, blank=True, default=Dialect.AUTO
    )
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_email = models.EmailField(
        _("联系邮箱"), blank=True, help_text=_("抓取连续失败几天后，会写信告诉这里。不公开。")
    )
    feed_url = models.URLField(
        _("抓取地址"), max_length=500, blank=True, help_text=_("ICS、CSV 或带表格的网页。")
    )
    fetch_every_h = models.PositiveSmallIntegerField(
        _("几小时抓取一次"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 31)],
        help_text=_("留空就不自动抓取。"),
    )
    publishes_itself = models.BooleanField(
        _("没有疑问的行自动发布"),
        default=False,
        help_text=_("有疑问的行总是等人来看。不勾选，抓到的内容成为导入台里的草稿。"),
    )

    class Meta:
        verbose_name = _("来源")
        verbose_name_plural = _("来源")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class SourceFetch(models.Model):
    """How fetching a source goes: what the server said last, and since when it fails."""

    source = models.OneToOneField(
        Source, models.CASCADE, related_name="fetch", verbose_name=_("来源")
    )
    etag = models.CharField(max_length=300, blank=True, editable=False)
    last_modified = models.CharField(max_length=80, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    tried_at = models.DateTimeField(_("最近尝试"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("最近成功"), null=True, blank=True)
    changed_at = models.DateTimeField(_("最近有变化"), null=True, blank=True)
    failing_since = models.DateTimeField(_("从何时起失败"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("连续失败次数"), default=0)
    outcome = models.CharField(_("最近结果"), max_length=300, blank=True)
    told_at = models.DateTimeField(_("已告诉联系人"), null=True, blank=True)

    class Meta:
        verbose_name = _("来源抓取")
        verbose_name_plural = _("来源抓取")
        ordering = ["source"]

    def __str__(self) -> str:
        return str(self.source)


class ImportBatch(models.Model):
    """One file or pasted text: a draft that nobody sees, then published, perhaps undone."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHING = "publishing", _("正在写入")
        PUBLISHED = "published", _("已发布")
        UNDONE = "undone", _("已撤销")
        DISCARDED = "discarded", _("已放弃")

    source = models.ForeignKey(
        Source, models.CASCADE, related_name="batches", verbose_name=_("来源")
    )
    file_name = models.CharField(_("文件"), max_length=200)
    file_sha256 = models.CharField(_("文件指纹"), max_length=64)
    started_at = models.DateTimeField(_("开始"))
    finished_at = models.DateTimeField(_("结束"), null=True, blank=True)
    counts = models.JSONField(_("结果"), default=dict)
    state = models.CharField(
        _("状态"), max_length=10, choices=State, default=State.PUBLISHED, editable=False
    )
    by = models.CharField(_("经手人"), max_length=150, blank=True, editable=False)
    # The file as opened, the year, what a person edited: everything the preview is read from.
    draft = models.JSONField(_("草稿内容"), default=dict, blank=True, editable=False)
    # What stood there before it was published: everything that undoing needs.
    before = models.JSONField(_("发布前的内容"), default=dict, blank=True, editable=False)

    # A large file is stored in pieces: how many of its rows are, of how many, and what was decided.
    cursor = models.PositiveIntegerField(_("已写入行数"), default=0, db_default=0, editable=False)
    row_count = models.PositiveIntegerField(_("总行数"), default=0, db_default=0, editable=False)
    work = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        editable=False,
    )

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.source} {self.file_name}"


class SourceRow(models.Model):
    """One row as printed, what was made of it, and why."""

    class Status(models.TextChoices):
        IMPORTED = "imported", _("已导入")
        CHANGED = "changed", _("有变化")
        UNCHANGED = "unchanged", _("无变化")
        NEEDS_A_LOOK = "needs_a_look", _("待核对")
        REFUSED = "refused", _("未导入")

    source = models.ForeignKey(Source, models.CASCADE, related_name="rows", verbose_name=_("来源"))
    batch = models.ForeignKey(
        ImportBatch,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rows",
        verbose_name=_("批次"),
    )
    number = models.PositiveIntegerField(_("行号"))
    # [header, cell] as printed, in the order printed: a jsonb object would lose the order
    cells = models.JSONField(_("原文单元格"), default=list)
    status = models.CharField(_("状态"), max_length=12, choices=Status)
    problems = models.JSONField(_("疑问"), default=list)  # list of sentences
    readings = models.JSONField(_("可能的读法"), default=list)
    correction = models.TextField(_("人工核定"), blank=True)

    class Meta:
        verbose_name = _("原文行")
        verbose_name_plural = _("原文行")
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="one_row_per_source_number")
        ]

    def __str__(self) -> str:
        return f"{self.source.slug} #{self.number}"
