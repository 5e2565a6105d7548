"""Step 1b: sheets become headers and rows of printed cells. Nothing is interpreted here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from geo.errors import Problem, ProblemError
from geo.importing.columns import WORDS, find_header, recognise
from geo.importing.opening import open_file
from geo.importing.sheets import HEADER_WITHIN, LONGEST_CELL, MOST_ROWS, Opened, Sheet
from geo.texts import NUL_SIGN, fold

_SUMS = re.compile(r"(?:合计|总计|小计|共计|总数|汇总|total)[：:]?.{0,12}", re.IGNORECASE)
_HEADS = {fold(word) for many in WORDS.values() for word in many}


@dataclass(frozen=True)
class Row:
    """One printed row. ``number`` counts the rows under the header from 1, blank ones left out."""

    number: int
    cells: dict[str, str]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Table:
    """``columns``: field → header, as ``columns.recognise`` or a person said."""

    header: tuple[str, ...]
    rows: tuple[Row, ...] = field(default=())
    columns: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


def read_table(data: bytes, name: str) -> Table:
    """The first table of a file. Raises ProblemError when the file as a whole cannot be read."""
    return tables_of(open_file(data, name), name)[0]


def tables_of(
    opened: Opened,
    name: str,
    known: Mapping[str, str] | None = None,
    edits: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Table]:
    """Every sheet that has a header; rows are numbered on from sheet to sheet.

    *known*: header → field ("" for none), said by a person; *edits*: row → header → words that a
    person wrote over the print. Raises ProblemError when no sheet
    has a header; a bad row stays a row.
    """
    tables: list[Table] = []
    refusal: ProblemError | None = None
    for sheet in opened.sheets:
        first = sum(len(table.rows) for table in tables)
        try:
            tables.append(_table(sheet, name, known or {}, first, edits or {}))
        except ProblemError as error:
            refusal = refusal or error
    if not tables and refusal is not None:
        raise refusal
    count = sum(len(table.rows) for table in tables)
    if count > MOST_ROWS:
        raise ProblemError(
            Problem("too_many_rows", f"「{name}」有 {count} 行", f"最多 {MOST_ROWS} 行")
        )
    return tables


def _table(
    sheet: Sheet,
    name: str,
    known: Mapping[str, str],
    first: int,
    edits: Mapping[str, Mapping[str, str]],
) -> Table:
    printed = [at for at, line in enumerate(sheet.lines) if any(cell.strip() for cell in line)]
    lines = [sheet.lines[at] for at in printed]
    at = find_header(lines[:HEADER_WITHIN], name, known)
    header = tuple(_unique(cell.strip() for cell in lines[at]))
    rows = [
        _row(number, _edited(sheet, line, header, edits.get(str(number), {})), line, header)
        for number, line in enumerate(printed[at + 1 :], first + 1)
    ]
    return Table(header, tuple(rows), recognise(header, known), sheet.name)


def likely_header(sheet: Sheet, known: Mapping[str, str]) -> tuple[str, ...]:
    """The header as found, else the first line that has most cells: what a person may explain."""
    lines = [line for line in sheet.lines if any(cell.strip() for cell in line)][:HEADER_WITHIN]
    try:
        best = lines[find_header(lines, sheet.name, known)]
    except ProblemError:
        best = max(lines, key=lambda line: sum(bool(cell.strip()) for cell in line), default=[])
    return tuple(_unique(cell.strip() for cell in best))


def _unique(names: Iterable[str]) -> list[str]:
    """A header without a name, or with one that stands twice, is named by its position."""
    found: list[str] = []
    for position, name in enumerate(names, 1):
        found.append(name if name and name not in found else f"{name}第{position}列")
    while found and re.fullmatch(r"第\d+列", found[-1]):
        found.pop()
    return found


def _row(number: int, sheet: Sheet, at: int, header: tuple[str, ...]) -> Row:
    line = sheet.lines[at]
    cells = dict(zip(header, [*line, *[""] * len(header)], strict=False))
    for position, cell in enumerate(line[len(header) :], len(header) + 1):
        if cell.strip():
            cells[f"第{position}列"] = cell
    problems = [*_wrong_cells(number, sheet, at, cells, header), *_no_row(number, cells, header)]
    return Row(number, cells, tuple(problems))


def _edited(sheet: Sheet, at: int, header: tuple[str, ...], words: Mapping[str, str]) -> Sheet:
    """The sheet with a person's words in one of its lines."""
    if not words:
        return sheet
    line = [*sheet.lines[at], *[""] * len(header)][: max(len(header), len(sheet.lines[at]))]
    long = dict(sheet.long)
    for column, name in enumerate(header):
        if name in words:
            line[column] = words[name]
            long.pop((at, column), None)
    lines = [*sheet.lines[:at], line, *sheet.lines[at + 1 :]]
    return replace(sheet, lines=lines, long=long)


def _wrong_cells(
    number: int, sheet: Sheet, at: int, cells: dict[str, str], header: tuple[str, ...]
) -> Iterable[Problem]:
    line = sheet.lines[at]
    extra = [cell for cell in line[len(header) :] if cell.strip()]
    if extra:
        yield Problem(
            "too_many_cells",
            f"比表头多出 {len(extra)} 格：「{extra[0].strip()[:20]}」",
            f"表头有 {len(header)} 列",
            "多半是格里有没加引号的分隔符，请改好这一行再导入",
            f"第 {number} 行",
        )
    for column in range(len(line)):
        size = sheet.long.get((at, column))
        if size:
            where = header[column] if column < len(header) else f"第{column + 1}列"
            yield Problem(
                "cell_too_long",
                f"这一格有 {size} 个字",
                f"一格最多 {LONGEST_CELL} 个字",
                "多半是整篇文章粘进了一格，请只留活动的内容",
                f"第 {number} 行「{where}」",
            )
    for name, cell in cells.items():
        if NUL_SIGN in cell:
            yield Problem(
                "nul_byte",
                f"格里有 NUL 字节（显示为 {NUL_SIGN}）",
                "文字里不会有这个字节，文件可能损坏",
                "请从原文重新抄这一格",
                f"第 {number} 行「{name}」",
            )


def _no_row(number: int, cells: dict[str, str], header: tuple[str, ...]) -> Iterable[Problem]:
    """Rows that speak of the table and not of an activity."""
    said = [cell.strip() for cell in cells.values() if cell.strip()]
    if said and _SUMS.fullmatch(said[0]) and len(set(said)) <= max(3, len(header) - 2):
        yield Problem(
            "totals_row",
            f"「{said[0]}」像是合计行，不是活动",
            "每一行是一项活动",
            "不用处理；如果真是活动，请改名称",
            f"第 {number} 行",
        )
    heads = [cell for cell in said if cell in header or fold(cell[:40]) in _HEADS]
    if len(heads) >= 2 and len(heads) * 2 > len(set(said)):
        yield Problem(
            "second_header",
            f"这一行像是又一行表头（「{'」「'.join(dict.fromkeys(heads))}」）",
            "表头只有一行",
            "不用处理；如果上下两行表头合起来才完整，请并成一行",
            f"第 {number} 行",
        )
