"""Who changed what, when and why; and two people at one row."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from geo.admin.history import told
from geo.models import Activity, Change, Occurrence, Venue
from geo.models.changes import ChangedMeanwhileError, acting, last_change, lock_as_seen
from tests.factories import make_activity, make_district, make_occurrence, make_venue
from tests.test_admin import form_of


def staff_named(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(name))
    return client


def save(client: Client, row: Any, form: dict[str, Any], **changes: Any) -> Any:
    name = f"admin:geo_{row._meta.model_name}_change"
    return client.post(reverse(name, args=[row.pk]), {**form, **changes})


def opened(client: Client, row: Any) -> dict[str, Any]:
    name = f"admin:geo_{row._meta.model_name}_change"
    return form_of(client.get(reverse(name, args=[row.pk])))


@pytest.mark.django_db
def test_a_change_by_staff_keeps_old_new_who_and_why() -> None:
    venue = make_venue()
    lin = staff_named("lin")
    answer = save(lin, venue, opened(lin, venue), address="江北区育才路", why="馆方来电")
    assert answer.status_code == 302
    change = Change.objects.filter(table="geo_venue", row_id=venue.pk).first()
    assert change is not None
    assert (change.by, change.why, change.action) == ("lin", "馆方来电", "update")
    assert change.fields["address"] == ["", "江北区育才路"]
    page = lin.get(reverse("admin:geo_venue_history", args=[venue.pk])).content.decode()
    for words in ("lin", "馆方来电", "<dt>地址</dt><dd><del>—</del> → 江北区育才路</dd>"):
        assert words in page


@pytest.mark.django_db
def test_what_a_program_or_plain_sql_writes_is_in_the_history_as_well() -> None:
    activity = make_activity()
    with acting("import_activities", "更正"):
        Activity.objects.filter(pk=activity.pk).update(title="改了")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE geo_activity SET title = '又改' WHERE id = %s", [activity.pk])
    said = list(
        Change.objects.filter(table="geo_activity", action="update").values_list("by", "fields")
    )
    assert said == [
        ("", {"title": ["改了", "又改"]}),
        ("import_activities", {"title": ["北鸣党员公益日 北鸣组织在行动", "改了"]}),
    ]


@pytest.mark.django_db
def test_a_deleted_row_is_kept_whole_and_the_history_cannot_be_rewritten() -> None:
    occurrence = make_occurrence(hours=("09:00", "11:00"))
    number = occurrence.pk
    occurrence.delete()
    change = Change.objects.get(table="geo_occurrence", row_id=number, action="delete")
    assert change.activity_id == occurrence.activity_id
    assert change.fields["held_on"] == ["2019-06-26", None]
    assert told(change)["what"] == f"场次 #{number}"
    for spoil in (lambda: change.delete(), lambda: change.save()):
        with (
            pytest.raises(ProgrammingError, match="geo_history is kept for ever"),
            transaction.atomic(),
        ):
            spoil()


@pytest.mark.django_db
def test_the_second_of_two_people_is_told_and_nothing_is_overwritten() -> None:
    venue = make_venue()
    lin, chen = staff_named("lin"), staff_named("chen")
    first, second = opened(lin, venue), opened(chen, venue)
    assert save(lin, venue, first, name="日湖公园南门", why="只有南门开放").status_code == 302
    refused = save(chen, venue, second, address="环城北路", name="日湖公园")
    assert refused.status_code == 409
    page = refused.content.decode()
    for words in (
        "有人刚刚改过，你的改动没有保存",
        "lin",
        "只有南门开放",
        "日湖公园南门",
        "环城北路",
    ):
        assert words in page
    venue.refresh_from_db()
    assert (venue.name, venue.address) == ("日湖公园南门", "")
    assert save(chen, venue, opened(chen, venue), address="环城北路").status_code == 302


@pytest.mark.django_db
def test_an_occurrence_changed_elsewhere_holds_up_the_form_of_its_activity() -> None:
    occurrence = make_occurrence(hours=("09:00", "11:00"))
    lin, chen = staff_named("lin"), staff_named("chen")
    whole = opened(lin, occurrence.activity)
    one = opened(chen, occurrence)
    answer = save(chen, occurrence, one, status="cancelled", status_reason="台风")
    assert answer.status_code == 302
    assert save(lin, occurrence.activity, whole, title="改名").status_code == 409
    occurrence.refresh_from_db()
    assert occurrence.status == Occurrence.Status.CANCELLED
    history = reverse("admin:geo_activity_history", args=[occurrence.activity_id])
    page = lin.get(history).content.decode()
    assert "<dt>状态</dt><dd><del>如期</del> → 取消</dd>" in page


@pytest.mark.django_db
def test_loading_the_places_again_leaves_no_trace() -> None:
    call_command("load_places", verbosity=0)
    before = Change.objects.count()
    call_command("load_places", verbosity=0)
    assert Change.objects.count() == before


WORKERS, EDITS = 4, 1000


@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_edits_at_once_none_is_lost() -> None:
    """Four people count one field up, all at the same time; who comes second looks again."""
    venue = make_venue(name="某处")
    of = {"table": "geo_venue", "row_id": venue.pk}
    told_so = [0] * WORKERS

    def edit(number: int) -> None:
        for _turn in range(EDITS // WORKERS):
            while not _counted_up(venue.pk, of):
                told_so[number] += 1
        connection.close()

    _all_at_once(edit)
    venue.refresh_from_db()
    assert venue.address == str(EDITS)
    kept = Change.objects.filter(**of, action="update")
    marks = sorted(int(one.fields["address"][1]) for one in kept)
    assert marks == list(range(1, EDITS + 1))
    assert sum(told_so) > 0  # they did meet


def _counted_up(venue: int, of: dict[str, Any]) -> bool:
    seen = last_change(**of)
    address = Venue.objects.values_list("address", flat=True).get(pk=venue)
    try:
        with transaction.atomic():
            (row,) = lock_as_seen(Venue.objects.filter(pk=venue), seen, **of)
            row.address = str(int(address or 0) + 1)
            row.save(update_fields=["address"])
    except ChangedMeanwhileError:
        return False
    return True


def _all_at_once(edit: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=edit, args=[number]) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_of_forms_sent_at_the_same_moment_one_is_saved() -> None:
    venue = make_venue(name="某处")
    make_district()
    clients = [staff_named(f"p{number}") for number in range(WORKERS)]
    forms = [opened(client, venue) for client in clients]
    statuses = [0] * WORKERS

    def send(number: int) -> None:
        statuses[number] = save(
            clients[number], venue, forms[number], address=f"{number} 号"
        ).status_code
        connection.close()

    _all_at_once(send)
    assert sorted(statuses) == [302, 409, 409, 409]


@pytest.mark.django_db
def test_a_venue_that_nobody_changed_is_saved_without_a_word() -> None:
    venue = Venue.objects.get(pk=make_venue().pk)
    lin = staff_named("lin")
    before = Change.objects.count()
    assert save(lin, venue, opened(lin, venue)).status_code == 302
    assert Change.objects.filter(table="geo_venue").count() <= before
