"""Datums, the box of Ningbo, distances and the links into other maps.

All pairs are (lon, lat). The published vectors come from the fixtures of gcoord and
eviltransform and from one answer of Baidu's own conversion service.
"""

import math
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coordinates import (
    CoordinateError,
    at_the_door,
    bd09_to_gcj02,
    bd09_to_wgs84,
    check_ningbo,
    distance_m,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    map_links,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

# name: (WGS-84, GCJ-02, BD-09). The service itself strays 0.7 m from the formula.
PUBLISHED = {
    "宁波": ((121.6175008, 29.8621392), (121.6216018, 29.859518), (121.628174, 29.8651502)),
    "上海": ((121.4691633, 31.2323443), (121.4737061, 31.2304194), (121.4802435, 31.2363541)),
    "北京": ((116.4011517, 39.9028057), (116.4074002, 39.9042136), (116.4137852, 39.9105355)),
    "乌鲁木齐": ((87.6140048, 43.824388), (87.6168579, 43.8255962), (87.6232918, 43.8317719)),
    "三亚": ((109.507813, 18.2545417), (109.5119135, 18.2528524), (109.5184703, 18.2585878)),
}
inside_ningbo = st.tuples(st.floats(120.8, 122.4), st.floats(28.8, 30.6))
inside_china = st.tuples(st.floats(74.0, 134.0), st.floats(4.0, 53.0))


@pytest.mark.parametrize("city", PUBLISHED)
def test_published_vectors_hold_to_a_metre(city: str) -> None:
    wgs, gcj, baidu = PUBLISHED[city]
    assert distance_m(*wgs84_to_gcj02(*wgs), *gcj) < 1.0
    assert distance_m(*gcj02_to_wgs84(*gcj), *wgs) < 1.0
    assert distance_m(*gcj02_to_bd09(*gcj), *baidu) < 0.02
    assert distance_m(*bd09_to_gcj02(*baidu), *gcj) < 0.02
    assert distance_m(*wgs84_to_bd09(*wgs), *baidu) < 1.0
    assert distance_m(*bd09_to_wgs84(*baidu), *wgs) < 1.0


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_the_formula_equals_another_writing_of_it(
    wgs: tuple[float, float], gcj: tuple[float, float]
) -> None:
    assert distance_m(*wgs84_to_gcj02(*wgs), *gcj) < 0.001


def test_baidus_own_answer_is_met_to_a_millimetre() -> None:
    ours = gcj02_to_bd09(120.85385769314236, 28.021381022135415)
    assert distance_m(*ours, 120.86029339600422, 28.027651931662543) < 0.01


@settings(deadline=None)  # the machine may be busy
@given(inside_ningbo)
def test_every_datum_returns_to_where_it_started(point: tuple[float, float]) -> None:
    assert distance_m(*gcj02_to_wgs84(*wgs84_to_gcj02(*point)), *point) < 0.001
    assert distance_m(*bd09_to_gcj02(*gcj02_to_bd09(*point)), *point) < 0.001
    assert distance_m(*bd09_to_wgs84(*wgs84_to_bd09(*point)), *point) < 0.001


@settings(deadline=None)  # the machine may be busy
@given(inside_china)
def test_the_round_trip_holds_in_the_whole_country(point: tuple[float, float]) -> None:
    assert distance_m(*bd09_to_wgs84(*wgs84_to_bd09(*point)), *point) < 0.001


@settings(deadline=None)  # the machine may be busy
@given(inside_ningbo)
def test_the_shifts_in_ningbo_have_the_known_size(point: tuple[float, float]) -> None:
    assert 470 < distance_m(*wgs84_to_gcj02(*point), *point) < 545
    assert 900 < distance_m(*wgs84_to_bd09(*point), *point) < 1300


def test_outside_china_nothing_is_shifted() -> None:
    assert wgs84_to_gcj02(2.35, 48.86) == (2.35, 48.86)
    assert gcj02_to_wgs84(2.35, 48.86) == (2.35, 48.86)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_are_refused(bad: float) -> None:
    for shift in (wgs84_to_gcj02, gcj02_to_wgs84, gcj02_to_bd09, bd09_to_gcj02, check_ningbo):
        with pytest.raises(CoordinateError, match="坐标不是有限的数"):
            shift(bad, 29.9)
        with pytest.raises(CoordinateError, match="坐标不是有限的数"):
            shift(121.5, bad)


def test_an_unknown_datum_is_named() -> None:
    with pytest.raises(CoordinateError) as refusal:
        to_wgs84(121.5, 29.9, "北京54")  # type: ignore[arg-type]
    assert str(refusal.value) == "不认识的坐标系：北京54"


def test_the_door_converts_and_lets_ningbo_in() -> None:
    wgs, gcj, baidu = PUBLISHED["宁波"]
    assert at_the_door(*wgs, "CGCS2000") == wgs
    assert distance_m(*at_the_door(*gcj, "GCJ-02"), *wgs) < 1.0
    assert distance_m(*at_the_door(*baidu, "BD-09"), *wgs) < 1.0


def test_the_door_refuses_what_is_not_in_ningbo() -> None:
    with pytest.raises(CoordinateError) as refusal:
        at_the_door(106.57, 29.6, "WGS-84")  # 江北区 of Chongqing
    assert str(refusal.value) == (
        "坐标 (106.570000, 29.600000) 不在宁波范围内（经度 120.8–122.4，纬度 28.8–30.6）"
    )


def test_swapped_coordinates_are_named_as_such() -> None:
    with pytest.raises(CoordinateError) as refusal:
        check_ningbo(29.9, 121.55)
    assert str(refusal.value).endswith("；经度和纬度可能写反了")


def test_the_point_of_nowhere_is_refused() -> None:
    with pytest.raises(CoordinateError):
        at_the_door(0.0, 0.0, "GCJ-02")


def test_distances_agree_with_known_ones() -> None:
    assert distance_m(121.5, 29.9, 121.5, 29.9) == 0
    # One degree of latitude on the mean sphere.
    assert distance_m(121.5, 29.0, 121.5, 30.0) == pytest.approx(111195, abs=1)
    # The old and the new 城市展览馆.
    assert distance_m(121.5575, 29.8865, 121.6183, 29.8609) == pytest.approx(6516, abs=20)


@settings(deadline=None)  # the machine may be busy
@given(inside_ningbo, inside_ningbo)
def test_distance_is_the_same_both_ways(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert distance_m(*a, *b) == pytest.approx(distance_m(*b, *a))


def _fields(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


def test_each_map_gets_its_own_datum_and_order() -> None:
    wgs, gcj, baidu = PUBLISHED["宁波"]
    links = map_links(*wgs, "宁波市人民政府")
    assert set(links) == {"amap", "baidu", "tencent", "geo"}

    amap = _fields(links["amap"])
    assert links["amap"].startswith("https://uri.amap.com/marker?")
    assert amap["coordinate"] == "gaode"
    assert amap["name"] == "宁波市人民政府"
    lon, lat = map(float, amap["position"].split(","))
    assert distance_m(lon, lat, *gcj) < 1.0

    fields = _fields(links["baidu"])
    assert links["baidu"].startswith("https://api.map.baidu.com/marker?")
    assert (fields["coord_type"], fields["output"]) == ("bd09ll", "html")
    lat, lon = map(float, fields["location"].split(","))
    assert distance_m(lon, lat, *baidu) < 1.0

    marker = _fields(links["tencent"])["marker"]
    assert links["tencent"].startswith("https://apis.map.qq.com/uri/v1/marker?")
    place, title, _ = marker.split(";")
    assert title == "title:宁波市人民政府"
    lat, lon = map(float, place.removeprefix("coord:").split(","))
    assert distance_m(lon, lat, *gcj) < 1.0

    assert unquote(links["geo"]) == (
        "geo:29.862139,121.617501?q=29.862139,121.617501(宁波市人民政府)"
    )


def test_a_name_cannot_break_out_of_its_link() -> None:
    links = map_links(121.5575, 29.8985, "甲;title:乙|丙&x=1#y(丁)")
    assert _fields(links["tencent"])["marker"].count("title:") == 1
    assert "x" not in _fields(links["tencent"])
    for url in (links["amap"], links["baidu"], links["tencent"]):
        assert urlsplit(url).fragment == ""
