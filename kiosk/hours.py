"""When a lobby is open, as staff write it. Pure.

Hours: ``周一至周五 09:00–17:30；周六、周日 09:00–12:00``, ``每天 08:30–11:30、14:00–17:00``.
Days: one a line, ``2019-10-01 至 2019-10-07 闭馆``, ``2019-10-12 09:00–12:00``.
English words too: ``Mon-Fri 09:00-17:30; Sat closed``, ``2019-10-01 to 2019-10-07 closed``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from geo.moments import SHANGHAI

Span = tuple[time, time]

WEEKDAYS = "一二三四五六日"
CLAUSE_END = re.compile(r"[；;。\n]+")
CLOCK = r"([01]?\d|2[0-4])[:：]([0-5]\d)"
SPAN = re.compile(rf"{CLOCK}\s*(?:-|–|—|~|～|至|到)\s*{CLOCK}")
DAY_RANGE = re.compile(r"周([一二三四五六日天])\s*(?:至|到|-|–|—|~)\s*周?([一二三四五六日天])")
DAY = re.compile(r"周([一二三四五六日天])")
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
CLOSED = ("闭馆", "休息", "不开放", "闭", "休")
ENGLISH = (
    *((re.compile(rf"\b{name}[a-z]*\b", re.IGNORECASE), f"周{day}") for name, day in zip(
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), WEEKDAYS, strict=True
    )),
    (re.compile(r"\b(daily|every day)\b", re.IGNORECASE), "每天"),
    (re.compile(r"\bclosed\b", re.IGNORECASE), "闭馆"),
    (re.compile(r"\bto\b", re.IGNORECASE), "至"),
)  # fmt: skip
FILLING = re.compile(r"[\s、,，和及：:]+")
LONGEST_HOLIDAY = timedelta(days=120)


@dataclass(frozen=True)
class Opening:
    """Spans of each weekday, Monday first; single days that differ."""

    weekly: tuple[tuple[Span, ...], ...]
    closed_on: frozenset[date] = frozenset()
    open_on: dict[date, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        if day in self.open_on:
            return self.open_on[day]
        return () if day in self.closed_on else self.weekly[day.weekday()]

    def is_open(self, now: datetime) -> bool:
        local = now.astimezone(SHANGHAI)
        return any(first <= local.time() < last for first, last in self.spans(local.date()))

    def opened_at(self, now: datetime) -> datetime | None:
        """When the span that *now* lies in began; None while closed."""
        local = now.astimezone(SHANGHAI)
        for first, last in self.spans(local.date()):
            if first <= local.time() < last:
                return datetime.combine(local.date(), first, SHANGHAI)
        return None

    def as_json(self) -> dict[str, Any]:
        """As the page reads it."""
        return {
            "weekly": [_written(spans) for spans in self.weekly],
            "closed_on": sorted(day.isoformat() for day in self.closed_on),
            "open_on": {day.isoformat(): _written(self.open_on[day]) for day in self.open_on},
        }


def _written(spans: tuple[Span, ...]) -> list[list[str]]:
    return [[f"{one:%H:%M}" for one in span] for span in spans]


def read_opening(hours: str, days: str) -> Opening | None:
    """None where no hours are written. Raises ValueError with what was not understood."""
    for english, chinese in ENGLISH:
        hours, days = english.sub(chinese, hours), english.sub(chinese, days)
    weekly: list[tuple[Span, ...]] = [()] * 7
    for clause in filter(None, map(str.strip, CLAUSE_END.split(hours))):
        spans, rest = _spans(clause)
        for weekday in _weekdays(rest, clause):
            weekly[weekday] = spans
    closed, opened = _days(days)
    if not hours.strip():
        return None
    return Opening(tuple(weekly), frozenset(closed), opened)


def _spans(clause: str) -> tuple[tuple[Span, ...], str]:
    """The spans of a clause, none where it says 闭馆, and what is left of it."""
    spans = tuple(_span(found, clause) for found in SPAN.finditer(clause))
    rest = SPAN.sub(" ", clause)
    is_closed = any(word in rest for word in CLOSED)
    if bool(spans) == is_closed:
        raise ValueError(f"“{clause}”没看懂：要写几点到几点（09:00–17:30），或者写“闭馆”。")
    for word in CLOSED:
        rest = rest.replace(word, " ")
    return spans, rest


def _span(found: re.Match[str], clause: str) -> Span:
    first_hour, first_minute, last_hour, last_minute = (int(one) for one in found.groups())
    if (first_hour, first_minute) >= (last_hour, last_minute) or first_hour == 24:
        raise ValueError(f"“{clause}”里，结束要晚于开始。")
    if last_hour == 24:
        return time(first_hour, first_minute), time(23, 59, 59)
    return time(first_hour, first_minute), time(last_hour, last_minute)


def _weekdays(words: str, clause: str) -> set[int]:
    found: set[int] = set()
    for names, days in (("每天", range(7)), ("工作日", range(5)), ("周末", (5, 6))):
        if names in words:
            found |= set(days)
            words = words.replace(names, " ")
    for match in DAY_RANGE.finditer(words):
        first, last = (_weekday(one) for one in match.groups())
        found |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    words = DAY_RANGE.sub(" ", words)
    found |= {_weekday(one) for one in DAY.findall(words)}
    left = FILLING.sub("", DAY.sub(" ", words))
    if left:
        raise ValueError(f"“{clause}”里的“{left}”没看懂。")
    return found or set(range(7))


def _weekday(name: str) -> int:
    return WEEKDAYS.index(name.replace("天", "日"))


def _days(words: str) -> tuple[set[date], dict[date, tuple[Span, ...]]]:
    closed: set[date] = set()
    opened: dict[date, tuple[Span, ...]] = {}
    for line in filter(None, map(str.strip, CLAUSE_END.split(words))):
        spans, rest = _spans(line)
        for day in _dates(rest, line):
            if spans:
                opened[day] = spans
            else:
                closed.add(day)
    return closed, opened


def _dates(words: str, line: str) -> Iterator[date]:
    try:
        found = [date(*map(int, one)) for one in DATE.findall(words)]
    except ValueError:
        found = []
    left = FILLING.sub("", DATE.sub(" ", words)).strip("至到-–—~")
    if left or len(found) not in {1, 2}:
        raise ValueError(f"“{line}”没看懂：要写 2019-10-01，或 2019-10-01 至 2019-10-07。")
    first, last = found[0], found[-1]
    if not timedelta() <= last - first <= LONGEST_HOLIDAY:
        raise ValueError(f"“{line}”里，日期的先后或长短不对。")
    while first <= last:
        yield first
        first += timedelta(days=1)
