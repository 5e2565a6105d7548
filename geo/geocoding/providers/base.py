"""What our geocoders share: where they live, how they ask, what they hand back."""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Self
from urllib.parse import urlencode, urlsplit

from geopy.exc import GeocoderParseError, GeocoderServiceError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from geo.coordinates import (
    CoordinateError,
    Datum,
    Position,
    at_the_door,
    check_ningbo,
    wgs84_to_gcj02,
)
from geo.geocoding.providers.adapter import BoundedAdapter

TIMEOUT_SECONDS = 5.0
USER_AGENT = "yitu"

Errors = Mapping[type[GeocoderServiceError], str]


@dataclass(frozen=True)
class FoundPlace:
    """One place as a service knows it; ``position`` is (lon, lat), WGS-84 already."""

    name: str
    position: Position
    address: str = ""
    adcode: str = ""
    level: str = ""
    raw: dict[str, Any] = field(default_factory=dict)


class MapGeocoder:
    """The three questions we ask of every map service; each costs one request.

    ``datum`` is what the service speaks; everything handed out is WGS-84. Errors are geopy's,
    and only geopy's; "no such place" is an empty list.
    """

    name: str
    label: str  # how the source of a point is written in Chinese
    datum: Datum
    secret: str = ""  # the key, for those who must know whether it has changed

    @classmethod
    def at(cls, key: str, base_url: str) -> Self:
        """The geocoder behind a base address, as the settings give it."""
        raise NotImplementedError

    def find_address(self, query: str, *, timeout: float = TIMEOUT_SECONDS) -> list[FoundPlace]:
        """Points for an address; the service says how fine in ``level``."""
        raise NotImplementedError

    def find_venue(
        self, name: str, adcode: str, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        """Named places within an administrative division (six-digit code)."""
        raise NotImplementedError

    def find_at(
        self, lon: float, lat: float, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        """What stands at a WGS-84 point: its address. At most one; the position is the one asked.

        Raises CoordinateError outside of Ningbo.
        """
        raise NotImplementedError

    def _position(self, lon: Any, lat: Any) -> Position:
        try:
            lon, lat = float(lon), float(lat)
        except (TypeError, ValueError):
            raise GeocoderParseError("the answer holds no coordinates") from None
        if not (math.isfinite(lon) and math.isfinite(lat)):
            raise GeocoderParseError("the answer holds no coordinates")
        try:
            return at_the_door(lon, lat, self.datum)
        except CoordinateError as error:
            raise GeocoderParseError(str(error)) from None

    def _outward(self, lon: float, lat: float) -> Position:
        """A WGS-84 point of Ningbo in the datum the service reads."""
        check_ningbo(lon, lat)
        return wgs84_to_gcj02(lon, lat) if self.datum == "GCJ-02" else Position(lon, lat)


class ChineseGeocoder(MapGeocoder, Geocoder):  # type: ignore[misc]
    """A geopy geocoder whose answers are converted at the door.

    The arguments are those of all geopy geocoders; only the defaults are stricter: no proxy of
    the environment, one deadline, our own adapter.

    :param key: the service's key; it goes into requests and nowhere else.
    :param domain: host, with a port where it is not the usual one.
    :param scheme: ``https`` or ``http``.
    """

    def __init__(
        self,
        key: str,
        *,
        domain: str,
        scheme: str = "https",
        timeout: float = TIMEOUT_SECONDS,
        proxies: Any = None,
        user_agent: str = USER_AGENT,
        ssl_context: Any = DEFAULT_SENTINEL,
        adapter_factory: Any = None,
    ) -> None:
        super().__init__(
            scheme=scheme,
            timeout=timeout,
            proxies=proxies or {},
            user_agent=user_agent,
            ssl_context=ssl_context,
            adapter_factory=adapter_factory or bounded(domain, key),
        )
        self._key = self.secret = key
        self.domain = domain

    @classmethod
    def at(cls, key: str, base_url: str) -> Self:
        parts = urlsplit(base_url)
        return cls(key, domain=parts.netloc, scheme=parts.scheme)

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: float = TIMEOUT_SECONDS
    ) -> Location | list[Location] | None:
        """An address to a point. Locations are (lat, lon) as in all of geopy, WGS-84."""
        return _locations(self.find_address(query, timeout=timeout), exactly_one)

    def reverse(
        self, query: Any, *, exactly_one: bool = True, timeout: float = TIMEOUT_SECONDS
    ) -> Location | list[Location] | None:
        """A WGS-84 point, in any form that geopy's Point takes (lat before lon), to an address."""
        point = Point(query)
        found = self.find_at(point.longitude, point.latitude, timeout=timeout)
        return _locations(found, exactly_one)

    def _ask(self, path: str, parameters: dict[str, str], timeout: float) -> dict[str, Any]:
        url = f"{self.scheme}://{self.domain}{path}?{urlencode(parameters)}"
        answer = self._call_geocoder(url, self._checked, timeout=timeout)
        return dict(answer)

    def _checked(self, answer: Any) -> dict[str, Any]:
        if not isinstance(answer, dict):
            raise GeocoderParseError("the answer is not an object")
        self._check_status(answer)
        return answer

    def _check_status(self, answer: dict[str, Any]) -> None:
        """Raise geopy's exception for an error that arrives as HTTP 200."""
        raise NotImplementedError

    def _described(
        self, address: Any, lon: float, lat: float, adcode: Any, raw: dict[str, Any]
    ) -> list[FoundPlace]:
        """The answer to :meth:`find_at`; an empty address is no answer."""
        words = text_of(address)
        if not words:
            return []
        code = code_of(adcode)
        return [FoundPlace(words, Position(lon, lat), address=words, adcode=code, raw=raw)]


def bounded(host: str, secret: str = "") -> Any:
    """geopy's ``adapter_factory`` for one host."""
    return functools.partial(BoundedAdapter, allowed_host=host, secret=secret)


def raise_for(code: str, message: str, errors: Errors) -> NoReturn:
    """The exception that *errors* names for the service's code."""
    for error, codes in errors.items():
        if code in codes.split():
            raise error(message)
    raise GeocoderServiceError(message)


def text_of(value: Any) -> str:
    """A string field; AMap writes ``[]`` where it has nothing, Baidu null."""
    return value if isinstance(value, str) else ""


def code_of(value: Any) -> str:
    """A division's code or a status: some write a number, some a string; anything else is ""."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else text_of(value)


def part_of(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """An object within an answer; an empty one if it is missing or of another kind."""
    value = answer.get(name)
    return value if isinstance(value, dict) else {}


def rows_of(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects within an answer; a missing one is empty, another kind is an error."""
    rows = answer.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        unreadable(name)
    return [row for row in rows if isinstance(row, dict)]


def lies_in(row_code: str, adcode: str) -> bool:
    """Whether a row belongs to the division asked for; a row without a code may."""
    if adcode.endswith("00"):
        return not row_code or row_code[:4] == adcode[:4]
    return row_code in ("", adcode)


def unreadable(what: str) -> NoReturn:
    """The answer lacks a part the service's documentation promises."""
    raise GeocoderParseError(f"the answer has no readable {what}")


def _locations(found: list[FoundPlace], exactly_one: bool) -> Location | list[Location] | None:
    locations = [
        Location(place.address or place.name, (place.position.lat, place.position.lon), place.raw)
        for place in found
    ]
    if not exactly_one:
        return locations or None
    return locations[0] if locations else None
