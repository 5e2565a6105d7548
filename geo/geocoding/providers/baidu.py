"""百度 v3, asked for GCJ-02 and converted at the door.

geopy's own class hands out BD-09 as if it were WGS-84 (1.1 km off in Ningbo), addresses as
bytes, and fails on lists and on a status that is not a number; so this one shares nothing with
it but the base class. Addresses go in as text, come out as text, and ``geocode`` never uses the
service's word for the level as the address.
"""

from typing import Any

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderUnavailable,
)

from geo.coordinates import Datum
from geo.geocoding.providers.base import (
    TIMEOUT_SECONDS,
    ChineseGeocoder,
    Errors,
    FoundPlace,
    code_of,
    lies_in,
    part_of,
    raise_for,
    rows_of,
    text_of,
)

_ERRORS: Errors = {
    GeocoderAuthenticationFailure: "3 5 101 200 211 250",
    GeocoderInsufficientPrivileges: "102 201 202 203 210 220 230 240 251 252 260 261",
    GeocoderQuotaExceeded: "4 301 302",
    GeocoderRateLimited: "401 402",
    GeocoderQueryError: "2",
    GeocoderUnavailable: "1",
}
_NO_MATCH = "无相关结果"  # arrives as status 1, "internal error"
_ADDRESS_BYTES = 84
_PREFIX = "浙江省宁波市"
_USABLE_CONFIDENCE = 50  # the service's word for "within a kilometre"
_LEVELS = {"城市": "市", "UNKNOWN": "未知", "商圈": "热点商圈", "交叉路口": "道路", "": "未知"}


class Baidu(ChineseGeocoder):
    """``/geocoding/v3/``, ``/reverse_geocoding/v3/``, ``/place/v2/search``."""

    name = "baidu"
    label = "百度地理编码"
    datum: Datum = "GCJ-02"  # by ret_coordtype; left alone the service answers in BD-09

    def find_address(self, query: str, *, timeout: float = TIMEOUT_SECONDS) -> list[FoundPlace]:
        if len(query.encode()) > _ADDRESS_BYTES:
            query = query.removeprefix(_PREFIX)  # the parameter ``city`` says it too
        if len(query.encode()) > _ADDRESS_BYTES:
            raise GeocoderQueryError(f"Baidu: the address is longer than {_ADDRESS_BYTES} bytes")
        answer = self._ask("/geocoding/v3/", self._with(address=query, city="宁波市"), timeout)
        result = part_of(answer, "result")
        if not result and _is_no_match(answer):
            return []
        location = part_of(result, "location")
        position = self._position(location.get("lng"), location.get("lat"))
        return [FoundPlace(query, position, level=_level(result), raw=result)]

    def find_venue(
        self, name: str, adcode: str, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        parameters = self._with(
            query=name[:45],
            region="宁波市",
            city_limit="true",
            extensions_adcode="true",
            scope="1",
            page_size="20",
        )
        answer = self._ask("/place/v2/search", parameters, timeout)
        # A place without a point is listed, too: a chain of shops, a line of buses.
        rows = [row for row in rows_of(answer, "results") if row.get("location")]
        places = [self._place(row) for row in rows]
        return [place for place in places if lies_in(place.adcode, adcode)]

    def find_at(
        self, lon: float, lat: float, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        there = self._outward(lon, lat)
        where = f"{there.lat:.6f},{there.lon:.6f}"
        parameters = self._with(location=where, coordtype="gcj02ll")
        result = part_of(self._ask("/reverse_geocoding/v3/", parameters, timeout), "result")
        adcode = part_of(result, "addressComponent").get("adcode")
        return self._described(result.get("formatted_address"), lon, lat, adcode, result)

    def _with(self, **parameters: str) -> dict[str, str]:
        return {**parameters, "ret_coordtype": "gcj02ll", "output": "json", "ak": self._key}

    def _place(self, row: dict[str, Any]) -> FoundPlace:
        location = part_of(row, "location")
        return FoundPlace(
            text_of(row.get("name")),
            self._position(location.get("lng"), location.get("lat")),
            address=text_of(row.get("address")),
            adcode=code_of(row.get("adcode")),
            level="兴趣点",
            raw=row,
        )

    def _check_status(self, answer: dict[str, Any]) -> None:
        code = code_of(answer.get("status"))
        if not code:
            raise GeocoderParseError("the answer has no readable status")
        if code != "0" and not _is_no_match(answer):
            raise_for(code, f"Baidu: {_message(answer)} ({code})", _ERRORS)


def _message(answer: dict[str, Any]) -> str:
    return text_of(answer.get("message")) or text_of(answer.get("msg"))


def _is_no_match(answer: dict[str, Any]) -> bool:
    return code_of(answer.get("status")) == "1" and _NO_MATCH in _message(answer)


def _level(result: dict[str, Any]) -> str:
    confidence, level = result.get("confidence"), text_of(result.get("level"))
    if not isinstance(confidence, int) or confidence < _USABLE_CONFIDENCE:
        return "未知"
    return _LEVELS.get(level, level)
