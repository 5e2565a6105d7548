"""Step 4: what a person decided about a doubtful row. Corrections are reviewed like code.

An entry holds the printed cells it was made for, the decision and the alternative in words, and the
activities. It is found by those cells, never by a row number alone: where the print differs by one
character, the question is open again.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geo.errors import Problem, ProblemError
from geo.importing.drafts import Alternative, Draft, RowReading
from geo.schedules import read_when
from geo.texts import tidy

REVIEWED = Path(__file__).resolve().parents[2] / "fixtures" / "corrections"


@dataclass(frozen=True)
class Correction:
    row: int
    cells: dict[str, str]
    decision: str
    alternative: str
    activities: tuple[dict[str, Any], ...]


def reviewed_corrections() -> list[Correction]:
    """All corrections that come with the project, file by file."""
    return [one for path in sorted(REVIEWED.glob("*.json")) for one in load_corrections(path)]


def load_corrections(path: Path) -> list[Correction]:
    """Raises ProblemError when the file cannot be read as corrections."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["rows"]
        return [
            Correction(
                entry["row"],
                entry["cells"],
                entry["decision"],
                entry["alternative"],
                tuple(entry["activities"]),
            )
            for entry in entries
        ]
    except OSError:
        raise ProblemError(
            Problem("no_file", f"打不开更正文件「{path.name}」", "", "请核对文件名")
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ProblemError(
            Problem(
                "broken_corrections",
                f"更正文件「{path.name}」读不懂（{error!r}）",
                "要有 rows，每一条有 row、cells、decision、alternative、activities",
            )
        ) from None


def settle(
    readings: Iterable[RowReading], corrections: Sequence[Correction], year: int | None
) -> list[RowReading]:
    """Doubtful rows that a person has decided become ``settled``; what was doubtful stays said."""
    by_cells = {_print(one.cells): one for one in corrections}
    return [_settled(reading, by_cells.get(_print(reading.cells)), year) for reading in readings]


def unused(readings: Sequence[RowReading], corrections: Iterable[Correction]) -> list[Correction]:
    """Corrections for which the table holds no such row: the print has changed since."""
    printed = {_print(reading.cells) for reading in readings}
    return [one for one in corrections if _print(one.cells) not in printed]


def _settled(reading: RowReading, found: Correction | None, year: int | None) -> RowReading:
    if found is None or reading.status == "ready":
        return reading
    alternatives = reading.alternatives
    if found.alternative:
        alternatives = (Alternative(found.alternative), *alternatives)
    return replace(
        reading,
        status="settled",
        drafts=tuple(_draft(entry, year) for entry in found.activities),
        alternatives=alternatives,
        decision=found.decision,
    )


def _draft(entry: dict[str, Any], year: int | None) -> Draft:
    return Draft(
        entry["title"],
        tuple(entry["organizers"]),
        entry["content"],
        entry["audience"],
        tuple(entry["places"]),
        tuple(read_when(entry["when"], year)),
    )


def _print(cells: dict[str, str]) -> tuple[str, ...]:
    return tuple(tidy(cell) for cell in cells.values())
