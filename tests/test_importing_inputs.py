"""Calendars, web pages, Word files and pasted prose become the rows of one grammar."""

import io
import json
import zipfile
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from geo.errors import ProblemError
from geo.importing import FileReading, read_file
from geo.importing.columns import WORDS, recognise
from geo.importing.opening import open_file
from geo.importing.prose import read_prose

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def read(text: str | bytes, name: str = "文字") -> FileReading:
    return read_file(text if isinstance(text, bytes) else text.encode(), name, 2019)


def drafts(text: str | bytes) -> list[tuple[Any, ...]]:
    """(title, organisers, places, start, end, part of day, hours) of every draft and time."""
    return [
        (one.title, one.organizers, one.places, when.start, when.end, when.part_of_day,
         when.start_time, when.end_time)
        for row in read(text).rows for one in row.drafts for when in one.whens
    ]  # fmt: skip


def docx(*rows: str, text: str = "") -> bytes:
    """``rows`` are XML of w:tr; *text* a paragraph before the table."""
    table = f"<w:tbl>{''.join(rows)}</w:tbl>" if rows else ""
    lines = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in text.split("\n") if one)
    body = f'<w:document xmlns:w="{W}"><w:body>{lines}{table}</w:body></w:document>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as parts:
        parts.writestr("word/document.xml", body)
    return data.getvalue()


def tr(*cells: str) -> str:
    return "<w:tr>" + "".join(cells) + "</w:tr>"


def tc(words: str, more: str = "") -> str:
    return f"<w:tc><w:tcPr>{more}</w:tcPr><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>"


JUNE_25 = date(2019, 6, 25)
NINE, ELEVEN = time(9), time(11)


# --- tables ----------------------------------------------------------------------------------
def test_the_table_of_a_web_page_is_found_and_its_row_spans_are_undone() -> None:
    page = (
        "<html><script>var 活动名称='<td>';</script><table><tr><td>导航</td></tr></table>"
        "<table><tr><th>活动名称<th>地点<th>时间</tr>"
        "<tr><td rowspan=2>义诊<td>日湖公园<td>6月25日</tr>"
        "<tr><td>月湖公园<td>6月26日&nbsp;下午</tr></table>"
    )
    assert [(one[0], one[2], one[3], one[5]) for one in drafts(page)] == [
        ("义诊", ("日湖公园",), JUNE_25, ""),
        ("义诊", ("月湖公园",), date(2019, 6, 26), "afternoon"),
    ]


def test_a_web_page_that_is_named_like_a_sheet_is_read_and_remarked_on() -> None:
    page = "<table><tr><td>活动名称<td>地点<td>时间<tr><td>义诊<td>日湖公园<td>6月25日</table>"
    opened = open_file(page.encode("gb18030"), "安排.xls")
    assert opened.notes == ("「安排.xls」的扩展名像是旧版 Excel，内容其实是网页：按内容读了。",)


def test_a_word_table_is_read_with_its_merged_cells() -> None:
    data = docx(
        tr(tc("活动名称"), tc("活动地点"), tc("活动时间")),
        tr(tc("义诊", '<w:vMerge w:val="restart"/>'), tc("日湖公园"), tc("6月25日")),
        tr(tc("", "<w:vMerge/>"), tc("月湖公园"), tc("6月26日")),
    )
    assert [(one[0], one[2]) for one in drafts(data)] == [
        ("义诊", ("日湖公园",)),
        ("义诊", ("月湖公园",)),
    ]


def test_a_word_notice_without_a_table_is_read_like_pasted_text() -> None:
    data = docx(text="义诊\n时间：6月25日\n地点：日湖公园")
    assert [one[:4] for one in drafts(data)] == [("义诊", (), ("日湖公园",), JUNE_25)]


def test_every_sheet_of_a_workbook_is_read_and_rows_are_numbered_on() -> None:
    book = Workbook()
    for number, day in enumerate(("6月25日", "6月26日")):
        sheet = book.create_sheet(f"第{number}张")
        sheet.append(["活动名称", "活动地点", "活动时间"])
        sheet.append(["义诊", "日湖公园", day])
    data = io.BytesIO()
    book.save(data)
    rows = read(data.getvalue()).rows
    assert [(row.number, row.cells["活动时间"]) for row in rows] == [(1, "6月25日"), (2, "6月26日")]


def test_a_column_of_days_and_one_of_hours_are_one_time() -> None:
    text = "活动名称\t地点\t日期\t时间\n义诊\t日湖公园\t6月25日\t9:00-11:00\n"
    assert [one[3:] for one in drafts(text)] == [(JUNE_25, JUNE_25, "", NINE, ELEVEN)]


def test_first_and_last_day_in_two_columns_are_a_range() -> None:
    text = "イベント名\t場所名称\t開始日\t終了日\n義診\t日湖公园\t2019-06-25\t2019-06-27\n"
    assert [one[3:5] for one in drafts(text)] == [(JUNE_25, date(2019, 6, 27))]


@pytest.mark.parametrize(
    "header",
    [
        ["项目", "时段", "点位", "主办方", "对象"],
        ["イベント名", "開始日", "場所名称", "主催者", "対象"],
        ["name", "startDate", "location", "organizer", "audience"],
        ["SUMMARY", "DTSTART", "LOCATION", "ORGANIZER", "Target group"],
    ],
)
def test_headers_of_notices_municipal_sheets_and_schema_org_are_known(header: list[str]) -> None:
    fields = ("title", "when", "place", "organizers", "audience")
    assert recognise(header) == dict(zip(fields, header, strict=True))


def test_at_least_sixty_words_are_known_and_none_is_a_registration_deadline() -> None:
    assert sum(map(len, WORDS.values())) >= 60
    found = recognise(["活动名称", "报名截止时间", "联系电话", "活动时间", "活动地点", "发布单位"])
    assert found == {"title": "活动名称", "when": "活动时间", "place": "活动地点"}


# --- calendars and features ------------------------------------------------------------------
def ics(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""))


def event(*lines: str) -> list[str]:
    return ["BEGIN:VEVENT", "UID:1", "SUMMARY:义诊", "LOCATION:日湖公园", *lines, "END:VEVENT"]


def test_an_event_of_a_calendar_is_in_ningbo_time() -> None:
    text = ics(*event("DTSTART:20190625T010000Z", "DTEND:20190625T030000Z"))
    assert [one[3:] for one in drafts(text)] == [(JUNE_25, JUNE_25, "", NINE, ELEVEN)]


def test_the_last_day_of_a_calendar_is_not_counted() -> None:
    text = ics(*event("DTSTART;VALUE=DATE:20190625", "DTEND;VALUE=DATE:20190628"))
    assert [one[3:5] for one in drafts(text)] == [(JUNE_25, date(2019, 6, 27))]


def test_a_weekly_event_repeats_and_a_stranger_rule_is_refused_aloud() -> None:
    weekly = event("DTSTART:20190625T010000Z", "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20190730T000000Z")
    monthly = event("DTSTART:20190625T010000Z", "RRULE:FREQ=MONTHLY;BYSETPOS=-1;BYDAY=TU")
    first, second = read(ics(*weekly, *monthly)).rows
    assert [when.rrule for when in first.drafts[0].whens] == ["FREQ=WEEKLY;BYDAY=TU"]
    assert second.status == "refused"
    assert "FREQ=MONTHLY" in str(second.problems[0])


def test_a_cancelled_event_is_not_published() -> None:
    [row] = read(ics(*event("DTSTART;VALUE=DATE:20190625", "STATUS:CANCELLED"))).rows
    assert row.status == "refused"
    assert "已取消" in str(row.problems[0])


def test_features_with_schema_org_words_are_read() -> None:
    said = {
        "name": "义诊", "location": {"name": "日湖公园"}, "organizer": {"name": "宁波市医学会"},
        "startDate": "2019-06-25T09:00", "endDate": "2019-06-25T11:00",
    }  # fmt: skip
    features = {"type": "FeatureCollection", "features": [{"properties": said}]}
    assert drafts(json.dumps(features)) == [
        ("义诊", ("宁波市医学会",), ("日湖公园",), JUNE_25, JUNE_25, "", NINE, ELEVEN)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "「文字」不是完整的 GeoJSON。要有 features，每个有 properties。请重新导出。"),
        ("[" * 5000, "「文字」不是完整的 GeoJSON。要有 features，每个有 properties。请重新导出。"),
        (
            "<table><tr><td>一</td></tr></table>",
            "「文字」这个网页里没有表格。请把活动的文字复制出来粘贴。",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ProblemError) as refused:
        read(text)
    assert str(refused.value) == words


# --- prose -----------------------------------------------------------------------------------
def test_labelled_blocks_are_activities() -> None:
    text = """公益活动预告
一、“益”起志愿公益集市
时间：6月29日下午
地点：日湖公园
内容：公益集市，
免费理发。
主办：江北区社会组织服务中心
承办：宁波市美发协会

二、义诊
活动时间：6月25日 9:00-11:00  活动地点：月湖公园
内容：为居民义诊。"""
    assert drafts(text) == [
        ("“益”起志愿公益集市", ("江北区社会组织服务中心", "宁波市美发协会"), ("日湖公园",),
         date(2019, 6, 29), date(2019, 6, 29), "afternoon", None, None),
        ("义诊", (), ("月湖公园",), JUNE_25, JUNE_25, "", NINE, ELEVEN),
    ]  # fmt: skip
    assert read(text).rows[0].drafts[0].content == "公益集市，免费理发。"


def test_a_block_without_a_title_is_refused_and_not_named_by_guess() -> None:
    [row] = read("时间：6月25日\n地点：日湖公园\n内容：义诊。").rows
    assert (row.status, [problem.code for problem in row.problems]) == ("refused", ["empty_title"])


def test_sentences_are_activities_and_what_does_not_fit_is_kept() -> None:
    text = (
        "本周公益活动如下。4月18日上午，宁波市医学会将在日湖公园开展义诊活动；"
        "4月19日，鄞州区图书馆将在白云街道举办读书会；4月20日，大家休息。"
    )
    assert [one[:4] for one in drafts(text)] == [
        ("义诊活动", ("宁波市医学会",), ("日湖公园",), date(2019, 4, 18)),
        ("读书会", ("鄞州区图书馆",), ("白云街道",), date(2019, 4, 19)),
    ]
    last = read(text).rows[2]
    assert (last.status, last.cells["活动内容"]) == ("refused", "4月20日，大家休息")


def test_a_list_by_date_is_read() -> None:
    text = "公益电影\n7月25日 白云街道二楼（卡通动漫）\n7月26日\n白云街道一楼（少儿英语）"
    assert [one[:4] for one in drafts(text)] == [
        ("卡通动漫", (), ("白云街道二楼",), date(2019, 7, 25)),
        ("少儿英语", (), ("白云街道一楼",), date(2019, 7, 26)),
    ]


def test_text_without_any_form_is_refused_as_a_table_without_a_header() -> None:
    with pytest.raises(ProblemError) as refused:
        read("今天天气很好")
    assert refused.value.problem.code == "wrong_columns"


@settings(max_examples=150, deadline=1000)
@given(
    st.text(alphabet="时间地点内容主办：:；。，, 6月25日上午将在开展A（）\n1、周一-", max_size=400)
)
def test_no_text_hangs_or_breaks_the_reader(text: str) -> None:
    read_prose(text)


def test_a_hundred_thousand_characters_of_worst_text_take_no_time() -> None:
    for piece in ("1月1日-", "甲将在", "时间：", "（(", "6月25日 甲将在乙"):
        read_prose(piece * (100_000 // len(piece)))


def test_a_source_may_say_how_it_writes_where_its_look_would_mislead() -> None:
    prose = "活动名称、活动时间、活动地点见下。\n4月18日上午，医学会将在日湖公园开展义诊活动；"
    by_look = open_file(prose.encode(), "通知.txt")
    told = open_file(prose.encode(), "通知.txt", "prose")
    table = open_file(prose.encode(), "通知.txt", "table")
    assert told.sheets[0].made
    assert not table.sheets[0].made
    assert by_look.sheets[0].made == told.sheets[0].made


# --- opening hours ---------------------------------------------------------------------------
OPENINGS = (
    "免费自习室开放时间：\n"
    "1. 鄞州区图书馆：周一至周五 9:00—21:30，周六、周日 15:30—21:30；\n"
    "2. 宁波美术馆 每日9:00-21:00（周一、周三除外）。\n"
)


def test_a_pasted_list_of_opening_hours_is_read() -> None:
    rows = read(OPENINGS).rows
    assert [row.status for row in rows] == ["ready", "ready"]
    assert [
        (
            one.title,
            one.places,
            [(when.rrule, when.start_time, when.end_time) for when in one.whens],
        )
        for row in rows
        for one in row.drafts
    ] == [
        ("免费自习室开放时间", ("鄞州区图书馆",), [
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NINE, time(21, 30)),
            ("FREQ=WEEKLY;BYDAY=SA,SU", time(15, 30), time(21, 30)),
        ]),
        ("免费自习室开放时间", ("宁波美术馆",), [
            ("FREQ=WEEKLY;BYDAY=TU,TH,FR,SA,SU", NINE, time(21)),
        ]),
    ]  # fmt: skip


def test_opening_hours_without_a_heading_have_no_name_and_none_is_made_up() -> None:
    (row,) = read("鄞州区图书馆：周一至周五 9:00—21:30").rows
    assert row.status == "refused"
    assert [str(problem) for problem in row.problems] == [
        "第 1 行「活动名称」：活动名称一格是空的。每一行要有名称。"
        "如果是上一行的合并单元格，请补上名称。"
    ]
