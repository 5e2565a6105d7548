"""XLSX: every sheet as lines of printed cells; merged cells are undone. Pure."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from geo.errors import Problem, ProblemError
from geo.importing.sheets import HEADER_WITHIN, MOST_COLUMNS, MOST_ROWS, Sheet, bounded
from geo.importing.zips import broken
from geo.texts import NUL_SIGN


def read_xlsx(data: bytes, name: str) -> Iterator[Sheet]:
    """A merged cell stands in every row that it covers; a sheet without a cell is left out."""
    try:
        sheets = load_workbook(io.BytesIO(data), data_only=True).worksheets
    except MemoryError:
        raise
    except Exception:  # a damaged workbook fails anywhere in the reader, with anything
        raise ProblemError(broken(name, "XLSX")) from None
    several = len(sheets) > 1
    found = [
        bounded(name, _grid(sheet, name), sheet.title if several else "")
        for sheet in sheets
        if sheet.max_row > 1 or sheet.max_column > 1 or sheet["A1"].value is not None
    ]
    if not found:
        raise ProblemError(Problem("empty_file", f"「{name}」里没有一格有字"))
    yield from found


def _grid(sheet: Worksheet, name: str) -> list[list[str]]:
    _measure(sheet, name)
    grid = [[_cell_text(value) for value in line] for line in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        printed = grid[merged.min_row - 1][merged.min_col - 1]
        if merged.min_row == merged.max_row:
            continue  # a heading over several columns says nothing about each of them
        for row in range(merged.min_row - 1, min(merged.max_row, len(grid))):
            grid[row][merged.min_col - 1] = printed
    return grid


def _measure(sheet: Worksheet, name: str) -> None:
    """A lone cell far out makes a sheet of millions: it is named."""
    last = f"{get_column_letter(sheet.max_column)}{sheet.max_row}"
    if sheet.max_column > MOST_COLUMNS:
        raise ProblemError(
            Problem(
                "too_many_columns",
                f"「{name}」的工作表「{sheet.title}」有 {sheet.max_column} 列，到 {last} 为止",
                f"最多 {MOST_COLUMNS} 列",
                "请删去右边多余的列",
            )
        )
    if sheet.max_row > MOST_ROWS + HEADER_WITHIN:
        raise ProblemError(
            Problem(
                "too_many_rows",
                f"「{name}」的工作表「{sheet.title}」有 {sheet.max_row} 行，到 {last} 为止",
                f"最多 {MOST_ROWS} 行",
                "请删去下面多余的行，或分成几个文件",
            )
        )


def _cell_text(value: object) -> str:
    """A date cell as it would be printed; everything else as it is."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() != time.min:
        return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value).replace("\x00", NUL_SIGN)
