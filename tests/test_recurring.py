"""What repeats: 400 days ahead, days off, and fading when nobody confirms it."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from geo import tasks
from geo.importing import read_file, recurring
from geo.importing.saving import save_reading
from geo.models import Activity, Change, Holiday, Occurrence, Schedule, Source
from tests.factories import make_district
from tests.test_history import opened, save, staff_named

pytestmark = pytest.mark.django_db
ROW = "书场,江北区文化馆,6月26日起每周三下午,江北区日湖公园"


def imported(now: datetime, row: str = ROW) -> Activity:
    make_district()
    text = f"活动名称,组织单位,活动时间,活动地点\n{row}"
    save_reading(read_file(text.encode(), "表.csv", 2019), {"slug": "wenhua", "title": "表"}, now)
    return Activity.objects.get()


def days(**of: object) -> list[date]:
    return sorted(Occurrence.objects.filter(**of).values_list("held_on", flat=True))


def test_a_rule_is_laid_out_four_hundred_days_ahead_and_further_as_time_goes_by(
    now: datetime,
) -> None:
    imported(now)
    assert (days()[0], days()[-1]) == (date(2019, 6, 26), date(2020, 7, 29))
    assert recurring.expand_all(now.date()) == (0, 0)
    said = tasks.expand_schedules(now + timedelta(days=30))
    assert said == "新排 4 场，因除外日取消 0 场"
    assert days()[-1] == date(2020, 8, 26)
    assert {one.level for one in Occurrence.objects.all()} == {"district"}  # where the others are
    before = days()
    imported(now + timedelta(days=31))
    assert days() == before  # the same print takes nothing back
    imported(now + timedelta(days=31), ROW.replace("书场", "书场讲座"))
    assert days() == before  # nor does a corrected title


def test_a_holiday_takes_days_off_with_the_reason_and_keeps_their_addresses(
    now: datetime,
) -> None:
    activity = imported(now)
    call_command("load_holidays", verbosity=0)
    assert Holiday.objects.count() == 28
    assert recurring.expand_all(now.date()) == (0, 0)  # the print does not say so
    Schedule.objects.update(skips_holidays=True, exceptions=["2019-07-03"])
    recurring.expand_all(now.date())
    off = Occurrence.objects.filter(activity=activity, status="cancelled").order_by("held_on")
    assert [(one.held_on.isoformat(), one.status_reason, one.sequence) for one in off] == [
        ("2019-07-03", "当天不办", 1),
        ("2019-10-02", "国庆节，节假日不办", 1),
    ]
    assert recurring.expand_all(now.date()) == (0, 0)
    assert recurring.prints_days_off("每周三下午（法定节假日除外）")


def test_one_day_of_a_rule_is_cancelled_and_held_after_all(now: datetime, client: Client) -> None:
    activity = imported(now)
    one = Occurrence.objects.get(held_on=date(2019, 7, 10))
    lin = staff_named("lin")
    assert (
        save(lin, one, opened(lin, one), status="cancelled", status_reason="台风").status_code
        == 302
    )
    form = opened(lin, one)
    refused = save(lin, one, form, status="scheduled")
    assert "恢复举办，请把原来的原因改成新的说明。" in refused.content.decode()
    saved = save(lin, one, form, status="scheduled", status_reason="台风改道，照常举办")
    assert saved.status_code == 302
    one.refresh_from_db()
    assert (one.status, one.sequence) == ("scheduled", 2)
    page = client.get(activity.get_absolute_url()).content.decode()
    assert "恢复举办" in page
    assert "台风改道，照常举办" in page
    old = Change.objects.filter(table="geo_occurrence", row_id=one.pk).last()
    assert old is not None
    assert old.fields["status_reason"] == ["", "台风"]
    feed = client.get(reverse("activity-calendar", args=[activity.public_id])).content.decode()
    assert "SEQUENCE:2" in feed


def test_a_moved_day_keeps_its_address_and_what_was_printed(now: datetime, client: Client) -> None:
    activity = imported(now)
    one = Occurrence.objects.get(held_on=date(2019, 7, 10))
    start = one.original_start
    lin = staff_named("lin")
    new = {"starts_at_0": "2019-07-11", "starts_at_1": "13:00:00"}
    ends = {"ends_at_0": "2019-07-11", "ends_at_1": "15:00:00"}
    why = {"status_reason": "场地检修"}
    assert save(lin, one, opened(lin, one), **new, **ends, **why).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.original_start, one.held_on) == (
        "rescheduled",
        start,
        date(2019, 7, 11),
    )
    assert one.previous_starts_at == start
    imported(now + timedelta(days=1), ROW.replace("书场", "书场讲座"))
    one.refresh_from_db()
    assert one.held_on == date(2019, 7, 11)  # no import moves it back
    assert "场地检修" in client.get(activity.get_absolute_url()).content.decode()


def test_what_nobody_confirmed_for_weeks_says_so_and_asks_its_organizer(
    now: datetime, client: Client
) -> None:
    activity = imported(now)
    later = now + timedelta(weeks=9)
    words = "这个长期活动最近一次核对是 2019-06-26"
    url = activity.get_absolute_url()
    assert words not in client.get(url).content.decode()
    assert words in client.get(f"{url}?at={later:%Y-%m-%dT%H:%M}").content.decode()
    assert tasks.ask_organizers(later) == "问了 0 个，1 个没有邮箱可问"
    Source.objects.update(contact_email="wenhua@example.org")
    assert tasks.ask_organizers(later) == "问了 1 个，0 个没有邮箱可问"
    assert tasks.ask_organizers(later + timedelta(days=1)) == ""
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["wenhua@example.org"], "请确认：书场")
    assert "最近一次核对是 2019-06-26。它还照常办吗？" in sent.body
    client.force_login(User.objects.create_superuser("lin"))
    action = {"action": "confirm_today", "_selected_action": activity.pk}
    client.post(reverse("admin:geo_activity_changelist"), action)
    activity.refresh_from_db()
    assert activity.checked_on == date(2019, 6, 26)


def test_a_rule_or_an_exception_that_cannot_be_read_is_refused(now: datetime) -> None:
    imported(now)
    schedule = Schedule.objects.get()
    lin = staff_named("lin")
    page = save(lin, schedule, opened(lin, schedule), rrule="每周三", exceptions='["7月3日"]')
    assert "重复规则读不懂。如 FREQ=WEEKLY;BYDAY=WE。" in page.content.decode()
    assert "除外的日期读不懂。如 [&quot;2019-07-03&quot;]。" in page.content.decode()
