"""What a file holds once it is opened: sheets of printed cells, and the limits on them. Pure.

Opening is the dangerous part and is done in a child process (``child``); everything after it works
on plain text of a known size.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.errors import Problem, ProblemError
from geo.texts import NUL_SIGN

LARGEST_BYTES = 10_000_000
LARGEST_UNPACKED_BYTES = 50_000_000
MOST_PARTS = 200  # files inside a zip
LARGEST_RATIO = 100  # unpacked : packed, asked of parts above a million bytes
MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 4_000  # characters
MOST_CHARACTERS = 20_000_000  # of all cells together
HEADER_WITHIN = 10  # rows: titles and remarks may stand above the header
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
FORMATS = "能读 CSV、TSV、XLSX、DOCX、网页表格、ICS、GeoJSON 和粘贴的文字"


@dataclass(frozen=True)
class Sheet:
    """One table of a file. ``long``: (line, column) → length of cells that were cut, from 0.

    ``made`` is True where the columns are ours (a calendar, a prose list), not the file's.
    """

    name: str
    lines: list[list[str]]
    long: dict[tuple[int, int], int] = field(default_factory=dict)
    made: bool = False


@dataclass(frozen=True)
class Opened:
    """The sheets of a file and what a person should know about how it was opened."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()


def bounded(name: str, lines: Iterable[Sequence[str]], label: str, made: bool = False) -> Sheet:
    """A sheet within the limits. Raises ProblemError naming the limit; a long cell is cut."""
    kept: list[list[str]] = []
    long: dict[tuple[int, int], int] = {}
    total = printed = 0
    for number, line in enumerate(lines):
        cells = [_storable(cell) for cell in line]
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise ProblemError(_too_wide(name, number, cells))
        for column, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                long[number, column] = len(cell)
                cells[column] = cell[:60] + "…"
            total += len(cells[column])
        printed += bool(cells)
        if printed > MOST_ROWS + HEADER_WITHIN or total > MOST_CHARACTERS:
            raise ProblemError(
                Problem(
                    "too_many_rows",
                    f"「{name}」超过 {MOST_ROWS} 行或 {MOST_CHARACTERS // 10_000} 万字",
                    f"最多 {MOST_ROWS} 行",
                    "请分成几个文件",
                )
            )
        kept.append(cells)
    return Sheet(label, kept, long, made)


def _storable(cell: str) -> str:
    """Without U+0000 and lone surrogates, which no database keeps: they are shown as signs.

    The apostrophe by which our own exports disarm a formula goes again.
    """
    if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS):
        cell = cell[1:]
    return cell.replace("\x00", NUL_SIGN).encode("utf-8", "replace").decode("utf-8")


def _too_wide(name: str, number: int, cells: list[str]) -> Problem:
    return Problem(
        "too_many_columns",
        f"「{name}」第 {number + 1} 行有 {len(cells)} 列，最后一格是「{cells[-1].strip()[:20]}」",
        f"最多 {MOST_COLUMNS} 列",
        "请只留下活动的那几列",
    )


def too_large(name: str, size: int, largest: int = LARGEST_BYTES) -> Problem:
    return Problem(
        "too_large",
        f"「{name}」有 {size // 1_000_000} MB",
        f"最多 {largest // 1_000_000} MB",
        "请分成几个文件",
    )


# --- as JSON: out of the child, and into a draft ---------------------------------------------
def as_json(opened: Opened) -> dict[str, Any]:
    return {
        "sheets": [
            {
                "name": sheet.name,
                "lines": sheet.lines,
                "long": [[line, column, size] for (line, column), size in sheet.long.items()],
                "made": sheet.made,
            }
            for sheet in opened.sheets
        ],
        "notes": list(opened.notes),
    }


def from_json(said: dict[str, Any]) -> Opened:
    sheets = (
        Sheet(
            one["name"],
            one["lines"],
            {(line, column): size for line, column, size in one["long"]},
            one["made"],
        )
        for one in said["sheets"]
    )
    return Opened(tuple(sheets), tuple(said["notes"]))
