"""The planner's further pages: month by month, and two side by side."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.moments import day_of
from geo.planning import Row, charts, table_of, words
from geo.planning.comparing import OTHERS, Pair, apart, periods_of, two_areas
from geo.planning.trend import Month, Trend, trend_of
from geo.views.planner_frame import Asked, ask, for_planners, frame

KEYS = tuple(key for key, _name in OTHERS)


@require_safe
@for_planners
def trend(request: HttpRequest) -> HttpResponse:
    """Thirteen months, with the months before and after a mark set against each other."""
    asked = ask(request)
    mark, problem = _read_mark(asked)
    district = asked.question.district(asked.districts)
    found = trend_of(asked.question, district, mark)
    group = asked.question.group
    context = {
        **frame(asked, "planner-trend", {"mark": asked.query.get("mark", "")}),
        "problem": problem,
        "district": district,
        "mark": mark,
        "trend": found,
        "chart": _chart(found),
        "months": [
            {
                "month": one,
                "rate": words.figure(one.rate.value, group) if one.rate else words.UNKNOWN,
                "interval": words.interval(one.rate, group),
            }
            for one in found.months
        ],
        "sides": [
            (name, side, f"{side.monthly.value:.1f}", _ends(side.monthly))
            for name, side in ((_("标记以前"), found.before), (_("标记以后"), found.after))
            if side and side.monthly
        ],
    }
    return render(request, "geo/planner/trend_page.html", context)


def _ends(rate: Any) -> str:
    return f"{rate.low:.1f}–{rate.high:.1f}"


def _read_mark(asked: Asked) -> tuple[date | None, str]:
    text = asked.query.get("mark", "")
    if not text:
        return None, ""
    try:
        return date.fromisoformat(text), ""
    except ValueError:
        said = _("标记“%(found)s”读不懂，应写成 2019-06-29 这样；已不画标记。")
        return None, said % {"found": text[:20]}


def _chart(found: Trend) -> dict[str, Any]:
    """Bars of occurrences with their exact intervals; hatched where nobody reported."""
    values = [one.occurrences if one.is_known else None for one in found.months]
    ends = [_count_ends(one) for one in found.months]
    most = max((end[1] for end in ends if end), default=1)
    frame_ = charts.axes(most)
    drawn = charts.bars([float(v) if v is not None else None for v in values], frame_, ends)
    middles = charts.slots(len(found.months), frame_)
    width = (frame_.right - frame_.left) / len(found.months)
    marked = next(
        (
            round(x - width / 2, 1)
            for x, one in zip(middles, found.months, strict=True)
            if found.mark and one.first == found.mark.replace(day=1)
        ),
        None,
    )
    return {
        "axes": frame_,
        "unknown": {"width": round(width * 0.7, 1), "height": frame_.ground - frame_.top},
        "bars": [
            (month, bar, middle, round(middle - width * 0.35, 1))
            for month, bar, middle in zip(found.months, drawn, middles, strict=True)
        ],
        "mark": marked,
    }


def _count_ends(month: Month) -> tuple[float, float] | None:
    """The interval of a month's number itself, not of its rate."""
    if not month.is_known or not month.rate:
        return None
    factor = month.rate.base / 10_000
    return month.rate.low * factor, month.rate.high * factor


@require_safe
@for_planners
def compare(request: HttpRequest) -> HttpResponse:
    """Two periods for all districts, and two districts in the period."""
    asked = ask(request)
    key = asked.query.get("other", "")
    key = key if key in KEYS else KEYS[0]
    today = day_of(asked.now)
    table = table_of(asked.question, asked.districts, asked.now)
    periods = periods_of(table, asked.districts, key, asked.now)
    areas = two_areas(table, asked.query)
    more = {name: asked.query.get(name, "") for name in ("other", "left", "right")}
    return render(
        request,
        "geo/planner/compare_page.html",
        {
            **frame(asked, "planner-compare", more),
            "others": OTHERS,
            "other": key,
            "this_words": words.span_words(periods.span, today),
            "other_words": words.span_words(periods.other, today),
            "pairs": [_pair(one, asked) for one in periods.rows],
            "total": _pair(periods.total, asked),
            "areas": _side_by_side(areas, asked) if areas else None,
            "basis": table.basis,
        },
    )


def _pair(pair: Pair, asked: Asked) -> dict[str, Any]:
    group = asked.question.group
    change = pair.change
    return {
        "area": pair.now.area,
        "now": pair.now,
        "then": pair.then,
        "now_rate": words.rate_words(pair.now, group),
        "then_rate": words.rate_words(pair.then, group),
        "change": words.UNKNOWN if change is None else f"{change:+d}",
        "verdict": words.difference_words(pair.differs),
    }


def _side_by_side(areas: tuple[Row, Row], asked: Asked) -> dict[str, Any]:
    left, right = areas
    group, today = asked.question.group, day_of(asked.now)
    lines = [
        (_("场次"), *(words.count_words(one, one.occurrences) for one in areas)),
        (_("活动"), *(words.count_words(one, one.activities) for one in areas)),
        (_("主办组织"), *(words.count_words(one, one.organizers) for one in areas)),
        (group.per, *(words.rate_words(one, group) for one in areas)),
        (group.name, *(words.grouped(one.base) for one in areas)),
        (_("上一次"), *(words.last_words(one, today) for one in areas)),
    ]
    known = left.is_known and right.is_known
    return {
        "left": left,
        "right": right,
        "lines": lines,
        "verdict": words.difference_words(apart(left.rate, right.rate) if known else None),
    }
