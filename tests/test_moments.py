"""Grades of now: nothing says more than what was printed."""

from datetime import date, datetime

from geo.moments import SHANGHAI, Grade, Reach, Times, grade, reach, walking_minutes, weekend_of

NOW = datetime(2019, 6, 26, 9, 40, tzinfo=SHANGHAI)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2019, 6, day, hour, minute, tzinfo=SHANGHAI)


def test_inside_printed_hours_it_is_live() -> None:
    assert grade(Times(at(26, 9), at(26, 11), "exact"), NOW) is Grade.LIVE


def test_a_morning_without_hours_is_never_live() -> None:
    assert grade(Times(at(26, 8), at(26, 12), "part_of_day"), NOW) is Grade.WINDOW


def test_a_day_without_hours_is_only_today() -> None:
    assert grade(Times(at(26, 0), at(27, 0), "date"), NOW) is Grade.TODAY


def test_soon_needs_a_printed_hour() -> None:
    assert grade(Times(at(26, 10, 5), at(26, 11), "exact"), NOW) is Grade.SOON
    assert grade(Times(at(26, 12), at(26, 18), "part_of_day"), NOW) is Grade.LATER_TODAY


def test_the_last_minute_is_inside_and_the_end_is_outside() -> None:
    times = Times(at(26, 8), at(26, 9, 40), "exact")
    assert grade(times, at(26, 9, 39)) is Grade.LIVE
    assert grade(times, NOW) is Grade.OVER


def test_tomorrow_begins_at_midnight_in_ningbo() -> None:
    tomorrow = Times(at(27, 0), at(28, 0), "date")
    assert grade(tomorrow, at(26, 23, 59)) is Grade.TOMORROW
    assert grade(tomorrow, at(27, 0)) is Grade.TODAY


def test_on_a_sunday_the_weekend_is_still_this_one() -> None:
    assert weekend_of(date(2019, 6, 30)) == (date(2019, 6, 29), date(2019, 6, 30))
    assert weekend_of(date(2019, 6, 26)) == (date(2019, 6, 29), date(2019, 6, 30))


def test_five_ten_and_fifteen_minutes_are_the_rings() -> None:
    assert [walking_minutes(metres) for metres in (280, 570, 860)] == [5, 10, 15]


def test_a_walk_of_twelve_minutes_reaches_what_goes_on_for_forty_more() -> None:
    known = reach(Times(at(26, 9), at(26, 10, 20), "exact"), 680, NOW)
    assert known == Reach(walk_min=12, left_min=40, until_min=None)
    assert known.is_in_time


def test_who_arrives_for_the_last_nine_minutes_is_too_late() -> None:
    known = reach(Times(at(26, 9), at(26, 10, 1), "exact"), 680, NOW)
    assert known is not None
    assert not known.is_in_time


def test_what_begins_before_one_is_there_is_too_late() -> None:
    known = reach(Times(at(26, 9, 50), at(26, 11), "exact"), 680, NOW)
    assert known == Reach(walk_min=12, left_min=None, until_min=10)
    assert not known.is_in_time


def test_without_printed_hours_nobody_is_told_that_it_is_in_time() -> None:
    assert reach(Times(at(26, 8), at(26, 12), "part_of_day"), 680, NOW) is None
    assert reach(Times(at(26, 0), at(27, 0), "date"), 680, NOW) is None


def test_nobody_is_told_to_walk_an_hour_or_for_another_day() -> None:
    assert reach(Times(at(26, 9), at(26, 18), "exact"), 3500, NOW) is None
    assert reach(Times(at(27, 9), at(27, 10), "exact"), 680, NOW) is None
