"""What repeats is one series in a calendar, and a moved day stands with its RECURRENCE-ID."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from geo.models import Activity, Occurrence, Schedule
from geo.moments import SHANGHAI
from tests.api import make_week
from tests.factories import WEDNESDAY, make_activity, make_venue

pytestmark = pytest.mark.django_db
READER = Path(__file__).parent / "js" / "calendar-reader.mjs"


def make_weekly(hours: tuple[int, int] | None = (9, 11), weeks: int = 8) -> list[Occurrence]:
    """Every Wednesday; without *hours*, a day is all that is known."""
    activity = make_activity("每周义诊", public_id="weekly")
    precision = "exact" if hours else "date"
    schedule = Schedule.objects.create(
        activity=activity, start_on=WEDNESDAY, rrule="FREQ=WEEKLY;BYDAY=WE",
        time_precision=precision,
    )  # fmt: skip
    venue = make_venue()
    rows = []
    for number in range(weeks):
        day = WEDNESDAY + timedelta(weeks=number)
        begin = datetime.combine(day, time(hours[0] if hours else 0), SHANGHAI)
        end = begin + timedelta(hours=hours[1] - hours[0] if hours else 24)
        rows.append(Occurrence.objects.create(
            activity=activity, schedule=schedule, held_on=day, original_start=begin,
            starts_at=begin, ends_at=end, time_precision=precision, venue=venue, level="venue",
        ))  # fmt: skip
    return rows


def change(rows: list[Occurrence]) -> None:
    """The third is cancelled, the fourth moved by a day, the sixth was never to be (a holiday)."""
    rows[2].status, rows[2].sequence = Occurrence.Status.CANCELLED, 1
    rows[2].save()
    rows[3].previous_starts_at = rows[3].starts_at
    rows[3].starts_at += timedelta(days=1)
    rows[3].ends_at += timedelta(days=1)
    rows[3].held_on += timedelta(days=1)
    rows[3].status = Occurrence.Status.RESCHEDULED
    rows[3].sequence = 1
    rows[3].save()
    rows[5].delete()


def events(client: Client, query: str = "") -> list[Any]:
    return list(Calendar.from_ical(client.get(f"/calendar.ics{query}").content).walk("VEVENT"))


def test_a_weekly_clinic_is_one_rule_and_its_exceptions(client: Client) -> None:
    rows = make_weekly()
    change(rows)
    series, cancelled, moved = events(client)
    assert series["uid"] == cancelled["uid"] == moved["uid"] == "weekly-20190626-every-0@yitu"
    rule = series["rrule"].to_ical().decode()
    assert rule == "FREQ=WEEKLY;UNTIL=20190814T010000Z;BYDAY=WE"
    assert series["exdate"].to_ical() == b"20190731T090000"
    assert series["dtstart"].dt == rows[0].starts_at
    assert series["sequence"] == 1
    assert cancelled["recurrence-id"].dt == rows[2].original_start
    assert cancelled["status"] == "CANCELLED"
    assert moved["recurrence-id"].dt == rows[3].original_start
    assert moved["dtstart"].dt == rows[3].starts_at
    assert series["dtstamp"].dt >= moved["dtstamp"].dt.replace(microsecond=0)


def test_a_day_without_hours_is_excepted_by_its_date(client: Client) -> None:
    change(make_weekly(hours=None))
    series, cancelled, moved = events(client)
    assert series["rrule"].to_ical() == b"FREQ=WEEKLY;UNTIL=20190814;BYDAY=WE"
    assert series["exdate"].dts[0].dt == date(2019, 7, 31)
    assert cancelled["recurrence-id"].dt == date(2019, 7, 10)
    assert (moved["recurrence-id"].dt, moved["dtstart"].dt) == (
        date(2019, 7, 17),
        date(2019, 7, 18),
    )


def test_what_a_rule_does_not_give_stays_apart(client: Client) -> None:
    rows = make_weekly(weeks=4)
    Occurrence.objects.filter(pk=rows[1].pk).update(
        original_start=rows[1].original_start + timedelta(days=2)
    )
    assert len(events(client)) == 4
    assert not any("rrule" in one for one in events(client))


@pytest.mark.parametrize("hours", [(9, 11), None])
def test_two_readers_by_others_show_the_days_that_are_there(
    client: Client, hours: tuple[int, int] | None
) -> None:
    """icalendar has parsed it above; ical.js expands it: the same days, moments and states."""
    make_week()
    change(make_weekly(hours))
    body = client.get("/calendar.ics").content
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    node = shutil.which("node") or pytest.fail("Node is missing; script/setup --test has it.")
    done = subprocess.run(
        [str(node), str(READER)], input=body, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    shown = [(one["start"], one["status"]) for one in json.loads(done.stdout)]
    known = []
    for row in Occurrence.objects.filter(activity__in=Activity.objects.filter(is_sample=False)):
        start = f"{row.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
        off = row.status == Occurrence.Status.CANCELLED
        known.append((
            start if row.time_precision == "exact" else row.held_on.isoformat(),
            "CANCELLED" if off else "CONFIRMED",
        ))  # fmt: skip
    assert sorted(shown) == sorted(known)
