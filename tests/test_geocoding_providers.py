"""Six map services over real HTTP: their formats, their errors, their bad days."""

import contextlib
import gzip
import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)
from pytest_django import Settings

from geo.coordinates import CoordinateError, Position, distance_m, wgs84_to_gcj02
from geo.geocoding.online import LABELS, configured_providers
from geo.geocoding.providers.amap import AMap
from geo.geocoding.providers.baidu import Baidu
from geo.geocoding.providers.base import ChineseGeocoder, MapGeocoder
from geo.geocoding.providers.osm import OsmNominatim, OsmPhoton
from geo.geocoding.providers.tencent import Tencent
from geo.geocoding.providers.tianditu import Tianditu
from tests.map_service import (
    Answer,
    Handler,
    MapService,
    amap_address,
    amap_pois,
    baidu_address,
    baidu_pois,
    map_service,
    nominatim_places,
    photon_places,
    tencent_address,
    tencent_pois,
    tianditu_point,
    tianditu_pois,
)

KEY = "very-secret-key"
HERE = Position(121.8712, 29.4781)  # somewhere in the county town of 象山, for the test
GCJ = wgs84_to_gcj02(*HERE)
NAN = float("nan")


@dataclass(frozen=True)
class Service:
    """One provider: its paths and what it answers for a point given in WGS-84."""

    kind: type[MapGeocoder]
    address_path: str
    venue_path: str
    reverse_path: str
    address: Callable[[Position], Any]
    venues: Callable[[Position], Any]
    reverse: Any
    nothing: tuple[Any, Any, Any]  # for an address, a name, a point


def shifted(make: Callable[..., Any], *before: Any) -> Callable[[Position], Any]:
    return lambda point: make(*before, *wgs84_to_gcj02(*point))


ADDRESS = "浙江省宁波市象山县丹东街道"
SERVICES = [
    Service(
        Tianditu,
        "/geocoder",
        "/v2/search",
        "/geocoder",
        lambda point: tianditu_point(*point),
        lambda point: tianditu_pois(("益园", *point)),
        {"status": "0", "msg": "ok", "result": {"formatted_address": ADDRESS}},
        ({"status": "101", "msg": "empty"}, tianditu_pois(), {"status": "0", "result": {}}),
    ),
    Service(
        AMap,
        "/v3/geocode/geo",
        "/v5/place/text",
        "/v3/geocode/regeo",
        shifted(amap_address, ADDRESS, "兴趣点"),
        lambda point: amap_pois(("益园", *wgs84_to_gcj02(*point))),
        {
            "status": "1",
            "infocode": "10000",
            "regeocode": {
                "formatted_address": ADDRESS,
                "addressComponent": {"adcode": "330225", "township": []},
            },
        },
        (
            {"status": "0", "info": "ENGINE_RESPONSE_DATA_ERROR", "infocode": "30001"},
            amap_pois(),
            {"status": "1", "infocode": "10000", "regeocode": {"formatted_address": []}},
        ),
    ),
    Service(
        Tencent,
        "/ws/geocoder/v1/",
        "/ws/place/v1/search",
        "/ws/geocoder/v1/",
        shifted(tencent_address),
        lambda point: tencent_pois(("益园", *wgs84_to_gcj02(*point))),
        {"status": 0, "result": {"address": ADDRESS, "ad_info": {"adcode": "330225"}}},
        (
            {"status": 347, "message": "查询无结果"},
            tencent_pois(),
            {"status": 347, "message": "查询无结果"},
        ),
    ),
    Service(
        Baidu,
        "/geocoding/v3/",
        "/place/v2/search",
        "/reverse_geocoding/v3/",
        shifted(baidu_address),
        lambda point: baidu_pois(("益园", *wgs84_to_gcj02(*point))),
        {
            "status": 0,
            "result": {"formatted_address": ADDRESS, "addressComponent": {"adcode": 330225}},
        },
        (
            {"status": 1, "msg": "Internal Service Error:无相关结果", "results": []},
            baidu_pois(),
            {"status": 0, "result": {"formatted_address": ""}},
        ),
    ),
    Service(
        OsmNominatim,
        "/search",
        "/search",
        "/reverse",
        lambda point: nominatim_places(("益园", *point)),
        lambda point: nominatim_places(("益园", *point)),
        {"lat": "29.4781", "lon": "121.8712", "display_name": ADDRESS},
        ([], [], {"error": "Unable to geocode"}),
    ),
    Service(
        OsmPhoton,
        "/api",
        "/api",
        "/reverse",
        lambda point: photon_places(("益园", *point)),
        lambda point: photon_places(("益园", *point)),
        photon_places(("丹东街道", *HERE)),
        (photon_places(), photon_places(), photon_places()),
    ),
]
each_service = pytest.mark.parametrize("kind", SERVICES, ids=[s.kind.name for s in SERVICES])


@pytest.fixture
def service() -> Iterator[MapService]:
    with map_service() as running:
        yield running


def client(service: MapService, kind: type[MapGeocoder]) -> MapGeocoder:
    return kind.at(KEY, service.url)


@each_service
class TestEachService:
    def test_an_address_becomes_a_wgs84_point(self, service: MapService, kind: Service) -> None:
        service.answers[kind.address_path] = kind.address(HERE)
        (place,) = client(service, kind.kind).find_address(ADDRESS)
        assert distance_m(*place.position, *HERE) < 0.2
        assert place.level
        assert len(service.asked) == 1

    def test_a_name_becomes_a_wgs84_point(self, service: MapService, kind: Service) -> None:
        service.answers[kind.venue_path] = kind.venues(HERE)
        (place,) = client(service, kind.kind).find_venue("益园", "330225")
        assert place.name == "益园"
        assert place.level == "兴趣点" or kind.kind is OsmPhoton
        assert distance_m(*place.position, *HERE) < 0.2

    def test_a_point_becomes_an_address(self, service: MapService, kind: Service) -> None:
        service.answers[kind.reverse_path] = kind.reverse
        (place,) = client(service, kind.kind).find_at(*HERE)
        assert place.address.startswith("浙江省宁波市")
        assert place.position == HERE

    def test_a_point_outside_is_not_even_asked_for(
        self, service: MapService, kind: Service
    ) -> None:
        with pytest.raises(CoordinateError):
            client(service, kind.kind).find_at(29.4781, 121.8712)
        assert service.asked == []

    def test_no_match_is_an_empty_list(self, service: MapService, kind: Service) -> None:
        asker = client(service, kind.kind)
        paths = (kind.address_path, kind.venue_path, kind.reverse_path)
        asks: tuple[Callable[[], Any], ...] = (
            lambda: asker.find_address("没有的地方"),
            lambda: asker.find_venue("没有的地方", "330225"),
            lambda: asker.find_at(*HERE),
        )
        for path, nothing, ask in zip(paths, kind.nothing, asks, strict=True):
            service.answers[path] = nothing
            assert ask() == []

    @pytest.mark.parametrize(
        "where",
        [Position(HERE.lat, HERE.lon), Position(116.4, 39.9), Position(NAN, NAN)],
        ids=["swapped", "beijing", "nan"],
    )
    def test_a_point_elsewhere_is_a_parse_error(
        self, service: MapService, kind: Service, where: Position
    ) -> None:
        # Written with the text NaN, as a broken server would: json.dumps does so by itself.
        far = json.dumps(kind.address(HERE)).replace(f"{HERE.lon}", "@").replace(f"{HERE.lat}", "#")
        far = far.replace(f"{GCJ.lon:.6f}", "@").replace(f"{round(GCJ.lon, 6)}", "@")
        far = far.replace(f"{GCJ.lat:.6f}", "#").replace(f"{round(GCJ.lat, 6)}", "#")
        far = far.replace(f"{GCJ.lon}", "@").replace(f"{GCJ.lat}", "#")
        assert "@" in far
        body = far.replace("@", str(where.lon)).replace("#", str(where.lat))
        body = body.replace("nan", "NaN")
        service.answers[kind.address_path] = body.encode()
        with pytest.raises(GeocoderParseError):
            client(service, kind.kind).find_address(ADDRESS)

    @pytest.mark.parametrize(
        "body",
        [
            b"<html><body>502</body></html>",
            b"",
            b"7",
            b'"ok"',
            b'[["a"]]',
            b'{"status": null}',
            b'{"status": {}, "infocode": 3}',
            b'{"status": 0, "result": null, "features": 7, "data": "x", "results": {}}',
            b'{"status": 0, "result": {"location": {"lat": "x", "lng": []}}, "features": [1]}',
            b"[" * 100_000,
            "宁波".encode("gb18030"),
            b" " * (256 * 1024 + 1),
        ],
        ids=[
            "html", "empty", "number", "string", "list", "null", "object", "wrong kinds",
            "no numbers", "deep", "gb18030", "huge",
        ],
    )  # fmt: skip
    def test_a_strange_answer_is_geopys_error_and_nothing_else(
        self, service: MapService, kind: Service, body: bytes
    ) -> None:
        for path in (kind.address_path, kind.venue_path, kind.reverse_path):
            service.answers[path] = body
        asker = client(service, kind.kind)
        asks: list[Callable[[], Any]] = [
            lambda: asker.find_address(ADDRESS),
            lambda: asker.find_venue("益园", "330225"),
            lambda: asker.find_at(*HERE),
        ]
        for ask in asks:
            with contextlib.suppress(GeocoderServiceError):
                assert ask() == []  # "nothing" is an honest reading of some of them

    def test_no_key_is_read_aloud(
        self, service: MapService, kind: Service, caplog: pytest.LogCaptureFixture
    ) -> None:
        complaint = f"INVALID KEY {KEY}"
        answers: list[Answer] = [
            {"status": 190, "message": complaint, "info": complaint, "code": 301001},
            {"msg": complaint, "code": 301001},
            _redirect,
            _busy,
            b"not json",
            kind.address(HERE),
        ]
        said = ""
        with caplog.at_level(logging.DEBUG):
            asker = client(service, kind.kind)
            for answer in answers:
                service.answers[kind.address_path] = answer
                try:
                    said += repr(asker.find_address(ADDRESS))
                except GeocoderServiceError as error:
                    said += f"{error!r} {error} {error.__cause__!r} {error.__context__!r}"
            logging.getLogger("geopy").debug("asked %s", f"{service.url}/?key={KEY}&ak={KEY}")
        aloud = "\n".join(str(record.__dict__) for record in caplog.records) + caplog.text
        assert f"{service.url}/?key=***&ak=***" in aloud
        assert KEY not in aloud
        if issubclass(kind.kind, ChineseGeocoder):  # the others have none to hide
            assert KEY not in said


BOMB = gzip.compress(b"0" * 10_000_000)


def _gzipped(handler: Handler) -> None:
    handler.send_bytes(BOMB, Content_Encoding="gzip")


def _redirect(handler: Handler) -> None:
    handler.send_bytes(b"", 302, Location="http://127.0.0.1:1/")


def _busy(handler: Handler) -> None:
    handler.send_bytes(b"", 429, Retry_After="7")


def _truncated(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"status": 0')


def _down(handler: Handler) -> None:
    handler.send_bytes(b"<html>down</html>", 503)


def _forbidden(handler: Handler) -> None:
    handler.send_bytes(b"", 403)


@each_service
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (_gzipped, GeocoderParseError),
        (_redirect, GeocoderServiceError),
        (_busy, GeocoderRateLimited),
        (_truncated, GeocoderUnavailable),
        (_down, GeocoderTimedOut),
        (_forbidden, GeocoderInsufficientPrivileges),
        (Handler.drip, GeocoderTimedOut),
    ],
    ids=["gzip bomb", "redirect", "429", "truncated", "503", "403", "a byte at a time"],
)
def test_a_hostile_server_costs_one_request_and_one_deadline(
    service: MapService, kind: Service, answer: Answer, error: type[Exception]
) -> None:
    service.answers[kind.address_path] = answer
    started = time.monotonic()
    with pytest.raises(error) as raised:
        client(service, kind.kind).find_address(ADDRESS, timeout=0.3)
    assert time.monotonic() - started < 2
    assert len(service.asked) == 1
    if isinstance(raised.value, GeocoderRateLimited):
        assert raised.value.retry_after == 7


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (190, GeocoderAuthenticationFailure),
        (311, GeocoderAuthenticationFailure),
        (110, GeocoderInsufficientPrivileges),
        (199, GeocoderInsufficientPrivileges),
        (121, GeocoderQuotaExceeded),
        (120, GeocoderRateLimited),
        (306, GeocoderQueryError),
        (500, GeocoderUnavailable),
        (999, GeocoderServiceError),
    ],
)
def test_tencents_codes_become_geopys_errors(
    service: MapService, code: int, error: type[Exception]
) -> None:
    service.answers["/ws/geocoder/v1/"] = {"status": code, "message": "不行"}
    with pytest.raises(error) as raised:
        client(service, Tencent).find_address("象山县")
    assert type(raised.value) is error
    assert str(raised.value) == f"Tencent: 不行 ({code})"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (5, GeocoderAuthenticationFailure),
        ("101", GeocoderAuthenticationFailure),  # once a number, once a string
        (240, GeocoderInsufficientPrivileges),
        (302, GeocoderQuotaExceeded),
        (401, GeocoderRateLimited),
        (2, GeocoderQueryError),
        (1, GeocoderUnavailable),
        (777, GeocoderServiceError),
    ],
)
def test_baidus_codes_become_geopys_errors(
    service: MapService, code: int | str, error: type[Exception]
) -> None:
    service.answers["/geocoding/v3/"] = {"status": code, "message": "不行"}
    with pytest.raises(error) as raised:
        client(service, Baidu).find_address("象山县")
    assert type(raised.value) is error
    assert str(raised.value) == f"Baidu: 不行 ({code})"


class TestGeopysInterface:
    @pytest.mark.parametrize("kind", [s for s in SERVICES if issubclass(s.kind, ChineseGeocoder)])
    def test_geocode_and_reverse_speak_lat_lon_and_text(
        self, service: MapService, kind: Service
    ) -> None:
        asker: Any = client(service, kind.kind)
        service.answers[kind.address_path] = kind.address(HERE)
        for found in (asker.geocode(ADDRESS), *asker.geocode(ADDRESS, exactly_one=False)):
            assert abs(found.latitude - HERE.lat) < 2e-6
            assert abs(found.longitude - HERE.lon) < 2e-6
            assert isinstance(str(found), str)
        service.answers[kind.reverse_path] = kind.reverse
        for found in (
            asker.reverse((HERE.lat, HERE.lon)),
            *asker.reverse(f"{HERE.lat}, {HERE.lon}", exactly_one=False),
        ):
            assert found.address == ADDRESS
            assert isinstance(found.address, str)
        service.answers[kind.reverse_path] = kind.nothing[2]
        assert asker.reverse((HERE.lat, HERE.lon)) is None
        assert asker.reverse((HERE.lat, HERE.lon), exactly_one=False) is None


class TestTencent:
    def test_what_the_service_does_not_trust_is_no_venue(self, service: MapService) -> None:
        service.answers["/ws/geocoder/v1/"] = tencent_address(*GCJ, level=11, reliability=6)
        assert client(service, Tencent).find_address("益园")[0].level == "未知"
        service.answers["/ws/geocoder/v1/"] = tencent_address(*GCJ, level=2)
        assert client(service, Tencent).find_address("象山县")[0].level == "区县"

    def test_the_search_stays_in_the_city_and_in_the_district(self, service: MapService) -> None:
        service.answers["/ws/place/v1/search"] = tencent_pois(("益园", *GCJ), adcode=330212)
        assert client(service, Tencent).find_venue("益园", "330225") == []
        assert len(client(service, Tencent).find_venue("益园", "330200")) == 1
        assert service.asked[0][1]["boundary"] == "region(宁波市,0)"

    def test_a_long_keyword_is_cut_between_characters(self, service: MapService) -> None:
        service.answers["/ws/place/v1/search"] = tencent_pois()
        client(service, Tencent).find_venue("a" + "宁" * 40, "330225")
        assert service.asked[0][1]["keyword"] == "a" + "宁" * 31

    def test_the_point_goes_out_in_gcj02_lat_first(self, service: MapService) -> None:
        service.answers["/ws/geocoder/v1/"] = {"status": 347, "message": ""}
        client(service, Tencent).find_at(*HERE)
        assert service.asked[0][1]["location"] == f"{GCJ.lat:.6f},{GCJ.lon:.6f}"


class TestBaidu:
    def test_gcj02_is_asked_for_every_time(self, service: MapService) -> None:
        service.answers.update(
            {path: {"status": 0} for path in ("/place/v2/search", "/reverse_geocoding/v3/")}
        )
        service.answers["/geocoding/v3/"] = baidu_address(*GCJ)
        asker = client(service, Baidu)
        asker.find_address("象山县")
        asker.find_venue("益园", "330225")
        asker.find_at(*HERE)
        assert [query["ret_coordtype"] for _, query in service.asked] == ["gcj02ll"] * 3
        assert service.asked[2][1]["coordtype"] == "gcj02ll"

    def test_a_long_address_loses_the_city_and_is_then_refused(self, service: MapService) -> None:
        service.answers["/geocoding/v3/"] = baidu_address(*GCJ)
        client(service, Baidu).find_address("浙江省宁波市" + "象" * 28)
        assert service.asked[0][1]["address"] == "象" * 28
        with pytest.raises(GeocoderQueryError, match="the address is longer than 84 bytes"):
            client(service, Baidu).find_address("象" * 29)
        assert len(service.asked) == 1

    def test_a_wide_circle_is_no_venue(self, service: MapService) -> None:
        service.answers["/geocoding/v3/"] = baidu_address(*GCJ, confidence=40)
        assert client(service, Baidu).find_address("益园")[0].level == "未知"

    def test_a_place_without_a_point_is_left_out(self, service: MapService) -> None:
        answer = baidu_pois(("益园", *GCJ))
        answer["results"].append({"name": "益园公交线", "address": "", "location": None})
        service.answers["/place/v2/search"] = answer
        assert len(client(service, Baidu).find_venue("益园", "330225")) == 1


def test_each_service_stands_behind_its_own_setting(settings: Settings) -> None:
    assert configured_providers() == []
    settings.YITU_TENCENT_KEY = settings.YITU_BAIDU_KEY = KEY
    settings.YITU_PHOTON_URL = "http://photon.example/sub"
    settings.YITU_NOMINATIM_URL = "http://nominatim.example"
    found = configured_providers()
    assert [provider.name for provider in found] == ["tencent", "baidu", "nominatim", "photon"]
    photon: Any = found[-1]
    assert photon.api == "http://photon.example/sub/api"
    assert photon.adapter.allowed_host == "photon.example"
    assert len(set(LABELS)) == 6
