"""What is no longer public is told to whoever keeps a copy, whichever way it went."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from geo.features import event_id
from geo.models import Activity, Departure, Occurrence, Organization, Venue
from tests.api import EVENTS, make_week, read, walk
from tests.factories import make_activity, make_category, make_occurrence, make_source

pytestmark = pytest.mark.django_db

SINCE = "2020-01-01T00:00:00Z"  # the database writes with its own clock, after the demo's
A_DAY_BEFORE = "2019-01-01T00:00:00+08:00"


def delete_a_row(one: Occurrence) -> None:
    one.delete()


def delete_the_activity(one: Occurrence) -> None:
    one.activity.delete()


def delete_by_sql(one: Occurrence) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM geo_occurrence WHERE id = %s", [one.pk])


def hide(one: Occurrence) -> None:
    one.activity.is_published = False
    one.activity.save()


def hide_and_delete(one: Occurrence) -> None:
    hide(one)
    one.delete()


def merge(one: Occurrence) -> None:
    Occurrence.objects.filter(pk=one.pk).update(activity=make_activity("留下的"))


def rename(one: Occurrence) -> None:
    Activity.objects.filter(pk=one.activity_id).update(public_id="other")


WAYS = [delete_a_row, delete_the_activity, delete_by_sql, hide, hide_and_delete, merge, rename]


def removed(client: Client, **query: str) -> list[str]:
    found = read(client, EVENTS, updated_since=SINCE, **query)["features"]
    return [one["id"] for one in found if one["properties"]["removed"]]


@pytest.mark.parametrize("go", WAYS)
def test_however_an_event_goes_it_leaves_a_tombstone_and_its_address_says_gone(
    client: Client, go: Callable[[Occurrence], None]
) -> None:
    make_week()
    one = make_occurrence(make_activity("将撤", public_id="going"))
    name = event_id(one)
    assert client.get(f"{EVENTS}/{name}").status_code == 200
    assert removed(client) == []
    go(one)
    assert removed(client) == [name]
    assert removed(client, q="没有的字", category="fair", bbox="1,1,2,2") == [name]
    assert removed(client, near="121.5,29.8") == [name]
    answer = client.get(f"{EVENTS}/{name}")
    assert (answer.status_code, answer.json()["removed"]) == (410, True)
    assert name not in [one["id"] for one in read(client, EVENTS)["features"]]


def test_what_comes_back_is_no_longer_gone_and_counts_as_changed(client: Client) -> None:
    one = make_occurrence(make_activity("回来的"))
    name = event_id(one)
    Activity.objects.update(is_published=False)
    Occurrence.objects.update(revised_at=A_DAY_BEFORE)
    Activity.objects.update(updated_at=A_DAY_BEFORE)
    assert removed(client) == [name]
    Activity.objects.update(is_published=True)
    (feature,) = read(client, EVENTS, updated_since=SINCE)["features"]
    assert (feature["id"], feature["properties"]["removed"]) == (name, False)
    one.delete()
    assert removed(client) == [name]
    make_occurrence(one.activity)
    assert removed(client) == []


def test_two_places_that_change_their_rank_are_both_still_there(client: Client) -> None:
    activity = make_activity("两处")
    rows = [make_occurrence(activity, place_rank=rank) for rank in range(3)]
    for row, rank in ((0, 9), (1, 0), (0, 1)):
        Occurrence.objects.filter(pk=rows[row].pk).update(place_rank=rank)
    living = {one["id"] for one in read(client, EVENTS)["features"]}
    assert len(living) == 3
    assert not living & set(removed(client))


def test_a_draft_that_was_never_public_leaves_nothing(client: Client) -> None:
    draft = make_activity("草稿", is_published=False)
    one = make_occurrence(draft)
    name = event_id(one)
    assert client.get(f"{EVENTS}/{name}").status_code == 404
    one.delete()
    assert removed(client) == []
    assert client.get(f"{EVENTS}/{name}").status_code == 404


def test_samples_that_go_are_told_to_who_asked_for_samples(client: Client) -> None:
    sample = make_source("sample-week", title="示例周", is_sample=True)
    make_occurrence(make_activity("示例", source=sample, is_sample=True)).delete()
    assert removed(client) == []
    assert len(removed(client, sample="true")) == 1


def test_living_and_gone_are_paged_together_each_once(client: Client) -> None:
    activity = make_activity("每天")
    for number in range(12):
        make_occurrence(activity, place_rank=number)
    for one in Occurrence.objects.filter(place_rank__in=(1, 2, 5, 8, 11)):
        one.delete()
    whole = [one["id"] for one in read(client, EVENTS, updated_since=SINCE)["features"]]
    assert len(whole) == len(set(whole)) == 12
    for more in ("", "&near=121.5,29.9"):
        paged = walk(client, f"{EVENTS}?updated_since={SINCE}&limit=2{more}")
        assert len(paged) == len(set(paged)) == (5 if more else 12)
    assert walk(client, f"{EVENTS}?updated_since={SINCE}&limit=3") == whole


def test_what_an_event_shows_of_others_counts_as_its_change(client: Client) -> None:
    make_week()

    def changed_by(change: Callable[[], object]) -> set[str]:
        Occurrence.objects.update(revised_at=A_DAY_BEFORE)
        Activity.objects.update(updated_at=A_DAY_BEFORE)
        change()
        found = read(client, EVENTS, updated_since=SINCE)["features"]
        return {one["properties"]["title"] for one in found}

    park = Venue.objects.get(name="日湖公园")
    clinic = Activity.objects.get(title="义诊")
    office = Organization.objects.filter(name="象山县民政局")
    assert changed_by(lambda: Venue.objects.filter(pk=park.pk).update(radius_m=30)) == {"公益集市"}
    park.refresh_from_db()
    assert changed_by(park.save) == set()  # nothing that an event shows
    assert changed_by(lambda: clinic.categories.add(make_category())) == {"义诊"}
    assert changed_by(lambda: clinic.categories.clear()) == {"义诊"}
    assert changed_by(lambda: office.update(name="象山县社会组织局")) == {"爱心走访"}
    assert Departure.objects.count() == 0
