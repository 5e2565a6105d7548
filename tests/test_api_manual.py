"""docs/api.md is true: every example in it is run against a real port."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.api import make_week

MANUAL = (Path(__file__).resolve().parents[1] / "docs" / "api.md").read_text()
DEMO = "http://127.0.0.1:8000"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("api-clients"),
]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", MANUAL, re.S)


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_curl_of_the_manual_answers(live_server: LiveServer) -> None:
    make_week()
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    answers = {}
    for command in commands:
        assert DEMO in command
        answers[command] = run(["bash", "-c", command.replace(DEMO, live_server.url)])
    features = {
        command: [one["properties"].get("title") or one["properties"]["name"]
                  for one in json.loads(answer)["features"]]
        for command, answer in answers.items() if "/items" in command
    }  # fmt: skip
    assert list(features.values()) == [
        ["公益集市", "义诊"],
        ["爱心走访"],
        ["公益集市", "公益集市"],
        ["公益集市", "公益集市"],
        ["日湖公园"],
        ["江北区", "象山县"],
    ]
    assert any(answer.startswith("BEGIN:VCALENDAR") for answer in answers.values())
    assert any("Feature Count: 4" in answer for answer in answers.values())


def test_the_python_of_the_manual_prints_the_week(live_server: LiveServer) -> None:
    make_week()
    (program,) = blocks("python")
    said = run([sys.executable, "-c", program.replace(DEMO, live_server.url)])
    assert [line.split(" | ")[2:] for line in said.splitlines()] == [
        ["公益集市", "日湖公园"],
        ["义诊", "象山益园"],
        ["公益集市", "日湖公园"],
        ["爱心走访", "丹东街道"],
    ]
