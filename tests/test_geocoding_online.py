"""Map services over real HTTP: found, converted, verified; refused, queued; and never trusted."""

import gzip
import json
import logging
import time
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
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

from geo.coordinates import distance_m, wgs84_to_gcj02
from geo.geocoding import online
from geo.geocoding.chain import resolve
from geo.geocoding.providers.amap import AMap
from geo.geocoding.providers.tianditu import Tianditu
from geo.models import PlaceReading, Venue
from tests.gate import forget_usage
from tests.map_service import (
    Answer,
    Handler,
    MapService,
    amap_address,
    amap_pois,
    map_service,
    tencent_pois,
    tianditu_point,
    tianditu_pois,
)

DAY = date(2019, 6, 26)
TODAY = date(2026, 11, 25)
KEY = "very-secret-key"
YIYUAN = (121.8712, 29.4781)  # somewhere in the county town of 象山, for the test
AIXIN = (121.8312, 29.9071)  # somewhere in 新碶, for the test
CIXI = (121.26, 30.17)


@pytest.fixture
def service() -> Iterator[MapService]:
    with map_service() as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh_gate(request: pytest.FixtureRequest) -> None:
    if "places" in request.fixturenames:
        forget_usage()


@pytest.fixture
def tianditu(service: MapService, settings: Settings) -> MapService:
    settings.YITU_TIANDITU_KEY, settings.YITU_TIANDITU_URL = KEY, service.url
    return service


@pytest.fixture
def amap(service: MapService, settings: Settings) -> MapService:
    settings.YITU_AMAP_KEY, settings.YITU_AMAP_URL = KEY, service.url
    return service


def geocoder(service: MapService, kind: type[AMap] | type[Tianditu] = AMap) -> AMap | Tianditu:
    return kind(KEY, domain=service.host, scheme="http", timeout=1)


@pytest.mark.django_db
@pytest.mark.usefixtures("places")
class TestChain:
    @pytest.mark.parametrize(
        ("printed", "name", "point", "specify"),
        [
            ("象山“益园”", "象山社会组织孵化园", YIYUAN, "156330225"),
            ("北仑爱心公园", "北仑爱心公园", AIXIN, "156330206"),
        ],
    )
    def test_with_a_key_the_ringed_venues_are_found(
        self,
        tianditu: MapService,
        printed: str,
        name: str,
        point: tuple[float, float],
        specify: str,
    ) -> None:
        tianditu.answers["/v2/search"] = tianditu_pois(("旁边的店", *CIXI), (name, *point))
        reading = resolve(printed, as_of=DAY, asked_on=TODAY)
        assert (reading.status, reading.level, reading.provider) == (
            "answered",
            "venue",
            "tianditu",
        )
        assert (reading.radius_m, reading.datum, reading.asked_on) == (200, "CGCS2000", TODAY)
        assert reading.raw["answer"]["name"] == name
        venue = reading.venue
        assert venue is not None
        assert venue.point is not None
        assert venue.point.coords == point
        assert not venue.needs_review
        assert venue.point_source == f"天地图地理编码：{name}（兴趣点），2026-11-25"
        path, query = tianditu.asked[0]
        assert path == "/v2/search"
        assert json.loads(query["postStr"])["specify"] == specify
        assert query["tk"] == KEY

    def test_amap_is_converted_at_the_door(self, amap: MapService) -> None:
        amap.answers["/v5/place/text"] = amap_pois(("益园", *wgs84_to_gcj02(*YIYUAN)))
        reading = resolve("象山“益园”", as_of=DAY)
        assert (reading.provider, reading.datum, reading.level) == ("amap", "GCJ-02", "venue")
        assert reading.venue is not None
        assert reading.venue.point is not None
        assert distance_m(reading.venue.point.x, reading.venue.point.y, *YIYUAN) < 0.2
        assert amap.asked[0][1]["region"] == "330225"

    def test_an_address_point_without_a_name_stays_to_be_verified(
        self, tianditu: MapService
    ) -> None:
        tianditu.answers["/geocoder"] = tianditu_point(*YIYUAN)
        reading = resolve("象山“益园”", as_of=DAY)
        assert tianditu.paths() == ["/v2/search", "/geocoder"]
        assert json.loads(tianditu.asked[1][1]["ds"]) == {"keyWord": "浙江省宁波市象山县益园"}
        assert (reading.level, reading.radius_m) == ("venue", 1000)
        assert reading.venue is not None
        assert reading.venue.needs_review

    def test_an_address_that_repeats_the_name_is_checked_by_it(self, amap: MapService) -> None:
        amap.answers["/v3/geocode/geo"] = amap_address(
            "浙江省宁波市象山县益园", "兴趣点", *wgs84_to_gcj02(*YIYUAN)
        )
        reading = resolve("象山“益园”", as_of=DAY)
        assert (reading.level, reading.radius_m, reading.provider) == ("venue", 200, "amap")

    def test_an_answer_in_another_district_is_refused_and_queued(
        self, tianditu: MapService
    ) -> None:
        tianditu.answers["/v2/search"] = tianditu_pois(("益园", *CIXI))
        reading = resolve("象山“益园”", as_of=DAY)
        assert (reading.status, reading.level, reading.radius_m) == ("question", "district", 2500)
        assert reading.question.startswith(
            "地图服务给出的「象山“益园”」未通过核对：位置落在慈溪市，离象山县 "
        )
        assert reading.candidates[0]["kind"] == "point"
        assert reading.raw["online"][0]["is_elsewhere"] is True
        venue = Venue.objects.get(name="益园")
        assert venue.point is not None
        assert distance_m(venue.point.x, venue.point.y, 121.86533, 29.4794) < 2
        assert venue.needs_review

    def test_the_centre_of_a_county_is_no_venue(self, tianditu: MapService) -> None:
        tianditu.answers["/geocoder"] = tianditu_point(121.8653, 29.4794, level="区县")
        reading = resolve("象山“益园”", as_of=DAY)
        assert (reading.level, reading.radius_m, reading.provider) == ("district", 2500, "curated")

    def test_the_namesake_is_not_taken(self, tianditu: MapService) -> None:
        tianditu.answers["/v2/search"] = tianditu_pois(("宁波爱心公园", 121.5512, 29.864))
        tianditu.answers["/geocoder"] = {"status": "101", "msg": "empty"}
        reading = resolve("北仑爱心公园", as_of=DAY)
        assert (reading.level, reading.provider) == ("district", "curated")

    def test_two_of_a_name_are_not_decided_by_their_order(self, tianditu: MapService) -> None:
        tianditu.answers["/v2/search"] = tianditu_pois(("益园", *YIYUAN), ("益园", 121.9, 29.2))
        tianditu.answers["/geocoder"] = {"status": "101", "msg": "empty"}
        reading = resolve("象山“益园”", as_of=DAY)
        assert reading.level == "district"
        assert reading.raw["online"][0]["reason"] == "同名的地点不止一处"

    def test_a_venue_nobody_listed_becomes_one(self, tianditu: MapService) -> None:
        point = (121.7102, 29.2534)
        tianditu.answers["/v2/search"] = tianditu_pois(("长街镇中心小学", *point))
        reading = resolve("长街镇中心小学", as_of=DAY)
        assert (reading.level, reading.provider) == ("venue", "tianditu")
        venue = Venue.objects.get(name="长街镇中心小学")
        assert venue.district is not None
        assert venue.district.code == "330226"
        assert reading.venue == venue

    def test_the_second_service_is_asked_when_the_first_does_not_know(
        self, tianditu: MapService, settings: Settings
    ) -> None:
        settings.YITU_AMAP_KEY, settings.YITU_AMAP_URL = KEY, tianditu.url
        tianditu.answers["/v2/search"] = tianditu_pois()
        tianditu.answers["/geocoder"] = {"status": "101", "msg": "empty"}
        tianditu.answers["/v5/place/text"] = amap_pois(("益园", *wgs84_to_gcj02(*YIYUAN)))
        assert resolve("象山“益园”", as_of=DAY).provider == "amap"

    def test_two_services_that_agree_support_each_other(
        self, tianditu: MapService, settings: Settings
    ) -> None:
        settings.YITU_TENCENT_KEY, settings.YITU_TENCENT_URL = KEY, tianditu.url
        settings.YITU_BAIDU_KEY, settings.YITU_BAIDU_URL = KEY, tianditu.url
        tianditu.answers["/v2/search"] = tianditu_pois()
        tianditu.answers["/geocoder"] = tianditu_point(YIYUAN[0] + 0.008, YIYUAN[1])
        tianditu.answers["/ws/place/v1/search"] = tencent_pois(("益园", *wgs84_to_gcj02(*YIYUAN)))
        reading = resolve("象山“益园”", as_of=DAY)
        # 774 m apart, 1 000 + 200 m allowed; the one that knows it by name is the better.
        assert (reading.status, reading.provider, reading.radius_m) == ("answered", "tencent", 200)
        assert reading.raw["confirmed_by"] == "tianditu"
        assert "/place/v2/search" not in tianditu.paths()  # two opinions are enough

    def test_two_services_that_disagree_are_a_question_with_both_places(
        self, tianditu: MapService, settings: Settings, client: Client, admin_user: Any
    ) -> None:
        settings.YITU_TENCENT_KEY, settings.YITU_TENCENT_URL = KEY, tianditu.url
        there = (YIYUAN[0] + 0.02, YIYUAN[1])
        tianditu.answers["/v2/search"] = tianditu_pois(("益园", *YIYUAN))
        tianditu.answers["/ws/place/v1/search"] = tencent_pois(("益园", *wgs84_to_gcj02(*there)))
        before = Venue.objects.get(name="益园").point
        reading = resolve("象山“益园”", as_of=DAY)
        assert (reading.status, reading.level, reading.radius_m) == ("question", "district", 2500)
        assert reading.question == (
            "「象山“益园”」在哪里？天地图地理编码和腾讯地图地理编码给出的位置相距 1.9 公里。"
        )
        assert [one["kind"] for one in reading.candidates] == ["point", "point"]
        for candidate, point in zip(reading.candidates, (YIYUAN, there), strict=True):
            lon, lat = map(float, candidate["key"].split(","))
            assert distance_m(lon, lat, *point) < 0.5
        assert Venue.objects.get(name="益园").point == before
        client.force_login(admin_user)
        page = client.get(f"/admin/geo/placereading/{reading.pk}/settle/").content.decode()
        for candidate in reading.candidates:
            assert candidate["note"] in page
        assert "天地图地理编码，误差 200 米以内" in page
        asked = len(tianditu.asked)
        assert resolve("象山“益园”", as_of=DAY).status == "question"
        assert len(tianditu.asked) == asked

    def test_a_second_service_that_fails_does_not_take_the_first_answer_away(
        self, tianditu: MapService, settings: Settings
    ) -> None:
        settings.YITU_TENCENT_KEY, settings.YITU_TENCENT_URL = KEY, tianditu.url
        tianditu.answers["/v2/search"] = tianditu_pois(("益园", *YIYUAN))
        tianditu.answers["/ws/place/v1/search"] = {
            "status": 121,
            "message": "此key每日调用量已达到上限",
        }
        reading = resolve("象山“益园”", as_of=DAY)
        assert (reading.status, reading.provider) == ("answered", "tianditu")
        assert reading.raw["online"][0]["kind"] == "quota"

    def test_of_two_namesakes_the_one_in_the_named_district_is_meant(
        self, tianditu: MapService
    ) -> None:
        tianditu.answers["/v2/search"] = tianditu_pois(("益园", *CIXI), ("益园", *YIYUAN))
        reading = resolve("象山“益园”", as_of=DAY)
        assert (reading.level, reading.radius_m) == ("venue", 200)

    def test_a_place_for_which_time_ran_out_is_asked_for_again(
        self, tianditu: MapService, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.YITU_TENCENT_KEY, settings.YITU_TENCENT_URL = KEY, tianditu.url
        tianditu.answers["/v2/search"] = tianditu_pois()
        tianditu.answers["/geocoder"] = {"status": "101", "msg": "empty"}
        tianditu.answers["/ws/place/v1/search"] = tencent_pois(("益园", *wgs84_to_gcj02(*YIYUAN)))
        with monkeypatch.context() as patch:
            patch.setattr(online, "PLACE_SECONDS", 0.0)
            assert resolve("象山“益园”", as_of=DAY).provider == "curated"
        assert resolve("象山“益园”", as_of=DAY).provider == "tencent"

    def test_a_key_that_a_service_repeats_reaches_no_page(
        self, tianditu: MapService, client: Client, admin_user: Any
    ) -> None:
        answer = tianditu_pois(("益园", *YIYUAN))
        answer["pois"][0]["address"] = f"tk {KEY}"
        answer["pois"][0]["url"] = f"https://example.org/?tk={KEY}"
        tianditu.answers["/v2/search"] = answer
        reading = resolve("象山“益园”", as_of=DAY)
        assert reading.raw["answer"]["url"] == "https://example.org/?tk=***"
        client.force_login(admin_user)
        for page in (f"placereading/{reading.pk}", f"venue/{reading.venue_id}"):
            text = client.get(f"/admin/geo/{page}/change/").content.decode()
            assert "益园" in text
            assert KEY not in text

    def test_asking_again_costs_no_request(self, tianditu: MapService) -> None:
        tianditu.answers["/v2/search"] = tianditu_pois(("益园", *YIYUAN))
        first = resolve("象山“益园”", as_of=DAY)
        asked = len(tianditu.asked)
        again = resolve("象山“益园”", as_of=date(2019, 6, 29))
        assert (again.pk, again.provider) == (first.pk, "tianditu")
        assert len(tianditu.asked) == asked

    def test_a_no_is_remembered_but_a_failure_is_not(self, tianditu: MapService) -> None:
        tianditu.answers["/v2/search"] = tianditu_pois()
        resolve("象山“益园”", as_of=DAY)  # /geocoder answers 404
        asked = len(tianditu.asked)
        tianditu.answers["/geocoder"] = {"status": "101", "msg": "empty"}
        resolve("象山“益园”", as_of=DAY)
        assert len(tianditu.asked) == 2 * asked
        resolve("象山“益园”", as_of=DAY)
        assert len(tianditu.asked) == 2 * asked

    def test_what_a_person_placed_is_not_asked_for(self, tianditu: MapService) -> None:
        Venue.objects.filter(name="益园").update(corrected_by_person=True)
        resolve("象山“益园”", as_of=DAY)
        assert tianditu.asked == []

    def test_what_is_known_well_is_not_asked_for(self, tianditu: MapService) -> None:
        for printed in ("日湖公园", "鄞州区", "鄞州区邱隘镇渔农村", "宁波市孙文英小学"):
            resolve(printed, as_of=DAY)
        assert tianditu.asked == []

    def test_loading_again_keeps_what_the_service_found(self, tianditu: MapService) -> None:
        tianditu.answers["/v2/search"] = tianditu_pois(("益园", *YIYUAN))
        resolve("象山“益园”", as_of=DAY)
        out = StringIO()
        call_command("load_places", stdout=out)
        assert "益园" in out.getvalue()
        assert Venue.objects.get(name="益园").radius_m == 200

    def test_a_broken_service_leaves_the_offline_answer(self, tianditu: MapService) -> None:
        tianditu.answers["/v2/search"] = {"msg": "非法Key", "resolve": "", "code": 301001}
        reading = resolve("象山“益园”", as_of=DAY)
        assert (reading.status, reading.level, reading.provider) == (
            "answered",
            "district",
            "curated",
        )
        assert reading.raw["online"] == [
            {
                "provider": "tianditu",
                "error": "GeocoderAuthenticationFailure",
                "kind": "key",
                "reason": "Tianditu: 非法Key (301001)",
            }
        ]
        assert tianditu.paths() == ["/v2/search"]

    def test_without_a_key_nobody_is_asked(self, service: MapService) -> None:
        resolve("象山“益园”", as_of=DAY)
        assert service.asked == []
        assert PlaceReading.objects.get().provider == "curated"


def test_geopys_own_interface_answers_in_lat_lon(service: MapService) -> None:
    service.answers["/geocoder"] = tianditu_point(*AIXIN)
    location = geocoder(service, Tianditu).geocode("北仑区新碶街道")
    assert location is not None
    assert not isinstance(location, list)
    assert (location.latitude, location.longitude) == (AIXIN[1], AIXIN[0])
    assert geocoder(service, Tianditu).geocode("北仑", exactly_one=False)


@pytest.mark.parametrize(
    ("infocode", "error"),
    [
        ("10001", GeocoderAuthenticationFailure),
        ("10003", GeocoderQuotaExceeded),
        ("10044", GeocoderQuotaExceeded),
        ("10012", GeocoderInsufficientPrivileges),
        ("10021", GeocoderRateLimited),
        ("10016", GeocoderUnavailable),
        ("20000", GeocoderQueryError),
        ("99999", GeocoderServiceError),
    ],
)
def test_amaps_codes_become_geopys_errors(
    service: MapService, infocode: str, error: type[Exception]
) -> None:
    service.answers["/v3/geocode/geo"] = {"status": "0", "info": "NO", "infocode": infocode}
    with pytest.raises(error) as raised:
        geocoder(service).find_address("象山县")
    assert type(raised.value) is error
    assert str(raised.value) == f"AMap: NO ({infocode})"


def test_no_match_is_not_an_error(service: MapService) -> None:
    service.answers["/v3/geocode/geo"] = {
        "status": "0",
        "info": "ENGINE_RESPONSE_DATA_ERROR",
        "infocode": "30001",
    }
    assert geocoder(service).geocode("没有的地方") is None
    service.answers["/geocoder"] = {"status": "101", "msg": "empty"}
    assert geocoder(service, Tianditu).geocode("没有的地方") is None


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b'{"a": NaN}',
        b"[1, 2]",
        b"[" * 100_000,
        "宁波".encode("gb18030"),
        b" " * (256 * 1024 + 1),
        json.dumps(tianditu_point(0, 0)).encode(),
        json.dumps(tianditu_point(29.9, 121.5)).encode(),
        json.dumps({"status": "0", "location": {"lon": "NaN", "lat": "29"}}).encode(),
        json.dumps({"status": "0", "location": []}).encode(),
    ],
    ids=["text", "nan", "list", "deep", "gb18030", "huge", "0,0", "swapped", "no number", "empty"],
)
def test_a_strange_answer_is_one_kind_of_error(service: MapService, body: bytes) -> None:
    service.answers["/geocoder"] = body
    with pytest.raises(GeocoderParseError):
        geocoder(service, Tianditu).find_address("象山县")


BOMB = gzip.compress(b"0" * 10_000_000)


def _gzipped(handler: Handler) -> None:
    handler.send_bytes(BOMB, Content_Encoding="gzip")


def _redirect(handler: Handler) -> None:
    handler.send_bytes(b"", 302, Location="http://127.0.0.1:1/")


def _busy(handler: Handler) -> None:
    handler.send_bytes(b"", 429, Retry_After="3600")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (_gzipped, GeocoderParseError),
        (_redirect, GeocoderServiceError),
        (_busy, GeocoderRateLimited),
        (Handler.drip, GeocoderTimedOut),
    ],
    ids=["gzip bomb", "redirect", "retry later", "a byte at a time"],
)
def test_a_hostile_server_costs_one_request_and_one_deadline(
    service: MapService, answer: Answer, error: type[Exception]
) -> None:
    service.answers["/v3/geocode/geo"] = answer
    started = time.monotonic()
    with pytest.raises(error):
        geocoder(service).find_address("象山县", timeout=0.5)
    assert time.monotonic() - started < 2
    assert len(service.asked) == 1


def test_a_closed_port_is_unavailable_and_says_no_address() -> None:
    with pytest.raises(GeocoderUnavailable) as raised:
        AMap(KEY, domain="127.0.0.1:1", scheme="http").find_address("象山县")
    assert str(raised.value) == "127.0.0.1:1: ConnectionRefusedError"


def test_no_key_reaches_the_log(service: MapService, caplog: pytest.LogCaptureFixture) -> None:
    service.answers["/v3/geocode/geo"] = {"status": "0", "info": "X", "infocode": "10001"}
    service.answers["/geocoder"] = _redirect
    with caplog.at_level(logging.DEBUG):
        for kind in (AMap, Tianditu):
            with pytest.raises(GeocoderServiceError) as raised:
                geocoder(service, kind).find_address("象山县")
            assert KEY not in repr(raised.value)
        logging.getLogger("geopy").debug("asked %s", f"https://host/path?key={KEY}&tk={KEY}")
    assert "https://host/path?key=***&tk=***" in caplog.text
    assert KEY not in caplog.text
