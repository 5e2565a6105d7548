"""What strangers may send: opened in a child under limits, refused in words that name the cell."""

import io
import subprocess
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from geo.errors import ProblemError
from geo.importing import child, read_opened
from geo.importing.child import open_in_child
from geo.importing.sheets import as_json, from_json

HEADER = "活动名称\t主办单位\t活动内容\t活动地点\t活动时间\n"
GOOD = "义诊\t宁波市医学会\t为居民义诊。\t日湖公园\t6月25日\n"


def refusal(data: bytes, name: str = "表.xlsx") -> str:
    with pytest.raises(ProblemError) as refused:
        open_in_child(data, name)
    return str(refused.value)


def rows(text: str, year: int | None = 2019) -> list[Any]:
    """(status, problems in words) of every row, through the child."""
    opened = open_in_child(text.encode(), "表.tsv")
    found = read_opened(opened, b"", "表.tsv", year).rows
    return [(row.status, [str(problem) for problem in row.problems]) for row in found]


def zipped(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return data.getvalue()


def workbook(*lines: list[str]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_good_file_comes_out_of_the_child_as_it_went_in() -> None:
    opened = open_in_child(
        workbook(["活动名称", "地点", "时间"], ["义诊", "日湖公园", "6月25日"]), "表.xlsx"
    )
    assert opened.sheets[0].lines == [["活动名称", "地点", "时间"], ["义诊", "日湖公园", "6月25日"]]
    assert from_json(as_json(opened)) == opened


def test_the_child_knows_no_environment_and_no_more_memory_than_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, Any] = {}
    run = subprocess.run

    def remembered(*command: Any, **more: Any) -> Any:
        asked.update(more)
        return run(*command, **more)

    monkeypatch.setattr(subprocess, "run", remembered)
    monkeypatch.setenv("DATABASE_URL", "postgres:///secret")
    open_in_child(HEADER.encode(), "表.tsv")
    assert set(asked["env"]) == {"PYTHONIOENCODING", "LANG"}
    assert (asked["timeout"], child.SECONDS) == (25, 10)
    assert child.MEMORY_BYTES == 512 * 1024 * 1024


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "PATIENCE", 0.01)
    assert refusal(HEADER.encode(), "表.tsv").startswith("「表.tsv」在 0.01 秒之内没有读完。")


def test_a_child_without_memory_gives_up_and_the_desk_stands() -> None:
    """20 MB of cells in 5 million columns of one row each: small on disk, large in memory."""
    merged = "".join(f'<mergeCell ref="A{n}:CV{n + 19000}"/>' for n in range(1, 60))
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
        f"<mergeCells>{merged}</mergeCells></worksheet>"
    )
    with zipfile.ZipFile(io.BytesIO(workbook(["x"]))) as old:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                is_sheet = name == "xl/worksheets/sheet1.xml"
                new.writestr(name, sheet if is_sheet else old.read(name))
    assert refusal(data.getvalue()).endswith("请新建一个表格，只复制有字的格子，再导入。")


def test_a_cell_of_ten_megabytes_is_named_and_the_other_rows_stand() -> None:
    giant = GOOD.replace("为居民义诊。", "长" * 3_000_000)
    assert rows(HEADER + GOOD + giant) == [
        ("ready", []),
        ("refused", [
            "第 2 行「活动内容」：这一格有 3000000 个字。一格最多 4000 个字。"
            "多半是整篇文章粘进了一格，请只留活动的内容。"
        ]),
    ]  # fmt: skip
    assert (
        refusal(b"x" * 10_000_001, "表.csv") == "「表.csv」有 10 MB。最多 10 MB。请分成几个文件。"
    )


def test_a_thousand_columns_are_refused_with_the_last_cell() -> None:
    text = "\t".join(f"列{n}" for n in range(1000)) + "\n"
    assert refusal(text.encode(), "表.tsv") == (
        "「表.tsv」第 1 行有 1000 列，最后一格是「列999」。最多 100 列。请只留下活动的那几列。"
    )
    assert refusal(workbook([f"列{n}" for n in range(1000)])) == (
        "「表.xlsx」的工作表「Sheet」有 1000 列，到 ALL1 为止。最多 100 列。请删去右边多余的列。"
    )


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    assert refusal(zipped(xl__sheet_xml=b" " * 40_000_000)).startswith(
        "「表.xlsx」里的「xl/sheet.xml」展开后是压缩时的"
    )
    assert refusal(zipped(xl__sheet_xml=b" " * 51_000_000)) == (
        "「表.xlsx」有 51 MB。最多 50 MB。请分成几个文件。"
    )
    many = zipped(**{f"xl__part{n}_xml": b"<a/>" for n in range(201)})
    assert refusal(many) == "「表.xlsx」里有 201 个文件。最多 200 个。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_billion_laughs_are_not_laughed(encoding: str) -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    data = zipped(xl__workbook_xml=laughs.encode(encoding))
    assert refusal(data) == (
        "「表.xlsx」里的「xl/workbook.xml」定义了 XML 实体。"
        "Office 存的文件里没有这种内容，多半是有人改过。请用 Excel 或 WPS 打开后另存一份。"
    )


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(50), "表.xls", "「表.xls」是旧版或加密的 Excel、Word 文件。"),
        (b"%PDF-1.7", "表.pdf", "「表.pdf」是PDF 文件。"),
        (b"\x89PNG\r\n", "表.xlsx", "「表.xlsx」是图片。"),
        (zipped(readme=b"x"), "表.zip", "「表.zip」是压缩包。"),
        (b"PK\x03\x04" + bytes(50), "表.xlsx", "「表.xlsx」不是完整的 XLSX 文件。"),
        (b"", "表.csv", "「表.csv」是空文件。"),
        (b"\xef\xbb\xbf\n", "表.csv", "「表.csv」是空文件。"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(data: bytes, name: str, words: str) -> None:
    assert refusal(data, name).startswith(words)


def test_a_wrong_extension_is_remarked_on_and_the_content_is_read() -> None:
    opened = open_in_child((HEADER + GOOD).encode(), "表.xlsx")
    assert opened.notes == ("「表.xlsx」的扩展名像是XLSX，内容其实是文字表格：按内容读了。",)
    assert len(opened.sheets[0].lines) == 2 + 1


def test_two_encodings_in_one_file_are_named_by_line() -> None:
    mixed = HEADER.encode() + GOOD.encode() + GOOD.encode("gb18030")
    assert refusal(mixed, "表.tsv") == (
        "「表.tsv」里混着两种编码：第 1 行是 UTF-8，第 3 行不是。整个文件只用一种编码。"
        "请把两份原文分开导入，或另存为 UTF-8。"
    )


def test_a_nul_byte_names_its_cell_and_leaves_the_rest_standing() -> None:
    assert rows(HEADER + GOOD.replace("日湖", "日\0湖") + GOOD) == [
        ("refused", [
            "第 1 行「活动地点」：格里有 NUL 字节（显示为 ␀）。文字里不会有这个字节，文件可能损坏。"
            "请从原文重新抄这一格。"
        ]),
        ("ready", []),
    ]  # fmt: skip


def test_a_second_header_and_a_sum_are_no_activities() -> None:
    found = rows(HEADER + HEADER + GOOD + "合计\t\t\t\t1 项\n")
    assert [status for status, _ in found] == ["refused", "ready", "refused"]
    assert found[0][1][0].startswith("第 1 行：这一行像是又一行表头（「活动名称」「主办单位」")
    assert found[2][1] == [
        "第 3 行：「合计」像是合计行，不是活动。每一行是一项活动。"
        "不用处理；如果真是活动，请改名称。"
    ]


@pytest.mark.parametrize(
    ("when", "year", "words"),
    [
        ("6月31日", 2019,
         "第 1 行「活动时间」：「6月31日」：2019年没有6月31日。请核对原文的日期。"),
        ("6月30日-6月25日", 2019,
         "第 1 行「活动时间」：「6月30日-6月25日」：结束（2019-06-25）早于开始（2019-06-30）。"
         "请核对两个日期，跨年请写出年份。"),
        ("6月25日", None,
         "第 1 行「活动时间」：「6月25日」：没有年份。请用 --year 给出文件的年份。"),
    ],
)  # fmt: skip
def test_an_impossible_time_names_its_cell(when: str, year: int | None, words: str) -> None:
    assert rows(HEADER + GOOD.replace("6月25日", when), year) == [("refused", [words])]


def test_twenty_thousand_rows_are_opened_and_one_more_is_refused() -> None:
    line = ["义诊", "医学会", "为居民义诊。", "日湖公园", "6月25日"]
    whole = open_in_child(workbook(HEADER.strip().split("\t"), *[line] * 20_000), "大.xlsx")
    assert len(whole.sheets[0].lines) == 20_001
    assert refusal((HEADER + GOOD * 20_020).encode(), "大.tsv") == (
        "「大.tsv」超过 20000 行或 2000 万字。最多 20000 行。请分成几个文件。"
    )


def test_a_formula_of_our_own_export_comes_back_as_it_was() -> None:
    [row] = read_opened(
        open_in_child((HEADER + GOOD.replace("义诊", "'=1+1", 1)).encode(), "表.tsv"),
        b"",
        "表",
        2019,
    ).rows
    assert row.cells["活动名称"] == "=1+1"
