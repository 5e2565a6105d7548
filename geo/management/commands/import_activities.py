"""``manage.py import_activities FILE --year 2019``: a printed table becomes activities."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from config import clock
from geo.errors import ProblemError
from geo.importing import FileReading, read_file
from geo.importing.corrections import (
    Correction,
    load_corrections,
    reviewed_corrections,
    unused,
)
from geo.importing.report import as_json, in_words, saved_in_words

PIECE_ROWS = 1000


class Command(BaseCommand):
    help = (
        "Reads a printed table of activities (CSV, TSV, XLSX, pasted text). "
        "--dry-run shows what would be imported and needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, help="the year of the document, never guessed")
        parser.add_argument("--published", type=date.fromisoformat, help="YYYY-MM-DD, for 即日起")
        parser.add_argument("--source", help="slug of the source; else from the file beside it")
        parser.add_argument("--corrections", type=Path, help="a reviewed corrections file more")
        parser.add_argument("--rules-alone", action="store_true", help="without any corrections")
        parser.add_argument("--dry-run", action="store_true", help="read and show, store nothing")
        parser.add_argument("--piece", type=int, default=PIECE_ROWS, help="rows in one transaction")
        parser.add_argument("--json", action="store_true", help="JSON instead of words")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        metadata = _metadata(path, options)
        try:
            corrections = _corrections(options)
            reading = read_file(
                _bytes(path), path.name, metadata["year"], corrections, metadata["published"]
            )
        except ProblemError as error:
            raise CommandError(str(error)) from None
        if options["corrections"]:
            self._name_unused(reading, load_corrections(options["corrections"]))
        if options["dry_run"]:
            self._show(reading, options["json"])
        else:
            self._save(reading, metadata, options["json"], options["piece"])

    def _show(self, reading: FileReading, wants_json: bool) -> None:
        if wants_json:
            self.stdout.write(json.dumps(as_json(reading), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join([*in_words(reading), "试运行：没有写入任何数据。"]))

    def _save(
        self, reading: FileReading, metadata: dict[str, Any], wants_json: bool, piece: int
    ) -> None:
        from geo.importing.saving import save_reading  # here, so that a dry run loads no model

        def tell(stored: int, of: int) -> None:
            self.stderr.write(f"已写入 {stored} / {of} 行")

        try:
            saved = save_reading(reading, metadata, clock.now(), size=max(1, piece), tell=tell)
        except ProblemError as error:
            raise CommandError(str(error)) from None
        if wants_json:
            shown = as_json(reading, saved.statuses)
            self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=1))
        else:
            lines = in_words(reading, saved.statuses)
            self.stdout.write("\n".join([*lines, *saved_in_words(saved)]))

    def _name_unused(self, reading: FileReading, corrections: list[Correction]) -> None:
        for one in unused(reading.rows, corrections):
            self.stderr.write(
                f"更正文件里第 {one.row} 行的核定没有用上：表里没有一字不差的这一行。"
            )


def _metadata(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    """What is known of the source: the JSON beside the file, then the options."""
    beside = path.with_suffix(".json")
    try:
        known = json.loads(beside.read_text(encoding="utf-8")) if beside != path else {}
    except OSError:
        known = {}
    except ValueError as error:
        raise CommandError(f"「{beside.name}」不是 JSON（{error}）。请改好或移走它。") from None
    if not isinstance(known, dict):
        known = {}
    slug = options["source"] or known.get("slug") or slugify(path.stem)[:50]
    if not slug and not options["dry_run"]:
        raise CommandError("来源没有标识。请用 --source 给出，如 --source 2019-06-ningbo。")
    if options["source"] and options["source"] != known.get("slug"):
        known = {}
    year = options["year"] or known.get("year")
    if options["published"]:
        known["published_on"] = options["published"].isoformat()
    published = known.get("published_on")
    try:
        published_on = date.fromisoformat(published) if published else None
    except (TypeError, ValueError):
        raise CommandError(
            f"「{beside.name}」的 published_on 是「{published}」。请写成 2019-06-25 或 null。"
        ) from None
    return {
        **known,
        "slug": slug,
        "year": year,
        "published": published_on,
    }


def _corrections(options: dict[str, Any]) -> list[Correction]:
    if options["rules_alone"]:
        return []
    more = load_corrections(options["corrections"]) if options["corrections"] else []
    return [*reviewed_corrections(), *more]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"打不开「{path.name}」（{error.strerror}）。请核对文件名。") from None
