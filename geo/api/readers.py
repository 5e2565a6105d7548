"""One value of a query string, read strictly: ASCII digits only, no NaN, no guess."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, LineString, Point, Polygon

from geo.api.problems import ParameterError
from geo.moments import SHANGHAI, day_bounds

# Every real day of the calendar, leap years included, as one expression for the API document.
DAY = (
    r"(?:(?:(?:19|2[0-9])[0-9]{2})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:(?:19|2[0-9])(?:0[48]|[2468][048]|[13579][26])|(?:20|24|28)00)-02-29)"
)
CLOCK = (
    r"[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:[Zz]|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
MOMENT = rf"{DAY}(?:{CLOCK})?"
SPAN = rf"^(?:{MOMENT}|{MOMENT}/(?:{MOMENT}|(?:\.\.)?)|(?:\.\.)?/(?:{MOMENT}|\.\.))$"
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
LONGITUDE = r"-?(?:180(?:\.0{1,9})?|(?:1[0-7][0-9]|[1-9]?[0-9])(?:\.[0-9]{1,9})?)"
LATITUDE = r"-?(?:90(?:\.0{1,9})?|[1-8]?[0-9](?:\.[0-9]{1,9})?)"
NEAR = rf"^{LONGITUDE},{LATITUDE}$"
KEY = r"^-?[0-9]{1,16}\.-?[0-9]{1,18}$"

MOMENT_WORDS = "2019-06-26T09:00:00+08:00, 2019-06-26T01:00:00Z, or a day of Ningbo: 2019-06-26."
SPAN_WORDS = (
    "an instant (2019-06-26T01:00:00Z), a day of Ningbo (2019-06-26), or an interval of them "
    "with / between, open ends as ..: 2019-06-25/.."
)
BOX_WORDS = (
    "west,south,east,north in degrees (4 numbers), or with heights 6: "
    "west,south,lowest,east,north,highest. West greater than east crosses the antimeridian."
)


@dataclass(frozen=True)
class Span:
    """[first, last], both ends included; None is an open end."""

    first: datetime | None = None
    last: datetime | None = None


def read_limit(words: str) -> int:
    """1 to 1000; more is answered as 1000, as the standard wants it."""
    if not re.fullmatch(r"0*[1-9][0-9]*", words):
        raise ParameterError(words, "a whole number from 1 to 1000.")
    return 1000 if len(words.lstrip("0")) > 4 else min(1000, int(words))


Box = tuple[float, float, float, float]  # west, south, east, north


def read_bbox(words: str) -> tuple[Box, ...]:
    """The box, or two where it crosses the antimeridian."""
    parts = words.split(",")
    if len(parts) not in {4, 6} or not all(NUMBER.fullmatch(part) for part in parts):
        raise ParameterError(words, BOX_WORDS)
    numbers = [float(part) for part in parts]
    if not all(math.isfinite(number) for number in numbers):
        raise ParameterError(words, BOX_WORDS)
    if len(numbers) == 6:
        west, south, lowest, east, north, highest = numbers
        if lowest > highest:
            raise ParameterError(words, "a lowest height that is not above the highest.")
    else:
        west, south, east, north = numbers
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise ParameterError(words, "longitudes within ±180 and latitudes within ±90 degrees.")
    if south > north:
        raise ParameterError(words, "a south that is not above its north.")
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    return tuple((left, south, right, north) for left, right in spans)


def shape_of(box: Box) -> GEOSGeometry:
    """A polygon; a box without width or height is a line or a point, or it would meet nothing."""
    west, south, east, north = box
    if west == east and south == north:
        return Point(west, south, srid=4326)
    if west == east or south == north:
        return LineString((west, south), (east, north), srid=4326)
    shape = Polygon.from_bbox(box)
    shape.srid = 4326
    return shape


def read_span(words: str) -> Span:
    """An instant or interval of RFC 3339; a day means the whole of it in Ningbo."""
    words = _mended(words)
    if not re.fullmatch(SPAN, words):
        raise ParameterError(words, SPAN_WORDS)
    first, slash, last = words.partition("/")
    if not slash:
        return Span(_moment(first), _moment(first, is_end=True))
    span = Span(
        _moment(first) if first.strip(".") else None,
        _moment(last, is_end=True) if last.strip(".") else None,
    )
    if span.first and span.last and span.first > span.last:
        raise ParameterError(words, "an interval whose start is not after its end.")
    return span


def read_moment(words: str) -> datetime:
    words = _mended(words)
    if not re.fullmatch(MOMENT, words):
        raise ParameterError(words, MOMENT_WORDS)
    return _moment(words)


def _mended(words: str) -> str:
    """A plus that nobody escaped arrives as a space; before an offset it can be no other."""
    return re.sub(r"(?<=[0-9]) (?=[0-9]{2}:[0-9]{2}(?:/|$))", "+", words)


def _moment(words: str, is_end: bool = False) -> datetime:
    moment = datetime.fromisoformat(words.upper())
    if len(words) > 10:
        return moment
    start, end = day_bounds(moment.replace(tzinfo=SHANGHAI).date())
    return end - timedelta(microseconds=1) if is_end else start


def read_near(words: str) -> tuple[float, float]:
    """lon, lat"""
    if not re.fullmatch(NEAR, words):
        raise ParameterError(words, "lon,lat in degrees, at most nine decimals: 121.5575,29.8985.")
    lon, lat = words.split(",")
    return float(lon), float(lat)


def read_within(words: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", words) or int(words) > 100_000:
        raise ParameterError(words, "whole metres from 1 to 100000.")
    return int(words)


def read_flag(words: str) -> bool:
    if words not in {"true", "false"}:
        raise ParameterError(words, "true or false.")
    return words == "true"


def read_key(words: str) -> tuple[int, int]:
    """Where a page ends: the place in the order, and the row."""
    if not re.fullmatch(KEY, words):
        raise ParameterError(words, "what a next or prev link of this collection carries.")
    key, row = words.split(".")
    return int(key), int(row)


def matching(pattern: str, expected: str) -> Callable[[str], Any]:
    """A reader of words that match *pattern* wholly."""
    compiled = re.compile(pattern)

    def read(words: str) -> str:
        if not compiled.fullmatch(words):
            raise ParameterError(words, expected)
        return words

    return read


def listing(pattern: str, expected: str) -> Callable[[str], tuple[str, ...]]:
    """A reader of words joined by commas; empty words ask for nothing."""
    read = matching(pattern, expected)
    return lambda words: tuple(dict.fromkeys(read(words).split(","))) if read(words) else ()
