"""What became of every row: in words for a person, as JSON for a program. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Protocol

from geo.importing import FileReading
from geo.importing.drafts import Alternative, Draft, RowReading
from geo.importing.matching import Plan

PART_WORDS = {"morning": "上午", "afternoon": "下午", "evening": "晚"}
STATUS_WORDS = {
    "ready": "可以导入",
    "settled": "人工核定",
    "imported": "已导入",
    "changed": "有变化，已更新",
    "unchanged": "无变化",
    "needs_a_look": "待核对",
    "refused": "未导入",
}


def as_json(reading: FileReading, statuses: dict[int, str] | None = None) -> dict[str, Any]:
    """``{"rows": [...]}``; *statuses* (by row number) replace those of the reading after saving."""
    known = statuses or {}
    return {"rows": [_row(row, known.get(row.number, row.status)) for row in reading.rows]}


def _row(row: RowReading, status: str) -> dict[str, Any]:
    return {
        "row": row.number,
        "cells": row.cells,
        "status": status,
        "problems": [str(problem) for problem in row.problems],
        "activities": [entry for draft in row.drafts for entry in _activities(draft)],
        "decision": row.decision or None,
        "readings": [reading_as_json(one) for one in row.alternatives],
    }


def reading_as_json(alternative: Alternative) -> dict[str, Any]:
    """One way to read a doubtful row, as it is kept with the row."""
    drafts = alternative.drafts
    return {
        "words": alternative.words,
        "activities": [entry for draft in drafts for entry in _activities(draft)],
    }


def _activities(draft: Draft) -> Iterator[dict[str, Any]]:
    """One entry a printed time: 6月25、27日 is two, so that no day between is claimed."""
    for when in draft.whens:
        yield {
            "title": draft.title,
            "organizers": list(draft.organizers),
            "content": draft.content,
            "audience": draft.audience,
            "places": list(draft.places),
            "start": _moment(when.start, when.start_time),
            "end": _moment(when.end, when.end_time),
            "part_of_day": PART_WORDS.get(when.part_of_day),
            "rrule": when.rrule,
            "status": "scheduled",
            "printed_time": when.printed,
            "time_precision": when.precision,
            "certainty": draft.certainty,
        }


def _moment(day: date | None, clock: time | None) -> str | None:
    """Local; with a time only where an hour is printed."""
    if day is None:
        return None
    if clock is None:
        return day.isoformat()
    return datetime.combine(day, clock).isoformat(timespec="minutes")


def in_words(reading: FileReading, statuses: dict[int, str] | None = None) -> list[str]:
    """One line a row that a person should know of, then the sum."""
    known = statuses or {}
    lines = []
    for row in reading.rows:
        status = known.get(row.number, row.status)
        if row.problems or row.decision:
            lines.append(f"第 {row.number} 行 {STATUS_WORDS[status]}")
            lines += [f"  疑问 {problem}" for problem in row.problems]
            lines += [f"  核定 {row.decision}"] if row.decision else []
            lines += [f"  读法 {one.words}" for one in row.alternatives]
        lines += [f"第 {row.number} 行 {note}" for note in _notes(row)]
    return [*lines, _sum(reading, known)]


def _notes(row: RowReading) -> Iterator[str]:
    """True of a clean row, too: what keeps it from having dated occurrences."""
    for draft in row.drafts:
        for when in draft.whens:
            if when.start is None:
                yield (
                    f"提示 「{when.printed}」没有写从哪天起；"
                    "请用 --published 给出文件的日期，才能排出场次。"
                )


def _sum(reading: FileReading, known: dict[int, str]) -> str:
    counts: dict[str, int] = {}
    for row in reading.rows:
        status = known.get(row.number, row.status)
        counts[status] = counts.get(status, 0) + 1
    activities = sum(len(row.drafts) for row in reading.rows)
    words = "，".join(
        f"{STATUS_WORDS[status]} {counts[status]} 行" for status in STATUS_WORDS if status in counts
    )
    return f"共 {len(reading.rows)} 行，{activities} 项活动：{words or '没有行'}。"


class SavedLike(Protocol):
    """What ``saving`` hands back; named here so that words need no database."""

    @property
    def plan(self) -> Plan: ...
    @property
    def wrote(self) -> bool: ...
    @property
    def gone_titles(self) -> tuple[str, ...]: ...


def saved_in_words(saved: SavedLike) -> list[str]:
    """What was written, and what was left alone."""
    lines = [f"原文里不再有「{title}」：保留，请核对。" for title in saved.gone_titles]
    if saved.plan.count("untouched"):
        lines.append(f"{saved.plan.count('untouched')} 项活动由人修改过，没有覆盖。")
    if not saved.wrote:
        return [*lines, "与上次导入相同，没有任何改动。"]
    new, changed, same = (saved.plan.count(kind) for kind in ("new", "changed", "unchanged"))
    return [*lines, f"新增 {new} 项活动，更新 {changed} 项，{same} 项无变化。"]
