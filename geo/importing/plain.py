"""Text as lines of cells: CSV and TSV in three encodings, and tables pasted as text. Pure."""

import csv
import io
import re

from geo.errors import Problem, ProblemError
from geo.importing.sheets import FORMATS, HEADER_WITHIN, LARGEST_BYTES
from geo.texts import NUL_SIGN

csv.field_size_limit(LARGEST_BYTES)  # a cell that is too long is named, not choked on


def lines_of(text: str, name: str) -> list[list[str]]:
    """The lines of a table printed as text, cut at the mark that cuts it best."""
    text = text.replace("\x00", NUL_SIGN)
    lines = text.split("\n")
    separator = _separator(lines[:HEADER_WITHIN])
    if separator == "  ":
        return [re.split(r" {2,}|\u3000{2,}", line.strip()) for line in lines]
    if separator == "|":
        return [
            [cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in lines
            if not re.fullmatch(r"[\s|:+-]*", line)
        ]
    if separator == "\t" and len({line.count("\t") for line in lines if line.strip()}) == 1:
        return [[_unquoted(cell) for cell in line.split("\t")] for line in text.split("\n")]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise ProblemError(
            Problem("broken_csv", f"「{name}」不是完整的表格（{error}）", FORMATS)
        ) from None


def _unquoted(cell: str) -> str:
    """A wholly quoted cell loses its quotes; 「"走进病房"活动」 keeps them: it is printed so."""
    cell = cell.strip("\r\n")
    inner = cell[1:-1].replace('""', "")
    if len(cell) >= 2 and cell[0] == cell[-1] == '"' and '"' not in inner:
        return cell[1:-1].replace('""', '"')
    return cell


def decode(data: bytes, name: str) -> str:
    """UTF-8, UTF-16 with BOM, or GB18030; a mixture of them and anything else is refused."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data.count(0) * 20 > len(data):
        raise ProblemError(
            Problem(
                "binary_file",
                f"「{name}」里有 {data.count(0)} 个 NUL 字节，不是文字表格",
                FORMATS,
                "请另存为 UTF-8 的 CSV 或 XLSX",
            )
        )
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        if encoding == "gb18030":
            _refuse_a_mixture(data, name)
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ProblemError(
        Problem(
            "unknown_encoding",
            f"「{name}」的编码既不是 UTF-8 也不是 GB18030",
            FORMATS,
            "请另存为 UTF-8",
        )
    )


def _refuse_a_mixture(data: bytes, name: str) -> None:
    """Lines of two encodings in one file: as GB18030 the others would become nonsense."""
    kinds: dict[str, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.isascii():
            continue
        try:
            if len(re.findall("[\u4e00-\u9fff]", line.decode())) >= 2:
                kinds.setdefault("UTF-8", number)
        except UnicodeDecodeError:
            kinds.setdefault("GB18030", number)
    if len(kinds) == 2:
        raise ProblemError(
            Problem(
                "mixed_encodings",
                f"「{name}」里混着两种编码：第 {kinds['UTF-8']} 行是 UTF-8，"
                f"第 {kinds['GB18030']} 行不是",
                "整个文件只用一种编码",
                "请把两份原文分开导入，或另存为 UTF-8",
            )
        )


def _separator(lines: list[str]) -> str:
    """The separator that cuts some line into most cells, tab before all others."""
    counts = {
        mark: max((line.count(mark) for line in lines), default=0) for mark in ("\t", ",", ";", "|")
    }
    best = max(counts, key=lambda mark: counts[mark])
    if counts[best]:
        return "\t" if counts["\t"] else best
    return "  " if any(re.search(r"\S(?: {2,}|\u3000{2,})\S", line) for line in lines) else ","
