"""Step 1: a file becomes a header and rows of printed cells. Nothing is interpreted here.

Reads CSV and TSV (UTF-8 with or without BOM, UTF-16 with BOM, GB18030), tables pasted as text
(columns by tab, comma, | or two spaces) and XLSX with merged cells.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from openpyxl import load_workbook

from geo.errors import Problem, ProblemError
from geo.importing.columns import find_header
from geo.texts import NUL_SIGN

LARGEST_BYTES = 20_000_000
LARGEST_UNPACKED_BYTES = 200_000_000
MOST_ROWS = 20_000
HEADER_WITHIN = 10  # rows: titles and remarks may stand above the header
FORMATS = "能读 CSV、TSV、XLSX 和粘贴的文字表格"


@dataclass(frozen=True)
class Row:
    """One printed row. ``number`` counts the rows under the header from 1, blank ones left out."""

    number: int
    cells: dict[str, str]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...] = field(default=())


def read_table(data: bytes, name: str) -> Table:
    """Raises ProblemError when the file as a whole cannot be read; a bad row stays a row."""
    if len(data) > LARGEST_BYTES:
        raise ProblemError(_too_large(name, len(data)))
    if not data.strip():
        raise ProblemError(Problem("empty_file", f"「{name}」是空文件", FORMATS))
    grid = _read_xlsx(data, name) if data[:4] == b"PK\x03\x04" else _read_text(data, name)
    return _table(grid, name)


def _too_large(name: str, size: int) -> Problem:
    return Problem(
        "too_large",
        f"「{name}」有 {size // 1_000_000} MB",
        f"最多 {LARGEST_BYTES // 1_000_000} MB",
        "请分成几个文件",
    )


def _table(grid: list[list[str]], name: str) -> Table:
    lines = [line for line in grid if any(cell.strip() for cell in line)]
    if len(lines) > MOST_ROWS:
        raise ProblemError(
            Problem("too_many_rows", f"「{name}」有 {len(lines)} 行", f"最多 {MOST_ROWS} 行")
        )
    at = find_header(lines[:HEADER_WITHIN], name)
    header = tuple(_unique(cell.strip() for cell in lines[at]))
    rows = [_row(number, line, header) for number, line in enumerate(lines[at + 1 :], 1)]
    return Table(header, tuple(rows))


def _unique(names: Iterable[str]) -> list[str]:
    """A header without a name, or with one that stands twice, is named by its position."""
    found: list[str] = []
    for position, name in enumerate(names, 1):
        found.append(name if name and name not in found else f"{name}第{position}列")
    while found and re.fullmatch(r"第\d+列", found[-1]):
        found.pop()
    return found


def _row(number: int, line: list[str], header: tuple[str, ...]) -> Row:
    cells = dict(zip(header, [*line, *[""] * len(header)], strict=False))
    extra = [cell for cell in line[len(header) :] if cell.strip()]
    problems = []
    for position, cell in enumerate(line[len(header) :], len(header) + 1):
        if cell.strip():
            cells[f"第{position}列"] = cell
    if extra:
        problems.append(
            Problem(
                "too_many_cells",
                f"比表头多出 {len(extra)} 格：「{extra[0].strip()[:20]}」",
                f"表头有 {len(header)} 列",
                "多半是格里有没加引号的分隔符，请改好这一行再导入",
                f"第 {number} 行",
            )
        )
    for column, cell in cells.items():
        if NUL_SIGN in cell:
            problems.append(
                Problem(
                    "nul_byte",
                    f"格里有 NUL 字节（显示为 {NUL_SIGN}）",
                    "文字里不会有这个字节，文件可能损坏",
                    "请从原文重新抄这一格",
                    f"第 {number} 行「{column}」",
                )
            )
    return Row(number, cells, tuple(problems))


# --- text ------------------------------------------------------------------------------------
def _read_text(data: bytes, name: str) -> list[list[str]]:
    text = decode(data, name).replace("\x00", NUL_SIGN)
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
    """UTF-8, UTF-16 with BOM, or GB18030; anything else is refused."""
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


def _separator(lines: list[str]) -> str:
    """The separator that cuts some line into most cells, tab before all others."""
    counts = {
        mark: max((line.count(mark) for line in lines), default=0) for mark in ("\t", ",", ";", "|")
    }
    best = max(counts, key=lambda mark: counts[mark])
    if counts[best]:
        return "\t" if counts["\t"] else best
    return "  " if any(re.search(r"\S(?: {2,}|\u3000{2,})\S", line) for line in lines) else ","


# --- XLSX ------------------------------------------------------------------------------------
def _read_xlsx(data: bytes, name: str) -> list[list[str]]:
    """The first sheet; a merged cell stands in every cell that it covers."""
    broken = Problem("broken_xlsx", f"「{name}」不是完整的 XLSX 文件", FORMATS, "请重新另存一次")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > LARGEST_UNPACKED_BYTES:
            raise ProblemError(_too_large(name, unpacked))
        sheet = load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    except ProblemError:
        raise
    except Exception:  # a damaged workbook fails anywhere in the reader, with anything
        raise ProblemError(broken) from None
    if sheet.max_row * sheet.max_column > MOST_ROWS * 50:
        raise ProblemError(
            Problem("too_many_rows", f"「{name}」有 {sheet.max_row} 行", f"最多 {MOST_ROWS} 行")
        )
    grid = [[_cell_text(value) for value in line] for line in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        printed = grid[merged.min_row - 1][merged.min_col - 1]
        if merged.min_row == merged.max_row:
            continue  # a heading over several columns says nothing about each of them
        for row in range(merged.min_row - 1, min(merged.max_row, len(grid))):
            grid[row][merged.min_col - 1] = printed
    return grid


def _cell_text(value: object) -> str:
    """A date cell as it would be printed; everything else as it is."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() != time.min:
        return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value).replace("\x00", NUL_SIGN)
