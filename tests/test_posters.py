"""A week on paper: what fits, in order, without an invented hour, and how to see the rest."""

from datetime import date, timedelta

import pytest
from django.test import Client

from geo.models import Occurrence, Venue
from tests.factories import (
    WEDNESDAY,
    make_activity,
    make_district,
    make_occurrence,
    make_town,
    make_venue,
)

pytestmark = pytest.mark.django_db
MONDAY = date(2019, 6, 24)


@pytest.fixture
def park() -> Venue:
    district = make_district()
    return make_venue(district=district, town=make_town(district))


def html_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_week_of_a_venue_stands_on_one_sheet(client: Client, park: Venue) -> None:
    make_occurrence(make_activity("义诊"), venue=park, hours=("09:00", "11:00"))
    make_occurrence(make_activity("讲座"), venue=park, day=MONDAY + timedelta(days=5))
    make_occurrence(make_activity("下周的"), venue=park, day=MONDAY + timedelta(days=7))
    html = html_of(client, f"/venues/{park.pk}/poster/")
    assert html.index("6月26日 周三") < html.index("义诊") < html.index("6月29日 周六")
    assert "09:00–11:00" in html
    assert "时间未注明" in html
    assert "下周的" not in html
    assert "下周的" in html_of(client, f"/venues/{park.pk}/poster/?week=2019-07-03")


def test_a_street_has_what_happens_in_it_with_the_places(client: Client, park: Venue) -> None:
    make_occurrence(make_activity("义诊"), venue=park)
    html = html_of(client, "/areas/330205006/poster/?paper=A3")
    assert "庄桥街道" in html
    assert "日湖公园 · " in html
    assert "poster-a3.css" in html


def test_what_does_not_fit_is_counted_and_routines_give_way(client: Client, park: Venue) -> None:
    for number in range(14):
        weekly = make_occurrence(make_activity(f"例行{number}"), venue=park)
        weekly.schedule.rrule = "FREQ=WEEKLY"
        weekly.schedule.save()
    make_occurrence(make_activity("只此一次"), venue=park, hours=("19:00", "20:00"))
    html = html_of(client, f"/venues/{park.pk}/poster/")
    assert "只此一次" in html
    assert "还有 3 场没有印在这里。" in html


def test_a_cancelled_one_stays_struck(client: Client, park: Venue) -> None:
    one = make_occurrence(make_activity("义诊"), venue=park)
    Occurrence.objects.filter(pk=one.pk).update(status="cancelled")
    html = html_of(client, f"/venues/{park.pk}/poster/")
    assert "is-struck" in html
    assert "<em>取消</em>" in html


def test_a_week_that_nobody_can_read_is_this_one(client: Client, park: Venue) -> None:
    make_occurrence(make_activity("义诊"), venue=park, day=WEDNESDAY)
    assert "义诊" in html_of(client, f"/venues/{park.pk}/poster/?week=tomorrow&paper=B5")


def test_places_of_which_one_is_meant_are_one_line_that_says_so(
    client: Client, park: Venue
) -> None:
    activity = make_activity("走进病房")
    other = make_venue("月湖公园", district=park.district, town=park.town)
    for rank, venue in enumerate((park, other)):
        make_occurrence(activity, venue=venue, place_rank=rank, certainty="one_of")
    html = html_of(client, "/areas/330205006/poster/")
    assert html.count("走进病房") == 1
    assert "日湖公园 或 月湖公园" in html
    assert "<em>其中一处，原文未注明</em>" in html
