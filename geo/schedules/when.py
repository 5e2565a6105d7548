"""What a printed date says, the days it covers, and the bounds by which it is ordered."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

SHANGHAI = ZoneInfo("Asia/Shanghai")

# For ordering only: an activity printed 「下午」 is shown as 「下午」, never as 12:00.
WINDOWS: dict[str, tuple[time, time]] = {
    "morning": (time(8), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time(22)),
}
EXPAND_DAYS = 400


@dataclass(frozen=True)
class When:
    """One printed time. ``printed`` is kept beside the reading and does not count in ``==``.

    ``start`` is None where the text names no first day (即日起, 每周三), ``end`` where it names no
    last one (6月25日起, 每周三). ``part_of_day`` is "", "morning", "afternoon" or "evening";
    ``start_time``/``end_time`` stand only where hours are printed. ``rrule`` is an RFC 5545 rule
    without DTSTART and UNTIL: the dates bound it.
    """

    start: date | None
    end: date | None
    part_of_day: str = ""
    start_time: time | None = None
    end_time: time | None = None
    rrule: str | None = None
    printed: str = field(default="", compare=False)

    @property
    def precision(self) -> str:
        """exact (hours printed) > part_of_day > open_ended (an end is missing) > date."""
        if self.start_time is not None:
            return "exact"
        if self.part_of_day:
            return "part_of_day"
        if self.rrule is None and (self.start is None or self.end is None):
            return "open_ended"
        return "date"

    def starting(self, first_day: date) -> "When":
        """With *first_day* (of the document) where the text itself names none."""
        return self if self.start is not None else replace(self, start=first_day)


def expand(
    when: When, until_days: int = EXPAND_DAYS, exceptions: Iterable[date] = ()
) -> list[date]:
    """The days, in order: a range is one occurrence a day; a rule goes by dateutil.

    Looks at most *until_days* days past the first one. Without a first day there are no days:
    ask ``when.starting(...)`` first.
    """
    if when.start is None:
        return []
    try:
        last = when.start + timedelta(days=until_days)
    except OverflowError:
        last = date.max
    if when.end is not None:
        last = min(last, when.end)
    skipped = set(exceptions)
    return [day for day in _days(when, when.start, last) if day not in skipped]


def _days(when: When, first: date, last: date) -> list[date]:
    if when.rrule is None:
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rule = rrulestr(when.rrule, dtstart=datetime.combine(first, time.min))
    found = rule.between(
        datetime.combine(first, time.min), datetime.combine(last, time.min), inc=True
    )
    return [moment.date() for moment in found]


def bounds(day: date, when: When) -> tuple[datetime, datetime]:
    """(starts_at, ends_at) in UTC: what is printed, else the window it lies in. Not for showing.

    Where only the beginning is printed, the end is that of the window it falls into.
    """
    if when.start_time is not None:
        last = when.end_time or _window_end(when.start_time)
        return _instant(day, when.start_time), _instant(day, last)
    first, last = WINDOWS.get(when.part_of_day, (time.min, None))
    return _instant(day, first), _instant(day, last)


def _window_end(start: time) -> time | None:
    ends = [time(8), *(end for _, end in WINDOWS.values())]
    return next((end for end in ends if start < end), None)


def _instant(day: date, clock: time | None) -> datetime:
    """An instant in UTC; None is the end of the day (24:00)."""
    moment = datetime.combine(day, clock or time.min, SHANGHAI)
    return (moment + timedelta(days=clock is None)).astimezone(UTC)
