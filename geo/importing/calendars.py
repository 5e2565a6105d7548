"""ICS and GeoJSON as lines of our own columns. Pure; nothing is fetched."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar

from geo.errors import Problem, ProblemError
from geo.importing.columns import NAMES, recognise
from geo.importing.sheets import Sheet, bounded
from geo.schedules import SHANGHAI, When, print_when

FIELDS = ("title", "organizers", "content", "place", "when")
_DAYS = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), "一二三四五六日", strict=True))


def header() -> list[str]:
    return [NAMES[field] for field in FIELDS]


# --- ICS -------------------------------------------------------------------------------------
def looks_like_ics(text: str) -> bool:
    return text.lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR")


def read_ics(text: str, name: str) -> Sheet:
    """One line an event. A cancelled one, and a rule that our grammar has no words for, are shown
    as they are: the grammar refuses them aloud."""
    try:
        events = list(Calendar.from_ical(text.lstrip("\ufeff \r\n")).walk("VEVENT"))
        lines = [_event(event) for event in events]
    except (ValueError, KeyError, AttributeError, IndexError, TypeError) as error:
        raise ProblemError(
            Problem(
                "broken_ics", f"「{name}」不是完整的日历文件（{error}）"[:200], "", "请重新导出"
            )
        ) from None
    return bounded(name, [header(), *lines], "", made=True)


def _event(event: Any) -> list[str]:
    organizer = event.get("ORGANIZER")
    said = organizer.params.get("CN", "") if organizer is not None else ""
    status = str(event.get("STATUS", "")).upper()
    return [
        str(event.get("SUMMARY", "")),
        str(said),
        str(event.get("DESCRIPTION", "")),
        str(event.get("LOCATION", "")),
        f"已取消：{_printed(event)}" if status == "CANCELLED" else _printed(event),
    ]


def _printed(event: Any) -> str:
    """The times in the words of our grammar, in Ningbo's time."""
    start = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else None
    rule = event.get("RRULE")
    if isinstance(start, datetime):
        first = _local(start)
        last = _local(end) if isinstance(end, datetime) else None
        same_day = last is None or last.date() == first.date()
        when = When(
            first.date(),
            first.date() if same_day or last is None else last.date(),
            start_time=first.time().replace(microsecond=0),
            end_time=last.time() if last and same_day else None,
        )
        if not same_day and last is not None:  # from one hour of a day to one of another: not ours
            return f"{first:%Y年%-m月%-d日 %H:%M}至{last:%Y年%-m月%-d日 %H:%M}"
    else:
        last_day = end - timedelta(days=1) if isinstance(end, date) and end > start else start
        when = When(start, last_day)
    return print_when(when) if rule is None else _repeated(when, rule)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI) if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _repeated(when: When, rule: Any) -> str:
    """Weekly and daily rules with an end; else the rule as it is, which nobody reads by guess."""
    parts = dict(rule.items())
    until, frequency = parts.pop("UNTIL", [None])[0], parts.pop("FREQ", [""])[0]
    days = parts.pop("BYDAY", [])
    parts.pop("WKST", None)
    plain = parts.pop("INTERVAL", [1])[0] == 1 and not parts
    assert when.start is not None  # noqa: S101 - an event has a beginning
    if not plain or frequency not in ("WEEKLY", "DAILY") or any(day not in _DAYS for day in days):
        return f"{print_when(when)}（{rule.to_ical().decode()}）"
    last = _local(until).date() if isinstance(until, datetime) else until
    clock = print_when(When(when.start, when.start, "", when.start_time, when.end_time))
    clock = clock.partition(" ")[2]
    if frequency == "DAILY" and not days:
        every = "每天"
    else:
        every = "每周" + "、".join(_DAYS[day] for day in days or [_day_of(when.start)])
    span = print_when(When(when.start, last))
    return " ".join(part for part in (span, every, clock) if part)


def _day_of(day: date) -> str:
    return list(_DAYS)[day.weekday()]


# --- GeoJSON ---------------------------------------------------------------------------------
def looks_like_json(text: str) -> bool:
    return text.lstrip("\ufeff \r\n\t")[:1] in ("{", "[")


def read_geojson(text: str, name: str) -> Sheet:
    """One line a feature, one column a property. Positions are not taken over: they prove nothing
    about the place that is printed, and their datum is unknown more often than not."""
    try:
        said = json.loads(text.lstrip("\ufeff"))
        features = said["features"] if isinstance(said, dict) else said
        rows = [dict(feature.get("properties", feature) or {}) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ProblemError(
            Problem(
                "broken_json",
                f"「{name}」不是完整的 GeoJSON",
                "要有 features，每个有 properties",
                "请重新导出",
            )
        ) from None
    names = list(dict.fromkeys(key for row in rows for key in row))
    lines = [names, *[[_words(row.get(key)) for key in names] for row in rows]]
    joined = _start_and_end(lines)
    return bounded(name, joined, "")


def _start_and_end(lines: list[list[str]]) -> list[list[str]]:
    """schema.org's startDate and endDate are one printed time."""
    names = lines[0]
    if "startDate" not in names or "when" in recognise([n for n in names if n != "startDate"]):
        return lines
    start = names.index("startDate")
    end = names.index("endDate") if "endDate" in names else None
    found = []
    for line in lines:
        last = line[end] if end is not None else ""
        words = NAMES["when"] if line is names else iso_words(line[start], last)
        rest = [cell for at, cell in enumerate(line) if at not in (start, end)]
        found.append([*rest, words])
    return found


def iso_words(start: str, end: str) -> str:
    """2019-06-25T09:00 and 2019-06-25T11:00 → 2019年6月25日 09:00—11:00; else as printed."""
    try:
        first = datetime.fromisoformat(start)
        last = datetime.fromisoformat(end) if end else first
    except ValueError:
        return " ".join(filter(None, (start, end)))
    first, last = _local(first), _local(last)
    timed = "T" in start
    if timed and first.date() != last.date():
        return f"{start} {end}"
    return print_when(
        When(
            first.date(),
            last.date(),
            start_time=first.time() if timed else None,
            end_time=last.time() if timed and end and last > first else None,
        )
    )


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):  # schema.org: organizer and location are objects with a name
        return " ".join(_of(value, ("name", "address", "streetAddress")))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "、".join(_words(one) for one in value)
    return str(value)


def _of(value: dict[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if value.get(name):
            yield _words(value[name])
