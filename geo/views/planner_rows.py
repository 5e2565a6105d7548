"""Rows, shapes and cards of the planner as their templates want them."""

from __future__ import annotations

from typing import Any

from geo.gaps import class_of
from geo.measures.results import Covered
from geo.moments import day_of
from geo.planning import Row, Table, counting, words
from geo.planning.question import LEFT_OUT
from geo.planning.shapes import Drawing
from geo.views.planner_frame import Asked

# Heads of the table that sort it: key in the address → whether the smallest comes first.
SORTS = {
    "name": True, "uncovered": False, "uncovered-share": False, "count": True, "activities": True,
    "organizers": True, "rate": True, "base": False, "days": False,
}  # fmt: skip
FILTERS = ("", "known", "differs")


def row_view(row: Row, table: Table, asked: Asked) -> dict[str, Any]:
    question, group = table.question, table.question.group
    code = (row.area.code or "") if row.area else ""
    longest = max((r.rate.high for r in table.rows if r.rate), default=0) or 1
    return {
        "row": row,
        "code": code,
        "is_open": bool(code) and question.area == code,
        "query": asked.link(area="" if question.area == code else code),
        "base": words.grouped(row.base),
        "uncovered": words.grouped(row.covered.uncovered) if row.covered else words.UNKNOWN,
        "share": words.share_words(row.covered) if row.covered else "",
        "ranks": words.rank_words(row),
        "rate": words.figure(row.rate.value, group) if row.rate else words.UNKNOWN,
        "interval": words.interval(row.rate, group),
        "last": words.last_words(row, day_of(asked.now)),
        "more": words.map_figure(row, question) if row.more is not None else words.UNKNOWN,
        "bar": _bar(row, table, longest),
    }


def _bar(row: Row, table: Table, longest: float) -> dict[str, str] | None:
    """Lengths for the small bar, in hundredths of the longest interval."""
    if row.rate is None:
        return None
    mean = table.total.rate.value if table.total.rate else 0
    parts = {"value": row.rate.value, "low": row.rate.low, "high": row.rate.high, "mean": mean}
    return {name: f"{100 * value / longest:.1f}" for name, value in parts.items()}


def shown_rows(table: Table, asked: Asked) -> list[Row]:
    """The rows as sorted and filtered by the address; as ranked by the measure without."""
    kept = asked.query.get("show", "")
    rows = list(table.rows)
    if kept == "known":
        rows = [row for row in rows if row.is_known]
    if kept == "differs":
        rows = [row for row in rows if row.compared and not row.is_plain]
    key = asked.query.get("sort", "")
    if key not in SORTS:
        return rows
    if key == "name":
        return sorted(rows, key=lambda row: (row.area.code or "") if row.area else "")
    sign = 1 if SORTS[key] else -1

    def order(row: Row) -> tuple[bool, float]:
        value = _figure(row, key)
        return value is None, sign * (value or 0)

    return sorted(rows, key=order)


def _figure(row: Row, key: str) -> float | None:
    if key == "base":
        return row.base
    if key == "activities":
        return row.activities if row.is_known else None
    return row.value(key)


def sort_links(asked: Asked) -> dict[str, str]:
    """Query strings of the table's heads; templates ask by key with dashes as underscores."""
    more = {"show": asked.query.get("show", "")}
    return {
        key.replace("-", "_"): asked.with_more(asked.question.query(), **more, sort=key)
        for key in SORTS
    }


def shape_views(table: Table, drawing: Drawing, asked: Asked) -> list[dict[str, Any]]:
    found = []
    for row in sorted(table.rows, key=lambda r: (r.area.code or "") if r.area else ""):
        shape = drawing.shapes.get((row.area.code or "") if row.area else "")
        if shape and row.area:
            found.append(
                {
                    "shape": shape,
                    "row": row,
                    "name": words.short_name(row.area),
                    "figure": words.map_figure(row, table.question),
                    "words": words.row_words(row, table.question),
                    "is_open": table.question.area == shape.code,
                    "query": asked.link(area=shape.code),
                }
            )
    return found


def card_of(asked: Asked, table: Table) -> dict[str, Any] | None:
    """What the open area's card shows; None when none is open."""
    question, now = asked.question, asked.now
    district = question.district(asked.districts)
    if district is None and question.area != LEFT_OUT:
        return None
    row = table.row_of(district.code or "") if district else None
    occurrences = counting.occurrences_of(question, district)
    return {
        "code": question.area,
        "district": district,
        "row": row,
        "view": row_view(row, table, asked) if row else None,
        "base": words.base_words(row.population if row else None),
        "kind": words.kind_words(question),
        "span": words.span_words(question.span, day_of(now)),
        "lines": words.activity_lines(occurrences, now),
        "helpers": counting.who_could_help(question, district) if district else [],
        "trend_query": asked.link(),
        "left_out": table.left_out,
        "close_query": asked.link(area=""),
    }


def cell_rows(
    covered: dict[int, Covered], names: dict[int, str], bounds: tuple[float, ...]
) -> list[dict[str, Any]]:
    """The cells with most uncovered people, for the table below a fine map."""
    return [
        {
            "number": pk,
            "district": names.get(pk, ""),
            "people": words.grouped(one.people),
            "uncovered": words.grouped(one.uncovered),
            "klass": class_of(one.uncovered, bounds),
        }
        for pk, one in covered.items()
    ]
