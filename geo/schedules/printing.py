"""Prints a When so that it reads back to the same When, whatever the document's year."""

from datetime import date, time

from geo.schedules.lexing import RRULE_DAYS, WEEKDAYS
from geo.schedules.when import When

PART_WORDS = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}


def print_when(when: When) -> str:
    """2019年6月25日—26日 下午, 每周三 14:00—16:00, 即日起至2019年7月15日 …"""
    pieces = [
        _days(when.start, when.end, has_rule=when.rrule is not None),
        _rule(when.rrule),
        PART_WORDS.get(when.part_of_day, ""),
        _clocks(when.start_time, when.end_time),
    ]
    return " ".join(piece for piece in pieces if piece)


def _date(day: date) -> str:
    return f"{day.year:04d}年{day.month}月{day.day}日"


def _days(start: date | None, end: date | None, *, has_rule: bool) -> str:
    if start is None:
        if end is None:
            return "" if has_rule else "即日起"
        return f"即日起至{_date(end)}"
    if end is None:
        return f"{_date(start)}起"
    if start == end and not has_rule:
        return _date(start)
    if start.year != end.year or has_rule:
        return f"{_date(start)}—{_date(end)}"
    if start.month != end.month:
        return f"{_date(start)}—{end.month}月{end.day}日"
    return f"{_date(start)}—{end.day}日"


def _rule(rrule: str | None) -> str:
    if rrule is None:
        return ""
    parts = dict(piece.split("=", 1) for piece in rrule.split(";"))
    if parts["FREQ"] == "DAILY":
        return "每天"
    if parts["FREQ"] == "MONTHLY":
        return _monthly(parts)
    days = [RRULE_DAYS.index(day) for day in parts["BYDAY"].split(",")]
    return "每周" + "、".join(WEEKDAYS[day] for day in days)


def _monthly(parts: dict[str, str]) -> str:
    if "BYMONTHDAY" in parts:
        return f"每月{parts['BYMONTHDAY']}日"
    nth, day = parts["BYDAY"][:-2], WEEKDAYS[RRULE_DAYS.index(parts["BYDAY"][-2:])]
    which = "最后一" if nth == "-1" else "第" + WEEKDAYS[int(nth) - 1]
    return f"每月{which}个星期{day}"


def _clocks(start: time | None, end: time | None) -> str:
    if start is None:
        return ""
    return f"{start:%H:%M}" + (f"—{end:%H:%M}" if end else "")
