"""From a printed table to activities, one file a step.

opening → tables → columns → drafts → corrections     pure: ``read_file`` needs no database
matching → saving                           ``save_reading``: one transaction
report                                      in words, or as JSON
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from geo.importing.corrections import Correction, settle
from geo.importing.drafts import RowReading, read_table_rows
from geo.importing.opening import open_file
from geo.importing.sheets import Opened
from geo.importing.tables import tables_of


@dataclass(frozen=True)
class FileReading:
    """A whole file as read: every printed row with its status."""

    name: str
    data: bytes
    year: int | None
    rows: tuple[RowReading, ...]

    def count(self, status: str) -> int:
        return sum(row.status == status for row in self.rows)


def read_file(
    data: bytes,
    name: str,
    year: int | None,
    corrections: Sequence[Correction] = (),
    published_on: date | None = None,
) -> FileReading:
    """Reads a table by the rules, then lets reviewed corrections settle doubtful rows.

    Raises ProblemError when the file as a whole cannot be read. *year* is the document's;
    *published_on* its day, if known: 即日起 begins there.
    """
    return read_opened(open_file(data, name), data, name, year, corrections, published_on)


def read_opened(
    opened: Opened,
    data: bytes,
    name: str,
    year: int | None,
    corrections: Sequence[Correction] = (),
    published_on: date | None = None,
    columns: Mapping[str, str] | None = None,
    edits: Mapping[str, Mapping[str, str]] | None = None,
) -> FileReading:
    """As ``read_file``, of a file that was opened before.

    *columns*: header → field, by a person; *edits*: row → header → words, by a person.
    """
    rows: list[RowReading] = []
    for table in tables_of(opened, name, columns, edits):
        rows += settle(read_table_rows(table, year), corrections, year)
    if published_on is not None:
        rows = [_starting(row, published_on) for row in rows]
    return FileReading(name, data, year, tuple(rows))


def _starting(row: RowReading, day: date) -> RowReading:
    drafts = (
        replace(draft, whens=tuple(when.starting(day) for when in draft.whens))
        for draft in row.drafts
    )
    return replace(row, drafts=tuple(drafts))


__all__ = ["FileReading", "read_file", "read_opened"]
