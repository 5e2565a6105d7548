"""Every committed change of what is shown makes the data version larger, and is announced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from geo.models import Activity, Area, Category, DataVersion, Organization, Source
from geo.versions import data_version
from tests.factories import make_activity, make_category, make_occurrence, make_venue


@pytest.fixture
def rows(transactional_db: None) -> Any:
    return make_occurrence(make_activity(categories=[make_category()]), venue=make_venue())


CHANGES: dict[str, Callable[[Any], Any]] = {
    "a title": lambda one: Activity.objects.update(title="新的名称"),
    "a status": lambda one: type(one).objects.update(status="cancelled"),
    "one row saved": lambda one: one.save(),
    "one row gone": lambda one: one.delete(),
    "a category taken away": lambda one: one.activity.categories.clear(),
    "an organiser taken away": lambda one: one.activity.organizer_links.all().delete(),
    "a venue moved": lambda one: type(one.venue).objects.update(name="姚江公园"),
    "an area renamed": lambda one: Area.objects.create(name="新区", level="zone"),
    "an organisation renamed": lambda one: Organization.objects.update(name="另一个"),
    "a category renamed": lambda one: Category.objects.update(name="集市"),
    "a source renamed": lambda one: Source.objects.update(title="另一份报纸"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_of_what_is_shown_makes_it_larger(rows: Any, name: str) -> None:
    before = data_version()

    CHANGES[name](rows)

    after = data_version()
    assert after.number > before.number
    assert after.changed_at > before.changed_at


def test_a_statement_that_meets_no_row_changes_nothing(rows: Any) -> None:
    before = data_version()

    Activity.objects.filter(pk=0).update(title="新的名称")

    assert data_version() == before


def test_what_is_rolled_back_changes_nothing(rows: Any) -> None:
    before = data_version()

    with transaction.atomic():
        Activity.objects.update(title="新的名称")
        transaction.set_rollback(True)

    assert data_version() == before


def test_one_transaction_is_one_version_and_says_what_it_changed(rows: Any) -> None:
    before = data_version()

    with transaction.atomic():
        Activity.objects.update(title="新的名称")
        rows.venue.save()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version, kind, keys FROM geo_change WHERE version > %s ORDER BY id",
            [before.number],
        )
        number = data_version().number
        assert cursor.fetchall() == [
            (number, "activity", [rows.activity_id]),
            (number, "venue", [rows.venue_id]),
        ]


def test_two_transactions_at_once_do_not_wait_for_each_other_until_they_end(rows: Any) -> None:
    other = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None})
    with other, transaction.atomic():
        Activity.objects.update(title="新的名称")
        other.execute("SET lock_timeout = 500")
        other.execute("UPDATE geo_category SET name = '集市'")
        other.commit()
    other.close()


def test_whoever_listens_is_told_the_number(rows: Any) -> None:
    parameters = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**parameters, autocommit=True) as listening:
        listening.execute("LISTEN yitu_data")
        Activity.objects.update(title="新的名称")

        told = [one.payload for one in listening.notifies(timeout=5, stop_after=1)]

    assert told == [str(data_version().number)]


def test_a_number_never_goes_back_whatever_the_clock_says(rows: Any) -> None:
    ahead = data_version().number + 10**9
    with connection.cursor() as cursor:
        cursor.execute("UPDATE geo_dataversion SET number = %s", [ahead])

    Activity.objects.update(title="新的名称")

    assert data_version().number == ahead + 1


def test_a_flush_leaves_the_row_where_it_is(rows: Any) -> None:
    assert DataVersion.objects.count() == 1
