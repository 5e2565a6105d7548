"""The ranking table as CSV, safe to open in a spreadsheet, with all that its figures rest on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from geo.moments import day_of
from geo.planning.question import Question
from geo.planning.table import Row, Table
from geo.planning.words import base_words, kind_words

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
    yield [_("问题"), f"{question.group.name} · {kind_words(question)}"]
    yield [_("时段"), question.span.first, question.span.last]
    yield [_("人口"), base_words(basis), basis.source if basis else ""]
    yield [_("区间"), _("泊松精确区间（Garwood），95%")]
    yield [_("未计入（只知道在全市或跨区县）"), table.left_out.occurrences]
    yield [_("报送组织"), found.organizers]
    if found.batch:
        yield [_("最近导入"), day_of(found.batch.started_at), found.batch.source.title]
    yield [_("导出时间"), now.strftime("%Y-%m-%d %H:%M")]


def _heads(question: Question) -> list[object]:
    per = question.group.per
    return [
        _("代码"), _("区县市"), _("资料"), _("场次"), _("活动"), _("主办组织"),
        _("%(per)s场次") % {"per": per}, _("95% 下限"), _("95% 上限"),
        _("人口"), _("人口年份"), _("口径"), _("最近一次"), _("距今天数"),
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
        return [code, name, _("没有资料"), "", "", "", "", "", "", *people, *last]
    rate = [f"{v:.4f}" for v in (row.rate.value, row.rate.low, row.rate.high)] if row.rate else []
    figures = [row.occurrences, row.activities, row.organizers, *(rate or ["", "", ""])]
    return [code, name, _("有"), *figures, *people, *last]
