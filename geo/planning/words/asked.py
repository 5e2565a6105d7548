"""The question in words: for whom, when, of what kind, how near; its measure and its legend."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from geo.phrases import short_date
from geo.planning.question import Question, Span
from geo.planning.standards import OWN
from geo.planning.words.numbers import grouped, with_year


def span_words(span: Span, today: date) -> str:
    """6月24日–7月1日, with years where it is not all in this one."""
    first, last = short_date(span.first), short_date(span.last)
    if span.first.year != span.last.year:
        return f"{with_year(first, span.first)}–{with_year(last, span.last)}"
    words = first if span.first == span.last else f"{first}–{last}"
    return words if span.first.year == today.year else with_year(words, span.first)


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


def file_name(
    question: Question, ending: str = "csv", *, cells: bool = False, city: str = "宁波"
) -> str:
    """宁波-老年人（60+）-健康-2019-06-24至2019-07-01.csv"""
    kind = question.category.name if question.category else _("全部类别")
    fine = _("格子") + "-" if cells else ""
    days = f"{question.span.first}至{question.span.last}"
    name = f"{city}-{fine}{question.group.name}-{kind}-{days}.{ending}"
    return name.replace("/", "·")
