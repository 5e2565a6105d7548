"""What a lobby screen says, pure: hand-laid items, one moment, the words of kiosk/words.py."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from kiosk.cards import card_of
from kiosk.items import Item, Place
from kiosk.scenes import view_of
from kiosk.words import screen_words
from tests.kiosk_factories import SHANGHAI

NOW = datetime(2019, 6, 26, 9, 40, tzinfo=SHANGHAI)
CITY = [
    {"code": "330203", "name": "海曙区", "lon": 121.54, "lat": 29.87, "more": {}},
    {"code": "330205", "name": "江北区", "lon": 121.55, "lat": 29.88, "more": {}},
]


def place(name: str = "示例·晴窗书房", walk_min: int | None = 8, **more: Any) -> Place:
    laid: Place = {
        "name": name,
        "district": "330203",
        "area": "海曙区",
        "note": "准确到场所",
        "kind": "pin",
        "lon": 121.545,
        "lat": 29.876,
        "radius_m": 20,
        "walk_min": walk_min,
    }
    return {**laid, **more}  # type: ignore[typeddict-item]


def item(title: str, starts: str, ends: str, day: str = "2019-06-26", **more: Any) -> Item:
    laid: Item = {
        "id": f"{title}-{day}",
        "title": title,
        "by": "某协会",
        "day": day,
        "starts_at": f"{day}T{starts}:00+08:00",
        "ends_at": f"{day}T{ends}:00+08:00",
        "precision": "exact",
        "part": "",
        "hours": f"{starts}–{ends}",
        "status": "scheduled",
        "status_words": "",
        "reason": "",
        "is_sure": True,
        "is_routine": False,
        "is_own": True,
        "is_near": True,
        "sample": False,
        "campaign": "",
        "find": "",
        "places": [place()],
    }
    return {**laid, **more}  # type: ignore[typeddict-item]


def hourless(title: str, part: str = "", **more: Any) -> Item:
    window = {"": ("00:00", "23:59"), "morning": ("08:00", "12:00"),
              "afternoon": ("12:00", "18:00")}[part]  # fmt: skip
    hours = {"": "", "morning": "上午", "afternoon": "下午"}[part]
    rest = {
        "precision": "part_of_day" if part else "date", "part": part, "hours": hours,
        "is_near": False, "places": [place(walk_min=None)],
    }  # fmt: skip
    return item(title, *window, **{**rest, **more})


def payload(*items: Item, is_exact: bool = True, **more: Any) -> dict[str, Any]:
    return {
        "lobby": {
            "name": "示例大厅", "area": "海曙区", "city": "宁波市", "is_exact": is_exact,
        },
        "playlist": {"scenes": ["around", "now", "today", "week"], "dwell_s": 20},
        "city": CITY,
        "items": list(items),
        "campaigns": [],
        "contact": {"words": "0574-12345", "hours": "周一至周五 9:00–17:00"},
        **more,
    }  # fmt: skip


def scenes(*items: Item, now: datetime = NOW, **more: Any) -> dict[str, dict[str, Any]]:
    view = view_of(payload(*items, **more), now, screen_words())
    return {scene["kind"]: scene for scene in view["scenes"]}


def titles(scene: Mapping[str, Any]) -> dict[str, list[str]]:
    return {group["title"]: [card["title"] for card in group["cards"]] for group in scene["groups"]}


def card(one: Item, now: datetime = NOW) -> dict[str, Any]:
    return card_of(one, now, screen_words())


def test_whether_one_can_still_get_there_is_said_in_words() -> None:
    said = card(item("义诊", "10:05", "11:30"))
    assert f"{said['go']} · {said['verdict']}" == "步行 8 分钟 · 25 分钟后开始 · 来得及"
    assert said["chance"] == "yes"


def test_who_would_come_late_is_told_by_how_much() -> None:
    said = card(item("义诊", "09:45", "11:30"))
    assert (said["go"], said["verdict"]) == ("步行 8 分钟 · 5 分钟后开始", "会晚到 3 分钟")


def test_what_is_on_and_nearly_over_is_not_recommended() -> None:
    said = card(item("义诊", "09:00", "09:55"))
    assert (said["state"], said["go"], said["verdict"]) == (
        "正在进行", "步行 8 分钟 · 还有 15 分钟", "快结束了",
    )  # fmt: skip


def test_without_an_hour_no_verdict_is_given() -> None:
    said = card(hourless("集市", "afternoon", places=[place(walk_min=8)]))
    assert (said["when"], said["go"], said["verdict"]) == ("今天 下午", "步行 8 分钟", "")


def test_without_a_known_place_no_minutes_are_said() -> None:
    said = card(item("义诊", "10:05", "11:30", places=[place(walk_min=None)]))
    assert said["go"] == "25 分钟后开始"
    assert said["verdict"] == ""


def test_a_date_alone_says_that_the_time_is_not_printed() -> None:
    assert card(hourless("展示"))["when"] == "今天（时间未注明）"


def test_one_of_several_places_is_said_and_nobody_is_sent_walking() -> None:
    one = item("病房", "10:05", "11:30", is_sure=False, places=[place("甲院"), place("乙院")])
    said = card(one)
    assert (said["place"], said["note"]) == ("甲院、乙院 · 海曙区", "其中一处，原文未注明")
    assert "步行" not in said["go"]


def test_a_sample_says_so() -> None:
    assert card(item("义诊", "10:05", "11:30", sample=True))["sample"] == "示例"


def test_what_one_can_still_walk_to_comes_first() -> None:
    late = item("赶不上", "09:44", "11:00")
    shown = scenes(late, item("赶得上", "10:05", "11:30"), item("在进行", "09:00", "11:00"))
    assert titles(shown["now"]) == {"正在进行": ["在进行"], "马上开始": ["赶得上", "赶不上"]}
    numbers = [one["number"] for one in shown["around"]["groups"][0]["cards"]]
    assert numbers == ["1", "2", "3"]


def test_a_cancelled_one_stays_struck_until_its_time_has_passed() -> None:
    off = item("取消的", "10:00", "11:00", status="cancelled", status_words="取消", reason="下雨")
    other = item("别的", "10:00", "11:00")
    [struck] = [
        one for one in scenes(off, other)["around"]["groups"][0]["cards"] if one["tone"] == "off"
    ]
    assert (struck["title"], struck["note"], struck["verdict"]) == ("取消的", "取消 · 下雨", "")
    assert "today" not in scenes(off, now=NOW.replace(hour=11, minute=0))


def test_a_full_one_is_shown_and_sinks() -> None:
    full = item("满了", "10:00", "11:00", status="full", status_words="已满")
    shown = scenes(full, item("有位", "10:30", "11:30"))
    cards = shown["now"]["groups"][0]["cards"]
    assert [(one["title"], one["note"]) for one in cards] == [("有位", ""), ("满了", "已满")]


def test_what_has_ended_is_gone_at_that_minute() -> None:
    one = item("义诊", "09:00", "10:00")
    assert "now" in scenes(one, now=NOW.replace(minute=59))
    assert "now" not in scenes(one, now=NOW.replace(hour=10, minute=0))


def test_the_timetable_knows_the_parts_of_the_day_and_what_has_none() -> None:
    shown = scenes(
        item("早", "10:00", "11:00"), item("晚会", "19:00", "20:00"),
        hourless("集市", "afternoon"), hourless("展示"),
    )  # fmt: skip
    assert titles(shown["today"]) == {
        "上午": ["早"], "下午": ["集市"], "晚上": ["晚会"], "今天（时间未注明）": ["展示"],
    }  # fmt: skip


def test_at_midnight_tomorrow_becomes_today() -> None:
    one = item("次日", "09:00", "10:00", day="2019-06-27")
    before = scenes(one, now=NOW.replace(hour=23, minute=59))
    assert titles(before["week"]) == {"明天": ["次日"]}
    after = scenes(one, now=NOW.replace(hour=0, minute=0) + timedelta(days=1))
    assert titles(after["today"]) == {"上午": ["次日"]}
    assert "week" not in after


def test_the_week_lists_a_repeated_one_once_and_what_runs_today_not_at_all() -> None:
    runs = [item("每天", "09:00", "17:00", day=f"2019-06-{day}") for day in (26, 27, 28)]
    twice = [item("两次", "09:00", "10:00", day=f"2019-06-{day}") for day in (27, 29)]
    assert titles(scenes(*runs, *twice)["week"]) == {"明天": ["两次"]}


def test_the_county_comes_first_and_the_city_is_never_taken_for_it() -> None:
    other = hourless("江北的", is_own=False, places=[place("日湖公园", None, district="330205")])
    shown = scenes(other, is_exact=False)
    assert shown["around"]["lede"] == "海曙区今天没有登记的活动。"
    assert shown["today"]["lede"] == "海曙区今天没有登记的活动。以下是宁波市其他地方的。"
    own = scenes(other, hourless("海曙的"), is_exact=False)
    assert titles(own["around"]) == {"海曙区": ["海曙的"], "江北区": ["江北的"]}
    assert own["around"]["lede"] == "海曙区今天有 1 场活动。"


def test_an_evening_after_the_last_one_says_that_they_are_over() -> None:
    over = item("早", "10:00", "11:00", is_near=False)
    later = hourless("江北的", is_own=False)
    shown = scenes(over, later, now=NOW.replace(hour=20), is_exact=False)
    assert shown["around"]["lede"] == "海曙区今天的活动已经结束。"


def test_a_long_list_turns_pages_and_says_which() -> None:
    many = [item(f"活动{number:02}", "10:00", "11:00") for number in range(12)]
    around = [
        one for one in view_of(payload(*many), NOW, screen_words())["scenes"]
        if one["kind"] == "around"
    ]  # fmt: skip
    assert [one["page"] for one in around] == ["第 1 页，共 2 页", "第 2 页，共 2 页"]
    numbers = [card["number"] for one in around for card in one["groups"][0]["cards"]]
    assert numbers == [str(number) for number in range(1, 13)]
    assert [one["dwell_s"] for one in around] == [22, 22]


def test_what_comes_back_every_week_is_a_standing_service_and_comes_after_what_does_not() -> None:
    days = ["2019-06-26", "2019-06-28", "2019-07-03", "2019-07-05"]
    routine = [item("理发", "09:30", "11:00", day, is_routine=True) for day in days]
    once = item("义诊", "09:35", "11:00")
    playlist = {"scenes": ["now", "services"], "dwell_s": 20}
    shown = scenes(*routine, once, playlist=playlist)
    assert titles(shown["now"]) == {"正在进行": ["义诊", "理发"]}
    [card] = shown["services"]["groups"][0]["cards"]
    assert card["hours"] == "每周三、周五 09:30–11:00"


def test_a_campaign_says_its_days_its_theme_and_what_is_left_of_it() -> None:
    known = {"slug": "day", "name": "党员公益日", "theme": "知行合一", "starts_on": "2019-06-25",
             "ends_on": "2019-06-30"}  # fmt: skip
    mine = [item(f"活动{number}", "10:00", "11:00", campaign="day") for number in range(5)]
    shown = scenes(*mine, campaigns=[known], playlist={"scenes": ["campaign"], "dwell_s": 20})
    scene = shown["campaign"]
    assert (scene["title"], scene["lede"]) == ("党员公益日", "知行合一")
    assert scene["subtitle"] == "6月25日至6月30日 · 还有 5 项活动"
    assert scene["groups"][0]["more"] == "另有 2 场"


def notice(level: str, **more: Any) -> dict[str, Any]:
    laid = {
        "id": 1, "level": level, "text": "今天提前闭馆", "is_rehearsal": False,
        "starts_at": "2019-06-26T09:00:00+08:00", "ends_at": "2019-06-26T10:00:00+08:00",
    }  # fmt: skip
    return {**laid, **more}


def test_a_notice_ends_by_itself_and_a_rehearsal_is_never_shown() -> None:
    now = view_of(payload(notices=[notice("banner")]), NOW, screen_words())
    assert now["banner"] == {"title": "", "text": "今天提前闭馆", "small": "至 6月26日 10:00"}
    assert now["cover"] is None
    later = view_of(payload(notices=[notice("banner")]), NOW + timedelta(hours=1), screen_words())
    assert later["banner"] is None
    rehearsed = payload(notices=[notice("cover", is_rehearsal=True)])
    assert view_of(rehearsed, NOW, screen_words())["cover"] is None


def test_a_stale_screen_says_nothing_of_free_places() -> None:
    full = item("棋会", "10:00", "11:00", status="full", status_words="已满")
    fresh, stale = (
        view_of(payload(full), NOW, screen_words(), is_stale)["scenes"][0]["groups"][0]["cards"][0]
        for is_stale in (False, True)
    )
    assert (fresh["note"], stale["note"]) == ("已满", "")


def test_what_was_left_out_is_counted() -> None:
    many = [item(f"活动{number:02}", "10:00", "11:00") for number in range(27)]
    assert scenes(*many)["around"]["groups"][-1]["more"] == "另有 3 场"
    city = [{**CITY[0], "more": {"2019-06-26": 5}}, CITY[1]]
    shown = scenes(*many, is_exact=False, city=city)
    assert shown["around"]["groups"][-1]["more"] == "另有 8 场"


def test_with_nothing_at_all_the_screen_still_has_something_to_say() -> None:
    shown = scenes()
    assert list(shown) == ["evergreen"]
    assert shown["evergreen"]["title"] == "欢迎"
    assert shown["evergreen"]["lede"] == "近两周没有登记的活动。扫码可看全市的公益活动地图。"


def test_the_rail_holds_the_next_three_its_own_first() -> None:
    far = [item(f"远{n}", f"1{n}:00", "18:00", is_own=False, is_near=False) for n in range(4)]
    own = item("本地", "15:00", "16:00", day="2019-06-28")
    view = view_of(payload(*far, own), NOW, screen_words())
    assert [one["title"] for one in view["rail"]] == ["远0", "远1", "本地"]


@pytest.mark.parametrize("hour", [0, 6, 12, 18, 23])
def test_a_screen_is_never_without_a_scene(hour: int) -> None:
    view = view_of(payload(item("早", "10:00", "11:00")), NOW.replace(hour=hour), screen_words())
    assert view["scenes"]
    assert view["clock"] == f"{hour:02}:40"
