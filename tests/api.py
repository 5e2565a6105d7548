"""What the tests of the open API share: the week as features, and answers read as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.test import Client

from geo.models import Area, Campaign
from geo.moments import SHANGHAI
from tests.factories import (
    make_activity,
    make_category,
    make_district,
    make_occurrence,
    make_source,
    make_town,
    make_venue,
)

EVENTS = "/api/collections/events/items"


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


def read(client: Client, address: str, **query: Any) -> dict[str, Any]:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content.decode()
    return dict(answer.json())


def titles(client: Client, **query: Any) -> list[str]:
    """The titles of all events that answer the question, in order."""
    return [one["properties"]["title"] for one in read(client, EVENTS, **query)["features"]]


def walk(client: Client, address: str, rel: str = "next") -> list[str]:
    """All ids by following the links of one relation."""
    seen: list[str] = []
    while address:
        page = client.get(address).json()
        ids = [one["id"] for one in page["features"]]
        seen = seen + ids if rel == "next" else ids + seen
        address = next((one["href"] for one in page["links"] if one["rel"] == rel), "")
    return seen


def make_week() -> None:
    """A fair in a park, an afternoon in a town without a point, a clinic by the clock, a sample."""
    north = make_district()
    east = make_district("330225", "象山县", (121.87, 29.48))
    park = make_venue("日湖公园", district=north)
    campaign = Campaign.objects.create(
        slug="gongyiri", name="公益日", starts_on=date(2019, 6, 25), ends_on=date(2019, 6, 30)
    )
    fair = make_activity("公益集市", categories=[make_category()], campaign=campaign)
    make_occurrence(fair, venue=park, day=date(2019, 6, 26), part_of_day="morning")
    make_occurrence(fair, venue=park, day=date(2019, 6, 27), part_of_day="morning")
    town = make_town(east, "330225001", "丹东街道")
    visit = make_activity("爱心走访", organizers=["象山县民政局"])
    make_occurrence(visit, area=town, day=date(2019, 6, 29), part_of_day="afternoon")
    clinic = make_activity("义诊", categories=[make_category("health", "健康")])
    hall = make_venue("象山益园", (121.8721, 29.4812), radius_m=200, district=east)
    make_occurrence(clinic, venue=hall, day=date(2019, 6, 26), hours=("09:00", "11:00"))
    sample = make_source("sample-week", title="示例周", is_sample=True)
    fiction = make_activity("示例活动", source=sample, is_sample=True, organizers=["示例社"])
    make_occurrence(fiction, day=date(2019, 6, 26), venue=park)


def zone() -> Area:
    """A functional zone without a code, of the town of the walk."""
    made: Area = Area.objects.create(name="高新区", level=Area.Level.ZONE)
    made.parts.add(Area.objects.get(code="330225001"))
    return made
