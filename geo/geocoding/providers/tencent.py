"""腾讯: GCJ-02, converted at the door. Errors arrive as HTTP 200 with a number."""

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

_NO_MATCH = "347"
_ERRORS: Errors = {
    GeocoderAuthenticationFailure: "111 160 161 190 311",
    GeocoderInsufficientPrivileges: "110 112 113 122 199",
    GeocoderQuotaExceeded: "121 123",
    GeocoderRateLimited: "120",
    GeocoderQueryError: "300 301 306 310 320 330 331 348 363 365 366 395",
    GeocoderUnavailable: "500",
}
# The service's ``level``, in the words that the chain knows.
_LEVELS = {
    1: "市",
    2: "区县",
    3: "乡镇",
    4: "村庄",
    5: "开发区",
    6: "热点商圈",
    7: "道路",
    8: "道路",
    9: "门牌号",
    10: "住宅区",
    11: "兴趣点",
}
_USABLE_RELIABILITY = 7  # of ten; below, the service itself does not trust the match
_KEYWORD_BYTES = 96


class Tencent(ChineseGeocoder):
    """``/ws/geocoder/v1/`` both ways, ``/ws/place/v1/search`` for names within the city."""

    name = "tencent"
    label = "腾讯地图地理编码"
    datum: Datum = "GCJ-02"

    def find_address(self, query: str, *, timeout: float = TIMEOUT_SECONDS) -> list[FoundPlace]:
        parameters = {"address": query, "region": "宁波市", "key": self._key, "output": "json"}
        answer = self._ask("/ws/geocoder/v1/", parameters, timeout)
        if code_of(answer.get("status")) == _NO_MATCH:
            return []
        result = part_of(answer, "result")
        location = part_of(result, "location")
        return [
            FoundPlace(
                # ``title`` is deprecated and repeats the question or is empty.
                text_of(result.get("title")) or query,
                self._position(location.get("lng"), location.get("lat")),
                adcode=code_of(part_of(result, "ad_info").get("adcode")),
                level=_level(result),
                raw=result,
            )
        ]

    def find_venue(
        self, name: str, adcode: str, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        parameters = {
            "keyword": name.encode()[:_KEYWORD_BYTES].decode(errors="ignore"),
            "boundary": "region(宁波市,0)",  # 0: do not look elsewhere when nothing is found
            "page_size": "20",
            "page_index": "1",
            "key": self._key,
            "output": "json",
        }
        answer = self._ask("/ws/place/v1/search", parameters, timeout)
        places = [self._place(row) for row in rows_of(answer, "data")]
        return [place for place in places if lies_in(place.adcode, adcode)]

    def find_at(
        self, lon: float, lat: float, *, timeout: float = TIMEOUT_SECONDS
    ) -> list[FoundPlace]:
        there = self._outward(lon, lat)
        where = f"{there.lat:.6f},{there.lon:.6f}"
        parameters = {"location": where, "key": self._key, "output": "json"}
        result = part_of(self._ask("/ws/geocoder/v1/", parameters, timeout), "result")
        adcode = part_of(result, "ad_info").get("adcode")
        return self._described(result.get("address"), lon, lat, adcode, result)

    def _place(self, row: dict[str, Any]) -> FoundPlace:
        location = part_of(row, "location")
        return FoundPlace(
            text_of(row.get("title")),
            self._position(location.get("lng"), location.get("lat")),
            address=text_of(row.get("address")),
            adcode=code_of(part_of(row, "ad_info").get("adcode")),
            level="兴趣点",
            raw=row,
        )

    def _check_status(self, answer: dict[str, Any]) -> None:
        code = code_of(answer.get("status"))
        if not code:
            raise GeocoderParseError("the answer has no readable status")
        if code not in ("0", _NO_MATCH):
            raise_for(code, f"Tencent: {text_of(answer.get('message'))} ({code})", _ERRORS)


def _level(result: dict[str, Any]) -> str:
    reliability, level = result.get("reliability"), result.get("level")
    if not isinstance(reliability, int) or reliability < _USABLE_RELIABILITY:
        return "未知"
    return _LEVELS.get(level, "未知") if isinstance(level, int) else "未知"
