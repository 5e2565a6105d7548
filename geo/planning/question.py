"""The planner's question as one value: it comes from a query string and goes back into one.

「老年人 在 近 90 天 的 工作日晚上 能在 步行 15 分钟 内参加 健康 类活动吗？」
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, Min
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.gaps import ANY
from geo.measures import HEXAGON
from geo.models import Area, Campaign, Category, Grid
from geo.moments import day_of
from geo.planning.standards import (
    BANDS,
    DEFAULT_STANDARD,
    OWN,
    Band,
    Standard,
    read_band,
    read_standard,
)

Words = str | Promise
CAMPAIGNS_OFFERED = 5
CAMPAIGN_NEAR_DAYS = 14  # a campaign this near is what a planner most likely asks about
DEFAULT_PERIOD = "last90"
LEFT_OUT = "left-out"  # in place of a district's code: what the table could not place


@dataclass(frozen=True)
class Group:
    """Whom the rate is for. ``key`` is Population.group; ``audience`` the Audience that names it.

    ``scale`` widens or narrows the rate's classes, because the same number of activities is a
    ten times smaller rate for ten times more people.
    """

    key: str
    name: Words
    per: Words  # "每万名…" as a column's title
    people: Words  # "…人" after a number
    audience: str = ""
    scale: float = 1


GROUPS = (
    Group("total", gettext_lazy("全体居民"), gettext_lazy("每万名居民"), gettext_lazy("名居民"),
          scale=0.1),
    Group("age_60_plus", gettext_lazy("老年人（60+）"), gettext_lazy("每万名 60+ 老人"),
          gettext_lazy("名 60 岁及以上老人"), "elders"),
    Group("age_65_plus", gettext_lazy("老年人（65+）"), gettext_lazy("每万名 65+ 老人"),
          gettext_lazy("名 65 岁及以上老人"), "elders"),
    Group("age_80_plus", gettext_lazy("高龄老人（80+）"), gettext_lazy("每万名 80+ 老人"),
          gettext_lazy("名 80 岁及以上老人"), "elders", scale=5),
    Group("age_0_14", gettext_lazy("儿童（0–14 岁）"), gettext_lazy("每万名 0–14 岁儿童"),
          gettext_lazy("名 0–14 岁儿童"), "children"),
    Group("migrants_other_province", gettext_lazy("外省来甬人口"),
          gettext_lazy("每万名外省来甬人口"), gettext_lazy("名外省来甬人口"), "workers"),
    Group("one_person_households", gettext_lazy("独居户（一人户）"), gettext_lazy("每万户独居户"),
          gettext_lazy("户独居户")),
)  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """What the map shows. ``bounds``: lower bounds of the classes above the first, for a month."""

    key: str
    name: Words
    bounds: tuple[float, ...]
    grows_with_time: bool = False  # the bounds widen with the length of the period
    more_is_worse: bool = False
    of_cells: bool = False  # has a figure for a single cell, too


MEASURES = (
    Measure("rate", gettext_lazy("每万人场次"), (ANY, 0.1, 0.3, 1), grows_with_time=True),
    Measure(
        "uncovered",
        gettext_lazy("未覆盖人数"),
        (1, 20_000, 60_000, 120_000),
        more_is_worse=True,
        of_cells=True,
    ),
    Measure("uncovered-share", gettext_lazy("未覆盖占比"), (20, 40, 60, 80), more_is_worse=True),
    Measure("count", gettext_lazy("场次"), (1, 3, 6, 21), grows_with_time=True),
    Measure("organizers", gettext_lazy("主办组织"), (1, 3, 6, 11)),
    Measure("days", gettext_lazy("距上次"), (8, 31, 91, 181), more_is_worse=True, of_cells=True),
    Measure("access", gettext_lazy("可及指数"), (25, 75, 125, 200), of_cells=True),
    Measure(
        "nearest",
        gettext_lazy("最近距离"),
        (300, 865, 1500, 3000),
        more_is_worse=True,
        of_cells=True,
    ),
    Measure("gap", gettext_lazy("时段缺口"), (5, 10, 20, 40), more_is_worse=True),
    Measure("share", gettext_lazy("份额差"), (-5, -1, 1, 5)),
)


@dataclass(frozen=True)
class Level:
    """What the map and the table are made of."""

    key: str
    name: Words


LEVELS = (
    Level("district", gettext_lazy("区县市")),
    Level("hexagon", gettext_lazy("六边形")),
    Level("grid", gettext_lazy("自有网格")),
)
PERIODS: tuple[tuple[str, Words, int, int], ...] = (
    ("last30", gettext_lazy("近 30 天"), -29, 0),
    ("last90", gettext_lazy("近 90 天"), -89, 0),
    ("last365", gettext_lazy("近一年"), -364, 0),
    ("next30", gettext_lazy("今后 30 天"), 0, 29),
)


@dataclass(frozen=True)
class Span:
    """A period with a name: its key in the URL, its words, its first and last day."""

    key: str
    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Choices:
    """What can be picked at a moment. Asks the database three times.

    ``measure``: the headline, uncovered people, as soon as there are cells to count them in.
    """

    categories: Sequence[Category]
    spans: Sequence[Span]
    default_span: Span
    measure: Measure

    @classmethod
    def at(cls, now: datetime) -> Choices:
        today = day_of(now)
        campaigns = _campaign_spans()
        recent = [
            Span(key, str(name), today + timedelta(days=first), today + timedelta(days=last))
            for key, name, first, last in PERIODS
        ]
        near = timedelta(days=CAMPAIGN_NEAR_DAYS)
        fitting = [s for s in campaigns if s.first - near <= today <= s.last + near]
        default = next((s for s in recent if s.key == DEFAULT_PERIOD), recent[0])
        return cls(
            categories=list(Category.objects.all()),
            spans=[*campaigns, *recent],
            default_span=fitting[0] if fitting else default,
            measure=MEASURES[1] if Grid.objects.exists() else MEASURES[0],
        )

    def category(self, slug: str) -> Category | None:
        return next((one for one in self.categories if one.slug == slug), None)


def _campaign_spans() -> list[Span]:
    """Campaigns with the days that their activities really take up, before and after included."""
    campaigns = Campaign.objects.annotate(
        first=Min("activities__occurrences__held_on"), last=Max("activities__occurrences__held_on")
    ).order_by("-starts_on")[:CAMPAIGNS_OFFERED]
    return [
        Span(
            f"campaign-{one.slug}",
            one.name,
            min(one.starts_on, one.first or one.starts_on),
            max(one.ends_on, one.last or one.ends_on),
        )
        for one in campaigns
    ]


@dataclass(frozen=True)
class Question:
    """For whom, of what kind, when, how near; what the map shows; which area's card is open."""

    group: Group
    category: Category | None
    span: Span
    measure: Measure
    only_for: bool = False  # only activities whose printed audience names the group
    area: str = ""  # an area's code, LEFT_OUT, or ""
    band: Band = BANDS[0]
    standard: Standard = DEFAULT_STANDARD
    level: Level = LEVELS[0]
    grid: str = ""  # slug of an uploaded grid, for the level of that name
    demo: bool = False  # with the invented year, which is said on every page
    problems: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def from_query(cls, query: Mapping[str, str], choices: Choices) -> Question:
        """Read a query string. What cannot be read is left out and named in ``problems``."""
        problems: list[str] = []
        slug = query.get("category", "")
        category = choices.category(slug)
        if slug and category is None:
            problems.append(
                _("类别“%(found)s”不在可选范围内；已按全部类别显示。") % {"found": slug[:20]}
            )
        group = _picked(GROUPS, query.get("group", ""), GROUPS[1])
        area = query.get("area", "")
        return cls(
            group=group,
            category=category,
            span=_read_span(query, choices, problems),
            measure=_picked(MEASURES, query.get("measure", ""), choices.measure),
            only_for=query.get("only", "") == "1" and bool(group.audience),
            area=area if area == LEFT_OUT or _is_code(area) else "",
            band=read_band(query, problems),
            standard=read_standard(query, problems),
            level=_picked(LEVELS, query.get("level", ""), LEVELS[0]),
            grid=query.get("grid", "")[:50],
            demo=query.get("demo", "") == "1",
            problems=tuple(problems),
        )

    def query(self, **changes: Any) -> str:
        """The query string of this question with *changes* made to it."""
        asked = replace(self, **changes) if changes else self
        pairs = {
            "group": asked.group.key,
            "category": asked.category.slug if asked.category else "",
            "period": asked.span.key,
            "from": asked.span.first.isoformat() if asked.span.key == "dates" else "",
            "to": asked.span.last.isoformat() if asked.span.key == "dates" else "",
            "only": "1" if asked.only_for else "",
            "band": asked.band.key,
            "reach": asked.standard.key if asked.standard != DEFAULT_STANDARD else "",
            "radius": str(asked.standard.metres) if asked.standard.key == OWN else "",
            "level": asked.level.key if asked.level is not LEVELS[0] else "",
            "measure": asked.measure.key,
            "grid": asked.grid,
            "demo": "1" if asked.demo else "",
            "area": asked.area,
        }
        return urlencode({key: value for key, value in pairs.items() if value})

    @property
    def bounds(self) -> tuple[float, ...]:
        """Lower bounds of the classes: fixed for measure, group and length of the period."""
        factor: float = self.group.scale if self.measure.key == "rate" else 1
        if self.measure.key == "uncovered":
            factor = 1 / self.group.scale  # ten times as many residents as elders
        if self.measure.grows_with_time:
            days = (self.span.last - self.span.first).days + 1
            factor *= 1 if days <= 31 else 3 if days <= 92 else 12
        return tuple(b if b == ANY else _even(b * factor) for b in self.measure.bounds)

    @property
    def cells(self) -> str:
        """Slug of the grid that is counted in: an uploaded one at its own level, else hexagons."""
        return self.grid if self.level.key == "grid" and self.grid else HEXAGON

    def district(self, districts: Sequence[Area]) -> Area | None:
        return next((one for one in districts if one.code == self.area), None)


def _even(bound: float) -> float:
    """Without the dust of binary fractions; whole numbers stay whole."""
    rounded = round(bound, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _is_code(text: str) -> bool:
    """A statistical code, or the number of a cell: h123."""
    return text.isascii() and text.removeprefix("h").isdigit() and len(text) <= 13


def _picked(offered: Sequence[Any], key: str, default: Any) -> Any:
    return next((one for one in offered if one.key == key), default)


def _read_span(query: Mapping[str, str], choices: Choices, problems: list[str]) -> Span:
    key = query.get("period", "")
    if key == "dates":
        return _read_dates(query, choices.default_span, problems)
    for span in choices.spans:
        if span.key == key:
            return span
    if key:
        problems.append(
            _("时段“%(found)s”不在可选范围内；已按“%(shown)s”显示。")
            % {"found": key[:40], "shown": choices.default_span.name}
        )
    return choices.default_span


def _read_dates(query: Mapping[str, str], default: Span, problems: list[str]) -> Span:
    found: list[date] = []
    for name in ("from", "to"):
        text = query.get(name, "")
        try:
            found.append(date.fromisoformat(text))
        except ValueError:
            problems.append(
                _("日期“%(found)s”读不懂，应写成 2019-06-29 这样；已按“%(shown)s”显示。")
                % {"found": text[:20], "shown": default.name}
            )
            return default
    first, last = sorted(found)
    return Span("dates", str(_("自选日期")), first, last)
