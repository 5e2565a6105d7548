"""The calendar file: parsed by a reader we did not write."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from geo.feeds import calendar_of
from geo.models import Activity
from tests.factories import make_activity, make_occurrence, make_venue

pytestmark = pytest.mark.django_db


def read(activity: Activity) -> list[dict[str, object]]:
    calendar = Calendar.from_ical(calendar_of(activity, lambda path: f"https://example.org{path}"))
    return list(calendar.walk("VEVENT"))


def test_an_afternoon_is_a_date_with_the_word_before_its_summary() -> None:
    activity = make_activity("象山公益集市")
    make_occurrence(activity, day=date(2019, 6, 29), part_of_day="afternoon")
    (event,) = read(activity)
    assert event.get("dtstart").dt == date(2019, 6, 29)  # type: ignore[attr-defined]
    assert event.get("dtend").dt == date(2019, 6, 30)  # type: ignore[attr-defined]
    assert event["summary"] == "下午 象山公益集市"


def test_printed_hours_come_with_zone_and_its_definition() -> None:
    activity = make_activity("义诊")
    make_occurrence(activity, hours=("09:00", "11:00"))
    body = calendar_of(activity, str)
    assert b"DTSTART;TZID=Asia/Shanghai:20190626T090000" in body
    assert b"BEGIN:VTIMEZONE" in body
    (event,) = read(activity)
    assert event.get("dtstart").dt.astimezone(UTC) == datetime(2019, 6, 26, 1, tzinfo=UTC)  # type: ignore[attr-defined]


def test_a_cancelled_day_stays_in_the_file_with_its_status() -> None:
    activity = make_activity()
    make_occurrence(activity, status="cancelled", status_reason="台风", sequence=2)
    (event,) = read(activity)
    assert (event["status"], event["sequence"]) == ("CANCELLED", 2)
    assert "取消: 台风" in str(event["description"])


def test_two_places_without_saying_which_are_one_event_naming_both() -> None:
    activity = make_activity("走进病房")
    for rank, name in enumerate(["宁波市妇女儿童医院", "宁波市中医院"]):
        venue = make_venue(name, radius_m=900)
        make_occurrence(activity, venue=venue, place_rank=rank, certainty="one_of")
    (event,) = read(activity)
    assert event["location"] == "宁波市妇女儿童医院／宁波市中医院（其中一处，原文未注明）"
    assert "geo" not in event


def test_only_a_pin_carries_a_position() -> None:
    activity = make_activity()
    make_occurrence(activity, venue=make_venue(radius_m=450))
    (event,) = read(activity)
    assert event["geo"].to_ical() == "29.8985;121.5575"  # type: ignore[attr-defined]


def test_the_same_activity_gives_the_same_identities_again() -> None:
    activity = make_activity(public_id="rihu2019")
    make_occurrence(activity, hours=("09:00", "11:00"))
    first, again = read(activity)[0]["uid"], read(activity)[0]["uid"]
    assert first == again == "rihu2019-20190626T0900-0@yitu"


def test_long_chinese_lines_are_folded_at_75_octets() -> None:
    activity = make_activity("庆祝建党98周年广场志愿者服务活动暨2019年全市“公益集市”活动")
    make_occurrence(activity)
    body = calendar_of(activity, str)
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert body.decode("utf-8")
