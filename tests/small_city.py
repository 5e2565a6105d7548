"""A small Ningbo: two districts as squares, hexagons over them, the census, real triggers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from geo.measures import Ask, people, tiling
from geo.models import Area, Occurrence, Population, Venue
from tests.factories import NOW, RIHU, make_district, make_occurrence, make_venue

WEEK = Ask(date(2019, 6, 24), date(2019, 6, 30), group="age_60_plus")
HAISHU = (121.76, 29.8985)  # beside 江北's square, not on it
BASIS = "行政区划（普查分县资料）"
PEOPLE = {"330205": (488_885, 83_681), "330203": (1_041_285, 187_467)}


@pytest.fixture(scope="module", autouse=True)
def _land(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Two districts, hexagons and the census, once for this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        for code, name, at in (("330205", "江北区", RIHU), ("330203", "海曙区", HAISHU)):
            district = make_district(code, name, at)
            for group, count in zip(("total", "age_60_plus"), PEOPLE[code], strict=True):
                Population.objects.create(
                    area=district, group=group, count=count, counted_on=date(2020, 11, 1),
                    basis=BASIS, source="中国人口普查分县资料—2020",
                )  # fmt: skip
        tiling.make_hexagons(NOW)
        people.make_even_layer(NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def jiangbei() -> Area:
    return Area.objects.get(code="330205")


@pytest.fixture
def haishu() -> Area:
    return Area.objects.get(code="330203")


def sharp(name: str = "日湖公园", at: tuple[float, float] = RIHU, **more: object) -> Venue:
    return make_venue(name, at, radius_m=80, **more)


def hold(venue: Venue | None = None, **more: Any) -> Occurrence:
    area = more.pop("area", None) or (venue.district if venue else None)
    return make_occurrence(more.pop("activity", None), venue=venue, area=area, **more)
