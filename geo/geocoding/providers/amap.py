"""高德: GCJ-02, converted at the door. Every error arrives as HTTP 200 with a code."""

from typing import Any

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
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
    part_of,
    raise_for,
    rows_of,
    text_of,
)

CITY_CODE = "330200"
_NO_MATCH = "30001"
_ERRORS: Errors = {
    GeocoderAuthenticationFailure: "10001 10005 10006 10007 10008 10009 10013",
    GeocoderInsufficientPrivileges: "10002 10011 10012 10017 10026 10041",
    GeocoderQuotaExceeded: "10003 10010 10044 40000 40002",
    GeocoderRateLimited: "10004 10014 10019 10020 10021",
    GeocoderUnavailable: "10015 10016",
    GeocoderQueryError: "20000 20001 20002 20011 20012",
}


class AMap(ChineseGeocoder):
    """``/v3/geocode/geo`` and ``regeo`` for addresses, ``/v5/place/text`` for names."""

    name = "amap"
    label = "高德地理编码"
    datum: Datum = "GCJ-02"

    def find_address(self, query: str, *, timeout: float = TIMEOUT_SECONDS) -> list[FoundPlace]:
        parameters = {"key": self._key, "address": query, "city": CITY_CODE, "output": "JSON"}
        answer = self._ask("/v3/geocode/geo", parameters, timeout)
        return [
            self._place(row, text_of(row.get("formatted_address")), text_of(row.get("level")))
            for row in rows_of(answer, "geocodes")
        ]

    def find_venue(
        self, name: str, adcode: str, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        parameters = {
            "key": self._key,
            "keywords": name[:80],
            "region": adcode,
            "city_limit": "true",
            "page_size": "10",
        }
        answer = self._ask("/v5/place/text", parameters, timeout)
        return [
            self._place(poi, text_of(poi.get("name")), "兴趣点") for poi in rows_of(answer, "pois")
        ]

    def find_at(
        self, lon: float, lat: float, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        there = self._outward(lon, lat)
        where = f"{there.lon:.6f},{there.lat:.6f}"
        parameters = {"key": self._key, "location": where, "output": "JSON"}
        result = part_of(self._ask("/v3/geocode/regeo", parameters, timeout), "regeocode")
        adcode = part_of(result, "addressComponent").get("adcode")
        return self._described(result.get("formatted_address"), lon, lat, adcode, result)

    def _place(self, row: dict[str, Any], name: str, level: str) -> FoundPlace:
        lon, _, lat = text_of(row.get("location")).partition(",")
        return FoundPlace(
            name,
            self._position(lon, lat),
            address=text_of(row.get("address")) or text_of(row.get("formatted_address")),
            adcode=text_of(row.get("adcode")),
            level=level,
            raw=row,
        )

    def _check_status(self, answer: dict[str, Any]) -> None:
        code = text_of(answer.get("infocode"))
        if answer.get("status") == "1" or code == _NO_MATCH:
            return
        raise_for(code, f"AMap: {text_of(answer.get('info'))} ({code})", _ERRORS)
