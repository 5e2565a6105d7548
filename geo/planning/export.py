"""The ranking table as CSV, safe to open in a spreadsheet, with all that its figures rest on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from geo import measures
from geo.measures.results import Frame
from geo.models import Area
from geo.moments import day_of
from geo.planning.answers import ask_of
from geo.planning.question import Question
from geo.planning.table import Row, Table
from geo.planning.words import base_words, kind_words

FEW = 10  # people: fewer than these are written only for those who are logged in
BOM = "\ufeff"  # without it Excel reads UTF-8 as GB18030
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """Text that a spreadsheet will not run as a formula: a risky start gets an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_of(table: Table, now: datetime) -> str:
    """UTF-8 text with BOM and CRLF: lines of what was asked, an empty line, the table."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    for line in [*_preamble(table, now), [], _heads(table.question)]:
        writer.writerow([safe_cell(cell) for cell in line])
    for row in [*table.rows, table.total]:
        writer.writerow([safe_cell(cell) for cell in _cells(row, table)])
    return out.getvalue()


def _preamble(table: Table, now: datetime) -> Iterable[list[object]]:
    question, basis, found = table.question, table.basis, table.completeness
    yield from _asked(question)
    yield [_("人口"), base_words(basis), basis.source if basis else ""]
    if table.frame:
        yield from _reach_rests_on(table.frame)
    yield [_("区间"), _("泊松精确区间（Garwood），95%")]
    yield [_("未计入（只知道在全市或跨区县）"), table.left_out.occurrences]
    yield [_("报送组织"), found.organizers]
    if found.batch:
        yield [_("最近导入"), day_of(found.batch.started_at), found.batch.source.title]
    yield [_("导出时间"), now.strftime("%Y-%m-%d %H:%M")]


def _asked(question: Question) -> Iterable[list[object]]:
    """The question: what its figures must not be read without."""
    if question.demo:
        yield [_("合成数据"), _("这一页里有为演示而生成的活动和数字，不是真实的宁波。")]
    yield [_("问题"), f"{question.group.name} · {kind_words(question)}"]
    yield [_("时段"), question.span.first, question.span.last]
    if question.band.key:
        yield [_("一周里的时间"), question.band.name]
    yield [_("半径（米）"), question.standard.metres]


def _reach_rests_on(frame: Frame) -> Iterable[list[object]]:
    """What uncovered people rest on: how people lie in cells, what may be within reach as well."""
    if frame.basis.is_sketch:
        yield [_("示意"), _(frame.basis.assumption)]
    if frame.is_at_most:
        yield [_("没有精确地点、未用于覆盖的场次"), frame.left_out.total]


def _heads(question: Question) -> list[object]:
    per = question.group.per
    return [
        _("代码"), _("区县市"), _("资料"), _("场次"), _("活动"), _("主办组织"),
        _("%(per)s场次") % {"per": per}, _("95% 下限"), _("95% 上限"),
        _("人口"), _("人口年份"), _("口径"), _("最近一次"), _("距今天数"),
        _("未覆盖人数"), _("未覆盖占比"), _("名次 5%"), _("名次 95%"), _("与平均有差别"),
    ]  # fmt: skip


def _cells(row: Row, table: Table) -> list[object]:
    name = row.area.name if row.area else _("合计（有资料的区县市）")
    code = row.area.code if row.area else ""
    people = [
        row.base,
        row.population.counted_on.year if row.population else "",
        row.population.basis if row.population else "",
    ]
    last = [row.last_on, row.days]
    if not row.is_known:
        return [code, name, _("没有资料"), "", "", "", "", "", "", *people, *last, *[""] * 5]
    rate = [f"{v:.4f}" for v in (row.rate.value, row.rate.low, row.rate.high)] if row.rate else []
    figures = [row.occurrences, row.activities, row.organizers, *(rate or ["", "", ""])]
    return [code, name, _("有"), *figures, *people, *last, *_reached(row)]


def _reached(row: Row) -> list[object]:
    covered, found = row.covered, row.compared
    share = "" if covered is None or covered.share is None else f"{covered.share:.4f}"
    people: list[object] = [covered.uncovered if covered else "", share]
    if found is None:
        return [*people, "", "", ""]
    return [*people, found.rank_low, found.rank_high, _("否") if found.is_plain else _("是")]


def xlsx_of(table: Table, now: datetime) -> bytes:
    """The same lines as a workbook: no cell is a formula, numbers stay numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("区县市"))
    lines = [_heads(table.question), *(_cells(row, table) for row in [*table.rows, table.total])]
    for line in lines:
        sheet.append([_workbook_cell(sheet, value) for value in line])
    about = book.create_sheet(_("怎么来的"))
    for preamble in _preamble(table, now):
        about.append([_workbook_cell(about, value) for value in preamble])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _workbook_cell(sheet: Any, value: object) -> Any:
    """Text as text, whatever it begins with; a spreadsheet does not run it."""
    if isinstance(value, int | float):
        return WriteOnlyCell(sheet, value)
    if isinstance(value, date):
        return WriteOnlyCell(sheet, value.isoformat())
    cell = WriteOnlyCell(sheet, safe_cell(value))
    cell.data_type = "s"
    return cell


def cells_csv_of(
    question: Question, districts: Sequence[Area], now: datetime, may_small: bool
) -> str:
    """Every cell with people: its centre, its district, people, uncovered.

    Without a log-in, numbers from 1 to 9 are written as "<10": so few could be known by sight.
    """
    found = measures.uncovered(ask_of(question))
    names = {one.pk: one.name for one in districts}
    basis = found.frame.basis
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    people: list[object] = [_("人口"), basis.basis, basis.source, basis.year or ""]
    made: list[object] = [_("导出时间"), now.strftime("%Y-%m-%d %H:%M")]
    for line in [*_asked(question), people, *_reach_rests_on(found.frame), made, []]:
        writer.writerow([safe_cell(cell) for cell in line])
    writer.writerow(
        [_("格子"), _("经度"), _("纬度"), _("区县市"), _("人数"), _("未覆盖人数"), _("资料")]
    )
    for cell in measures.cells(question.cells):
        one = found.cells.get(cell.id)
        if one and one.people:
            numbers = [_count(n, may_small) for n in (one.people, one.uncovered)]
            known = _("有") if one.is_known else _("没有资料")
            place = [f"{cell.lon:.5f}", f"{cell.lat:.5f}", names.get(cell.district or 0, "")]
            shown = numbers if one.is_known else [numbers[0], ""]
            writer.writerow([cell.id, *place, *shown, known])
    return out.getvalue()


def _count(number: int, may_small: bool) -> object:
    return number if may_small or number == 0 or number >= FEW else f"<{FEW}"
