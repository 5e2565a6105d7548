"""Questions to the open API, each answer recomputed by hand."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.api.problems import ParameterError
from geo.api.readers import read_bbox, read_limit, read_span
from geo.features import event_id, find_event, read_event_id
from geo.models import Activity, Area, Occurrence, Organization, Venue
from tests.api import EVENTS, at, make_week, read, titles, walk, zone
from tests.factories import RIHU, WEDNESDAY, make_activity, make_occurrence, make_venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def week(db: None) -> None:
    make_week()


def test_an_event_says_what_is_known_of_time_and_place_and_how_well(
    client: Client, week: None
) -> None:
    (one,) = read(client, EVENTS, q="义诊")["features"]
    clinic = Activity.objects.get(title="义诊")
    assert one["id"] == f"{clinic.public_id}-20190626T0900-0"
    assert one["geometry"] == {"type": "Point", "coordinates": [121.8721, 29.4812]}
    said = one["properties"]
    assert (said["starts_at"], said["ends_at"]) == ("2019-06-26T01:00:00Z", "2019-06-26T03:00:00Z")
    assert (said["time_precision"], said["level"], said["radius_m"]) == ("exact", "venue", 200)
    assert (said["place"], said["district"], said["sample"]) == ("象山益园", "象山县", False)
    assert said["categories"] == ["health"]
    assert said["url"] == f"http://testserver/activities/{clinic.public_id}/"


def test_a_place_known_to_its_town_has_no_geometry_and_says_so(client: Client, week: None) -> None:
    (one,) = read(client, EVENTS, q="走访")["features"]
    assert one["geometry"] is None
    assert (one["properties"]["level"], one["properties"]["radius_m"]) == ("town", None)
    assert (one["properties"]["time_precision"], one["properties"]["part_of_day"]) == (
        "part_of_day",
        "afternoon",
    )


def test_events_come_in_the_order_of_their_start_without_samples(
    client: Client, week: None
) -> None:
    assert titles(client) == ["公益集市", "义诊", "公益集市", "爱心走访"]
    assert "示例活动" in titles(client, sample="true")


@pytest.mark.parametrize(
    ("span", "found"),
    [
        ("2019-06-26T09:00:00+08:00", ["公益集市", "义诊"]),  # inside both
        ("2019-06-26T08:30:00+08:00", ["公益集市"]),  # the clinic has not begun
        ("2019-06-26T11:00:00+08:00", ["公益集市"]),  # its end is outside
        ("2019-06-26t03:00:00z", ["公益集市"]),
        ("2019-06-26T09:00:00 08:00", ["公益集市", "义诊"]),  # a plus that was not escaped
        ("2019-06-26T11:00:00+08:00/2019-06-26T13:00:00+08:00", ["公益集市"]),
        ("2019-06-26", ["公益集市", "义诊"]),
        ("2019-06-27/2019-06-29", ["公益集市", "爱心走访"]),
        ("2019-06-27/..", ["公益集市", "爱心走访"]),
        ("2019-06-27/", ["公益集市", "爱心走访"]),
        ("../2019-06-26", ["公益集市", "义诊"]),
        ("/2019-06-26", ["公益集市", "义诊"]),
        ("../..", ["公益集市", "义诊", "公益集市", "爱心走访"]),
        ("2018-01-01/2018-12-31", []),
    ],
)
def test_a_time_finds_what_truly_overlaps_it(
    client: Client, week: None, span: str, found: list[str]
) -> None:
    assert titles(client, datetime=span) == found


def test_what_has_no_length_is_its_instant(client: Client) -> None:
    noon = at("2019-06-26T12:00")
    make_occurrence(make_activity("鸣钟"), hours=("12:00", "12:00"))
    assert titles(client, datetime=noon.isoformat()) == ["鸣钟"]
    assert titles(client, datetime=f"{noon.isoformat()}/..") == ["鸣钟"]
    assert titles(client, datetime=f"../{noon.isoformat()}") == ["鸣钟"]
    later = (noon + timedelta(seconds=1)).isoformat()
    assert titles(client, datetime=f"{later}/..") == []


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ("121.5,29.8,121.7,29.95", ["公益集市", "公益集市", "爱心走访"]),
        ("121.5,29.8,-5,121.7,29.95,9000", ["公益集市", "公益集市", "爱心走访"]),
        ("121.8,29.4,121.9,29.5", ["义诊", "爱心走访"]),
        ("1,1,2,2", ["爱心走访"]),  # nobody knows where it is: no box hides it
        ("121.86,-90,-170,90", ["义诊", "爱心走访"]),  # across the antimeridian
        ("170,-90,121.6,90", ["公益集市", "公益集市", "爱心走访"]),
        ("121.5575,29.8985,121.5575,29.8985", ["公益集市", "公益集市", "爱心走访"]),
    ],
)
def test_a_box_finds_what_meets_it_and_what_has_no_position(
    client: Client, week: None, box: str, found: list[str]
) -> None:
    assert titles(client, bbox=box) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"category": "fair"}, ["公益集市", "公益集市"]),
        ({"category": "fair,health"}, ["公益集市", "义诊", "公益集市"]),
        ({"category": ""}, ["公益集市", "义诊", "公益集市", "爱心走访"]),
        ({"organizer": "象山县民政局"}, ["爱心走访"]),
        ({"area": "330225"}, ["义诊", "爱心走访"]),
        ({"area": "330225001"}, ["爱心走访"]),
        ({"area": "330200"}, ["公益集市", "义诊", "公益集市", "爱心走访"]),
        ({"area": "999999"}, []),
        ({"campaign": "gongyiri"}, ["公益集市", "公益集市"]),
        ({"status": "cancelled,full"}, []),
        ({"q": "象山 益园"}, ["义诊"]),
        ({"now": "true"}, ["公益集市", "义诊"]),
        ({"category": "fair", "datetime": "2019-06-27/.."}, ["公益集市"]),
    ],
)
def test_filters_narrow_and_are_all_met(
    client: Client, week: None, query: dict[str, str], found: list[str]
) -> None:
    assert titles(client, **query) == found


def test_an_organiser_a_venue_and_a_zone_are_asked_by_their_ids(client: Client, week: None) -> None:
    office = Organization.objects.get(name="象山县民政局")
    assert titles(client, organizer=office.pk) == ["爱心走访"]
    assert titles(client, venue=Venue.objects.get(name="象山益园").pk) == ["义诊"]
    assert titles(client, area=f"area-{zone().pk}") == ["爱心走访"]


def test_near_gives_the_nearest_first_and_nothing_without_a_point(
    client: Client, week: None
) -> None:
    rihu = f"{RIHU[0]},{RIHU[1]}"
    assert titles(client, near=rihu) == ["公益集市", "公益集市", "义诊"]
    assert titles(client, near=rihu, within=3000) == ["公益集市", "公益集市"]


def test_within_is_a_circle_in_metres_east_and_west_too(client: Client) -> None:
    """0.0097° of longitude are 935 m here: a box in degrees of latitude would lose it."""
    make_occurrence(make_activity("东边"), venue=make_venue("东", (RIHU[0] + 0.0097, RIHU[1])))
    make_occurrence(make_activity("太远"), venue=make_venue("远", (RIHU[0] + 0.0105, RIHU[1])))
    assert titles(client, near=f"{RIHU[0]},{RIHU[1]}", within=1000) == ["东边"]


@pytest.mark.parametrize(
    ("query", "parameter", "found", "expected"),
    [
        ({"limit": "0"}, "limit", "0", "a whole number from 1 to 1000."),
        ({"limit": "-1"}, "limit", "-1", "a whole number from 1 to 1000."),
        ({"limit": "unlimited"}, "limit", "unlimited", "a whole number from 1 to 1000."),
        ({"limit": "１０"}, "limit", "１０", "a whole number from 1 to 1000."),
        ({"limit": "1_0"}, "limit", "1_0", "a whole number from 1 to 1000."),
        ({"limit": "10.0"}, "limit", "10.0", "a whole number from 1 to 1000."),
        ({"limit": ""}, "limit", "", "a whole number from 1 to 1000."),
        ({"bbox": "1,2,3,3,5,1"}, "bbox", "1,2,3,3,5,1",
         "a lowest height that is not above the highest."),
        ({"bbox": "1,3,2,2"}, "bbox", "1,3,2,2", "a south that is not above its north."),
        ({"bbox": "0,0,181,1"}, "bbox", "0,0,181,1",
         "longitudes within ±180 and latitudes within ±90 degrees."),
        ({"datetime": "2019-06-27/2019-06-26"}, "datetime", "2019-06-27/2019-06-26",
         "an interval whose start is not after its end."),
        ({"within": "5"}, "within", "5", "near=lon,lat beside it."),
        ({"within": "0", "near": "1,2"}, "within", "0", "whole metres from 1 to 100000."),
        ({"now": "yes"}, "now", "yes", "true or false."),
        ({"status": "gone"}, "status", "gone",
         "one or several of scheduled, rescheduled, postponed, cancelled, full, "
         "joined by commas."),
        ({"after": "first"}, "after", "first",
         "what a next or prev link of this collection carries."),
        ({"q": "\x00"}, "q", "\x00", "at most 60 characters, none of them NUL."),
        ({"f": "xml"}, "f", "xml", "json or html."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_what_was_found_and_expected(
    client: Client, query: dict[str, str], parameter: str, found: str, expected: str
) -> None:
    answer = client.get(EVENTS, query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["parameter"], problem["found"]) == (parameter, found)
    assert problem["expected"] == expected
    assert problem["status"] == 400


@pytest.mark.parametrize(
    "words",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,1,2,3", "inf,1,2,3", "1e309,1,2,3", "1;2;3;4", "'"],
)
def test_a_box_that_is_none_is_refused(client: Client, words: str) -> None:
    assert client.get(EVENTS, {"bbox": words}).json()["parameter"] == "bbox"


@pytest.mark.parametrize(
    "words",
    ["", "/", "tomorrow", "2019-06-31", "2019-02-29", "2019-06-26T25:00:00Z", "2019-06-26T09:00",
     "2019-06-26T09:00:00", "2019-6-26", "../../..", "２０１９-06-26", "2019-06-26 09:00:00Z"],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(client: Client, words: str) -> None:
    assert client.get(EVENTS, {"datetime": words}).json()["parameter"] == "datetime"


def test_an_unknown_parameter_is_refused_by_name(client: Client) -> None:
    problem = client.get("/api/collections/areas/items?unknown12345=1").json()
    assert problem["found"] == "unknown12345"
    assert problem["detail"].startswith("unknown parameter: found 'unknown12345'. Expected one of ")


def test_of_a_repeated_parameter_the_last_counts(client: Client, week: None) -> None:
    page = client.get(f"{EVENTS}?limit=3&limit=1").json()
    assert page["numberReturned"] == 1


def test_more_than_a_thousand_is_answered_as_a_thousand() -> None:
    assert [read_limit(words) for words in ("1000", "1001", "9" * 400, "007")] == [
        1000, 1000, 1000, 7,
    ]  # fmt: skip


def test_pages_hold_everything_once_forwards_and_back(client: Client) -> None:
    activity = make_activity("每天")
    for number in range(11):  # several begin at the same moment: the row breaks the tie
        make_occurrence(activity, day=WEDNESDAY, place_rank=number)
    whole = [one["id"] for one in read(client, EVENTS)["features"]]
    assert walk(client, f"{EVENTS}?limit=4") == whole
    last = client.get(f"{EVENTS}?limit=4").json()
    for _ in range(2):
        href = next(one["href"] for one in last["links"] if one["rel"] == "next")
        last = client.get(href).json()
    href = next(one["href"] for one in last["links"] if one["rel"] == "prev")
    assert walk(client, href, "prev") == whole[:8]
    assert "numberMatched" not in last
    assert read(client, EVENTS)["numberMatched"] == 11


def test_pages_stay_right_while_rows_are_added(client: Client) -> None:
    activity = make_activity("每天")
    days = [WEDNESDAY + timedelta(days=number) for number in range(6)]
    rows = [make_occurrence(activity, day=day) for day in days]
    first = client.get(f"{EVENTS}?limit=3").json()
    make_occurrence(make_activity("插队"), day=date(2019, 6, 20))
    href = next(one["href"] for one in first["links"] if one["rel"] == "next")
    second = client.get(href).json()
    assert [one["id"] for one in second["features"]] == [event_id(row) for row in rows[3:]]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_added_between_pages_what_was_there_comes_once(
    client: Client, data: st.DataObject
) -> None:
    """Forwards and back: rows before, at and after the place where one is reading."""
    with transaction.atomic():
        activity = make_activity("每天")
        days = st.integers(0, 4)
        rank = 0
        for _ in range(data.draw(st.integers(1, 9))):
            make_occurrence(activity, day=WEDNESDAY + timedelta(days=data.draw(days)),
                            place_rank=(rank := rank + 1))  # fmt: skip
        known = [one["id"] for one in read(client, EVENTS)["features"]]
        address = f"{EVENTS}?limit={data.draw(st.integers(1, 4))}"
        seen: list[str] = []
        while address:
            page = client.get(address).json()
            seen += [one["id"] for one in page["features"]]
            address = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
            if data.draw(st.booleans()):
                make_occurrence(activity, day=WEDNESDAY + timedelta(days=data.draw(days)),
                                place_rank=(rank := rank + 1))  # fmt: skip
        assert len(seen) == len(set(seen))
        assert [one for one in seen if one in known] == known
        transaction.set_rollback(True)


def test_the_nearest_are_paged_too(client: Client) -> None:
    for number in range(7):
        venue = make_venue(f"场所{number}", (RIHU[0] + number % 4 * 0.01, RIHU[1]))
        make_occurrence(make_activity(f"第{number}"), venue=venue)
    address = f"{EVENTS}?near={RIHU[0]},{RIHU[1]}"
    assert walk(client, f"{address}&limit=2") == walk(client, address)


def test_changes_since_a_moment_come_with_what_was_withdrawn(client: Client, week: None) -> None:
    gone = Activity.objects.get(title="义诊")
    gone.is_published = False
    gone.save()
    Occurrence.objects.filter(activity__title="公益集市").update(revised_at=at("2019-01-01"))
    Activity.objects.filter(title="公益集市").update(updated_at=at("2019-01-01"))
    found = read(client, EVENTS, updated_since="2019-06-01", q="走访")["features"]
    tombstone, visit = sorted(found, key=lambda one: not one["properties"]["removed"])
    assert tombstone["id"] == f"{gone.public_id}-20190626T0900-0"
    assert set(tombstone["properties"]) == {"activity", "removed", "updated_at"}
    assert visit["properties"]["title"] == "爱心走访"
    assert len(read(client, EVENTS, updated_since="2019-06-01")["features"]) == 2
    assert titles(client) == ["公益集市", "公益集市", "爱心走访"]


def test_a_withdrawn_event_is_gone_and_an_unknown_one_was_never_there(
    client: Client, week: None
) -> None:
    activity = Activity.objects.get(title="义诊")
    address = f"{EVENTS}/{activity.public_id}-20190626T0900-0"
    assert client.get(address).status_code == 200
    Activity.objects.filter(pk=activity.pk).update(is_published=False)
    assert client.get(address).status_code == 410
    assert client.get(address).json()["removed"] is True
    for name in ("nobody-20190626T0900-0", "nobody", "a-b-c", "a-99999999T9999-0", "%00"):
        assert client.get(f"{EVENTS}/{name}").status_code == 404


def test_an_event_keeps_its_id_when_it_is_moved(week: None) -> None:
    one = Occurrence.objects.get(activity__title="义诊")
    before = event_id(one)
    one.previous_starts_at, one.starts_at = one.starts_at, one.starts_at + timedelta(hours=1)
    one.status = Occurrence.Status.RESCHEDULED
    one.save()
    assert event_id(one) == before
    assert find_event(before) == one
    assert read_event_id("a-b-20190626T0900-2") == ("a-b", at("2019-06-26T09:00"), 2)


def test_venues_areas_and_organisations_answer_their_questions(client: Client, week: None) -> None:
    def names(collection: str, **query: Any) -> list[str]:
        page = read(client, f"/api/collections/{collection}/items", **query)
        return [one["properties"]["name"] for one in page["features"]]

    assert names("venues", q="益园") == ["象山益园"]
    assert names("venues", area="330205") == ["日湖公园"]
    assert names("venues", near="121.87,29.48") == ["象山益园", "日湖公园"]
    assert names("areas", level="district") == ["江北区", "象山县"]
    assert names("areas", parent="330225") == ["丹东街道"]
    assert names("organizations", q="民政") == ["象山县民政局"]
    assert "示例社" not in names("organizations")
    assert "示例社" in names("organizations", sample="true")


def test_a_venue_answers_for_the_days_on_which_it_was_open(client: Client) -> None:
    make_venue("老馆", valid_to=date(2019, 5, 31))
    make_venue("新馆", valid_from=date(2019, 6, 1))
    make_venue("公园")

    def open_on(span: str) -> list[str]:
        page = read(client, "/api/collections/venues/items", datetime=span)
        return [one["properties"]["name"] for one in page["features"]]

    assert open_on("2019-05-31") == ["老馆", "公园"]
    assert open_on("2019-06-26T09:00:00Z") == ["新馆", "公园"]
    assert open_on("2019-05-01/..") == ["老馆", "新馆", "公园"]


def test_outlines_run_counter_clockwise(client: Client, week: None) -> None:
    (one,) = read(client, "/api/collections/areas/items", q="江北")["features"]
    ring = one["geometry"]["coordinates"][0][0]
    assert sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) > 0
    assert Area.objects.get(name="江北区").code == one["id"]


def test_the_number_of_queries_does_not_grow_with_the_page(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_occurrence(make_activity(f"活动{number}"), venue=make_venue(f"场所{number}"))
    with django_assert_max_num_queries(5) as asked:
        read(client, EVENTS, limit=20)
    assert not any("COUNT(" in one["sql"].upper() for one in asked.captured_queries)


@given(st.text(max_size=40))
def test_no_words_break_the_readers(words: str) -> None:
    for read_value in (read_bbox, read_span, read_limit):
        with suppress(ParameterError):
            read_value(words)
