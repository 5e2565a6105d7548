"""What the planner's figures say, in words. Every rate carries its base and its year."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from geo.gaps import Rate
from geo.measures.results import Covered, Frame
from geo.models import Area, Population
from geo.phrases import days_words, place_name, short_date
from geo.planning.findings import BEYOND_M, too_coarse
from geo.planning.question import Group, Question, Span
from geo.planning.standards import OWN
from geo.planning.table import Row, Table

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


def span_words(span: Span, today: date) -> str:
    """6月24日–7月1日, with years where it is not all in this one."""
    first, last = short_date(span.first), short_date(span.last)
    if span.first.year != span.last.year:
        return f"{_with_year(first, span.first)}–{_with_year(last, span.last)}"
    words = first if span.first == span.last else f"{first}–{last}"
    return words if span.first.year == today.year else _with_year(words, span.first)


def _with_year(words: str, day: date) -> str:
    return _("%(year)d年%(date)s") % {"year": day.year, "date": words}


def base_words(population: Population | None) -> str:
    """2020 年普查，行政区划（普查分县资料）"""
    if population is None:
        return str(_("没有人口数"))
    return _("%(year)d 年普查，%(basis)s") % {
        "year": population.counted_on.year,
        "basis": population.basis,
    }


def last_words(row: Row, today: date) -> str:
    """今天 · 3 天前（6月23日） · 资料里还没有"""
    if row.last_on is None or row.days is None:
        return str(_("资料里还没有")) if row.is_known else UNKNOWN
    if row.days == 0:
        return str(_("今天"))
    day = short_date(row.last_on)
    if row.last_on.year != today.year:
        day = _with_year(day, row.last_on)
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


def frame_words(frame: Frame) -> dict[str, Any]:
    """Base, year, basis, radius and what was left out: printed with every number of a measure."""
    basis, left = frame.basis, frame.left_out
    return {
        "base": _("%(year)s 年，%(basis)s") % {"year": basis.year or UNKNOWN, "basis": basis.basis},
        "source": basis.source,
        "licence": basis.licence,
        "is_sketch": basis.is_sketch,
        "assumption": _(basis.assumption) if basis.assumption else "",
        "metres": frame.ask.metres,
        "first": frame.ask.first,
        "last": frame.ask.last,
        "sessions": frame.sessions,
        "left_out": left,
        "unknown": len(frame.unknown),
        "demo": frame.ask.demo,
        "is_too_coarse": too_coarse(frame),
    }


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


def row_words(row: Row, question: Question) -> str:
    """One line for those who hear the map: 象山县：3 场，每万名 60+ 老人 0.22 场。"""
    name = row.area.name if row.area else _("合计")
    if not row.is_known:
        return _("%(name)s：这个时段没有资料") % {"name": name}
    said = _("%(name)s：%(count)d 场") % {"name": name, "count": row.occurrences}
    if row.rate:
        said += _("，%(per)s %(rate)s 场") % {
            "per": question.group.per,
            "rate": figure(row.rate.value, question.group),
        }
    return said


def kind_words(question: Question) -> str:
    """健康类活动 / 活动, with the audience where only that one is counted."""
    kind = (
        _("%(category)s类活动") % {"category": question.category.name}
        if question.category
        else pgettext("inside a sentence", "活动")
    )
    if question.only_for:
        kind = _("写明面向%(group)s的%(kind)s") % {"group": question.group.name, "kind": kind}
    return kind


def question_words(question: Question, today: date) -> str:
    """老年人（60+），6月24日–7月1日，工作日晚上，健康类活动，步行 15 分钟（865 米）内"""
    parts = [str(question.group.name), span_words(question.span, today)]
    if question.band.key:
        parts.append(str(question.band.name))
    parts += [kind_words(question), reach_words(question)]
    return _("，").join(parts)


def reach_words(question: Question) -> str:
    """步行 15 分钟（直线 865 米）内"""
    standard = question.standard
    if standard.key == OWN:
        return _("%(name)s内") % {"name": standard.name}
    return _("%(name)s（直线 %(metres)d 米）内") % {
        "name": standard.name,
        "metres": standard.metres,
    }


def headline(table: Table) -> list[str]:
    """The answer in up to three sentences made from numbers."""
    question, total = table.question, table.total
    kind = kind_words(question)
    if not total.is_known:
        return [_("这个时段没有任何资料，不能说有多少%(kind)s。") % {"kind": kind}]
    reach = (
        ngettext(
            "有资料的 %(known)d 个区县市共 %(count)d 场%(kind)s，由 %(organizers)d 个组织主办",
            "有资料的 %(known)d 个区县市共 %(count)d 场%(kind)s，由 %(organizers)d 个组织主办",
            total.occurrences,
        )
        if table.unknown
        else ngettext(
            "%(known)d 个区县市共 %(count)d 场%(kind)s，由 %(organizers)d 个组织主办",
            "%(known)d 个区县市共 %(count)d 场%(kind)s，由 %(organizers)d 个组织主办",
            total.occurrences,
        )
    )
    said = [
        reach
        % {
            "known": table.known_count,
            "count": total.occurrences,
            "kind": kind,
            "organizers": total.organizers,
        }
    ]
    if total.rate:
        year = total.population.counted_on.year if total.population else UNKNOWN
        said[0] += _("；%(per)s %(rate)s 场（95%% 区间 %(interval)s，按 %(year)s 年人口）") % {
            "year": year,
            "per": question.group.per,
            "rate": figure(total.rate.value, question.group),
            "interval": interval(total.rate, question.group),
        }
    said[0] += str(_("。"))
    return [*_uncovered_sentences(table), *said, *_gap_sentences(table)]


def _uncovered_sentences(table: Table) -> list[str]:
    """The headline: how many people have none within reach, and where most of them live."""
    covered, question = table.total.covered, table.question
    if table.frame and too_coarse(table.frame):
        return [
            _("这 %(count)d 场里没有一场的坐标准到 200 米：谁走得到，还不能说。")
            % {"count": table.frame.left_out.total}
        ]
    if covered is None or covered.share is None:
        return []
    said = _("%(people)s %(unit)s（%(share)s）%(reach)s没有%(kind)s") % {
        "people": grouped(covered.uncovered),
        "unit": question.group.people,
        "share": share_words(covered),
        "reach": reach_words(question),
        "kind": kind_words(question),
    }
    if question.band.key:
        said += _("（%(band)s）") % {"band": question.band.name}
    worst = max(
        (row for row in table.rows if row.covered),
        key=lambda row: row.covered.uncovered if row.covered else 0,
        default=None,
    )
    if worst and worst.covered and worst.area and worst.covered.uncovered:
        said += _("，最多的是%(name)s，%(people)s") % {
            "name": worst.area.name,
            "people": grouped(worst.covered.uncovered),
        }
    return [said + str(_("。"))]


def _gap_sentences(table: Table) -> list[str]:
    said, question = [], table.question
    if table.without:
        names = _("、").join(row.area.name for row in table.without if row.area)
        people = sum(row.base or 0 for row in table.without)
        said.append(
            _("%(names)s有资料而没有%(kind)s，那里有 %(people)s %(unit)s。")
            % {
                "names": names,
                "kind": kind_words(question),
                "people": grouped(people),
                "unit": question.group.people,
            }
            if people
            else _("%(names)s有资料而没有%(kind)s。")
            % {"names": names, "kind": kind_words(question)}
        )
    if table.unknown:
        names = _("、").join(row.area.name for row in table.unknown if row.area)
        said.append(_("%(names)s没有资料，不等于没有活动。") % {"names": names})
    return said


def report_sentences(table: Table) -> list[str]:
    """Three sentences made from numbers: how many are without, what there is, who stands out."""
    said = headline(table)
    apart = [row for row in table.rows if row.compared and not row.is_plain and row.area]
    low = [row.area.name for row in apart if row.rate and row.area and _is_below(row, table)]
    if low:
        third = _("与全市平均有可靠差别、而且更少的：%(names)s。") % {"names": _("、").join(low)}
    else:
        third = _("没有一个区县市比全市平均可靠地少：差别可能只是偶然。")
    return [*said[:2], third]


def _is_below(row: Row, table: Table) -> bool:
    mean = table.total.rate.value if table.total.rate else 0
    return row.rate is not None and row.rate.value < mean


def measure_title(question: Question) -> str:
    """What the legend's numbers are: with unit and group."""
    key = question.measure.key
    titles = {
        "rate": _("%(per)s场次") % {"per": question.group.per},
        "days": _("距上一次的天数"),
        "uncovered": _("未覆盖的%(group)s") % {"group": question.group.name},
        "uncovered-share": _("未覆盖占比，百分数"),
        "access": _("可及指数（全市人均 = 100）"),
        "nearest": _("到最近一场的距离（米，半数人以内）"),
        "gap": _("最好和最差时间段之差（百分点）"),
        "share": _("场次份额减人口份额（百分点）"),
    }
    return titles.get(key) or str(question.measure.name)


def legend(question: Question) -> list[str]:
    """The words of the five classes, from their lower bounds: 0 · 1–2 · 3–5 · 6–20 · ≥ 21."""
    bounds = question.bounds
    if question.measure.key == "share":
        return _signed_legend(bounds)
    if question.measure.key == "rate":
        numbers = [f"{b:g}" for b in bounds[1:]]
        middle = [f"{a}–{b}" for a, b in itertools.pairwise(numbers)]
        return ["0", f"< {numbers[0]}", *middle, f"≥ {numbers[-1]}"]
    whole = [int(b) for b in bounds]
    ends = [b - 1 for b in whole]
    steps = [(whole[i], ends[i + 1]) for i in range(len(whole) - 1)]
    first = "0" if whole[0] == 1 else f"0–{grouped(ends[0])}"
    middle = [f"{grouped(a)}–{grouped(b)}" if a != b else grouped(a) for a, b in steps]
    return [first, *middle, f"≥ {grouped(whole[-1])}"]


def _signed_legend(bounds: Sequence[float]) -> list[str]:
    """< −5 · −5 … −1 · −1 … +1 · +1 … +5 · ≥ +5"""
    ends = [f"{bound:+g}".replace("-", "−") for bound in bounds]
    return [f"< {ends[0]}", *(f"{a} … {b}" for a, b in itertools.pairwise(ends)), f"≥ {ends[-1]}"]


def completeness_words(table: Table) -> dict[str, Any]:
    """How many reported, how well places are known, since when: said before any figure."""
    found = table.completeness
    counts = found.precisions
    places = [
        (_("准确到场所"), counts["point"]),
        (_("只知场所名"), counts["venue"]),
        (_("到社区/村"), counts["community"]),
        (_("到街道/镇/乡"), counts["town"]),
        (_("只到区县市"), counts["district"]),
        (_("更粗或不明"), counts["coarser"]),
    ]
    return {
        "organizers": found.organizers,
        "occurrences": found.occurrences,
        "places": [(words, count) for words, count in places if count],
        "batch": found.batch,
        "first_on": found.first_on,
        "last_on": found.last_on,
        "starts_late": bool(found.first_on and table.question.span.first < found.first_on),
        "ends_early": bool(found.last_on and table.question.span.last > found.last_on),
    }


def activity_lines(occurrences: list[Any], now: Any) -> list[dict[str, Any]]:
    """A district's counted occurrences folded into activities: title, days, places."""
    by_activity: dict[int, list[Any]] = {}
    for one in occurrences:
        by_activity.setdefault(one.activity_id, []).append(one)
    return [
        {
            "activity": held[0].activity,
            "days": days_words([one.held_on for one in held], now),
            "places": list(dict.fromkeys(place_name(one) for one in held)),
            "organizers": [
                link.organization.name for link in held[0].activity.organizer_links.all()
            ],
            "is_one_of": any(one.certainty == "one_of" for one in held),
        }
        for held in by_activity.values()
    ]


def file_name(
    question: Question, ending: str = "csv", *, cells: bool = False, city: str = "宁波"
) -> str:
    """宁波-老年人（60+）-健康-2019-06-24至2019-07-01.csv"""
    kind = question.category.name if question.category else _("全部类别")
    fine = _("格子") + "-" if cells else ""
    days = f"{question.span.first}至{question.span.last}"
    name = f"{city}-{fine}{question.group.name}-{kind}-{days}.{ending}"
    return name.replace("/", "·")


def boundary_credits(areas: Sequence[Area]) -> list[str]:
    """天地图 审图号 GS(2024)0650号: who drew the boundaries, each once."""
    credits = {
        (_("天地图") + " " if "天地图" in one.source else "")
        + _("审图号 %(number)s") % {"number": one.approval_number}
        for one in areas
        if one.approval_number
    }
    return sorted(credits)


def short_name(area: Area) -> str:
    """海曙区 → 海曙: two characters are enough on a map of districts."""
    return area.name[:-1] if len(area.name) > 2 and area.name[-1] in "区县市" else area.name
