"""Three districts with their people, and the planner asked about one week."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from geo.models import Area, Population
from geo.planning import Choices, Question, Row, Table, table_of
from tests.factories import NOW, make_district

BASIS = "行政区划（普查分县资料）"
WEEK = {"period": "dates", "from": "2019-06-24", "to": "2019-07-01"}
ELDERS = {"330205": 83_681, "330203": 187_467, "330225": 135_869}


@pytest.fixture
def districts() -> dict[str, Area]:
    """江北, 海曙 and 象山 with their people of 60 and over."""
    made = {
        "江北": make_district("330205", "江北区", (121.55, 29.9)),
        "海曙": make_district("330203", "海曙区", (121.35, 29.85)),
        "象山": make_district("330225", "象山县", (121.87, 29.45)),
    }
    for area in made.values():
        for group, count in (("age_60_plus", ELDERS[area.code or ""]), ("total", 500_000)):
            Population.objects.create(
                area=area, group=group, count=count, counted_on=date(2020, 11, 1), basis=BASIS,
                source="中国人口普查分县资料—2020",
            )  # fmt: skip
    return made


def ask(now: datetime = NOW, **query: str) -> Table:
    choices = Choices.at(now)
    question = Question.from_query({**WEEK, **query}, choices)
    return table_of(question, list(Area.objects.districts()), now)


def row(table: Table, code: str) -> Row:
    found = table.row_of(code)
    assert found is not None
    return found
