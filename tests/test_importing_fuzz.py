"""Twenty seconds of script/soak fuzz; what ten minutes once found stands in test_importing_*."""

import subprocess
from pathlib import Path

import pytest

from geo.importing import read_file
from script.lib import soak, soak_fuzz

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 20


@pytest.mark.parametrize("name", soak_fuzz.real_files())
def test_the_files_that_are_broken_on_purpose_were_good_before(name: str) -> None:
    reading = read_file(soak_fuzz.real_files()[name], name, 2019)
    assert reading.count("ready") + reading.count("needs_a_look") >= 1
    assert soak_fuzz.judge(soak_fuzz.real_files()[name], name) == ""


def test_twenty_seconds_of_broken_files_find_nothing() -> None:
    tried, found = soak_fuzz.fuzz(SECONDS, seed=20190625)
    assert list(found) == []
    assert tried > 200


def test_a_reader_that_falls_over_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def falls(*_: object) -> None:
        raise KeyError("活动名称")

    monkeypatch.setattr(soak_fuzz, "read_file", falls)
    assert soak_fuzz.judge(b"x", "表.tsv") == "KeyError: '活动名称'"


def test_the_parts_of_the_soak_are_named() -> None:
    assert soak.parts()["fuzz"].startswith("Broken files")
    said = subprocess.run(["script/soak", "nothing"], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 2
    assert said.stderr == "✗ No part is called nothing.\n"
    assert "  fuzz" in said.stdout
