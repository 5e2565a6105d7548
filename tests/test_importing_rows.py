"""From printed cells to activities: the 2019 table, and each rule on rows of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from geo.importing import FileReading, pieces, read_file
from geo.importing.corrections import load_corrections, reviewed_corrections, unused
from geo.importing.drafts import Draft, RowReading
from geo.importing.topics import audience, audiences_of, categories_of, topics

ROOT = Path(__file__).resolve().parents[1]
SCHEDULE = ROOT / "fixtures/schedules/2019-06-ningbo.tsv"
CORRECTIONS = ROOT / "fixtures/corrections/2019-06.json"
GOLD = json.loads((ROOT / "tests/gold/activities_2019.json").read_text(encoding="utf-8"))
HEADER = "公益服务活动\t活动组织单位\t服务内容和主要服务对象\t服务活动地点或区域\t活动时间"
DOUBTFUL = [4, 7, 8, 11, 12]


@pytest.fixture(scope="module")
def by_rules() -> FileReading:
    return read_file(SCHEDULE.read_bytes(), SCHEDULE.name, 2019)


@pytest.fixture(scope="module")
def settled() -> FileReading:
    return read_file(SCHEDULE.read_bytes(), SCHEDULE.name, 2019, load_corrections(CORRECTIONS))


def as_gold(row: int, draft: Draft) -> dict[str, Any]:
    [when] = draft.whens
    return {
        "row": row,
        "title": draft.title,
        "organizers": list(draft.organizers),
        "content": draft.content,
        "audience": draft.audience,
        "places": list(draft.places),
        "start": str(when.start),
        "end": str(when.end),
        "part_of_day": when.part_of_day,
    }


def read_rows(*rows: str) -> list[RowReading]:
    table = "\n".join((HEADER, *rows))
    return list(read_file(table.encode(), "表.tsv", 2019).rows)


def read_row(title: str, who: str, what: str, where: str, when: str) -> RowReading:
    return read_rows("\t".join((title, who, what, where, when)))[0]


def codes(row: RowReading) -> list[str]:
    return [problem.code for problem in row.problems]


# --- the table of 2019 -------------------------------------------------------------------------
def test_exactly_the_rows_with_several_readings_are_asked(by_rules: FileReading) -> None:
    assert [row.number for row in by_rules.rows] == list(range(1, 25))
    assert [row.number for row in by_rules.rows if row.problems] == DOUBTFUL
    assert {row.status for row in by_rules.rows if row.number in DOUBTFUL} == {"needs_a_look"}
    assert not any(row.drafts for row in by_rules.rows if row.problems)


def test_rules_alone_read_the_clean_rows_as_a_careful_reader_does(by_rules: FileReading) -> None:
    read = [as_gold(row.number, draft) for row in by_rules.rows for draft in row.drafts]
    assert read == [activity for activity in GOLD if activity["row"] not in DOUBTFUL]
    assert len(read) == 19


def test_with_the_reviewed_corrections_it_is_exactly_28_activities(settled: FileReading) -> None:
    read = [as_gold(row.number, draft) for row in settled.rows for draft in row.drafts]
    assert read == GOLD
    assert len(read) == 28


def test_a_settled_row_still_says_what_was_doubtful_and_the_other_reading(
    settled: FileReading,
) -> None:
    rows = [row for row in settled.rows if row.status == "settled"]
    assert [row.number for row in rows] == DOUBTFUL
    for row in rows:
        assert row.problems
        assert row.decision
        assert len(row.alternatives) >= 2


def test_every_question_says_why(by_rules: FileReading) -> None:
    assert {
        row.number: [str(one) for one in row.problems] for row in by_rules.rows if row.problems
    } == {
        4: [
            "第 4 行：这一行像是 2 项活动印在了一起（名称 2、单位 2、内容 2、地点 2、时间 2）。"
            "每行应当只有一项活动。请核对是按顺序分成几项，还是同一项。"
        ],
        7: [
            "第 7 行：各格说的件数不一致（名称 3、单位 3、内容 2、地点 3、时间 2）。"
            "每行应当是一项活动、一段内容、一个时间。像是合并单元格被拍平了，请对照原文定下谁配谁。"
        ],
        8: [
            "第 8 行：「宁波市城市管理局」在一格里印了 4 次，像是合并单元格被拍平了。"
            "每个单位应当只印一次。请核对是一项活动，还是几项活动的名称没有印出来。"
        ],
        11: [
            "第 11 行：各格说的件数不一致（名称 5、单位 4、内容 2、地点 2、时间 2）。"
            "每行应当是一项活动、一段内容、一个时间。像是合并单元格被拍平了，请对照原文定下谁配谁。",
            "第 11 行：「宁波市天一旅游」不像完整的单位名称，后面的空格可能是换行。"
            "完整的名称以会、局、中心、党支部等结尾。请核对它和后一个名称是不是同一个单位。",
            "第 11 行：缺的内容可能印到了第 12 行：这一行内容比单位少，下一行内容比名称多。"
            "请两行一起核对。",
        ],
        12: [
            "第 12 行：各格说的件数不一致（名称 1、单位 1、内容 2、地点 1、时间 1）。"
            "每行应当是一项活动、一段内容、一个时间。像是合并单元格被拍平了，请对照原文定下谁配谁。",
            "第 12 行：多出的内容可能属于第 11 行：上一行内容比单位少，这一行内容比名称多。"
            "请两行一起核对。",
        ],
    }


def test_row_4_offers_both_readings(by_rules: FileReading) -> None:
    in_order, as_one = by_rules.rows[3].alternatives
    assert [as_gold(4, draft) for draft in in_order.drafts] == [a for a in GOLD if a["row"] == 4]
    assert len(as_one.drafts) == 1


def test_two_hospitals_on_three_days_are_one_of_them_each_day(settled: FileReading) -> None:
    certainty = {draft.title: draft.certainty for row in settled.rows for draft in row.drafts}
    unsure = {title for title, sure in certainty.items() if sure == "one_of"}
    assert unsure == {
        "“走进病房”志愿服务活动",
        "农村留守儿童心理援助活动",
        "“民间路长”志愿服务活动",
    }


def test_two_places_on_one_day_are_both_certain() -> None:
    row = read_row("义诊", "宁波市医学会", "为居民义诊。", "日湖公园、月湖公园", "6月25日")
    assert row.drafts[0].certainty == "certain"
    row = read_row("义诊", "宁波市医学会", "为居民义诊。", "日湖公园、月湖公园", "每周六")
    assert row.drafts[0].certainty == "one_of"


# --- corrections -------------------------------------------------------------------------------
def test_a_correction_is_found_by_the_print_and_never_lands_on_another_row() -> None:
    text = SCHEDULE.read_text(encoding="utf-8")
    lines = text.splitlines()
    moved = "\n".join([lines[0], *lines[2:]])  # the first row is gone: all numbers shift
    rows = read_file(moved.encode(), "表.tsv", 2019, reviewed_corrections()).rows
    assert [row.number for row in rows if row.status == "settled"] == [3, 6, 7, 10, 11]
    changed = text.replace("对老年人进行体育健身辅导。", "对老年人进行健身辅导。")
    rows = read_file(changed.encode(), "表.tsv", 2019, reviewed_corrections()).rows
    assert rows[3].status == "needs_a_look"
    assert [one.row for one in unused(rows, load_corrections(CORRECTIONS))] == [4]


# --- how many things a row speaks of -----------------------------------------------------------
def test_two_rows_printed_as_one_are_asked() -> None:
    row = read_row(
        "善款捐助 健康讲座",
        "宁波市银行业协会 宁波市心理卫生协会",
        "向儿童捐助善款。 为老年人提供讲座。",
        "海曙区月湖街道 镇海区澥浦镇",
        "6月25日 6月28日 上午",
    )
    assert codes(row) == ["merged_row"]
    assert [len(one.drafts) for one in row.alternatives] == [2, 1]


def test_two_times_for_one_activity_are_asked() -> None:
    row = read_row("义诊", "宁波市医学会", "为居民义诊。", "日湖公园", "6月25日 6月27日 下午")
    assert codes(row) == ["counts_disagree"]


def test_two_dates_in_a_list_are_one_activity() -> None:
    row = read_row("义诊", "宁波市医学会", "为居民义诊。", "日湖公园", "6月25、27日")
    assert row.status == "ready"
    assert [str(when.start) for when in row.drafts[0].whens] == ["2019-06-25", "2019-06-27"]


def test_a_content_of_two_sentences_in_running_text_is_one_content() -> None:
    row = read_row("义诊", "宁波市医学会", "为居民义诊。免费发放药品。", "日湖公园", "6月25日")
    assert row.status == "ready"


def test_titles_organisers_and_places_that_agree_on_two_are_asked() -> None:
    row = read_row(
        "义诊活动 理发活动",
        "宁波市医学会 宁波市美发协会",
        "开展便民服务。",
        "日湖公园 月湖公园",
        "6月25日",
    )
    assert codes(row) == ["merged_row"]


def test_an_organiser_printed_twice_is_the_mark_of_a_flattened_cell() -> None:
    row = read_row("义诊", "宁波市医学会 宁波市医学会", "为居民义诊。", "日湖公园", "6月25日")
    assert codes(row) == ["repeated_organizer"]


def test_a_row_without_place_or_organiser_is_still_an_activity() -> None:
    row = read_row("义诊", "", "", "", "6月25日")
    assert (row.status, row.drafts[0].places, row.drafts[0].organizers) == ("ready", (), ())


def test_a_row_without_a_title_is_refused_in_words() -> None:
    row = read_row("", "宁波市医学会", "为居民义诊。", "日湖公园", "6月25日")
    assert row.status == "refused"
    assert str(row.problems[0]) == (
        "第 1 行「公益服务活动」：活动名称一格是空的。每一行要有名称。"
        "如果是上一行的合并单元格，请补上名称。"
    )


def test_a_name_longer_than_any_in_print_is_refused_in_words() -> None:
    row = read_row("义诊" * 101, "宁波市医学会", "为居民义诊。", "日湖公园", "6月25日")
    assert row.status == "refused"
    assert str(row.problems[0]) == (
        "第 1 行：活动名称「义诊义诊义诊义诊义诊义诊…」有 202 个字。最多 200 个字。"
        "多半是几格连成了一格，请对照原文分开。"
    )


def test_a_bad_row_is_refused_and_the_good_ones_stand() -> None:
    rows = read_rows(
        "义诊\t宁波市医学会\t为居民义诊。\t日湖公园\t6月25日",
        "讲座\t宁波市医学会\t为居民讲座。\t日湖公园\t6月31日",
        "理发\t宁波市美发协会\t为老人理发。\t月湖公园\t6月26日",
    )
    assert [row.status for row in rows] == ["ready", "refused", "ready"]
    assert [str(problem) for problem in rows[1].problems] == [
        "第 2 行「活动时间」：「6月31日」：2019年没有6月31日。请核对原文的日期。"
    ]


def test_a_weekday_that_does_not_fit_is_a_question_not_a_refusal() -> None:
    row = read_row("义诊", "宁波市医学会", "为居民义诊。", "日湖公园", "6月25日（周三）")
    assert (row.status, codes(row)) == ("needs_a_look", ["wrong_weekday"])


# --- three kinds of space ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("宁波市江北区 社会组织服务中心", [["宁波市江北区社会组织服务中心"]]),
        ("镇海区民政局 镇海区社会组织服务中心", [["镇海区民政局"], ["镇海区社会组织服务中心"]]),
        (
            "余姚市委组织部、余姚市委 两新工委、余姚市民政局、余姚市 兰江街道党工委",
            [["余姚市委组织部", "余姚市委两新工委", "余姚市民政局", "余姚市兰江街道党工委"]],
        ),
        (
            "共青团宁波市委 宁波市心理援助协会",
            [["共青团宁波市委"], ["宁波市心理援助协会"]],
        ),
        ("宁波市个体劳动者(民营、私营企业)协会", [["宁波市个体劳动者(民营、私营企业)协会"]]),
        ("", []),
    ],
)
def test_organisers_are_cut_between_names_and_not_inside_them(
    printed: str, names: list[list[str]]
) -> None:
    assert pieces.organizers(printed) == names


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("宁波妇儿医院 宁波市中医院", ["宁波妇儿医院", "宁波市中医院"]),
        ("高新区、奉化区", ["高新区", "奉化区"]),
        (
            "鄞州区 宁海县长街镇初级中学 长街镇中心小学",
            ["鄞州区", "宁海县长街镇初级中学", "长街镇中心小学"],
        ),
        ("月湖景区内甬商文化园 鄞州区云龙镇", ["月湖景区内甬商文化园", "鄞州区云龙镇"]),
        ("镇海区 人民大会堂广场", ["镇海区人民大会堂广场"]),
        ("江北区中马街道盐仓社区 鄞州区中心", ["江北区中马街道盐仓社区", "鄞州区中心"]),
        ("宁波市社会福利院(光荣院)", ["宁波市社会福利院(光荣院)"]),
    ],
)
def test_places_are_cut_between_places(printed: str, found: list[str]) -> None:
    assert pieces.places(printed) == found


def test_a_line_wrap_in_a_title_is_closed_where_the_row_prints_it_unbroken() -> None:
    content = "开展广场志愿者服务活动。"
    assert pieces.titles("建党98周年广场 志愿者服务活动", content) == [
        "建党98周年广场志愿者服务活动"
    ]
    assert pieces.titles("建党98周年广场 志愿者服务活动", "") == [
        "建党98周年广场",
        "志愿者服务活动",
    ]


def test_a_space_inside_quotes_never_cuts() -> None:
    assert pieces.fragments("“知行合一 社会组织在行动”党员公益日 启动") == [
        "“知行合一 社会组织在行动”党员公益日",
        "启动",
    ]


def test_only_a_place_with_its_district_stands_on_its_own() -> None:
    named = ["慈溪市", "宁海县长街镇初级中学", "奉化区"]
    assert [pieces.names_its_district(place) for place in named] == [True, True, True]
    bare = ["长街镇中心小学", "日湖公园", "月湖景区内甬商文化园", "城市展览馆"]
    assert [pieces.names_its_district(place) for place in bare] == [False] * 4


# --- for whom, about what ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "who"),
    [
        ("为社区居民提供义诊。", "社区居民"),
        ("现场慰问30名环卫工人。", "环卫工人（30名）"),
        ("服务对象：困难家庭", "困难家庭"),
        ("邀请青少年参加航模体验。", "青少年"),
        ("向社会展示公益成果。", None),
        ("对方式方法进行讨论。", None),
        ("帮助村里建设图书室。", None),
        ("", None),
        ("为" * 5000, None),
    ],
)
def test_the_people_served_are_named_in_the_words_of_the_text(
    content: str, who: str | None
) -> None:
    assert audience(content) == who


def test_the_28_activities_are_sorted_and_none_is_forced() -> None:
    names = {topic.slug: topic.name for topic in topics("categories")}
    sorted_as = {
        (a["row"], a["title"][:6]): [
            names[s] for s in categories_of(f"{a['title']}\n{a['content']}")
        ]
        for a in GOLD
    }
    assert sorted_as == CATEGORIES_OF_2019


CATEGORIES_OF_2019 = {
    (1, "专家博士下乡"): ["助老", "便民帮困"],
    (2, "善款捐助"): ["助学爱幼", "便民帮困"],
    (3, "践行初心使命"): ["助学爱幼"],
    (4, "宣传介绍宁波"): ["助学爱幼", "文明文化"],
    (4, "送体育健身项"): ["助老", "健康"],
    (5, "“走进病房”"): ["健康"],
    (6, "无人机使用安"): ["文明文化"],
    (7, "从我做起 助"): ["文明文化"],
    (7, "农村留守儿童"): ["助学爱幼", "健康"],
    (8, "“民间路长”"): ["文明文化"],
    (9, "学生用品“安"): ["助学爱幼", "文明文化"],
    (10, "关爱老年人心"): ["助老", "健康"],
    (11, "“夏日送清凉"): ["文明文化", "便民帮困"],
    (11, "关爱环卫工人"): ["文明文化", "便民帮困"],
    (11, "公益电影惠民"): ["文明文化"],
    (12, "助力城市展览"): ["文明文化"],
    (13, "公益项目设计"): [],
    (14, "关爱老人送温"): ["助老", "便民帮困"],
    (15, "“不忘初心·"): ["党建"],
    (16, "北鸣党员公益"): ["文明文化", "公益集市", "党建"],
    (17, "“知行合一 "): ["文明文化", "党建", "便民帮困"],
    (18, "社会组织参与"): ["公益集市"],
    (19, "爱心走乡村"): ["文明文化", "党建", "便民帮困"],
    (20, "助医服务"): ["助老", "健康"],
    (21, "庆祝建党98"): ["公益集市", "党建"],
    (22, "庆祝建党98"): ["公益集市", "党建"],
    (23, "庆祝建党98"): ["公益集市", "党建"],
    (24, "“益”起志愿"): ["公益集市"],
}


def test_audiences_are_found_in_the_words_of_the_source() -> None:
    assert audiences_of("需要帮困的孤寡老人和困难村民") == ["elders", "needy"]
    assert audiences_of("社会组织、群众、民工子弟学校学生") == [
        "students",
        "public",
        "organizations",
    ]
    assert audiences_of("环卫工人代表（100位）") == ["workers"]
    assert audiences_of("") == []


def test_category_colours_can_be_read_on_white() -> None:
    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    entries = json.loads((ROOT / "fixtures/categories.json").read_text(encoding="utf-8"))
    for entry in entries:
        red, green, blue = (channel(int(entry["color"][i : i + 2], 16)) for i in (1, 3, 5))
        contrast = 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
        assert contrast >= 4.5, entry["name"]
        assert 2 <= len(entry["name"]) <= 4
        assert len(entry["glyph"]) == 1
    assert len({entry["color"] for entry in entries}) == len(entries) == 7
