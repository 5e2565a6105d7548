"""The 2019 table in the database: saved once, kept as printed, and never overwritten."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from geo.importing import read_file
from geo.importing.bulk import public_id
from geo.importing.corrections import reviewed_corrections
from geo.importing.saving import Saved, save_reading
from geo.models import Activity, ImportBatch, Occurrence, Organization, Schedule, Source, SourceRow

SCHEDULE = Path(__file__).resolve().parents[1] / "fixtures/schedules/2019-06-ningbo.tsv"
TEXT = SCHEDULE.read_text(encoding="utf-8")
HEADER = TEXT.splitlines()[0].split("\t")
# Seven rows, eight activities: enough for most questions.
SOME = "\n".join(TEXT.splitlines()[number] for number in (0, 5, 7, 8, 18, 20, 22, 24))
METADATA: dict[str, Any] = {"slug": "test-2019", "title": "测试用表", "year": 2019}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def save(now: datetime, text: str = SOME, **metadata: Any) -> Saved:
    reading = read_file(text.encode(), "表.tsv", 2019, reviewed_corrections())
    return save_reading(reading, {**METADATA, **metadata}, now)


def test_the_table_becomes_28_activities_with_their_rows_as_printed(now: datetime) -> None:
    saved = save(now, TEXT)
    assert saved.plan.count("new") == Activity.objects.count() == 28
    assert set(saved.statuses.values()) == {"imported"}
    assert SourceRow.objects.count() == 24
    row = SourceRow.objects.get(number=4)
    assert row.cells == [
        list(pair) for pair in zip(HEADER, TEXT.splitlines()[4].split("\t"), strict=True)
    ]
    assert row.problems
    assert row.correction
    assert [activity.title for activity in row.activities.order_by("source_key")] == [
        "宣传介绍宁波市爱国主义教育基地",
        "送体育健身项目下乡镇活动",
    ]


def test_a_second_import_changes_nothing(now: datetime) -> None:
    save(now)
    before = {
        model: list(model.objects.order_by("pk").values())
        for model in (Activity, Schedule, Occurrence, SourceRow, ImportBatch, Source)
    }
    saved = save(now)
    assert not saved.wrote
    assert set(saved.statuses.values()) == {"unchanged"}
    for model, rows in before.items():
        assert list(model.objects.order_by("pk").values()) == rows


def test_a_range_of_days_is_one_occurrence_a_day(now: datetime) -> None:
    save(now)
    week = Activity.objects.get(title__contains="社会组织服务周")
    days = list(week.occurrences.values_list("held_on", flat=True))
    assert days == [date(2019, 6, 25 + n) if n < 6 else date(2019, 7, 1) for n in range(7)]
    [schedule] = week.schedules.all()
    assert (schedule.printed_text, schedule.time_precision) == ("6月25日 -7月1日", "date")


def test_two_hospitals_on_three_days_are_six_rows_of_which_one_a_day_is_true(
    now: datetime,
) -> None:
    save(now)
    visit = Activity.objects.get(title__contains="走进病房")
    rows = visit.occurrences.order_by("held_on", "place_rank")
    assert [(row.held_on.day, row.place_rank, row.certainty) for row in rows] == [
        (day, rank, "one_of") for day in (26, 27, 28) for rank in (0, 1)
    ]


def test_a_place_without_a_district_takes_that_of_its_left_neighbour(now: datetime) -> None:
    save(now)
    school = Occurrence.objects.filter(place__printed="长街镇中心小学").first()
    assert school is not None
    assert school.place is not None
    assert str(school.place.context_area) == str(school.district) == "宁海县"


def test_a_place_with_its_own_district_stands_alone(now: datetime) -> None:
    save(now)
    watch = Activity.objects.get(title__contains="民间路长")
    assert {str(row.area) for row in watch.occurrences.all()} == {"高新区", "奉化区"}


def test_organisers_keep_the_order_of_the_print(now: datetime) -> None:
    save(now)
    activity = Activity.objects.get(title="社会组织参与“七助力”活动及展示")
    assert [link.organization.name for link in activity.organizer_links.all()] == [
        "北仑区委组织部",
        "北仑区民政局",
        "北仑区社会组织服务中心",
        "新碶街道党群服务中心",
    ]
    assert Organization.objects.filter(name="宁波市城市管理局").count() == 1


def test_a_corrected_date_moves_the_occurrences_and_keeps_the_address(now: datetime) -> None:
    save(now)
    before = Activity.objects.get(title="助医服务")
    saved = save(now, SOME.replace("奉化中医院\t6月25日", "奉化中医院\t6月26日 上午"))
    assert saved.statuses[5] == "changed"
    assert saved.plan.count("changed") == 1
    after = Activity.objects.get(title="助医服务")
    assert (after.pk, after.public_id) == (before.pk, before.public_id)
    [occurrence] = after.occurrences.all()
    assert (occurrence.held_on, occurrence.part_of_day) == (date(2019, 6, 26), "morning")
    row = SourceRow.objects.get(number=5)
    assert row.readings[-1]["words"] == "此前印的是"
    assert dict(row.readings[-1]["cells"])["活动时间"] == "6月25日"


def test_a_row_that_moved_is_found_again(now: datetime) -> None:
    save(now)
    lines = SOME.splitlines()
    moved = save(now, "\n".join([lines[0], lines[7], *lines[1:7]]))
    assert moved.plan.count("unchanged") == 8
    assert Activity.objects.count() == 8
    assert Activity.objects.get(title="助医服务").source_row == SourceRow.objects.get(number=6)


def test_a_corrected_title_is_a_change_and_not_a_second_activity(now: datetime) -> None:
    save(now)
    saved = save(now, SOME.replace("\n助医服务\t", "\n助医志愿服务\t"))
    assert (saved.plan.count("changed"), saved.plan.count("new")) == (1, 0)
    assert Activity.objects.filter(title="助医志愿服务").count() == 1
    assert Activity.objects.count() == 8


def test_what_a_person_edited_is_not_touched(now: datetime) -> None:
    save(now)
    Activity.objects.filter(title="助医服务").update(content="改过的内容", edited_by_person=True)
    saved = save(now, SOME.replace("奉化中医院\t6月25日", "奉化中医院\t6月26日"))
    assert saved.plan.count("untouched") == 1
    assert Activity.objects.get(title="助医服务").content == "改过的内容"


def test_a_cancelled_day_stays_cancelled_when_the_row_changes(now: datetime) -> None:
    save(now)
    Occurrence.objects.filter(activity__title="助医服务").update(status="cancelled")
    save(now, SOME.replace("奉化中医院\t6月25日", "宁波市中医院\t6月25日"))
    [occurrence] = Occurrence.objects.filter(activity__title="助医服务")
    assert occurrence.status == "cancelled"


def test_what_the_source_no_longer_prints_stays_and_is_named(now: datetime) -> None:
    save(now)
    saved = save(now, "\n".join(SOME.splitlines()[:7]))
    assert saved.gone_titles == ("“益”起志愿·“园”梦 象山公益集市活动",)
    assert Activity.objects.count() == 8


def test_doubtful_and_refused_rows_are_kept_beside_the_good_ones(now: datetime) -> None:
    lines = TEXT.splitlines()
    text = "\n".join(
        [lines[0], lines[1], lines[4].replace("云龙镇", "东吴镇"), lines[2][:-5] + "6月31日"]
    )
    saved = save(now, text)
    assert saved.statuses == {1: "imported", 2: "needs_a_look", 3: "refused"}
    assert Activity.objects.count() == 1
    row = SourceRow.objects.get(number=2)
    assert [one["words"] for one in row.readings] == ["按顺序配成 2 项活动", "整行是一项活动"]
    assert save(now, text).wrote is False


def test_an_import_that_fails_leaves_nothing_half_done(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geo.importing import bulk
    from geo.importing.occurrences import new_occurrences

    class KilledError(Exception):
        pass

    laid_out: list[Activity] = []

    def killed_at_the_fifth(activity: Activity, *rest: Any) -> list[Occurrence]:
        laid_out.append(activity)
        if len(laid_out) == 5:
            raise KilledError
        return list(new_occurrences(activity, *rest))

    monkeypatch.setattr(bulk, "new_occurrences", killed_at_the_fifth)
    with pytest.raises(KilledError):
        save(now)
    assert not Activity.objects.exists()
    assert not SourceRow.objects.exists()
    monkeypatch.undo()
    assert save(now).plan.count("new") == 8


def test_addresses_are_the_same_on_every_machine() -> None:
    assert public_id("2019-06-ningbo:r08a") == "kx3wacao"
