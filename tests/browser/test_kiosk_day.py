"""A quarter of a lobby screen's day, 720 polls across New Year, in one page that must not grow.

The whole day is that of ``script/soak kiosk``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser

from tests.browser.kiosk_worlds import Figures, advance, world_page
from tests.kiosk_factories import SHANGHAI

BEGIN = "2019-12-31T20:00:00+08:00"
HOURS = 6
STARTS = ["09:00", "10:00", "14:00", "15:00", "16:00", "19:00"]


def next_three(now: datetime) -> list[str]:
    """The beginnings that the rail must name, by the world's own timetable."""
    days = [now.date() + timedelta(days=ahead) for ahead in (0, 1)]
    every = [f"{day:%Y%m%d}{start.replace(':', '')}" for day in days for start in STARTS]
    coming = [one for one in every if one > f"{now:%Y%m%d%H%M}"]
    titles: dict[str, str] = {}
    for one in coming:  # each activity once
        titles.setdefault(one[-4:], one)
    return sorted(titles.values())[:3]


def said_of(sample: dict[str, Any]) -> tuple[str, str, list[str]]:
    return sample["clock"], sample["date"], [key.split("-")[1] for key in sample["rail"]]


def test_a_night_leaves_no_trace_and_says_the_right_thing_at_every_hour(
    browser: Browser, city: str
) -> None:
    context, page = world_page(browser, city, BEGIN, dwell_s=300)
    figures = Figures(context, page)
    advance(page, 3_600_000)  # what is made once is made now
    first = figures.read()
    page.evaluate("() => { world.polls = 0; world.samples = []; }")
    page.evaluate("(hours) => world.hours(hours)", HOURS)
    last = figures.read()

    samples = page.evaluate("world.samples")
    assert len(samples) == HOURS
    for sample in samples:
        now = datetime.fromtimestamp(sample["at"] / 1000, UTC).astimezone(SHANGHAI)
        assert said_of(sample) == (f"{now:%H:%M}", f"{now.month}月{now.day}日", next_three(now))
        assert sample["level"] == "fresh"
        assert sample["shown"] > 20
    assert page.evaluate("world.polls") >= 719
    assert page.evaluate("world.overlaps") == 0
    assert page.evaluate("world.wrong()") == []
    # Measured: 0.24 MB, and 0.3 MB between the third hour and the twenty-fourth.
    assert last["JSHeapUsedSize"] - first["JSHeapUsedSize"] < 1_000_000
    assert last["JSHeapUsedSize"] < 30_000_000
    assert last["Nodes"] - first["Nodes"] < 300
    assert last["JSEventListeners"] - first["JSEventListeners"] <= 20
    context.close()
