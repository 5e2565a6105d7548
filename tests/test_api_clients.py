"""Programs that others wrote, unchanged, against the open API on a real port."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from owslib.ogcapi.features import Features
from pytest_django.live_server_helper import LiveServer

from geo.features import event_id
from geo.models import Occurrence
from tests.api import make_week
from tests.factories import WEDNESDAY, make_activity, make_occurrence

CHECKOUT = Path(__file__).resolve().parents[1]
SECONDS = 20  # of questions made from the API document; script/soak asks for longer
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("api-clients"),  # they listen: one after the other
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def api(live_server: LiveServer) -> str:
    """The address of the API over a week of events and two months of a daily one."""
    make_week()
    daily = make_activity("每日开放")
    for number in range(60):
        make_occurrence(daily, day=WEDNESDAY + timedelta(days=number))
    return f"{live_server.url}/api"


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ERROR" not in done.stderr
    return done.stdout


def gdal(*command: str) -> str:
    if not shutil.which(command[0]):
        pytest.fail(f"{command[0]} is missing. Debian's gdal-bin has it; script/setup installs it.")
    return run(*command)


def test_gdal_lists_the_collections(api: str) -> None:
    said = gdal("ogrinfo", "-ro", f"OAPIF:{api}")
    for line in ("1: events", "2: venues", "3: areas", "4: organizations", "5: gaps"):
        assert line in said


def test_gdal_pages_through_every_event(api: str, tmp_path: Path) -> None:
    copy = tmp_path / "events.geojson"
    gdal("ogr2ogr", "-f", "GeoJSON", str(copy), f"OAPIF:{api}", "events",
         "-oo", "PAGE_SIZE=7", "-oo", "INITIAL_REQUEST_PAGE_SIZE=7")  # fmt: skip
    known = Occurrence.objects.published().real().select_related("activity")
    read = [one["properties"]["id"] for one in json.loads(copy.read_text())["features"]]
    assert sorted(read) == sorted(event_id(one) for one in known)


def test_gdal_filters_by_box_and_by_attribute(api: str) -> None:
    count = re.compile(r"Feature Count: (\d+)")
    everything = gdal("ogrinfo", "-ro", "-so", f"OAPIF:{api}", "events")
    assert count.search(everything)[1] == "64"  # type: ignore[index]
    assert "starts_at: DateTime" in everything
    assert "Geometry: Point" in everything
    off = gdal("ogrinfo", "-ro", "-so", f"OAPIF:{api}", "events", "-where", "status='cancelled'")
    assert count.search(off)[1] == "0"  # type: ignore[index]
    boxed = gdal("ogrinfo", "-ro", "-so", f"OAPIF:{api}", "venues",
                 "-spat", "121.5", "29.8", "121.7", "30")  # fmt: skip
    assert count.search(boxed)[1] == "1"  # type: ignore[index]


def test_owslib_reads_collections_items_and_the_document(api: str) -> None:
    client = Features(api)
    assert client.feature_collections() == [
        "events", "venues", "areas", "organizations", "gaps",
    ]  # fmt: skip
    assert client.conformance()["conformsTo"]
    assert client.api()["openapi"] == "3.0.3"
    page = client.collection_items("events", bbox=[121.8, 29.4, 121.9, 29.5], limit=2,
                                   datetime_="2019-06-26/2019-06-26")  # fmt: skip
    titles = [one["properties"]["title"] for one in page["features"]]
    assert titles == ["每日开放", "义诊"]
    one = client.collection_item("events", page["features"][1]["id"])
    assert one["properties"]["title"] == "义诊"
    assert "status" in client.collection_queryables("events")["properties"]


def test_the_requests_of_a_desktop_map_are_answered(api: str) -> None:
    """What QGIS asks of a server, in its order, followed to the last page."""
    session = Session(api)
    landing = session.get("", accept="application/json")
    description = next(one for one in landing["links"] if one["rel"] == "service-desc")
    document = session.get(description["href"], accept=description["type"])
    limit = document["components"]["parameters"]["limit"]["schema"]
    assert session.get("/conformance", accept="application/json")["conformsTo"]
    names = session.get("/collections", accept="application/json")["collections"]
    assert names[0]["extent"]["spatial"]["bbox"]
    session.get("/collections/events", accept="application/json")
    first = session.get("/collections/events/items?limit=10", accept="application/geo+json")
    assert first["numberReturned"] == 10
    box = "bbox=119.0,28.0,124.0,31.0"
    address = f"/collections/events/items?limit={limit['maximum']}&{box}"
    page = session.get(address, accept="application/geo+json, application/json")
    assert len({one["id"] for one in page["features"]}) == 64


class Session:
    def __init__(self, api: str) -> None:
        self.api = api

    def get(self, address: str, accept: str) -> dict[str, Any]:
        full = address if address.startswith("http") else self.api + address
        answer: dict[str, Any] = json.loads(run("curl", "-sSf", "-H", f"Accept: {accept}", full))
        return answer


def test_schemathesis_finds_nothing_in_what_the_document_allows(api: str, tmp_path: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{api}/openapi",
        "--checks", "all", "--exclude-checks", "negative_data_rejection",
        "--max-time", str(SECONDS), "--no-color", "--generation-database", "none",
        "--warnings", "off", "--request-timeout", "20",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "tests.api_hooks",
        "PYTHONPATH": str(CHECKOUT),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"Tested: 29", done.stdout)
