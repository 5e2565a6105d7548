"""What our two geocoders share: where they live, how they ask, what they hand back."""

import functools
import math
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit

from geopy.exc import GeocoderParseError
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from geo.coordinates import CoordinateError, Datum, Position, at_the_door
from geo.geocoding.providers.adapter import BoundedAdapter

TIMEOUT_SECONDS = 5.0
USER_AGENT = "yitu"


@dataclass(frozen=True)
class FoundPlace:
    """One place as a service knows it; ``position`` is (lon, lat), WGS-84 already."""

    name: str
    position: Position
    address: str = ""
    adcode: str = ""
    level: str = ""
    raw: dict[str, Any] = field(default_factory=dict)


class ChineseGeocoder(Geocoder):  # type: ignore[misc]
    """A geopy geocoder whose answers are converted at the door.

    :param key: the service's key; it goes into requests and nowhere else.
    :param domain: host, with a port where it is not the usual one.
    :param scheme: ``https`` or ``http``.
    """

    name: str
    label: str
    datum: Datum

    def __init__(
        self, key: str, *, domain: str, scheme: str = "https", timeout: float = TIMEOUT_SECONDS
    ) -> None:
        factory = functools.partial(BoundedAdapter, allowed_host=domain)
        super().__init__(
            scheme=scheme,
            timeout=timeout,
            proxies={},
            user_agent=USER_AGENT,
            adapter_factory=factory,
        )
        self._key = key
        self.domain = domain

    @classmethod
    def at(cls, key: str, base_url: str) -> "ChineseGeocoder":
        """The geocoder behind a base address, as the settings give it."""
        parts = urlsplit(base_url)
        return cls(key, domain=parts.netloc, scheme=parts.scheme)

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: float = TIMEOUT_SECONDS
    ) -> Location | list[Location] | None:
        """An address to a point. Locations are (lat, lon) as in all of geopy, WGS-84."""
        found = self.find_address(query, timeout=timeout)
        locations = [
            Location(
                place.address or place.name, (place.position.lat, place.position.lon), place.raw
            )
            for place in found
        ]
        if not exactly_one:
            return locations or None
        return locations[0] if locations else None

    def find_address(self, query: str, *, timeout: float = TIMEOUT_SECONDS) -> list[FoundPlace]:
        """Points for an address; the service says how fine in ``level``."""
        raise NotImplementedError

    def find_venue(
        self, name: str, adcode: str, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        """Named places within an administrative division (six-digit code)."""
        raise NotImplementedError

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


def text_of(value: Any) -> str:
    """A string field; AMap writes ``[]`` where it has nothing."""
    return value if isinstance(value, str) else ""


def unreadable(what: str) -> NoReturn:
    """The answer lacks a part the service's documentation promises."""
    raise GeocoderParseError(f"the answer has no readable {what}")
