"""Figures in words: with as many digits as they can bear, and nothing where nothing is known."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from geo.gaps import Rate
from geo.measures.results import Covered
from geo.phrases import short_date
from geo.planning.findings import BEYOND_M
from geo.planning.question import Group, Question
from geo.planning.table import Row

UNKNOWN = "—"
THOUSAND = 1000
ALMOST_ALL = 0.99


def grouped(number: int | None) -> str:
    """135869 → 135,869"""
    return UNKNOWN if number is None else f"{number:,}"


def figure(value: float, group: Group) -> str:
    """A rate with as many digits as it can bear: 0.14; for all residents 0.024. None at all: 0."""
    if not value:
        return "0"
    return f"{value:.3f}" if group.scale < 1 else f"{value:.2f}"


def interval(found: Rate | None, group: Group) -> str:
    if found is None:
        return ""
    return f"{figure(found.low, group)}–{figure(found.high, group)}"


def with_year(words: str, day: date) -> str:
    """6月24日 → 2019年6月24日"""
    return _("%(year)d年%(date)s") % {"year": day.year, "date": words}


def last_words(row: Row, today: date) -> str:
    """今天 · 3 天前（6月23日） · 资料里还没有"""
    if row.last_on is None or row.days is None:
        return str(_("资料里还没有")) if row.is_known else UNKNOWN
    if row.days == 0:
        return str(_("今天"))
    day = short_date(row.last_on)
    if row.last_on.year != today.year:
        day = with_year(day, row.last_on)
    return _("%(days)d 天前（%(day)s）") % {"days": row.days, "day": day}


def share_words(covered: Covered) -> str:
    """43%; all but a few is > 99%, a few is < 1%"""
    share = covered.share
    if share is None:
        return UNKNOWN
    if covered.uncovered < covered.people and share > ALMOST_ALL:
        return "> 99%"
    return "< 1%" if 0 < share < 1 - ALMOST_ALL else f"{100 * share:.0f}%"


def covered_words(covered: Covered) -> str:
    """未覆盖 12,345 人（43%）"""
    return _("%(people)s（%(share)s）") % {
        "people": grouped(covered.uncovered),
        "share": share_words(covered),
    }


def percent(value: float | None) -> str:
    """0.431 → 43.1%"""
    return UNKNOWN if value is None else f"{100 * value:.1f}%"


def ratio(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.3f}"


def rate_words(row: Row, group: Group) -> str:
    """0.22（0.05–0.65）"""
    if not row.is_known or row.rate is None:
        return UNKNOWN
    return _("%(rate)s（%(interval)s）") % {
        "rate": figure(row.rate.value, group),
        "interval": interval(row.rate, group),
    }


def count_words(row: Row, count: int) -> str:
    """A number of a district; nothing is said where nobody reported."""
    return grouped(count) if row.is_known else str(_("没有资料"))


def difference_words(differs: bool | None) -> str:
    """Whether two rates may be called different."""
    if differs is None:
        return str(_("有一边没有资料，不能比"))
    return str(_("区间分开，有差别") if differs else _("区间重叠，不能说有差别"))


def map_figure(row: Row, question: Question) -> str:
    """What stands on the map under the name of a district."""
    value = row.value(question.measure.key)
    if not row.is_known:
        return str(_("？"))
    if value is None:
        return UNKNOWN
    return _measured(value, question)


def _measured(value: float, question: Question) -> str:
    """A figure of the chosen measure with its unit."""
    key = question.measure.key
    if key == "rate":
        return figure(value, question.group)
    if key == "days":
        return _("%(days)d 天") % {"days": int(value)}
    if key == "uncovered-share":
        nearly = 100 * ALMOST_ALL < value < 100
        return "> 99%" if nearly else f"{value:.0f}%"
    if key == "nearest" and value >= BEYOND_M:
        return str(_("> 3,000 米"))
    if key == "nearest":
        return _("%(metres)s 米") % {"metres": grouped(round(value))}
    if key in {"gap", "share"}:
        return f"{value:+.1f}" if key == "share" else f"{value:.1f}"
    return grouped(round(value)) if value >= THOUSAND else str(round(value))


def rank_words(row: Row) -> str:
    """2–5: where its rate may stand among the districts, 1 the lowest."""
    found = row.compared
    if found is None:
        return ""
    if found.rank_low == found.rank_high:
        return str(found.rank_low)
    return f"{found.rank_low}–{found.rank_high}"
