"""OpenStreetMap's two servers through geopy's own classes, with our adapter: WGS-84 as it is.

Off unless a server of one's own is set: the public ones forbid this use, and their maps are not
drawn to the Chinese standard. Only positions and names are taken, never tiles. geopy's parsers
raise whatever Python raises on a strange answer; ``_guarded`` makes one kind of error of it.
"""

from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

from geopy.exc import GeocoderParseError, GeopyError
from geopy.geocoders import Nominatim, Photon
from geopy.location import Location

from geo.coordinates import NINGBO_BOX, Datum, Position, check_ningbo
from geo.geocoding.providers.base import (
    TIMEOUT_SECONDS,
    USER_AGENT,
    FoundPlace,
    MapGeocoder,
    bounded,
    part_of,
    text_of,
    unreadable,
)

_WEST, _SOUTH, _EAST, _NORTH = NINGBO_BOX
_BOX = [(_SOUTH, _WEST), (_NORTH, _EAST)]  # geopy's order: lat, lon
_LIMIT = 10
_LANGUAGE = "zh-Hans,zh"
# Keys of OSM that name something coarser than a venue.
_COARSE = {"boundary": "行政区", "place": "行政区", "highway": "道路", "natural": "未知"}
_HOUSES = frozenset({"house", "house_number", "building"})
_STRANGE = (ValueError, TypeError, KeyError, IndexError, AttributeError)


class _OsmGeocoder(MapGeocoder):
    """What the two share: their address, no key, one kind of error."""

    datum: Datum = "WGS-84"

    @classmethod
    def at(cls, key: str, base_url: str) -> Self:
        parts = urlsplit(base_url)
        # geopy's own constructor follows in both classes; ``domain`` may end in a path.
        return cls(
            domain=f"{parts.netloc}{parts.path}",
            scheme=parts.scheme,
            timeout=TIMEOUT_SECONDS,
            proxies={},
            user_agent=USER_AGENT,
            adapter_factory=bounded(parts.netloc),
        )  # type: ignore[call-arg]

    def _guarded(self, ask: Callable[[], Any]) -> list[dict[str, Any]]:
        """The raw rows of an answer; geopy's parser has looked at them before."""
        try:
            found = ask()
        except GeopyError:
            raise  # GeocoderQueryError is a ValueError, too
        except _STRANGE:
            raise GeocoderParseError("the answer is not in the service's format") from None
        if found is None:
            return []
        locations = found if isinstance(found, list) else [found]
        return [_raw(location) for location in locations]


class OsmNominatim(_OsmGeocoder, Nominatim):  # type: ignore[misc]
    """``/search`` within the box of Ningbo and ``/reverse``."""

    name = "nominatim"
    label = "Nominatim 地理编码"

    def find_address(self, query: str, *, timeout: float = TIMEOUT_SECONDS) -> list[FoundPlace]:
        rows = self._guarded(
            lambda: self.geocode(
                query,
                exactly_one=False,
                limit=_LIMIT,
                language=_LANGUAGE,
                country_codes="cn",
                viewbox=_BOX,
                bounded=True,
                timeout=timeout,
            )
        )
        return [self._place(row) for row in rows]

    def find_venue(
        self, name: str, adcode: str, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        return self.find_address(name, timeout=timeout)  # knows no codes of divisions

    def find_at(
        self, lon: float, lat: float, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        check_ningbo(lon, lat)
        rows = self._guarded(
            lambda: self.reverse((lat, lon), exactly_one=False, language=_LANGUAGE, timeout=timeout)
        )
        return [_described(text_of(row.get("display_name")), lon, lat, row) for row in rows[:1]]

    def _parse_code(self, place: Any) -> Location:
        self._position(place.get("lon"), place.get("lat"))  # geopy only warns of swapped axes
        return super()._parse_code(place)

    def _place(self, row: dict[str, Any]) -> FoundPlace:
        whole = text_of(row.get("display_name"))
        return FoundPlace(
            text_of(row.get("name")) or whole.partition(",")[0].strip(),
            self._position(row.get("lon"), row.get("lat")),
            address=whole,
            level=_level(text_of(row.get("class")), text_of(row.get("type"))),
            raw=row,
        )


class OsmPhoton(_OsmGeocoder, Photon):  # type: ignore[misc]
    """``/api`` within the box of Ningbo and ``/reverse``."""

    name = "photon"
    label = "Photon 地理编码"

    def find_address(self, query: str, *, timeout: float = TIMEOUT_SECONDS) -> list[FoundPlace]:
        rows = self._guarded(
            lambda: self.geocode(query, exactly_one=False, limit=_LIMIT, bbox=_BOX, timeout=timeout)
        )
        return [self._place(row) for row in rows]

    def find_venue(
        self, name: str, adcode: str, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        return self.find_address(name, timeout=timeout)

    def find_at(
        self, lon: float, lat: float, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        check_ningbo(lon, lat)
        rows = self._guarded(
            lambda: self.reverse((lat, lon), exactly_one=False, limit=1, timeout=timeout)
        )
        return [_described(_words(part_of(row, "properties")), lon, lat, row) for row in rows[:1]]

    def _parse_resource(self, resource: Any) -> Location:
        self._position(*resource["geometry"]["coordinates"][:2])
        return super()._parse_resource(resource)

    def _place(self, row: dict[str, Any]) -> FoundPlace:
        properties = part_of(row, "properties")
        lon, lat = row["geometry"]["coordinates"][:2]  # geopy's parser has read them
        return FoundPlace(
            text_of(properties.get("name")),
            self._position(lon, lat),
            address=_words(properties),
            level=_level(text_of(properties.get("osm_key")), text_of(properties.get("type"))),
            raw=row,
        )


def _raw(location: Location) -> dict[str, Any]:
    if not isinstance(location.raw, dict):
        unreadable("place")
    return location.raw


def _level(key: str, kind: str) -> str:
    if kind in _HOUSES and key in ("place", "building"):
        return "门牌号"
    return _COARSE.get(key, "兴趣点") if key else "未知"


def _words(properties: dict[str, Any]) -> str:
    """A Photon address, coarse before fine as it is written here."""
    names = ("state", "city", "county", "district", "street", "housenumber", "name")
    return "".join(dict.fromkeys(text_of(properties.get(name)) for name in names))


def _described(words: str, lon: float, lat: float, row: dict[str, Any]) -> FoundPlace:
    if not words:
        unreadable("address")
    return FoundPlace(words, Position(lon, lat), address=words, raw=row)
