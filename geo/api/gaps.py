"""The collection `gaps`: the planner's measures of each district, open to everybody as data.

One feature a district, with its shape. The question is asked by parameters; what the figures rest
on (day, basis, source, radius, what was left out) stands in every feature.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, JSONField, Value, When

from geo import features, measures
from geo.api import questions, readers
from geo.api.parameters import BBOX, PAGING, Parameter
from geo.api.problems import ApiError, ParameterError
from geo.measures.results import Ask
from geo.models import Area
from geo.moments import WALKING_RINGS_M, day_of
from geo.querysets import AreaQuerySet

DAYS = 90  # that are asked about when no period is
LONGEST_DAYS = 3660
GROUPS = (
    "total", "age_0_14", "age_15_59", "age_60_plus", "age_65_plus", "age_80_plus",
    "migrants_other_province", "households", "one_person_households",
)  # fmt: skip
BANDS = ("weekday-day", "weekday-evening", "weekend")
SLUG = r"^[A-Za-z0-9_-]{1,50}$"


def _reach(words: str) -> int:
    metres = readers.read_within(words)
    if not 100 <= metres <= 3000:
        raise ParameterError(words, "whole metres from 100 to 3000.")
    return metres


PARAMETERS = (
    BBOX,
    Parameter(
        "datetime",
        "The period of the measures, whole days of Ningbo, both ends included; an open end, or "
        f"none, is {DAYS} days up to today: " + readers.SPAN_WORDS,
        {"type": "string", "pattern": readers.SPAN},
        readers.read_span,
    ),
    *PAGING,
    Parameter(
        "group", "The people who are asked about.",
        {"type": "string", "enum": list(GROUPS), "default": "total"},
        readers.matching("|".join(GROUPS), f"one of {', '.join(GROUPS)}."), is_queryable=True,
    ),
    Parameter(
        "category", "Only sessions of this category, e.g. health.",
        {"type": "string", "pattern": SLUG},
        readers.matching(SLUG, "a word of a-z, 0-9, - and _."), is_queryable=True,
    ),
    Parameter(
        "band", "Only sessions in this part of the week.", {"type": "string", "enum": list(BANDS)},
        readers.matching("|".join(BANDS), f"one of {', '.join(BANDS)}."), is_queryable=True,
    ),
    Parameter(
        "reach", "Metres in a straight line that are within reach.",
        {"type": "integer", "minimum": 100, "maximum": 3000, "default": WALKING_RINGS_M[15]},
        _reach, is_queryable=True,
    ),
)  # fmt: skip


def ask_gaps(asked: questions.Asked, now: datetime) -> AreaQuerySet:
    """Districts, each with the figures of the question as ``figures``."""
    ask = Ask(
        *_period(asked, day_of(now)),
        group=asked.get("group", "total"),
        category=asked.get("category", ""),
        band=asked.get("band", ""),
        metres=asked.get("reach", WALKING_RINGS_M[15]),
    )
    place = {name: asked[name] for name in ("bbox",) if name in asked}
    found: AreaQuerySet = questions.ask_areas(place | {"level": ["district"]}, now)
    rows = _figures(ask)
    cases = [When(pk=pk, then=Value(row, output_field=JSONField())) for pk, row in rows.items()]
    said: AreaQuerySet = found.annotate(
        figures=Case(*cases, default=Value({}, JSONField()), output_field=JSONField())
    )
    return said


def _period(asked: questions.Asked, today: date) -> tuple[date, date]:
    span = asked.get("datetime")
    last = day_of(span.last) if span and span.last else today
    first = day_of(span.first) if span and span.first else last - timedelta(days=DAYS - 1)
    return max(min(first, last), last - timedelta(days=LONGEST_DAYS)), last


def _figures(ask: Ask) -> dict[int, dict[str, Any]]:
    covered, rates = measures.uncovered(ask), measures.rates(ask)
    frame, facts = covered.frame, rates.frame.basis
    shared = {
        "first_on": ask.first.isoformat(),
        "last_on": ask.last.isoformat(),
        "group": ask.group,
        "category": ask.category or None,
        "band": ask.band or None,
        "reach_m": ask.metres,
        "counted_on": facts.counted_on.isoformat() if facts.counted_on else None,
        "basis": facts.basis or None,
        "population_source": facts.source or None,
        "sketch": frame.basis.is_sketch,
        "assumption": frame.basis.assumption or None,
        "at_most": frame.is_at_most,
        "left_out": asdict(frame.left_out),
    }
    found: dict[int, dict[str, Any]] = {}
    for pk in Area.objects.districts().values_list("pk", flat=True):
        rate, gap = rates.areas.get(pk), covered.districts.get(pk)
        is_known = pk not in frame.unknown
        found[pk] = shared | {
            "known": is_known,
            "sessions": rate.events if rate else None,
            "people": rate.base if rate else None,
            "rate": round(rate.value, 4) if rate else None,
            "rate_low": round(rate.low, 4) if rate else None,
            "rate_high": round(rate.high, 4) if rate else None,
            "rate_smoothed": round(rate.smoothed, 4) if rate else None,
            "rank_low": rate.rank_low if rate else None,
            "rank_high": rate.rank_high if rate else None,
            "uncovered": gap.uncovered if gap and is_known and gap.people else None,
            "uncovered_share": (
                round(gap.share, 4) if gap and is_known and gap.share is not None else None
            ),
        }
    return found


def gap_feature(area: Area, absolute: features.Absolute) -> features.Feature:
    """The district's shape and its figures; left-out sessions as three numbers."""
    whole = features.area_feature(area, absolute)
    figures: dict[str, Any] = dict(getattr(area, "figures", {}))
    left_out = figures.pop("left_out", {"coarse": 0, "one_of": 0, "nowhere": 0})
    properties = {"name": area.name} | {name: figures.get(name) for name in FIGURES}
    properties |= {f"left_out_{name}": count for name, count in left_out.items()}
    properties["approval_number"] = area.approval_number or None
    return whole | {"properties": properties}


def find_gap(words: str, now: datetime) -> Area:
    """A district by its code, with the figures of the question without parameters."""
    one = questions.find_area(words)
    found: Area | None = ask_gaps({}, now).filter(pk=one.pk).first()
    if found is None:
        raise ApiError(404, f"There is no item {words[:80]!r} in this collection.")
    return found


FIGURES = (
    "known", "sessions", "people", "rate", "rate_low", "rate_high", "rate_smoothed", "rank_low",
    "rank_high", "uncovered", "uncovered_share", "first_on", "last_on", "group", "category",
    "band", "reach_m", "counted_on", "basis", "population_source", "sketch", "assumption",
    "at_most",
)  # fmt: skip
