"""The collections: what each holds, how it is asked, and what it says of a row."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models import Extent
from django.db.models import Max, Min, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo import features
from geo.api import gaps, parameters, questions
from geo.api.paging import BY_DISTANCE, BY_ROW, BY_START, Order
from geo.api.parameters import Parameter
from geo.api.problems import ApiError
from geo.api.questions import Asked
from geo.models import Area, Occurrence, Venue

NINGBO = (120.8, 28.8, 122.4, 30.6)  # the extent where there is nothing to measure yet


@dataclass(frozen=True)
class Extents:
    """Bounds (west, south, east, north; CRS84) and first and last instant; None is open."""

    box: tuple[float, float, float, float]
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class Collection:
    id: str
    title: str | Promise
    description: str | Promise
    parameters: tuple[Parameter, ...]
    geometry: str  # any, point, multipolygon: the word of Part 5 for its format
    ask: Callable[[Asked, datetime], QuerySet[Any]]
    find: Callable[[str], Any]  # raises ApiError 404 or 410
    feature: Callable[[Any, features.Absolute], features.Feature]
    extent: Callable[[], Extents]
    order: Order = BY_ROW
    # For what is asked of a moment: the item as it is at that moment.
    find_at: Callable[[str, datetime], Any] | None = None
    departed: Callable[[Asked], QuerySet[Any] | None] = lambda asked: None

    def changes_with_the_clock(self, asked: Asked) -> bool:
        """Whether an answer may become another one while the data stay as they are."""
        return "now" in asked or self.find_at is not None

    def order_for(self, asked: Asked) -> Order:
        return BY_DISTANCE if "near" in asked else self.order


def extent_of_events() -> Extents:
    """Of all that is public and real; an end that may move on is left open."""
    rows = Occurrence.objects.published().real()
    known = rows.aggregate(box=Extent("venue__point"), first=Min("starts_at"), last=Max("ends_at"))
    return Extents(_rounded(known["box"]), known["first"], known["last"])


def extent_of_venues() -> Extents:
    return Extents(_rounded(Venue.objects.real().aggregate(box=Extent("point"))["box"]))


def extent_of_areas() -> Extents:
    return Extents(_rounded(Area.objects.aggregate(box=Extent("boundary"))["box"]))


def extent_of_nowhere() -> Extents:
    return Extents(NINGBO)


def _rounded(box: tuple[float, float, float, float] | None) -> tuple[float, float, float, float]:
    """To three decimals, outward."""
    if box is None:
        return NINGBO
    west, south, east, north = box
    down, up = math.floor, math.ceil
    return (
        down(west * 1000) / 1000, down(south * 1000) / 1000,
        up(east * 1000) / 1000, up(north * 1000) / 1000,
    )  # fmt: skip


EVENTS = Collection(
    id="events",
    title=_("活动场次"),
    description=_("一项活动在一天、一个地点的场次。起止时刻只是界限，以时间精度和原文为准。"),
    parameters=parameters.EVENTS,
    geometry="point",
    ask=questions.ask_events,
    find=questions.find_event,
    feature=questions.event_or_tombstone,
    extent=extent_of_events,
    order=BY_START,
    departed=questions.departed,
)
VENUES = Collection(
    id="venues",
    title=_("场所"),
    description=_("举办活动的场所。有坐标的都注明误差半径和来源；没有核实的不给坐标。"),
    parameters=parameters.VENUES,
    geometry="point",
    ask=questions.ask_venues,
    find=questions.find_venue,
    feature=features.venue_feature,
    extent=extent_of_venues,
)
AREAS = Collection(
    id="areas",
    title=_("区域"),
    description=_("市、区县市、街道和镇、社区和村、功能区。边界未知的只有名称和代码。"),
    parameters=parameters.AREAS,
    geometry="multipolygon",
    ask=questions.ask_areas,
    find=questions.find_area,
    feature=features.area_feature,
    extent=extent_of_areas,
)
ORGANIZATIONS = Collection(
    id="organizations",
    title=_("组织"),
    description=_("主办和协办活动的组织。组织本身没有坐标。"),
    parameters=parameters.ORGANIZATIONS,
    geometry="any",
    ask=questions.ask_organizations,
    find=questions.find_organization,
    feature=features.organization_feature,
    extent=extent_of_nowhere,
)
GAPS = Collection(
    id="gaps",
    title=_("服务缺口"),
    description=_(
        "各区县市每千人场次和未覆盖人数，附人口年份、口径、来源、半径和未计入的场次。没有资料不等于零。"
    ),
    parameters=gaps.PARAMETERS,
    geometry="multipolygon",
    ask=gaps.ask_gaps,
    find=questions.find_area,
    find_at=gaps.find_gap,
    feature=gaps.gap_feature,
    extent=extent_of_areas,
)
COLLECTIONS = {one.id: one for one in (EVENTS, VENUES, AREAS, ORGANIZATIONS, GAPS)}


def collection_called(name: str) -> Collection:
    try:
        return COLLECTIONS[name]
    except KeyError:
        known = ", ".join(COLLECTIONS)
        raise ApiError(404, f"There is no collection {name[:80]!r}. There are {known}.") from None
