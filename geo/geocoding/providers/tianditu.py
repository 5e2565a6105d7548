"""天地图: CGCS2000 from end to end, so nothing has to be shifted."""

import json
from typing import Any

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQuotaExceeded,
    GeocoderServiceError,
)

from geo.coordinates import Datum
from geo.geocoding.providers.base import (
    TIMEOUT_SECONDS,
    ChineseGeocoder,
    FoundPlace,
    part_of,
    text_of,
    unreadable,
)

# The place search answers in several shapes; only points of interest are places.
_POINTS = 1
_BY_DIVISION = 12
_GATEWAY_ERRORS: dict[int, type[GeocoderServiceError]] = {
    301001: GeocoderAuthenticationFailure,
    301002: GeocoderAuthenticationFailure,
    301003: GeocoderInsufficientPrivileges,
    302001: GeocoderQuotaExceeded,
}


class Tianditu(ChineseGeocoder):
    """``/geocoder`` for addresses both ways, ``/v2/search`` for names within a division."""

    name = "tianditu"
    label = "天地图地理编码"
    datum: Datum = "CGCS2000"

    def find_address(self, query: str, *, timeout: float = TIMEOUT_SECONDS) -> list[FoundPlace]:
        wanted = json.dumps({"keyWord": query}, ensure_ascii=False)
        answer = self._ask("/geocoder", {"ds": wanted, "tk": self._key}, timeout)
        if str(answer.get("status")) == "101":
            return []
        location = answer.get("location")
        if not isinstance(location, dict):
            unreadable("location")
        position = self._position(location.get("lon"), location.get("lat"))
        level = text_of(location.get("level"))
        return [FoundPlace(query, position, level=level, raw=answer)]

    def find_venue(
        self, name: str, adcode: str, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        # These two characters break the service's own parser.
        keyword = name.replace("'", "").replace("&", "")
        wanted = {
            "keyWord": keyword,
            "queryType": _BY_DIVISION,
            "specify": f"156{adcode}",
            "start": 0,
            "count": 10,
        }
        post = json.dumps(wanted, ensure_ascii=False)
        parameters = {"postStr": post, "type": "query", "tk": self._key}
        answer = self._ask("/v2/search", parameters, timeout)
        pois = answer.get("pois")
        if answer.get("resultType") != _POINTS or not isinstance(pois, list):
            return []
        return [self._place(poi) for poi in pois if isinstance(poi, dict)]

    def find_at(
        self, lon: float, lat: float, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        there = self._outward(lon, lat)
        post = json.dumps({"lon": there.lon, "lat": there.lat, "ver": 1})
        parameters = {"postStr": post, "type": "geocode", "tk": self._key}
        result = part_of(self._ask("/geocoder", parameters, timeout), "result")
        return self._described(result.get("formatted_address"), lon, lat, "", result)

    def _place(self, poi: dict[str, Any]) -> FoundPlace:
        lon, _, lat = text_of(poi.get("lonlat")).partition(",")
        return FoundPlace(
            text_of(poi.get("name")),
            self._position(lon, lat),
            address=text_of(poi.get("address")),
            level="兴趣点",
            raw=poi,
        )

    def _check_status(self, answer: dict[str, Any]) -> None:
        if "code" in answer and "status" not in answer:
            code = answer["code"]
            error = _GATEWAY_ERRORS.get(code if isinstance(code, int) else 0, GeocoderServiceError)
            raise error(f"Tianditu: {text_of(answer.get('msg'))} ({code})")
        status = answer.get("status")
        if isinstance(status, dict):
            if status.get("infocode") != 1000:
                raise GeocoderServiceError(f"Tianditu: {text_of(status.get('cndesc'))}")
        elif str(status) not in ("0", "101"):
            raise GeocoderServiceError(f"Tianditu: {text_of(answer.get('msg'))} ({status})")
