"""When which scene is on, by the server's clock, so that screens in one lobby are in step. Pure.

The page does the same in ``static/js/lib/kiosk/playlist.js``; both are tested on the same values.
"""

from collections.abc import Sequence
from datetime import datetime, time
from math import hypot

# Every scene there is, in the order of a fresh playlist.
SCENES = ("notice", "around", "now", "today", "week", "campaign", "services")

POLL_PERIOD_S = 30
MILLIMETRES_AN_INCH = 25.4
# Height of the headline as a share of the viewing distance: 15 mm at 3 m.
HEADLINE_SHARE = 0.005
# The headline in tenths of a percent of the short edge: never too small for a calm page, never so
# large that a scene holds nothing.
SMALLEST_TEXT, LARGEST_TEXT, TEXT_STEP = 26, 42, 2


def dwell_of(base_s: int, cards: int) -> int:
    """Whole seconds a scene stays: *base_s* for five cards, less for fewer, more for more."""
    return (base_s * min(150, max(60, 45 + 11 * cards)) + 50) // 100


def turn_at(now: datetime, dwells: Sequence[int]) -> tuple[int, float]:
    """(index of the scene at *now*, share of its time that is over): the cycle runs from 1970 on.

    Screens with the same scenes turn together, whenever each of them was switched on.
    """
    cycle = sum(dwells)
    if not cycle:
        return 0, 0.0
    at = now.timestamp() % cycle
    for index, dwell in enumerate(dwells):
        if at < dwell:
            return index, at / dwell
        at -= dwell
    return len(dwells) - 1, 1.0


def wanted(playlist: Sequence[str], available: Sequence[str]) -> list[str]:
    """The scenes of the playlist that have something to show, in the playlist's order."""
    return [kind for kind in playlist if kind in available]


def fingerprint(words: str) -> int:
    """32-bit FNV-1a over UTF-8."""
    value = 0x811C9DC5
    for byte in words.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def phase_ms(slug: str, period_s: int = POLL_PERIOD_S) -> int:
    """When in each period this screen asks, so that a thousand screens do not ask at once."""
    return fingerprint(slug) % (period_s * 1000)


def is_night(at: time, starts: time | None, ends: time | None) -> bool:
    """True from *starts* until *ends*, over midnight too; never where one of them is not set."""
    if starts is None or ends is None or starts == ends:
        return False
    return starts <= at < ends if starts < ends else at >= starts or at < ends


def headline_px(width: float, height: float, diagonal_inch: float, distance_m: float) -> float:
    """The headline's size in pixels of a panel of *width* × *height* pixels."""
    pixels_a_mm = hypot(width, height) / (diagonal_inch * MILLIMETRES_AN_INCH)
    return distance_m * 1000 * HEADLINE_SHARE * pixels_a_mm


def text_step(diagonal_inch: float, distance_m: float) -> int:
    """The size class of a 16:9 panel, before any script has measured it (see kiosk/frame.css)."""
    share = headline_px(16, 9, diagonal_inch, distance_m) / 9 * 1000
    stepped = round(share / TEXT_STEP) * TEXT_STEP
    return min(LARGEST_TEXT, max(SMALLEST_TEXT, stepped))
