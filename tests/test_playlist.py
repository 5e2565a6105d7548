"""The clock of the scenes: the same values as tests/js/kiosk-playlist.test.js."""

from datetime import UTC, datetime, time

import pytest

from kiosk.playlist import (
    dwell_of,
    fingerprint,
    headline_px,
    is_night,
    phase_ms,
    text_step,
    turn_at,
    wanted,
)
from tests.kiosk_factories import SHANGHAI

NOON = datetime(2019, 6, 26, 12, 0, tzinfo=SHANGHAI)


def test_scenes_turn_by_the_clock_of_the_server_alone() -> None:
    dwells = [20, 10, 30]
    at = [turn_at(NOON.replace(second=second), dwells)[0] for second in (0, 19, 20, 29, 30, 59)]
    assert at == [0, 0, 1, 1, 2, 2]
    assert turn_at(NOON.astimezone(UTC), dwells) == turn_at(NOON, dwells)


def test_no_scene_is_no_division_by_zero() -> None:
    assert turn_at(NOON, []) == (0, 0.0)


def test_the_thin_line_grows_from_nothing_to_the_turn() -> None:
    assert turn_at(NOON, [20, 40]) == (0, 0.0)
    assert turn_at(NOON.replace(second=50), [20, 40]) == (1, 0.75)


def test_a_scene_stays_as_long_as_there_is_to_read() -> None:
    assert [dwell_of(20, cards) for cards in (0, 1, 5, 8, 20)] == [12, 12, 20, 27, 30]


def test_a_playlist_keeps_its_order_and_skips_what_is_empty() -> None:
    assert wanted(["week", "now", "around"], ["around", "week"]) == ["week", "around"]


def test_screens_ask_at_a_phase_of_their_own() -> None:
    assert fingerprint("yiyuan") == 0xCD98B1AE
    assert phase_ms("yiyuan") == fingerprint("yiyuan") % 30000
    seconds = [phase_ms(f"lobby-{number}") // 1000 for number in range(1000)]
    counts = [seconds.count(second) for second in range(30)]
    assert max(counts) <= 1.5 * 1000 / 30


@pytest.mark.parametrize(
    ("at", "dark"), [("21:29", False), ("21:30", True), ("00:00", True), ("06:30", False)]
)
def test_the_night_goes_over_midnight(at: str, dark: bool) -> None:
    assert is_night(time.fromisoformat(at), time(21, 30), time(6, 30)) is dark


def test_without_both_ends_there_is_no_night() -> None:
    assert is_night(time(23), time(21), None) is False


def test_the_headline_is_half_a_percent_of_the_viewing_distance() -> None:
    # 55 inch at 1080p has 0.634 mm a pixel: 15 mm for 3 m are 24 px; 32 inch has 0.369: 41 px.
    assert round(headline_px(1920, 1080, 55, 3)) == 24
    assert round(headline_px(1920, 1080, 32, 3)) == 41
    assert headline_px(1080, 1920, 55, 3) == headline_px(1920, 1080, 55, 3)


def test_the_size_stays_where_a_scene_still_holds_something() -> None:
    assert text_step(55, 1) == 26
    assert text_step(55, 4) == 30
    assert text_step(32, 6) == 42
