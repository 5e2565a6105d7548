"""What the desk's forms say: a file or text, a source, and changes of a draft."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from geo.asked import now_of, today_of
from geo.errors import Problem, ProblemError
from geo.importing import desk
from geo.importing.columns import NAMES, recognise
from geo.importing.sheets import LARGEST_BYTES, LONGEST_CELL, from_json, too_large
from geo.importing.tables import likely_header
from geo.models import Change, ImportBatch, Source

YEARS = range(1990, 2101)


def name_of(request: HttpRequest) -> str:
    return str(request.user.get_username())


def received(request: HttpRequest) -> tuple[bytes, str]:
    file = request.FILES.get("file")
    text = request.POST.get("text", "")
    if file is not None:
        name = str(file.name or "")
        if (file.size or 0) > LARGEST_BYTES:
            raise ProblemError(too_large(name, file.size or 0))
        return file.read(), name
    if not text.strip():
        raise ProblemError(
            Problem(
                "nothing", _("还没有文件，也没有粘贴文字"), "", _("请选一个文件，或把文字贴进来")
            )
        )
    return text.encode("utf-8", "replace"), _("粘贴的文字")


def dialect_of(request: HttpRequest) -> str:
    """How the chosen source writes; a new one is read by its own look."""
    chosen = request.POST.get("source", "")
    known = Source.objects.filter(pk=chosen) if chosen.isdecimal() else Source.objects.none()
    return known.values_list("dialect", flat=True).first() or ""


def source_of(request: HttpRequest) -> Source:
    """The chosen source, or a new one that only its draft knows."""
    chosen = request.POST.get("source", "")
    if chosen:
        source = (
            Source.objects.filter(pk=chosen, is_sample=False).first() if chosen.isdigit() else None
        )
        if source is None:
            raise ProblemError(Problem("no_source", _("没有这个来源"), "", _("请重新选择")))
        return source
    title = request.POST.get("title", "").strip()
    if not title:
        raise ProblemError(
            Problem(
                "no_title", _("新来源还没有标题"), _("读者会看到它"), _("请填上文章或文件的标题")
            )
        )
    year, day = _year(request), _day(request)
    digest = hashlib.sha256(f"{title}{now_of(request).isoformat()}".encode()).hexdigest()[:6]
    return Source.objects.create(
        slug=f"{year or 'desk'}-{digest}",
        title=title[:200],
        publisher=request.POST.get("publisher", "").strip()[:120],
        year=year,
        published_on=day,
    )


def _year(request: HttpRequest) -> int | None:
    words = request.POST.get("year", "").strip()
    if not words:
        return None
    if not (words.isascii() and words.isdigit() and int(words[:5]) in YEARS):
        raise ProblemError(
            Problem("wrong_year", _("年份「%s」读不懂") % words[:12], _("如 2019"), _("请改好年份"))
        )
    return int(words)


def _day(request: HttpRequest) -> date | None:
    words = request.POST.get("published_on", "").strip()
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        raise ProblemError(
            Problem("wrong_day", _("发布日期「%s」读不懂") % words[:12], _("如 2019-06-25"))
        ) from None


def headers(batch: ImportBatch) -> list[dict[str, str]]:
    """Every header of the draft, with what it is taken for."""
    known: dict[str, str] = batch.source.columns
    found: dict[str, str] = {}
    for sheet in from_json(batch.draft["opened"]).sheets:
        if sheet.made:
            continue
        header = likely_header(sheet, known)
        fields = {name: field for field, name in recognise(header, known).items()}
        found |= {name: fields.get(name, "") for name in header if name}
    return [{"name": name, "field": field} for name, field in found.items()]


OF_THE_WHOLE = ("dates", "columns")  # they change every row: nobody does it unseen


def changed_meanwhile(batch: ImportBatch) -> ProblemError:
    who = batch.by or _("有人")
    return ProblemError(
        Problem(
            "draft_changed",
            _("%s 刚刚改过这份草稿，你的改动没有写入") % who,
            "",
            _("请看过现在的样子再改"),
        )
    )


# --- changes of a draft: each says where on the page the person comes back to ---------------
def _change_dates(request: HttpRequest, batch: ImportBatch) -> str:
    try:
        year, day = _year(request), _day(request)
    except ProblemError as error:
        messages.error(request, str(error))
        return ""
    batch.draft["year"] = year
    batch.draft["published_on"] = day.isoformat() if day else None
    if not batch.source.activities.exists():
        batch.source.year, batch.source.published_on = year, day
        batch.source.save(update_fields=["year", "published_on"])
    return ""


def _change_columns(request: HttpRequest, batch: ImportBatch) -> str:
    """Remembered for the source: the next file with these headers is read at once."""
    names = [one["name"] for one in headers(batch)]
    said = request.POST.getlist("field")
    if len(said) != len(names) or any(field not in ("", *NAMES) for field in said):
        raise ValueError(said)
    batch.source.columns = {**batch.source.columns, **dict(zip(names, said, strict=True))}
    batch.source.save(update_fields=["columns"])
    return ""


def _change_row(request: HttpRequest, batch: ImportBatch) -> str:
    """Words over the print; the print itself is kept and shown beside them."""
    number = str(int(request.POST["row"]))
    names, words = request.POST.getlist("header"), request.POST.getlist("cell")
    printed = _printed(batch, number)
    before = {**printed, **batch.draft["edits"].get(number, {})}
    if request.POST.get("mark", "") != mark_of(before):
        raise changed_meanwhile(batch)
    edits = {
        name: cell.replace("\r\n", "\n")[:LONGEST_CELL]
        for name, cell in zip(names, words, strict=True)
        if name in printed and cell.replace("\r\n", "\n") != printed[name]
    }
    batch.draft["edits"].pop(number, None)
    if edits:
        batch.draft["edits"][number] = edits
    _note(request, batch, number, before, {**printed, **edits})
    return f"row-{number}"


def mark_of(cells: Mapping[str, str]) -> str:
    """A fingerprint of a row as it is shown, so that nobody writes over what they have not seen."""
    return hashlib.sha256(repr(sorted(cells.items())).encode()).hexdigest()[:16]


def _note(
    request: HttpRequest,
    batch: ImportBatch,
    number: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> None:
    """In the batch's history: triggers do not look into drafts."""
    changed = {
        f"第 {number} 行「{name}」": [before[name], after[name]]
        for name in before
        if before[name] != after[name]
    }
    if changed:
        Change.objects.create(
            table=batch._meta.db_table,
            row_id=batch.pk,
            action=Change.Action.UPDATE,
            fields=changed,
            by=name_of(request),
        )


def _change_choice(request: HttpRequest, batch: ImportBatch) -> str:
    number = str(int(request.POST["row"]))
    chosen = request.POST.get("reading", "")
    batch.draft["choices"].pop(number, None)
    if chosen:
        batch.draft["choices"][number] = {
            "number": int(chosen),
            "cells": request.POST.getlist("printed"),
            "by": name_of(request),
            "on": today_of(request).isoformat(),
        }
        row = next(r for r in desk.read_draft(batch).rows if str(r.number) == number)
        batch.draft["choices"][number]["cells"] = list(row.cells.values())
    return f"row-{number}"


CHANGES: dict[str, Callable[[HttpRequest, ImportBatch], str]] = {
    "dates": _change_dates,
    "columns": _change_columns,
    "row": _change_row,
    "reading": _change_choice,
}


def _printed(batch: ImportBatch, number: str) -> dict[str, str]:
    """The cells of a row without anybody's edits."""
    plain = ImportBatch(
        source=batch.source, file_name=batch.file_name, draft={**batch.draft, "edits": {}}
    )
    row = next(row for row in desk.read_draft(plain).rows if str(row.number) == number)
    return row.cells
