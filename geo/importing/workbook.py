"""The report of a batch as XLSX: per row what happened, why, what was read and what differs."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from geo.importing.preview import Preview, RowSeen
from geo.importing.sheets import FORMULA_STARTS

HEADS = (
    "行号",
    "结果",
    "原因和依据",
    "活动名称",
    "组织单位",
    "活动时间",
    "活动地点",
    "变化",
    "原文",
)
_WIDTHS = (7, 12, 44, 32, 28, 30, 36, 36, 60)


def rows_of(preview: Preview) -> list[list[Any]]:
    """One line a row, in the order of HEADS; plain values, so that they may be kept as JSON."""
    lines = [_line(row) for row in preview.rows(preview.reading.rows)]
    gone = [
        ["", "原文里不再有", "保留，请核对", one.title, "", "", "", "", ""] for one in preview.gone
    ]
    return [*lines, *gone]


def workbook(facts: Iterable[tuple[str, object]], rows: Sequence[Sequence[Any]]) -> bytes:
    """*facts* (what, value) stand on a sheet of their own. No cell is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("逐行")
    for position, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, head, bold=True) for head in HEADS])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    about = book.create_sheet("概要")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 16, 60
    for name, value in facts:
        about.append([_cell(about, name, bold=True), _cell(about, value)])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _line(row: RowSeen) -> list[Any]:
    reasons = [*row.notes, row.rule] if row.rule else list(row.notes)
    reasons += [
        f"可能和「{twin.title}」（{twin.source.title}）是同一项，请核对"
        for one in row.activities
        for twin in one.twins
    ]
    places = [
        f"{place.printed}（{place.words}{'：' if place.name else ''}{place.name}）"
        + (f"？{place.question}" if place.question else "")
        for one in row.activities
        for place in one.places
    ]
    return [
        row.reading.number,
        row.words,
        "\n".join(reasons),
        "\n".join(one.draft.title for one in row.activities),
        "\n".join("、".join(one.draft.organizers) for one in row.activities),
        "\n".join(time.reads for one in row.activities for time in one.times),
        "\n".join(places),
        "\n".join(
            f"{change.name}：{change.old or '（空）'} → {change.new or '（空）'}"
            for one in row.activities
            for change in one.differences
        ),
        "\n".join(f"{name}：{cell}" for name, cell in row.reading.cells.items() if cell),
    ]


def _cell(sheet: Any, value: Any, bold: bool = False) -> Any:
    if isinstance(value, str):
        value = safe_text(value)
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.font = Font(bold=bold)
    return cell


def safe_text(text: str) -> str:
    """Not run as a formula, here or when saved as CSV; nothing that XLSX cannot hold."""
    text = "".join(one for one in text if one in "\n\t" or ord(one) >= 32)[:32_000]
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
