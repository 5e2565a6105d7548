"""The measures as open data: one feature a district, and all that its figures rest on."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from geo.live.keeper import KEEPER
from geo.models import Area, Population
from tests.factories import NOW, RIHU, make_category, make_district, make_occurrence
from tests.test_live_equality import bring_up_to_date

pytestmark = pytest.mark.django_db
WEEK = {"datetime": "2019-06-24/2019-06-30", "group": "age_60_plus"}


@pytest.fixture(autouse=True)
def _two_districts() -> None:
    for code, name, count in (("330205", "江北区", 83_681), ("330225", "象山县", 135_869)):
        district = make_district(code, name, RIHU if code == "330205" else (121.87, 29.47))
        Population.objects.create(
            area=district, group="age_60_plus", count=count, counted_on=date(2020, 11, 1),
            basis="行政区划（普查分县资料）", source="中国人口普查分县资料—2020",
        )  # fmt: skip
    make_occurrence(area=Area.objects.get(code="330205"))


def ask(client: Client, **query: str) -> dict[str, dict[str, Any]]:
    answer = client.get("/api/collections/gaps/items", WEEK | query)
    assert answer.status_code == 200, answer.content
    return {one["id"]: one["properties"] for one in answer.json()["features"]}


def test_a_district_carries_its_figures_and_what_they_rest_on(client: Client) -> None:
    found = ask(client)["330205"]
    assert (found["known"], found["sessions"], found["people"]) == (True, 1, 83_681)
    assert found["rate"] == pytest.approx(1000 / 83_681 * 30 / 7, abs=1e-4)
    assert found["rate_low"] < found["rate"] < found["rate_high"]
    assert (found["counted_on"], found["basis"]) == ("2020-11-01", "行政区划（普查分县资料）")
    assert (found["left_out_coarse"], found["at_most"], found["reach_m"]) == (1, True, 865)
    assert (found["first_on"], found["last_on"]) == ("2019-06-24", "2019-06-30")


def test_where_nobody_reported_there_is_no_figure(client: Client) -> None:
    found = ask(client)["330225"]
    assert (found["known"], found["sessions"], found["rate"]) == (False, None, None)


def test_parameters_narrow_and_wrong_ones_are_named(client: Client) -> None:
    make_category("health", "健康")
    assert ask(client, category="health")["330205"]["sessions"] == 0
    assert ask(client, band="weekend")["330205"]["sessions"] == 0
    assert list(ask(client, bbox="121.5,29.8,121.6,29.95")) == ["330205"]
    for query in ({"group": "cats"}, {"reach": "99"}, {"band": "night"}, {"sample": "true"}):
        answer = client.get("/api/collections/gaps/items", query)
        assert answer.status_code == 400
        assert next(iter(query)) in answer.content.decode()


def test_one_item_is_asked_of_the_last_ninety_days(client: Client) -> None:
    one = client.get("/api/collections/gaps/items/330205", {}).json()
    assert one["geometry"]["type"] == "MultiPolygon"
    assert one["properties"]["last_on"] >= NOW.date().isoformat()
    assert client.get("/api/collections/gaps/items/999999").status_code == 404


@pytest.mark.parametrize("path", ["items", "items/330205"])
def test_tomorrow_they_are_of_another_period_though_the_data_are_the_same(
    client: Client, settings: Settings, path: str
) -> None:
    bring_up_to_date()
    try:
        today = client.get(f"/api/collections/gaps/{path}")
        held = {"If-None-Match": today["ETag"]}
        assert client.get(f"/api/collections/gaps/{path}", headers=held).status_code == 304
        settings.YITU_NOW = "2019-06-27T09:40+08:00"
        assert client.get(f"/api/collections/gaps/{path}", headers=held).status_code == 200
    finally:
        KEEPER.snapshot = KEEPER.version = None


def test_the_table_says_the_same(client: Client) -> None:
    answer = client.get("/api/gaps.csv", WEEK)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line["code"] for line in lines] == ["330205", "330225"]
    assert (lines[0]["sessions"], lines[1]["sessions"]) == ("1", "")
    assert lines[0]["basis"] == "行政区划（普查分县资料）"
    held = {"If-None-Match": answer["ETag"]}
    assert client.get("/api/gaps.csv", WEEK, headers=held).status_code == 304
    assert client.get("/api/gaps.csv", {"limit": "5"}).status_code == 400
