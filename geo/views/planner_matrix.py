"""Uncovered people by group and category in one table, and how fairly access is spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geo import measures
from geo.gaps import class_of
from geo.gaps.equity import bottom_share
from geo.measures.results import Equity
from geo.planning import GROUPS, charts, counting, words
from geo.planning.answers import ask_of
from geo.views.planner_frame import Asked, ask, for_planners, frame

CURVE = 320
STANDARDS = (1, 2, 4, 8)  # sessions in reach
SHARES = (0.2, 0.4, 0.6, 0.8)  # lower bounds of the classes of the matrix


@require_safe
@for_planners
def matrix(request: HttpRequest) -> HttpResponse:
    """All groups × all categories; a cell leads to its map."""
    asked = ask(request)
    found = dict(measures.matrix(ask_of(asked.question)))
    whole = replace(ask_of(asked.question), category="", audience="")
    for group in GROUPS:
        found[group.key, ""] = measures.uncovered(replace(whole, group=group.key)).total.uncovered
    covered = measures.uncovered(whole)
    bases = _bases(asked, covered.frame.unknown)
    context = {
        **frame(asked, "planner-matrix"),
        "rows": _rows(asked, found, bases),
        "heads": [("", None), *((one.slug, one) for one in asked.choices.categories)],
        "measure_frame": words.frame_words(covered.frame),
    }
    return render(request, "geo/planner/matrix_page.html", context)


def _bases(asked: Asked, unknown: Sequence[int]) -> dict[str, int]:
    """People of every group in the districts that reported."""
    known = [one for one in asked.districts if one.pk not in unknown]
    return {
        group.key: sum(one.count for one in counting.populations(group.key, known).values())
        for group in GROUPS
    }


def _rows(asked: Asked, found: Any, bases: Any) -> list[dict[str, Any]]:
    slugs = ["", *(one.slug for one in asked.choices.categories)]
    by_slug = {one.slug: one for one in asked.choices.categories}
    rows = []
    for group in GROUPS:
        base = bases.get(group.key)
        cells = []
        for slug in slugs:
            people = found.get((group.key, slug))
            share = people / base if people is not None and base else None
            query = asked.link(group=group, category=by_slug.get(slug))
            cells.append(
                {
                    "people": words.grouped(people),
                    "share": words.UNKNOWN if share is None else f"{100 * share:.0f}%",
                    "klass": None if share is None else class_of(share, SHARES),
                    "url": f"{reverse('planner')}?{query}",
                    "is_here": group == asked.question.group
                    and slug == (asked.question.category.slug if asked.question.category else ""),
                }
            )
        rows.append({"group": group, "base": words.grouped(base), "cells": cells})
    return rows


@require_safe
@for_planners
def equity(request: HttpRequest) -> HttpResponse:
    """The equity curve, and how many people reach how many sessions."""
    asked = ask(request)
    standard = _standard(asked)
    found = measures.equity(ask_of(asked.question), standard)
    context = {
        **frame(asked, "planner-equity", {"standard": str(standard) if standard != 1 else ""}),
        "standard": standard,
        "standards_offered": STANDARDS,
        "curve": charts.curve(found.curve, CURVE),
        "curve_size": CURVE,
        "curve_rows": _tenths(found),
        "figures": _figures(found),
        "histogram": _histogram(found, standard),
        "measure_frame": words.frame_words(found.frame),
    }
    return render(request, "geo/planner/equity_page.html", context)


def _standard(asked: Asked) -> int:
    text = asked.query.get("standard", "")
    return int(text) if text in {str(one) for one in STANDARDS} else 1


def _figures(found: Equity) -> dict[str, str]:
    return {
        "gini": words.ratio(found.gini),
        "bottom": words.percent(found.bottom_share),
        "f0": words.percent(found.f0),
        "f1": words.ratio(found.f1),
        "theil": words.ratio(found.theil),
        "between": words.ratio(found.theil_between),
        "within": words.ratio(found.theil_within),
        "ratio": words.UNKNOWN if found.group_ratio is None else f"{found.group_ratio:.2f}",
    }


def _tenths(found: Equity) -> list[tuple[str, str]]:
    """The curve read at every tenth of the people."""
    return [
        (f"{10 * tenth}%", words.percent(bottom_share(found.curve, tenth / 10)))
        for tenth in range(1, 11)
    ]


def _histogram(found: Equity, standard: int) -> dict[str, Any]:
    """People by how many sessions they reach, the long tail as one."""
    last = 12
    counts = dict.fromkeys(range(last + 1), 0)
    for sessions, people in found.histogram:
        counts[min(sessions, last)] += people
    axes = charts.axes(max(counts.values(), default=0))
    bars = charts.bars([float(v) for v in counts.values()], axes)
    total = sum(counts.values())
    reach = sum(people for sessions, people in counts.items() if sessions >= standard)
    width = (axes.right - axes.left) / (last + 1)
    return {
        "axes": axes,
        "bars": [
            {
                "bar": bar,
                "label": f"{sessions}" if sessions < last else f"≥ {last}",
                "people": words.grouped(people),
                "share": words.percent(people / total if total else None),
                "is_below": sessions < standard,
            }
            for bar, (sessions, people) in zip(bars, counts.items(), strict=True)
        ],
        "line": round(axes.left + width * standard, 1),
        "reach": words.percent(reach / total if total else None),
    }
