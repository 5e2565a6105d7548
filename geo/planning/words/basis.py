"""What the figures rest on: people, places, what was left out, what was counted, who drew it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from geo.measures.results import Frame
from geo.models import Area, Population
from geo.phrases import days_words, place_name
from geo.planning.findings import too_coarse
from geo.planning.table import Table
from geo.planning.words.numbers import UNKNOWN


def base_words(population: Population | None) -> str:
    """2020 年普查，行政区划（普查分县资料）"""
    if population is None:
        return str(_("没有人口数"))
    return _("%(year)d 年普查，%(basis)s") % {
        "year": population.counted_on.year,
        "basis": population.basis,
    }


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
