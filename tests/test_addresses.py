"""The rules that read a printed place, on the shipped list of areas."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.addresses import read_address, split_areas
from geo.area_list import (
    Alias,
    AreaEntry,
    AreaList,
    community_core,
    community_name,
    normalise,
    short_name,
    strip_city,
)
from geo.geocoding.shipped import shipped_gazetteer

AREAS = shipped_gazetteer().areas
DAY = date(2019, 6, 26)


def key(printed: str, context: str | None = None) -> str | None:
    """The key of the area read in *printed*."""
    entry = AREAS.entries[context] if context else None
    area = read_address(printed, AREAS, as_of=DAY, context=entry).area
    return area.key if area else None


@pytest.mark.parametrize(
    ("printed", "text", "bracketed"),
    [
        ("象山“益园”", "象山益园", ()),
        ("宁波市社会福利院(光荣院)", "宁波市社会福利院", ("光荣院",)),
        ("宁波市社会福利院（光荣院）", "宁波市社会福利院", ("光荣院",)),
        ("  江北区　天水家园 ", "江北区天水家园", ()),
        ("《日湖公园》。", "日湖公园", ()),
    ],
)
def test_print_is_made_plain(printed: str, text: str, bracketed: tuple[str, ...]) -> None:
    assert normalise(printed) == (text, bracketed)


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("宁海县黄坛镇弘杨村", "330226108279"),
        ("宁海县黄坛镇弘杨村村委会", "330226108279"),
        ("象山鹤浦小学", "330225103"),
        ("鄞州区云龙镇", "330212108"),
        ("江北区中马街道盐仓社区", "330205001004"),
        ("江北区中马街道盐仓社区居委会", "330205001004"),
        ("余姚市", "330281"),
        ("余姚", "330281"),
        ("浙江省宁波市慈溪", "330282"),
        ("宁波市", "330200"),
        ("江东区", "330212"),
        ("奉化市江口街道", "330213003"),
        ("奉化尚田镇", "330213007"),
        ("宁海县桥头胡街道", "330226004"),
        ("慈溪桥头镇", "330282109"),
        ("长街镇中心小学", "330226101"),
        ("高新区", "zone:高新区"),
        ("宁波国家高新区聚贤街道", "330212016"),
        ("慈溪高新区", "330282"),
        ("北仑大榭街道", "330206001"),
        ("东钱湖旅游度假区", "zone:东钱湖旅游度假区"),
        ("余姚市市民中心", "330281"),
    ],
)
def test_areas_are_read_to_their_code(printed: str, code: str) -> None:
    assert key(printed) == code


@pytest.mark.parametrize(
    "printed",
    [
        "日湖公园",
        "鄞县大道",
        "江北大道100号",
        "象山港",
        "宁海路",
        "尚田镇",  # not listed under this kind, and no district to stand on
        "鼓楼步行街",  # a short town name needs its district
    ],
)
def test_what_only_looks_like_an_area_is_none(printed: str) -> None:
    assert key(printed) is None


@pytest.mark.parametrize(
    "printed",
    [
        "重庆市江北区",
        "甘肃省天水市",
        "桂林市象山区",
        "江西省鹰潭市月湖区",
        "杭州市西湖区文化馆",
        "浙江省绍兴市上虞区",
    ],
)
def test_other_prefectures_are_recognised_by_their_suffix(printed: str) -> None:
    reading = read_address(printed, AREAS, as_of=DAY)
    assert reading.is_elsewhere
    assert reading.area is None


@pytest.mark.parametrize(
    "printed",
    [
        "浙江省宁波市江北区",
        "宁波市江北区老外滩",
        "菜市场小区",
        "镇海区庄市街道庄市社区",
        "三七市镇政府社区",
    ],
)
def test_ningbo_is_not_elsewhere(printed: str) -> None:
    assert not read_address(printed, AREAS, as_of=DAY).is_elsewhere


def test_a_near_miss_is_suggested_and_not_answered() -> None:
    reading = read_address("鄞州区邱隘镇渔农村", AREAS, as_of=DAY)
    assert reading.area is not None
    assert reading.area.key == "330212106"
    assert reading.missing == "渔农村"
    assert [(s.key, s.name) for s in reading.suggestions] == [("330212106208", "渔金村")]


def test_an_estate_is_no_missing_village() -> None:
    reading = read_address("江北区白杨新村", AREAS, as_of=DAY)
    assert (reading.missing, reading.suggestions) == ("", ())


def test_a_village_is_not_the_community_of_its_name() -> None:
    reading = read_address("江北区外滩街道盐仓村", AREAS, as_of=DAY)
    assert reading.area is not None
    assert reading.area.key == "330205001"
    assert "盐仓社区" in {s.name for s in reading.suggestions}


def test_a_name_of_two_villages_is_a_choice() -> None:
    names = [e.name for e in AREAS.by_level["community"]]
    twice = next(n for n in names if n.endswith("村") and names.count(n) > 1 and 2 < len(n) < 6)
    reading = read_address(twice, AREAS, as_of=DAY)
    assert reading.area is None
    assert len(reading.suggestions) >= 2


def test_the_context_decides_only_where_the_text_leaves_it_open() -> None:
    assert key("中心小学", context="330226") is None
    assert key("鹤浦小学", context="330225") == "330225103"
    assert key("鹤浦小学") is None
    assert key("余姚市鹤浦小学", context="330225") == "330281"


def test_an_old_name_is_understood_and_said_to_be_old() -> None:
    reading = read_address("江东区白鹤街道", AREAS, as_of=DAY)
    assert reading.warnings == ("江东区现属鄞州区",)
    assert read_address("江东区", AREAS, as_of=date(2015, 1, 1)).warnings == ()


@pytest.mark.parametrize("relation", ["附近", "周边", "及其周边", "内", "一带"])
def test_words_of_relation_are_kept_apart(relation: str) -> None:
    reading = read_address("鄞州区云龙镇" + relation, AREAS, as_of=DAY)
    assert reading.relation == relation
    assert reading.area is not None
    assert reading.area.key == "330212108"


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("高新区、奉化区", ["高新区", "奉化区"]),
        ("海曙区，江北区和鄞州区", ["海曙区", "江北区", "鄞州区"]),
        ("宁海县长街镇及力洋镇", ["宁海县长街镇", "力洋镇"]),
        ("宁波城市展览馆及其周边", ["宁波城市展览馆及其周边"]),
        ("海曙区、日湖公园", ["海曙区、日湖公园"]),
        ("和丰创意广场", ["和丰创意广场"]),
    ],
)
def test_only_areas_are_cut_apart(printed: str, parts: list[str]) -> None:
    assert split_areas(printed, AREAS, DAY) == parts


@pytest.mark.parametrize(
    ("name", "short"),
    [("余姚市", "余姚"), ("鹤浦镇", "鹤浦"), ("白云街道", "白云"), ("鄞县", "鄞县")],
)
def test_short_names_keep_two_characters(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("listed", "name", "core"),
    [
        ("弘杨村委会", "弘杨村", "弘杨"),
        ("弘杨村村委会", "弘杨村", "弘杨"),
        ("盐仓社区居民委员会", "盐仓社区", "盐仓"),
        ("盐仓社区居委会", "盐仓社区", "盐仓"),
        ("盐仓社区", "盐仓社区", "盐仓"),
        ("黄湖农场生活区", "黄湖农场生活区", "黄湖农场生活区"),
    ],
)
def test_committees_are_not_places(listed: str, name: str, core: str) -> None:
    assert community_name(listed) == name
    assert community_core(listed) == core


def test_the_city_in_front_is_dropped_however_often() -> None:
    assert strip_city("浙江省宁波市宁波妇儿医院") == ("妇儿医院", True)
    assert strip_city("浙江宁波市余姚市") == ("余姚市", True)
    assert strip_city("日湖公园") == ("日湖公园", False)
    assert strip_city("宁波路1号") == ("宁波路1号", False)


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(printed: str) -> None:
    reading = read_address(printed, AREAS, as_of=DAY)
    assert len(reading.residual) <= len(normalise(printed)[0])


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(AREAS.by_level["town"]))
def test_every_town_is_found_under_its_district(town: AreaEntry) -> None:
    district = AREAS.entries[town.parent or ""]
    if town.name == "保税区":
        return  # also the name of a zone, which is what people mean by it
    assert key(district.name + town.name) == town.key
    assert key("浙江省宁波市" + district.name + town.name) == town.key


def test_every_community_is_found_under_its_town() -> None:
    missed = []
    for entry in AREAS.by_level["community"]:
        town = AREAS.entries[entry.parent or ""]
        district = AREAS.entries[town.parent or ""]
        reading = read_address(district.name + town.name + entry.name, AREAS, as_of=DAY)
        if reading.area != entry:
            missed.append(entry.name)
    assert missed == []


def test_a_list_can_be_built_from_plain_rows() -> None:
    areas = AreaList.build(
        [
            AreaEntry("1", "宁波市", "city"),
            AreaEntry("2", "象山县", "district", "1", (Alias("旧象山", None, date(2000, 1, 1)),)),
        ]
    )
    reading = read_address("旧象山", areas, as_of=DAY)
    assert reading.area is not None
    assert reading.area.key == "2"
    assert reading.warnings == ("旧象山现属象山县",)
