"""What may honestly be said of a time, seen from *now*. Pure.

Three grades of now (``live``: the hours are printed and we are inside them; ``window``: only a part
of day is printed and we are inside it; ``today``: only the date is printed), then what is to come,
then what is over. Nothing here invents an hour.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SOON = timedelta(hours=2)


class Grade(IntEnum):
    """How near in time; smaller is sooner. The order is the order of the list."""

    LIVE = 0  # 正在进行
    WINDOW = 1  # 本时段
    TODAY = 2  # 今天（时间未注明）
    SOON = 3  # 即将开始
    LATER_TODAY = 4  # 今天稍后
    TOMORROW = 5
    UPCOMING = 6
    OVER = 7


@dataclass(frozen=True)
class Times:
    """The bounds of one occurrence (aware instants) and what was printed of them."""

    starts_at: datetime
    ends_at: datetime
    precision: str  # exact | part_of_day | date | open_ended


def microseconds(moment: datetime) -> int:
    """Since 1970: an instant as a whole number, exactly."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(number: int) -> datetime:
    """The instant (UTC) of so many microseconds."""
    return EPOCH + number * MICROSECOND


def day_of(moment: datetime) -> date:
    """The calendar day in Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """[00:00, 24:00) of a day in Shanghai, as aware instants."""
    start = datetime.combine(day, time.min, SHANGHAI)
    return start, start + timedelta(days=1)


def weekend_of(day: date) -> tuple[date, date]:
    """Saturday and Sunday of this week; on a Sunday, the weekend that is still on."""
    saturday = day + timedelta(days=5 - day.weekday()) if day.weekday() < 6 else day - timedelta(1)
    return saturday, saturday + timedelta(days=1)


def grade(times: Times, now: datetime) -> Grade:
    """The grade of an occurrence at *now*. ``ends_at`` is outside, ``starts_at`` is inside."""
    if times.ends_at <= now and not _is_point_now(times, now):
        return Grade.OVER
    if times.starts_at <= now:
        if times.precision == "exact":
            return Grade.LIVE
        return Grade.WINDOW if times.precision == "part_of_day" else Grade.TODAY
    days = (day_of(times.starts_at) - day_of(now)).days
    if days == 0:
        sure = times.precision == "exact"
        return Grade.SOON if sure and times.starts_at - now <= SOON else Grade.LATER_TODAY
    return Grade.TOMORROW if days == 1 else Grade.UPCOMING


def _is_point_now(times: Times, now: datetime) -> bool:
    return times.starts_at == times.ends_at == now


def walking_minutes(straight_m: float) -> int:
    """Minutes on foot for *straight_m* metres straight: 4.5 km/h, detour × 1.3, rounded up."""
    metres_a_minute = 4500 / 60
    return max(1, -(-int(straight_m * 1.3) // int(metres_a_minute)))


# Rings for 5, 10 and 15 minutes on foot, straight-line metres (4.5 km/h, detour 1.3).
WALKING_RINGS_M = {5: 290, 10: 580, 15: 865}

WALK_LIMIT_MIN = 45  # further than this nobody is told to walk
STAY_MIN = 10  # arriving at something with less than this left is too late


@dataclass(frozen=True)
class Reach:
    """Whether one who leaves now, on foot, still gets something of it. Minutes, rounded down."""

    walk_min: int
    left_min: int | None  # until it ends: it is on
    until_min: int | None  # until it begins

    @property
    def is_in_time(self) -> bool:
        if self.left_min is not None:
            return self.walk_min + STAY_MIN <= self.left_min
        return self.walk_min <= (self.until_min or 0)


def reach(times: Times, straight_m: float, now: datetime) -> Reach | None:
    """For printed hours of today within a walk; None where nothing honest can be said.

    *straight_m*: metres between two places that are both known well enough to walk by.
    """
    walk = walking_minutes(straight_m)
    known = grade(times, now)
    if times.precision != "exact" or walk > WALK_LIMIT_MIN:
        return None
    if known is Grade.LIVE:
        return Reach(walk, int((times.ends_at - now).total_seconds() // 60), None)
    if known in (Grade.SOON, Grade.LATER_TODAY):
        return Reach(walk, None, int((times.starts_at - now).total_seconds() // 60))
    return None
