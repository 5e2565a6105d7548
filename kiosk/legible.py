"""What can be read from where: sizes of text on a panel. Pure.

The headline is 0.5 % of the viewing distance high (15 mm at 3 m). The smallest words follow the
weaker rule for details: their height in millimetres times 0.4 is the distance in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from kiosk.playlist import HEADLINE_SHARE, LARGEST_TEXT, MILLIMETRES_AN_INCH, SMALLEST_TEXT

METRES_A_MILLIMETRE = 0.4  # for details
SMALLEST_SHARE = 0.62  # of the headline: the smallest words of the page (kiosk/frame.css)
ASPECT = (16, 9)
# Where hands reach, sitting or standing: centimetres above the floor.
REACH_CM = (40, 120)


@dataclass(frozen=True)
class Panel:
    """A 16:9 panel and where people stand before it."""

    diagonal_inch: float
    distance_m: float

    @property
    def short_edge_mm(self) -> float:
        return self.diagonal_inch * MILLIMETRES_AN_INCH * ASPECT[1] / hypot(*ASPECT)

    @property
    def long_edge_mm(self) -> float:
        return self.diagonal_inch * MILLIMETRES_AN_INCH * ASPECT[0] / hypot(*ASPECT)

    @property
    def wanted_mm(self) -> float:
        """The headline's height that the distance asks for."""
        return self.distance_m * 1000 * HEADLINE_SHARE

    @property
    def headline_mm(self) -> float:
        """The headline's height as the page draws it: within what still holds a scene."""
        edge = self.short_edge_mm / 1000
        return min(LARGEST_TEXT * edge, max(SMALLEST_TEXT * edge, self.wanted_mm))

    @property
    def headline_reach_m(self) -> float:
        """From how far the headline can be read."""
        return self.headline_mm / (1000 * HEADLINE_SHARE)

    @property
    def detail_reach_m(self) -> float:
        """From how far the smallest words can be read."""
        return self.headline_mm * SMALLEST_SHARE * METRES_A_MILLIMETRE

    @property
    def is_headline_legible(self) -> bool:
        return self.headline_reach_m >= self.distance_m * 0.98

    @property
    def needed_inch(self) -> float:
        """The diagonal on which the headline could be read from there."""
        short_mm = self.wanted_mm / LARGEST_TEXT * 1000
        return short_mm / ASPECT[1] * hypot(*ASPECT) / MILLIMETRES_AN_INCH


def reach_of(panel: Panel, mounting_height_cm: float, is_portrait: bool) -> tuple[float, float]:
    """The part of the panel within reach, as heights above its lower edge in shares of its own.

    (0.0, 0.0) where none of it is.
    """
    height_cm = (panel.long_edge_mm if is_portrait else panel.short_edge_mm) / 10
    low = max(0.0, (REACH_CM[0] - mounting_height_cm) / height_cm)
    high = min(1.0, (REACH_CM[1] - mounting_height_cm) / height_cm)
    return (low, high) if high > low else (0.0, 0.0)
