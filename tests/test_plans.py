"""What SQL still answers of a large table has its index."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection

from geo.models import Occurrence
from tests.factories import NOW, make_occurrence, make_venue


@pytest.mark.parametrize(
    ("conditions", "index"),
    [
        ({"starts_at__gte": NOW, "starts_at__lte": NOW + timedelta(days=7)}, "starts__"),
        # With hardly a row, either index will do: which one, the statistics of the moment say.
        ({"venue": 1, "starts_at__gte": NOW}, "(venue_i|starts_)_"),
    ],
)
def test_a_page_in_the_order_of_start_walks_an_index(
    db: None, conditions: dict[str, object], index: str
) -> None:
    make_occurrence(venue=make_venue())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = Occurrence.objects.filter(**conditions).order_by("starts_at", "pk")[:201].explain()

    assert re.search(f"geo_occurre_{index}", plan), plan
    assert "Seq Scan" not in plan
