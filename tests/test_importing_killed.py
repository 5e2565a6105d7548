"""An import killed at any moment and run again leaves what one undisturbed run leaves.

A file of its own: other processes see nothing of the places that a module keeps in a transaction.
"""

import os
import random
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from geo.importing import read_file
from geo.importing.saving import save_reading
from geo.models import Activity, ImportBatch, SourceRow
from script.lib import large_table, soak_import
from tests.browser.city import url_of
from tests.factories import NOW

ROWS, PIECE = 120, 5  # so many that it cannot end before it is killed


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_and_run_again_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    table = tmp_path / "large.xlsx"
    large_table.write(table, ROWS)
    call_command("load_places", verbosity=0)
    database = url_of(connection.settings_dict, connection.settings_dict["NAME"])
    environment = {**os.environ, "DATABASE_URL": database}
    dice = random.Random(20190625)  # noqa: S311
    process = subprocess.Popen(
        soak_import.import_command(table, PIECE), cwd=soak_import.ROOT, env=environment,
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    with process.stderr:
        try:
            for _ in range(dice.randrange(1, 4)):  # dies between two pieces, or within one
                assert process.stderr.readline().startswith("已写入 ")
        finally:  # also when it said something else: a child left behind fails another test
            process.kill()
            process.wait()
    batch = ImportBatch.objects.get()
    assert batch.state == "publishing"
    assert 0 < batch.cursor < ROWS
    assert SourceRow.objects.count() == batch.cursor == Activity.objects.count()
    soak_import.finish(table, environment, PIECE)
    killed = soak_import.left(database)
    assert killed["activities"][0] == killed["occurrences"][0] == killed["rows"][0] == ROWS
    assert killed["batches"][0] == 1
    Activity.objects.all().delete()
    SourceRow.objects.all().delete()
    ImportBatch.objects.all().delete()
    found = read_file(table.read_bytes(), table.name, 2019)
    save_reading(found, {"slug": soak_import.SOURCE, "year": 2019}, NOW, size=PIECE)
    assert soak_import.left(database) == killed
