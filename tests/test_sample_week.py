"""The sample week is small, marked in every row, laid out alike each time, and gone at one word."""

import time
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from geo import sample
from geo.coordinates import distance_m
from geo.models import Activity, Area, Category, Occurrence, Organization, Source, Venue
from geo.moments import SHANGHAI

MONDAY = date(2019, 6, 24)
NOW = datetime(2019, 6, 26, 9, 40, tzinfo=SHANGHAI)
GULOU = (121.544568, 29.875603)  # lon, lat of 鼓楼站

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def districts(db: None) -> None:
    city = Area.objects.create(code="3302", name="宁波市", level=Area.Level.CITY)
    for code, name in {
        "330203": "海曙区",
        "330205": "江北区",
        "330212": "鄞州区",
        "330225": "象山县",
        "330282": "慈溪市",
    }.items():
        Area.objects.create(code=code, name=name, level=Area.Level.DISTRICT, parent=city)


def load(start: str = "2019-06-24") -> str:
    said = StringIO()
    call_command("load_sample_week", "--start", start, stdout=said, stderr=StringIO())
    return said.getvalue()


def one(key: str) -> Occurrence:
    return Occurrence.objects.get(activity__public_id=f"sample-{key}")


def test_the_week_says_its_size_and_that_nothing_of_it_is_real() -> None:
    assert load() == (
        "Sample week from 2019-06-24: 16 activities, 24 occurrences, 11 venues, 8 organisers."
        " None of them is real.\n"
    )
    assert Occurrence.objects.count() == 24


def test_loading_takes_less_than_two_seconds() -> None:
    started = time.monotonic()
    load()
    assert time.monotonic() - started < 2


def rows() -> list[tuple[str, datetime, str]]:
    found = Occurrence.objects.order_by("activity__public_id", "original_start")
    return [(o.activity.public_id, o.starts_at, o.status) for o in found]


def test_loading_twice_leaves_the_same_rows() -> None:
    load()
    before = rows()
    load()
    assert rows() == before
    assert Venue.objects.count() == 11
    assert Organization.objects.count() == 8
    assert Source.objects.count() == 1


def test_another_week_replaces_the_first() -> None:
    load()
    load("2019-07-01")
    assert Occurrence.objects.count() == 24
    assert not Occurrence.objects.filter(held_on__lt=date(2019, 7, 1)).exists()


def test_every_row_is_marked_and_real_excludes_them_all() -> None:
    load()
    assert not Activity.objects.filter(is_sample=False).exists()
    assert not Venue.objects.filter(is_sample=False).exists()
    assert not Source.objects.filter(is_sample=False).exists()
    for name in [*Venue.objects.values_list("name", flat=True),
                 *Organization.objects.values_list("name", flat=True)]:  # fmt: skip
        assert name.startswith("示例·")
    assert Occurrence.objects.real().count() == 0
    assert Occurrence.objects.samples().count() == 24
    assert not Venue.objects.awaiting_review().exists()


def test_removing_says_what_went_and_leaves_nothing() -> None:
    load()
    Venue.objects.create(name="示例大厅", is_sample=True)  # a lobby screen's: not of the week
    Organization.objects.create(name="宁波市社会组织促进会")
    said = StringIO()
    call_command("remove_sample_week", stdout=said)
    assert said.getvalue() == (
        "Removed: 16 activities, 24 occurrences, 11 venues, 8 organisers, the source sample-week.\n"
    )
    assert [v.name for v in Venue.objects.all()] == ["示例大厅"]
    assert [o.name for o in Organization.objects.all()] == ["宁波市社会组织促进会"]
    for model in (Source, Activity, Occurrence):
        assert not model._default_manager.exists()


def test_removing_without_a_week_says_so() -> None:
    said = StringIO()
    call_command("remove_sample_week", stdout=said)
    assert said.getvalue() == "There is no sample week. Nothing was removed.\n"


def test_a_start_that_is_no_monday_is_refused() -> None:
    with pytest.raises(CommandError) as refused:
        load("2019-06-26")
    assert str(refused.value) == (
        "2019-06-26 is no Monday. Expected the Monday of a week: 2019-06-24."
    )


def test_without_districts_it_says_what_to_run_and_writes_nothing() -> None:
    Area.objects.filter(code="330225").delete()
    with pytest.raises(CommandError) as refused:
        load()
    assert str(refused.value) == (
        "District 330225 is not there. Run load_places first, then again."
    )
    assert not Venue.objects.exists()


def test_at_the_demo_clock_one_is_on_one_starts_soon_and_one_is_over() -> None:
    load()
    keys = {o.activity.public_id for o in Occurrence.objects.going_on(NOW)}
    assert keys == {"sample-phone", "sample-photos"}
    assert 0 < (one("clinic").starts_at - NOW).total_seconds() <= 30 * 60
    assert one("taichi").ends_at < NOW
    assert one("taichi").held_on == NOW.date()


def test_the_weekly_one_is_expanded_by_its_rule() -> None:
    load()
    days = Occurrence.objects.filter(activity__public_id="sample-phone").values_list("held_on")
    assert [day for (day,) in days] == [date(2019, 6, 26), date(2019, 7, 3), date(2019, 7, 10)]


def test_full_cancelled_and_moved_say_why_and_what_was_before() -> None:
    load()
    assert (one("fans").status, one("fans").status_reason) == ("full", "十五个家庭已报满")
    assert (one("blood").status, one("blood").status_reason) == (
        "cancelled",
        "献血车临时检修，另行通知",
    )
    moved = one("swap")
    assert moved.status == "rescheduled"
    assert moved.previous_starts_at == datetime(2019, 6, 26, 13, 30, tzinfo=SHANGHAI)
    assert moved.starts_at == datetime(2019, 6, 27, 13, 30, tzinfo=SHANGHAI)
    assert moved.original_start == moved.previous_starts_at
    assert moved.previous_place == "示例·小满活动室"
    assert moved.venue is not None
    assert moved.venue.name == "示例·银杏院邻里中心"
    assert moved.status_reason == "预报有雷阵雨，改到次日室内举行"
    assert Occurrence.objects.filter(sequence=1).count() == 3


def test_the_week_holds_what_a_page_must_be_able_to_show() -> None:
    load()
    assert len(one("long").activity.title) == 60
    assert Occurrence.objects.filter(activity__public_id="sample-photos").count() == 6
    assert one("film").starts_at.astimezone(SHANGHAI).hour == 19
    at_one_venue = Occurrence.objects.filter(
        venue__name="示例·银杏院邻里中心", held_on__range=(MONDAY, date(2019, 6, 30))
    )
    assert at_one_venue.values("activity").distinct().count() == 3
    assert not Occurrence.objects.exclude(time_precision="exact").exists()
    assert not Occurrence.objects.filter(ends_at__lte=F("starts_at")).exists()


def test_points_are_invented_but_exact_and_near_the_lobby() -> None:
    load()
    near = 0
    for venue in Venue.objects.all():
        assert venue.point is not None
        assert (venue.radius_m, venue.point_source) == (20, "示例数据，位置为虚构")
        near += distance_m(*GULOU, venue.point.x, venue.point.y) <= 1200
    assert near == 7


def test_topics_that_the_lists_know_are_linked() -> None:
    Category.objects.create(slug="health", name="健康", glyph="医", color="#A8447D")
    counts = sample.load(MONDAY)
    assert one("clinic").activity.categories.get().name == "健康"
    assert "health" not in counts.unknown_topics
