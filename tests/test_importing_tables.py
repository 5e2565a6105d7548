"""Files of all kinds become the same rows, or are refused in words."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from geo.errors import ProblemError
from geo.importing import read_file
from geo.importing.columns import recognise
from geo.importing.tables import Table, read_table

LINES = [
    ["活动名称", "主办单位", "活动内容", "活动地点", "活动时间"],
    ["义诊", "宁波市医学会", "为居民义诊，免费。", "日湖公园", "6月25日 下午"],
    ["“益”起志愿", "象山县社会组织综合党委", "开展公益集市。", "象山“益园”", "6月29日"],
]
CELLS = [dict(zip(LINES[0], line, strict=True)) for line in LINES[1:]]


def text(separator: str) -> str:
    return "\n".join(separator.join(line) for line in LINES)


def refusal(data: bytes, name: str = "表.tsv") -> str:
    with pytest.raises(ProblemError) as refused:
        read_table(data, name)
    return str(refused.value)


def xlsx(lines: list[list[object]], *merged: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    for cells in merged:
        sheet.merge_cells(cells)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        text("\t").encode(),
        text("\t").encode("utf-8-sig"),
        text("\t").encode("gb18030"),
        text("\t").encode("utf-16"),
        text(",").encode(),
        text(";").encode("gb18030"),
        text("   ").replace("6月25日   下午", "6月25日 下午").encode(),
        "\n".join("| " + " | ".join(line) + " |" for line in LINES).encode(),
        text("\t").replace("\n", "\r\n").encode(),
        ("宁波市公益活动安排\n\n" + text("\t") + "\n\n").encode(),
        xlsx([list(line) for line in LINES]),
    ],
    ids=[
        "utf-8",
        "bom",
        "gb18030",
        "utf-16",
        "csv",
        "semicolons",
        "spaces",
        "pipes",
        "crlf",
        "title above",
        "xlsx",
    ],
)
def test_every_kind_of_file_gives_the_same_printed_cells(data: bytes) -> None:
    table = read_table(data, "表")
    assert [row.cells for row in table.rows] == CELLS
    assert [row.number for row in table.rows] == [1, 2]


def test_a_quoted_csv_cell_may_hold_commas_and_line_breaks() -> None:
    data = '活动名称,活动地点,活动时间\n"义诊,理发",日湖公园,"6月25日\n下午"\n'.encode()
    [row] = read_table(data, "表.csv").rows
    assert row.cells == {
        "活动名称": "义诊,理发",
        "活动地点": "日湖公园",
        "活动时间": "6月25日\n下午",
    }
    [read] = read_file(data, "表.csv", 2019).rows
    assert read.drafts[0].whens[0].part_of_day == "afternoon"


def test_straight_quotes_inside_a_cell_are_part_of_the_print() -> None:
    data = '活动名称\t活动地点\t活动时间\n"走进病房"活动\t"日湖公园"\t6月25日\n'.encode()
    [row] = read_table(data, "表.tsv").rows
    assert row.cells["活动名称"] == '"走进病房"活动'
    assert row.cells["活动地点"] == "日湖公园"


def test_a_merged_cell_of_a_sheet_stands_in_every_row_that_it_covers() -> None:
    lines: list[list[object]] = [
        ["公益活动一览", None, None],
        ["活动名称", "活动地点", "活动时间"],
        ["义诊", "日湖公园", "6月25日"],
        ["理发", None, None],
    ]
    table = read_table(xlsx(lines, "A1:C1", "B3:B4", "C3:C4"), "表.xlsx")
    assert [row.cells for row in table.rows] == [
        {"活动名称": "义诊", "活动地点": "日湖公园", "活动时间": "6月25日"},
        {"活动名称": "理发", "活动地点": "日湖公园", "活动时间": "6月25日"},
    ]


def test_a_date_cell_of_a_sheet_reads_as_it_would_be_printed() -> None:
    from datetime import date, datetime

    lines: list[list[object]] = [
        ["活动名称", "活动地点", "活动时间"],
        ["义诊", "日湖公园", date(2018, 6, 25)],
        ["理发", "日湖公园", datetime(2018, 6, 25, 9, 30)],  # noqa: DTZ001
    ]
    rows = read_file(xlsx(lines), "表.xlsx", 2019).rows
    assert [row.cells["活动时间"] for row in rows] == ["2018年6月25日", "2018年6月25日 09:30"]
    assert [row.drafts[0].whens[0].precision for row in rows] == ["date", "exact"]


def test_headers_are_known_by_their_words() -> None:
    header = ["序号", "服务项目", "举办单位", "服务内容", "服务对象", "详细地址", "活动日期"]
    assert recognise(header) == {
        "title": "服务项目",
        "organizers": "举办单位",
        "content": "服务内容",
        "audience": "服务对象",
        "place": "详细地址",
        "when": "活动日期",
    }


def test_an_audience_column_wins_over_the_words_of_the_content() -> None:
    header = "活动名称\t内容\t服务对象\t地点\t时间"
    data = f"{header}\n义诊\t为居民义诊。\t独居老人\t日湖公园\t6月25日".encode()
    [row] = read_file(data, "表.tsv", 2019).rows
    assert row.drafts[0].audience == "独居老人"


# --- refusals, word for word ---------------------------------------------------------------------
def test_an_empty_file_is_refused() -> None:
    assert (
        refusal(b" \n")
        == "「表.tsv」是空文件。能读 CSV、TSV、XLSX、DOCX、网页表格、ICS、GeoJSON 和粘贴的文字。"
    )


def test_wrong_columns_are_refused_with_what_was_found() -> None:
    assert refusal("姓名,电话,活动时间\n张三,123,6月25日\n".encode()) == (
        "「表.tsv」的表头是 「姓名」、「电话」、「活动时间」，缺 「活动名称」、「活动地点」。"
        "表头要有活动名称、活动地点、活动时间；最好还有组织单位和活动内容。请在第一行写上表头。"
    )


def test_a_binary_file_is_refused() -> None:
    assert refusal(bytes(200), "照片.jpg") == (
        "「照片.jpg」里有 200 个 NUL 字节，不是文字表格。"
        "能读 CSV、TSV、XLSX、DOCX、网页表格、ICS、GeoJSON 和粘贴的文字。"
        "请另存为 UTF-8 的 CSV 或 XLSX。"
    )


def test_an_unknown_encoding_is_refused() -> None:
    assert refusal(b"\xff\xff\xff\x81") == (
        "「表.tsv」的编码既不是 UTF-8 也不是 GB18030。"
        "能读 CSV、TSV、XLSX、DOCX、网页表格、ICS、GeoJSON 和粘贴的文字。"
        "请另存为 UTF-8。"
    )


def test_a_broken_sheet_is_refused() -> None:
    assert refusal(b"PK\x03\x04 nothing more", "表.xlsx") == (
        "「表.xlsx」不是完整的 XLSX 文件。"
        "能读 CSV、TSV、XLSX、DOCX、网页表格、ICS、GeoJSON 和粘贴的文字。请重新另存一次。"
    )


def test_a_sheet_that_unpacks_to_a_mountain_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 201_000_000)
    assert refusal(packed.getvalue(), "表.xlsx") == (
        "「表.xlsx」有 201 MB。最多 50 MB。请分成几个文件。"
    )


def test_a_nul_byte_refuses_its_row_only() -> None:
    data = text("\t").replace("日湖", "日\x00湖").encode()
    first, second = read_file(data, "表.tsv", 2019).rows
    assert (first.status, second.status) == ("refused", "ready")
    assert first.cells["活动地点"] == "日␀湖公园"
    assert str(first.problems[0]) == (
        "第 1 行「活动地点」：格里有 NUL 字节（显示为 ␀）。文字里不会有这个字节，文件可能损坏。"
        "请从原文重新抄这一格。"
    )


def test_a_row_with_too_many_cells_is_refused_and_keeps_them_all() -> None:
    data = (text("\t") + "\n理发\t美发协会\t为老人\t理发\t月湖公园\t6月26日").encode()
    *good, bad = read_file(data, "表.tsv", 2019).rows
    assert [row.status for row in good] == ["ready", "ready"]
    assert bad.status == "refused"
    assert bad.cells["第6列"] == "6月26日"
    assert str(bad.problems[0]) == (
        "第 3 行：比表头多出 1 格：「6月26日」。表头有 5 列。"
        "多半是格里有没加引号的分隔符，请改好这一行再导入。"
    )


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda s: (text("\t") + s).encode()))
def test_no_file_crashes_the_reader(data: bytes) -> None:
    try:
        table = read_table(data, "表")
    except ProblemError:
        return
    assert isinstance(table, Table)
    read_file(data, "表", 2019)
