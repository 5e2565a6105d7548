"""Tables of web pages and Word files as lines of printed cells. Pure; nothing is fetched."""

import io
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree

from geo.errors import Problem, ProblemError
from geo.importing.sheets import MOST_COLUMNS, Sheet, bounded
from geo.importing.zips import broken

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FARTHEST_SPAN = 1000  # rows or columns that one cell may claim


# --- HTML ------------------------------------------------------------------------------------
def looks_like_html(text: str) -> bool:
    return "<table" in text.lower() and "</" in text


def read_html(text: str, name: str) -> list[Sheet]:
    """Every table that holds no other one; cells over several rows stand in each of them."""
    reader = _Tables()
    reader.feed(text)
    reader.close()
    grids = [grid for grid in map(_undone, reader.found) if len(grid) > 1]
    if not grids:
        raise ProblemError(_no_table(name, "网页"))
    return _sheets(name, grids)


class _Tables(HTMLParser):
    """Collects ``(text, rows, columns)`` cells; scripts and styles are no text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[list[tuple[str, int, int]]]] = []
        self._open: list[list[list[tuple[str, int, int]]]] = []
        self._cells: list[tuple[list[str], int, int] | None] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "table":
            self._open.append([])
            self._cells.append(None)
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            said = dict(attrs)
            self._cells[-1] = ([], _span(said.get("rowspan")), _span(said.get("colspan")))
        elif tag in ("br", "p", "div", "li") and self._cells and self._cells[-1]:
            self._cells[-1][0].append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self._cells.pop()
            self.found.append(self._open.pop())

    def handle_data(self, data: str) -> None:
        if self._cells and self._cells[-1] and not self._silent:
            self._cells[-1][0].append(data)

    def close(self) -> None:
        super().close()
        while self._open:  # a page that was cut off
            self.handle_endtag("table")

    def _end_cell(self) -> None:
        if self._cells and self._cells[-1]:
            words, rows, columns = self._cells[-1]
            self._open[-1][-1].append((" ".join("".join(words).split()), rows, columns))
            self._cells[-1] = None


def _span(words: str | None) -> int:
    """At least 1; nonsense is 1, as in a browser."""
    text = (words or "").strip()
    return min(int(text), _FARTHEST_SPAN) or 1 if text.isascii() and text.isdigit() else 1


def _undone(rows: list[list[tuple[str, int, int]]]) -> list[list[str]]:
    """Spans laid out: down a column the words are repeated, along a row they are not."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[str, int]] = {}  # column → words, rows still to cover
    for row in rows:
        line: list[str] = []
        below: dict[int, tuple[str, int]] = {}
        waiting = list(row)
        while waiting or any(column >= len(line) for column in hanging):
            column = len(line)
            if column in hanging:
                words, left = hanging[column]
                line.append(words)
                if left > 1:
                    below[column] = (words, left - 1)
            elif waiting:
                words, down, across = waiting.pop(0)
                for one in range(min(across, MOST_COLUMNS + 1)):
                    line.append("" if one else words)
                    if down > 1:
                        below[column + one] = ("" if one else words, down - 1)
            else:
                line.append("")
            if len(line) > 4 * MOST_COLUMNS:
                break  # refused by its width further on
        hanging = below
        grid.append(line)
    return [line for line in grid if any(line)]


# --- DOCX ------------------------------------------------------------------------------------
def read_docx(data: bytes, name: str) -> list[Sheet]:
    """Every table of the document; without one, its paragraphs as text are in ``docx_text``."""
    grids = [
        grid for grid in (_grid(table) for table in _body(data, name).iter(f"{_W}tbl")) if grid
    ]
    return _sheets(name, grids)


def docx_text(data: bytes, name: str) -> str:
    """The paragraphs, a line each."""
    return "\n".join(_text(one) for one in _body(data, name).iter(f"{_W}p"))


def _body(data: bytes, name: str) -> ElementTree.Element:
    """Document types were refused by ``zips`` before: no entity can be in here."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return ElementTree.fromstring(parts.read("word/document.xml"))  # noqa: S314
    except (ElementTree.ParseError, KeyError, zipfile.BadZipFile):
        raise ProblemError(broken(name, "DOCX")) from None


def _grid(table: ElementTree.Element) -> list[list[str]]:
    grid: list[list[str]] = []
    for row in table.findall(f"{_W}tr"):
        line: list[str] = []
        for cell in row.findall(f"{_W}tc"):
            kept = cell.find(f"{_W}tcPr")
            merge = kept.find(f"{_W}vMerge") if kept is not None else None
            words = " ".join(filter(None, (_text(one) for one in cell.findall(f"{_W}p"))))
            if merge is not None and merge.get(f"{_W}val") != "restart" and grid:
                words = grid[-1][len(line)] if len(line) < len(grid[-1]) else ""
            span = kept.find(f"{_W}gridSpan") if kept is not None else None
            across = _span(span.get(f"{_W}val")) if span is not None else 1
            line += [words, *[""] * (across - 1)]
        grid.append(line)
    return grid


def _text(paragraph: ElementTree.Element) -> str:
    return "".join(_runs(paragraph)).strip()


def _runs(paragraph: ElementTree.Element) -> Iterator[str]:
    for part in paragraph.iter():
        if part.tag == f"{_W}t":
            yield part.text or ""
        elif part.tag in (f"{_W}tab", f"{_W}br"):
            yield " "


# --- both ------------------------------------------------------------------------------------
def _sheets(name: str, grids: list[list[list[str]]]) -> list[Sheet]:
    several = len(grids) > 1
    return [
        bounded(name, grid, f"第 {number} 个表" if several else "")
        for number, grid in enumerate(grids, 1)
    ]


def _no_table(name: str, kind: str) -> Problem:
    return Problem("no_table", f"「{name}」这个{kind}里没有表格", "", "请把活动的文字复制出来粘贴")
