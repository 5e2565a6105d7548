"""The invented year: nobody can take it for real, and it goes without a trace."""

from __future__ import annotations

import hashlib
import random
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from geo import demo_city, measures
from geo.measures import Ask
from geo.models import Activity, Area, CountedSession, Occurrence, Organization, Source, Venue
from geo.sample import POINT_SOURCE as SAMPLE_WEEK
from tests.factories import make_activity, make_category, make_occurrence

YEAR = Ask(date(2018, 7, 1), date(2019, 6, 30))
# These only say that something has changed, which is true.
NOTES = {"geo_change", "geo_dataversion"}


def everything() -> dict[str, str]:
    """A digest of the rows of every table of ours, whatever their order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = {row[0] for row in cursor.fetchall()} - NOTES - {"spatial_ref_sys"}
        found = {}
        for name in sorted(names):
            cursor.execute(f'SELECT t::text FROM "{name}" t')  # noqa: S608 - our own tables
            rows = sorted(row[0] for row in cursor.fetchall())
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def said(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_it_comes_and_goes_without_a_trace(places: None, client: Client) -> None:
    health = make_category("health", "健康")
    real = make_occurrence(make_activity(categories=[health]))
    before = everything()
    words = said("make_demo_city")
    assert "None of them is real; remove_demo_city takes them away." in words
    assert everything() != before
    _is_seen_by_planners_alone(client, real)
    assert said("remove_demo_city").startswith("Removed: ")
    assert everything() == before
    assert said("remove_demo_city") == "There is no demo city. Nothing was removed.\n"


def _is_seen_by_planners_alone(client: Client, real: Occurrence) -> None:
    invented = Activity.objects.filter(source__slug="demo-city")
    assert invented.count() > 150
    assert not invented.filter(is_sample=False).exists()
    assert not invented.filter(is_published=True).exists()
    assert all(name.startswith("演示·") for name in invented.values_list("title", flat=True))
    venues = Venue.objects.filter(is_sample=True).exclude(point_source=SAMPLE_WEEK)
    assert all(name.startswith("演示·") for name in venues.values_list("name", flat=True))
    assert list(Occurrence.objects.published()) == [real]
    assert CountedSession.objects.filter(is_demo=False).count() == 1
    assert measures.has_demo()
    assert sum(row.events for row in measures.rates(YEAR).areas.values()) == 0  # no place known
    shown = measures.complete(Ask(YEAR.first, YEAR.last, demo=True))
    assert shown.sessions > 3000
    assert measures.complete(YEAR).sessions == 1
    for address in ("/", "/api/collections/events/items", "/api/collections/venues/items"):
        assert "演示·" not in client.get(address).content.decode()
    one = invented.first()
    assert one is not None
    assert client.get(f"/activities/{one.public_id}/").status_code in {404, 410}
    assert Organization.objects.filter(name__startswith="演示·").count() == 40


@pytest.mark.django_db
def test_the_same_seed_is_the_same_year(places: None) -> None:
    towns = list(Area.objects.filter(level="town", label_point__isnull=False))

    def year(seed: int) -> list[object]:
        maker = demo_city._Maker(random.Random(seed), towns)  # noqa: S311 - invented
        maker.source = Source()
        venues = maker._venues()
        return [(v.name, str(v.point)) for v in venues] + [
            a.title for a in maker._activities(venues)
        ]

    assert year(1) == year(1)
    assert year(1) != year(2)


@pytest.mark.django_db
def test_without_places_it_says_what_to_do() -> None:
    Area.objects.update(label_point=None)
    with pytest.raises(CommandError, match="No town has a label point"):
        call_command("make_demo_city")
