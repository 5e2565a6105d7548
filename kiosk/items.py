"""One activity on one day as a screen knows it, and what may be said of its time. Pure.

Nothing here invents an hour: what was printed as 下午 is said as 下午, what has only a date is said
as 今天（时间未注明）.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from geo.moments import SHANGHAI, STAY_MIN, WALK_LIMIT_MIN, Grade, Times, day_of, grade

Words = Mapping[str, str]

COUNT_DOWN_MIN = 90  # what goes on for longer shows its hours, not its minutes


class Place(TypedDict):
    """Where, as far as it is known; lon, lat in WGS-84, radius in metres."""

    name: str
    district: str  # code
    area: str  # the district's name, "" where the name already says it
    note: str  # how well the place is known, in words
    kind: str  # pin | ring | area | chip | ""
    lon: float | None
    lat: float | None
    radius_m: int
    walk_min: int | None  # only where both ends are known to 200 m


class Item(TypedDict):
    """One activity on one day."""

    id: str
    title: str
    by: str
    day: str  # 2019-06-26
    starts_at: str  # ISO 8601 with offset: bounds for ordering
    ends_at: str
    precision: str
    part: str
    hours: str  # what may be said: 09:00–11:30, 下午, or ""
    status: str
    status_words: str
    reason: str
    is_sure: bool
    is_routine: bool  # comes back a week later or more
    campaign: str  # slug or ""
    find: str  # how its names may be typed: pinyin and initials, a space before every beginning
    is_own: bool
    is_near: bool
    sample: bool
    places: list[Place]


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def grade_of(item: Item, now: datetime) -> Grade:
    times = Times(moment(item["starts_at"]), moment(item["ends_at"]), item["precision"])
    return grade(times, now)


def is_over(item: Item, now: datetime) -> bool:
    return grade_of(item, now) is Grade.OVER


def is_today(item: Item, now: datetime) -> bool:
    return grade_of(item, now) <= Grade.LATER_TODAY


def is_off(item: Item) -> bool:
    return item["status"] in {"cancelled", "postponed"}


def in_time(items: Sequence[Item]) -> list[Item]:
    """By start; what is off last, the routine after the one-off, then by title."""
    return sorted(
        items,
        key=lambda one: (
            moment(one["starts_at"]), is_off(one), one["is_routine"], one["title"], one["id"],
        ),
    )  # fmt: skip


def one_off_first(items: Sequence[Item]) -> list[Item]:
    """What takes place only now before what comes back; otherwise as it stood."""
    return sorted(items, key=lambda one: one["is_routine"])


def plainly(items: Sequence[Item]) -> list[Item]:
    """Without what only a fresh answer may say: whether there are places left."""
    return [
        {**item, "status": "scheduled", "status_words": ""} if item["status"] == "full" else item
        for item in items
    ]


def by_day_words(days: Sequence[str], words: Words) -> str:
    """每天, 每周三、周五, or the dates, where some of those weekdays are missing."""
    known = sorted({date.fromisoformat(day) for day in days})
    first, last = known[0], known[-1]
    span = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    weekdays = {day.weekday() for day in known}
    if known == span and len(weekdays) == 7:
        return words["every_day"]
    if known == [day for day in span if day.weekday() in weekdays] and len(span) > 7:
        names = words["weekdays"].split(" ")
        return words["every"].format(
            days=words["list_comma"].join(names[one] for one in sorted(weekdays))
        )
    return words["list_comma"].join(date_words(day, words) for day in known)


def date_words(day: date, words: Words) -> str:
    return words["date"].format(month=day.month, day=day.day)


def weekday_words(day: date, words: Words) -> str:
    return words["weekdays"].split(" ")[day.weekday()]


def day_words(day: date, now: datetime, words: Words) -> str:
    """今天, 明天, or 6月29日 周六."""
    ahead = (day - day_of(now)).days
    if ahead in {0, 1}:
        return words["today"] if ahead == 0 else words["tomorrow"]
    return f"{date_words(day, words)} {weekday_words(day, words)}"


def when_words(item: Item, now: datetime, words: Words) -> str:
    """今天 下午, 6月29日 周六 下午, 明天 09:00–11:30, 今天（时间未注明）."""
    day = day_words(date.fromisoformat(item["day"]), now, words)
    if item["hours"]:
        return f"{day} {item['hours']}"
    return words["day_without_hour"].format(day=day)


def minutes_until(item: Item, now: datetime) -> int:
    return max(0, int(((moment(item["starts_at"]) - now).total_seconds() + 30) // 60))


def minutes_left(item: Item, now: datetime) -> int:
    return max(0, int((moment(item["ends_at"]) - now).total_seconds() // 60))


def walk_of(item: Item) -> int | None:
    """Minutes on foot, where both ends are known and it is certain which place it is."""
    if len(item["places"]) != 1:
        return None
    minutes = item["places"][0]["walk_min"]
    return minutes if minutes is not None and minutes <= WALK_LIMIT_MIN else None


def slack_min(item: Item, now: datetime) -> int | None:
    """Minutes to spare when one leaves now; negative: too late; None: cannot be said."""
    walk, known = walk_of(item), grade_of(item, now)
    if walk is None or item["precision"] != "exact":
        return None
    if known is Grade.LIVE:
        return minutes_left(item, now) - walk - STAY_MIN
    return minutes_until(item, now) - walk


def go_words(item: Item, now: datetime, words: Words) -> tuple[str, str]:
    """(步行 8 分钟 · 25 分钟后开始, 来得及)."""
    walk, known, slack = walk_of(item), grade_of(item, now), slack_min(item, now)
    said = [words["walk"].format(minutes=walk)] if walk is not None else []
    if known is Grade.SOON:
        said.append(words["starts_in"].format(minutes=minutes_until(item, now)))
    if known is Grade.LIVE and minutes_left(item, now) <= COUNT_DOWN_MIN:
        said.append(words["minutes_left"].format(minutes=minutes_left(item, now)))
    verdict = ""
    if slack is not None and known in {Grade.LIVE, Grade.SOON} and not is_off(item):
        late = "ending" if known is Grade.LIVE else "late"
        verdict = words["in_time"] if slack >= 0 else words[late].format(minutes=-slack)
    return " · ".join(said), verdict


def by_chance(items: Sequence[Item], now: datetime) -> list[Item]:
    """What one can still walk to first; then by grade and start."""

    def key(one: Item) -> tuple[Any, ...]:
        slack = slack_min(one, now)
        missed = slack is not None and slack < 0
        return (
            is_off(one), one["status"] == "full", missed, grade_of(one, now), one["is_routine"],
            moment(one["starts_at"]), walk_of(one) or WALK_LIMIT_MIN, one["title"],
        )  # fmt: skip

    return sorted(items, key=key)


def part_of(item: Item) -> str:
    """The part of day an item stands under; "" where neither hour nor part is known."""
    if item["precision"] == "exact" or (item["precision"] == "open_ended" and item["hours"]):
        hour = moment(item["starts_at"]).astimezone(SHANGHAI).hour
        return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    return item["part"]
