"""A large file is stored in pieces, and leaves what one transaction leaves."""

from pathlib import Path

import pytest

from geo.errors import ProblemError
from geo.importing import FileReading, read_file
from geo.importing.saving import save_reading
from geo.models import Activity, ImportBatch, Occurrence, SourceRow
from script.lib import large_table, soak_import
from tests.factories import NOW

ROWS, PIECE = 120, 20
META = {"slug": soak_import.SOURCE, "year": 2019}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.xlsx"
    large_table.write(path, ROWS)
    return path


def reading(path: Path) -> FileReading:
    found = read_file(path.read_bytes(), path.name, 2019)
    assert len(found.rows) == ROWS
    return found


def test_the_table_is_the_same_at_every_run() -> None:
    assert list(large_table.lines(50)) == list(large_table.lines(50))
    assert list(large_table.lines(2))[1] == (
        "西门街道太极拳第1期",
        "宁波市西门街道社会组织服务中心",
        "为环卫工人开展太极拳，现场有志愿者指引。",
        "北仑区人民政府",
        "9月23日",
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("places")
def test_pieces_leave_what_one_transaction_leaves(table: Path) -> None:
    found = reading(table)
    save_reading(found, {**META, "slug": "whole"}, NOW, size=1000)
    told: list[tuple[int, int]] = []
    save_reading(found, {**META, "slug": "pieces"}, NOW, size=50, tell=lambda *n: told.append(n))
    assert told == [(50, ROWS), (100, ROWS), (ROWS, ROWS)]
    whole, pieces = (
        [
            (
                one.source_key.partition(":")[2],
                one.title,
                one.search_text,
                one.place_texts,
                one.source_row.number if one.source_row else None,
                [link.organization.name for link in one.organizer_links.all()],
                sorted(one.categories.values_list("slug", flat=True)),
                sorted(one.audiences.values_list("slug", flat=True)),
                list(
                    one.occurrences.values_list(
                        "held_on", "starts_at", "ends_at", "time_precision", "place", "venue",
                        "area", "district", "level", "printed_time", "schedule__printed_text",
                    )
                ),
            )
            for one in Activity.objects.filter(source__slug=slug).order_by("source_row__number")
        ]
        for slug in ("whole", "pieces")
    )  # fmt: skip
    assert whole == pieces
    assert Occurrence.objects.filter(activity__source__slug="pieces").count() == ROWS
    counts = ImportBatch.objects.order_by("pk").values_list("counts", "state", "cursor")
    assert list(counts) == [
        ({"imported": ROWS}, "published", 0),
        ({"imported": ROWS}, "published", ROWS),
    ]
    again = save_reading(found, {**META, "slug": "pieces"}, NOW, size=50)
    assert not again.wrote


@pytest.mark.django_db
@pytest.mark.usefixtures("places")
def test_another_file_ends_what_was_never_finished(table: Path) -> None:
    found = reading(table)

    class KilledError(Exception):
        pass

    def killed(stored: int, _of: int) -> None:
        if stored == 40:
            raise KilledError

    with pytest.raises(KilledError):
        save_reading(found, META, NOW, size=PIECE, tell=killed)
    begun = ImportBatch.objects.get()
    assert (begun.state, begun.cursor) == ("publishing", 40)
    assert SourceRow.objects.count() == 40
    other = read_file(table.read_bytes() + b"\0", table.name, 2019)
    save_reading(other, META, NOW, size=PIECE)
    begun.refresh_from_db()
    assert (begun.state, begun.counts) == ("published", {"imported": 40})
    assert Activity.objects.count() == ROWS


@pytest.mark.django_db
@pytest.mark.usefixtures("places")
def test_an_import_that_was_overtaken_stops_and_says_so(table: Path) -> None:
    found = reading(table)

    def overtake(stored: int, _of: int) -> None:
        if stored == 40:
            ImportBatch.objects.update(state=ImportBatch.State.PUBLISHED)

    with pytest.raises(ProblemError) as stopped:
        save_reading(found, META, NOW, size=PIECE, tell=overtake)
    assert str(stopped.value) == (
        "「large.xlsx」导入到第 40 行时，同一来源开始导入另一个文件。"
        "已经写入的保留；请核对后决定要不要再导入这一份。"
    )
