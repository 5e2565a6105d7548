"""Datums of Chinese maps, distances, and links out to other maps.

Every pair in this module is **(lon, lat)** in decimal degrees. Three datums meet in China:

- WGS-84 (and CGCS2000, which differs from it by less than a metre): what we store;
- GCJ-02: AMap and Tencent; WGS-84 shifted by a closed formula, about 490 m in Ningbo;
- BD-09: Baidu; GCJ-02 with a further polar wobble, about 1.1 km from WGS-84.

The formulas are public; the inverses have no closed form and are found by iteration, to far
below a millimetre. The usual one-step inverse is off by up to 4 m. The services themselves
add about 0.7 m that no formula explains, so two metres is what one may ask of a real vector.
"""

import math
from collections.abc import Callable
from typing import Literal, NamedTuple
from urllib.parse import quote, urlencode

Datum = Literal["WGS-84", "CGCS2000", "GCJ-02", "BD-09"]

# Where a place of Ningbo can be: degrees, west, south, east, north.
NINGBO_BOX = (120.8, 28.8, 122.4, 30.6)

# The formula shifts only inside this box (degrees): the rough outline of the country.
_SHIFTED_BOX = (72.004, 0.8293, 137.8347, 55.8271)

# Krassovsky 1940, the ellipsoid of the GCJ-02 formula.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323

_BAIDU_RADIANS = math.pi * 3000.0 / 180.0
_EARTH_RADIUS_M = 6371008.8

# Each round shrinks the error some thousandfold; four rounds suffice, the rest is a guard.
_MAX_ROUNDS = 20
_CLOSE_ENOUGH_DEGREES = 1e-12


class Position(NamedTuple):
    """A point as (lon, lat) in degrees."""

    lon: float
    lat: float


class CoordinateError(ValueError):
    """A coordinate that cannot be used; the message is for the person who entered it."""


def wgs84_to_gcj02(lon: float, lat: float) -> Position:
    """Shift WGS-84 to GCJ-02, as AMap and Tencent draw it."""
    _refuse_non_numbers(lon, lat)
    if not _is_inside(lon, lat, _SHIFTED_BOX):
        return Position(lon, lat)
    east, north = _gcj02_shift(lon - 105.0, lat - 35.0)
    phi = math.radians(lat)
    flattening = 1.0 - _ECCENTRICITY_SQUARED * math.sin(phi) ** 2
    root = math.sqrt(flattening)
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (flattening * root)
    parallel_m = _SEMI_MAJOR_M / root * math.cos(phi)
    return Position(lon + math.degrees(east / parallel_m), lat + math.degrees(north / meridian_m))


def gcj02_to_wgs84(lon: float, lat: float) -> Position:
    """Undo :func:`wgs84_to_gcj02` exactly."""
    return _invert(wgs84_to_gcj02, Position(lon, lat))


def gcj02_to_bd09(lon: float, lat: float) -> Position:
    """Shift GCJ-02 to BD-09, as Baidu draws it."""
    _refuse_non_numbers(lon, lat)
    radius = math.hypot(lon, lat) + 2e-5 * math.sin(lat * _BAIDU_RADIANS)
    angle = math.atan2(lat, lon) + 3e-6 * math.cos(lon * _BAIDU_RADIANS)
    return Position(radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006)


def bd09_to_gcj02(lon: float, lat: float) -> Position:
    """Undo :func:`gcj02_to_bd09` exactly."""
    return _invert(gcj02_to_bd09, Position(lon, lat))


def wgs84_to_bd09(lon: float, lat: float) -> Position:
    """WGS-84 to BD-09 in one call."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: float, lat: float) -> Position:
    """Undo :func:`wgs84_to_bd09` exactly."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def to_wgs84(lon: float, lat: float, datum: Datum) -> Position:
    """Convert a point of any datum to WGS-84; CGCS2000 passes as it is."""
    _refuse_non_numbers(lon, lat)
    if datum == "GCJ-02":
        return gcj02_to_wgs84(lon, lat)
    if datum == "BD-09":
        return bd09_to_wgs84(lon, lat)
    if datum in ("WGS-84", "CGCS2000"):
        return Position(lon, lat)
    raise CoordinateError(f"不认识的坐标系：{datum}")


def at_the_door(lon: float, lat: float, datum: Datum) -> Position:
    """Take in a point from outside: WGS-84, finite and in the box of Ningbo.

    Raises :class:`CoordinateError` with the figures as they came.
    """
    position = to_wgs84(lon, lat, datum)
    check_ningbo(*position)
    return position


def check_ningbo(lon: float, lat: float) -> None:
    """Refuse what cannot be in Ningbo, and say so when the order looks swapped."""
    _refuse_non_numbers(lon, lat)
    if _is_inside(lon, lat, NINGBO_BOX):
        return
    west, south, east, north = NINGBO_BOX
    message = (
        f"坐标 ({lon:.6f}, {lat:.6f}) 不在宁波范围内（经度 {west}–{east}，纬度 {south}–{north}）"
    )
    if _is_inside(lat, lon, NINGBO_BOX):
        message += "；经度和纬度可能写反了"
    raise CoordinateError(message)


def distance_m(a_lon: float, a_lat: float, b_lon: float, b_lat: float) -> float:
    """Great-circle distance of two WGS-84 points in metres (haversine, mean radius)."""
    phi_a, phi_b = math.radians(a_lat), math.radians(b_lat)
    half_north = math.sin((phi_b - phi_a) / 2.0) ** 2
    half_east = math.sin(math.radians(b_lon - a_lon) / 2.0) ** 2
    chord = half_north + math.cos(phi_a) * math.cos(phi_b) * half_east
    return 2.0 * _EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def map_links(lon: float, lat: float, name: str) -> dict[str, str]:
    """Links that open the WGS-84 point in other maps, each in its own datum and order.

    Keys: ``amap`` (GCJ-02, lon,lat), ``baidu`` (BD-09, lat,lon), ``tencent`` (GCJ-02,
    lat,lon) and ``geo`` (RFC 5870: WGS-84, lat,lon; the map of the system). Written out
    to six decimals, a tenth of a metre.
    """
    gcj, baidu = wgs84_to_gcj02(lon, lat), wgs84_to_bd09(lon, lat)
    # Tencent's marker value has fields of its own, parted by ; and : and chained by |.
    label = "".join(" " if mark in ";:|,()" else mark for mark in name)
    amap_position = f"{gcj.lon:.6f},{gcj.lat:.6f}"
    baidu_location = f"{baidu.lat:.6f},{baidu.lon:.6f}"
    tencent_marker = f"coord:{gcj.lat:.6f},{gcj.lon:.6f};title:{label};addr:{label}"
    here = f"{lat:.6f},{lon:.6f}"
    return {
        "amap": "https://uri.amap.com/marker?"
        + _query(position=amap_position, name=name, src="yitu", coordinate="gaode"),
        "baidu": "https://api.map.baidu.com/marker?"
        + _query(location=baidu_location, title=name, content=name, coord_type="bd09ll")
        + "&output=html&src=webapp.yitu.map",
        "tencent": "https://apis.map.qq.com/uri/v1/marker?"
        + _query(marker=tencent_marker, coord_type="2", referer="yitu"),
        "geo": f"geo:{here}?q={here}({quote(label, safe='')})",
    }


def _query(**parameters: str) -> str:
    return urlencode(parameters, quote_via=quote, safe=",:;")


def _refuse_non_numbers(lon: float, lat: float) -> None:
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise CoordinateError(f"坐标不是有限的数：{lon}, {lat}")


def _is_inside(lon: float, lat: float, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north


def _invert(forward: Callable[[float, float], Position], target: Position) -> Position:
    """Find the point that *forward* carries to *target*.

    All shifts here are small and vary slowly, so correcting the guess by what it misses
    converges at once.
    """
    _refuse_non_numbers(*target)
    guess = target
    for _ in range(_MAX_ROUNDS):
        reached = forward(*guess)
        miss_lon, miss_lat = target.lon - reached.lon, target.lat - reached.lat
        guess = Position(guess.lon + miss_lon, guess.lat + miss_lat)
        if abs(miss_lon) < _CLOSE_ENOUGH_DEGREES and abs(miss_lat) < _CLOSE_ENOUGH_DEGREES:
            break
    return guess


def _gcj02_shift(x: float, y: float) -> tuple[float, float]:
    """The published polynomial and sines: metres east and north at (lon−105, lat−35)."""
    slope = math.sqrt(abs(x))
    ripple = 20.0 * math.sin(6.0 * math.pi * x) + 20.0 * math.sin(2.0 * math.pi * x)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * slope
    east += (ripple + _waves(x, 20.0, 40.0, 1.0, 3.0)) * 2.0 / 3.0
    east += _waves(x, 150.0, 300.0, 12.0, 30.0) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * slope
    north += (ripple + _waves(y, 20.0, 40.0, 1.0, 3.0)) * 2.0 / 3.0
    north += _waves(y, 160.0, 320.0, 12.0, 30.0) * 2.0 / 3.0
    return east, north


def _waves(value: float, first: float, second: float, short: float, long: float) -> float:
    return first * math.sin(value / short * math.pi) + second * math.sin(value / long * math.pi)
