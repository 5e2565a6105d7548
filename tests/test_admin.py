"""The staff pages: in Chinese, bounded in queries, and what follows from a person's word."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from geo import sample
from geo.admin import settling
from geo.admin.occurrences import lay_out
from geo.admin.sources import reading_of
from geo.admin.venues import review_queue
from geo.geocoding.chain import resolve
from geo.models import (
    Activity,
    Area,
    Occurrence,
    PlaceReading,
    Schedule,
    Source,
    SourceRow,
    Venue,
)
from geo.templatetags.staff import staff_sections

pytestmark = pytest.mark.django_db

DAY = date(2019, 6, 26)
MODELS = sorted(model._meta.label_lower for model in admin.site._registry)
CHANGELIST_QUERIES = 14


def box(west: float, south: float, east: float, north: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


@pytest.fixture
def areas() -> dict[str, Area]:
    """宁波 with two districts side by side, a town and the village that the list knows."""
    city = Area.objects.create(code="3302", name="宁波市", level="city")
    jiangbei = Area.objects.create(
        code="330205", name="江北区", level="district", parent=city,
        boundary=box(121.40, 29.88, 121.60, 30.05),
    )  # fmt: skip
    yinzhou = Area.objects.create(
        code="330212", name="鄞州区", level="district", parent=city,
        boundary=box(121.50, 29.70, 121.80, 29.88),
    )  # fmt: skip
    town = Area.objects.create(
        code="330212106", name="邱隘镇", level="town", parent=yinzhou,
        label_point=Point(121.63, 29.86, srid=4326), label_radius_m=2000,
    )  # fmt: skip
    village = Area.objects.create(
        code="330212106208", name="渔金村", level="community", parent=town
    )
    return {a.name: a for a in (city, jiangbei, yinzhou, town, village)}


@pytest.fixture
def source() -> Source:
    return Source.objects.create(slug="2019-06", title="2019 社会组织党员公益日", year=2019)


def make_occurrence(
    source: Source, reading: PlaceReading | None, key: str = "a", day: date = DAY
) -> Occurrence:
    activity = Activity.objects.create(
        public_id=key, source_key=key, source=source, title="爱心走乡村"
    )
    schedule = Schedule.objects.create(activity=activity, start_on=day, time_precision="date")
    lay_out(schedule)
    one = activity.occurrences.get()
    one.stand_at(reading)
    one.save()
    return one


@pytest.fixture
def question(areas: dict[str, Area]) -> PlaceReading:
    """渔农村 as the chain asks it: near a name that the list has."""
    reading = resolve("鄞州区邱隘镇渔农村", as_of=DAY)
    assert reading.status == "question"
    return reading


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create(username="王芳", is_staff=True, is_superuser=True))
    return client


def form_of(page: Any) -> dict[str, Any]:
    """What the browser would send back of a change form, inlines and all."""
    context = page.context
    sent: dict[str, Any] = {"seen": context["seen"]} if "seen" in context else {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            sent.update(_sent(bound, value))
    return sent


def _sent(bound: Any, value: Any) -> dict[str, Any]:
    if isinstance(value, Point):
        return {bound.html_name: value.geojson}
    if hasattr(bound.field.widget, "decompress"):
        parts = bound.field.widget.decompress(value)
        return {f"{bound.html_name}_{n}": part or "" for n, part in enumerate(parts)}
    if value is False or value is None:
        return {}
    return {bound.html_name: "on" if value is True else value}


# --- every table -------------------------------------------------------------------------------
@pytest.fixture
def full(source: Source) -> None:
    """Something in every table of ours: the sample week, and a printed row."""
    city = Area.objects.create(code="3302", name="宁波市", level="city")
    names = {"03": "海曙区", "05": "江北区", "12": "鄞州区", "25": "象山县", "82": "慈溪市"}
    for code, name in names.items():
        Area.objects.create(code=f"3302{code}", name=name, level="district", parent=city)
    Area.objects.create(code="330203999", name="海曙新街道", level="town", parent=city)
    Venue.objects.create(name="益园", needs_review=True)
    sample.load(date(2019, 6, 24))
    row = SourceRow.objects.create(
        source=source, number=4, cells=[["活动名称", "环保宣传"]], status="needs_a_look",
        problems=["第 4 行：两项活动印在了一起。"], readings=[{"words": "是两项活动"}],
    )  # fmt: skip
    one = make_occurrence(source, resolve("日湖公园", as_of=DAY), key="ordinary")
    Activity.objects.filter(pk=one.activity_id).update(source_row=row)


def test_every_list_and_every_form_opens_in_chinese_with_few_queries(
    staff: Client, full: None
) -> None:
    for label in MODELS:
        name = label.replace(".", "_")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = staff.get(reverse(f"admin:{name}_changelist"))
        assert page.status_code == 200, label
        assert "益图 · 工作台" in page.content.decode()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in page.context["title"]), label
        assert len(captured) <= CHANGELIST_QUERIES, (label, len(captured))
        model = page.context["cl"].model
        first = model._default_manager.first()
        if first is not None:
            form = staff.get(reverse(f"admin:{name}_change", args=[first.pk]))
            assert form.status_code == 200, label


def test_lists_need_no_more_queries_for_more_rows(staff: Client, full: None) -> None:
    for name in ("geo_activity", "geo_occurrence", "geo_venue", "geo_placereading"):
        url = reverse(f"admin:{name}_changelist")
        staff.get(url)
        with CaptureQueriesContext(connection) as few:
            staff.get(url, {"q": "示例·小满"})
        with CaptureQueriesContext(connection) as many:
            staff.get(url)
        assert len(many) <= len(few) + 1, name


def test_forms_for_adding_open_where_adding_is_meant(staff: Client) -> None:
    for name in ("activity", "venue", "organization", "campaign", "category", "audience"):
        assert staff.get(reverse(f"admin:geo_{name}_add")).status_code == 200, name
    for name in ("sourcerow", "importbatch", "placereading", "occurrence", "area"):
        assert staff.get(reverse(f"admin:geo_{name}_add")).status_code == 403, name


def test_searching_answers_for_every_field_that_offers_rows(staff: Client, full: None) -> None:
    asked = {"app_label": "geo", "model_name": "venue", "field_name": "district", "term": "海曙"}
    found = staff.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [one["text"] for one in found] == ["海曙区"]  # no town, no community of that name
    asked = {
        "app_label": "geo",
        "model_name": "placereading",
        "field_name": "venue",
        "term": "示例",
    }
    assert staff.get(reverse("admin:autocomplete"), asked).json()["results"] == []


def test_the_first_page_counts_the_queues_above_the_tables(staff: Client, full: None) -> None:
    text = staff.get(reverse("admin:index")).content.decode()
    assert text.index("等人来看") < text.index("导入批次")
    assert f'<span class="queue-card__count">{review_queue().count()}</span>' in text
    assert '<span class="queue-card__count">1</span>' in text  # the flagged row


def test_every_table_of_ours_stands_under_a_subject() -> None:
    registered = [model._meta for model in admin.site._registry]
    names = {str(meta.object_name) for meta in registered if meta.app_label == "geo"}
    app = {"app_label": "geo", "name": "", "models": [{"object_name": name} for name in names]}
    shown = [m["object_name"] for section in staff_sections([app]) for m in section["models"]]
    assert sorted(shown) == sorted(names)


def test_a_stranger_is_asked_to_log_in(client: Client) -> None:
    for name in ("geo_sourcerow_queue", "geo_placereading_queue", "geo_venue_queue"):
        answer = client.get(reverse(f"admin:{name}"))
        assert answer.status_code == 302
        assert "/admin/login/" in answer.headers["Location"]


def test_staff_without_the_right_sees_no_queue_and_settles_nothing(
    client: Client, question: PlaceReading
) -> None:
    person = User.objects.create(username="李明", is_staff=True)
    client.force_login(person)
    assert "等人来看" not in client.get(reverse("admin:index")).content.decode()
    person.user_permissions.add(Permission.objects.get(codename="view_placereading"))
    answer = {"choice": f"area:{question.candidates[0]['id']}"}
    client.post(reverse("admin:geo_placereading_settle", args=[question.pk]), answer)
    question.refresh_from_db()
    assert question.status == "question"


# --- security ----------------------------------------------------------------------------------
def test_the_form_with_a_map_lets_one_script_in_by_its_nonce_and_no_inline_ones(
    staff: Client, areas: dict[str, Area]
) -> None:
    page = staff.get(reverse("admin:geo_venue_add"))
    policy = page.headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    nonce = scripts.partition("'nonce-")[2].partition("'")[0]
    assert nonce
    assert f'<script nonce="{nonce}">' in page.content.decode()
    assert "unsafe" not in policy


def test_other_staff_pages_have_no_nonce(staff: Client) -> None:
    policy = staff.get(reverse("admin:index")).headers["Content-Security-Policy"]
    assert "nonce" not in policy
    assert "unsafe" not in policy


# --- placing a venue ---------------------------------------------------------------------------
@pytest.fixture
def yiyuan(areas: dict[str, Area]) -> Venue:
    """A venue of which only the surroundings are known, in the wrong place for the test."""
    return Venue.objects.create(
        name="爱心驿站", district=areas["鄞州区"], point=Point(121.70, 29.80, srid=4326),
        radius_m=2500, point_source="圈在区政府驻地周围", confidence="low", needs_review=True,
    )  # fmt: skip


def save_venue(staff: Client, venue: Venue, **changes: Any) -> Any:
    url = reverse("admin:geo_venue_change", args=[venue.pk])
    return staff.post(url, {**form_of(staff.get(url)), **changes})


def point(lon: float, lat: float) -> str:
    return f'{{"type": "Point", "coordinates": [{lon}, {lat}]}}'


def test_placing_a_venue_by_hand_restands_its_occurrences(
    staff: Client, source: Source, yiyuan: Venue
) -> None:
    reading = resolve("爱心驿站", as_of=DAY)
    assert (reading.level, reading.venue) == ("district", yiyuan)
    one = make_occurrence(source, reading)
    assert one.level == "district"
    answer = save_venue(staff, yiyuan, point=point(121.5501, 29.8102), radius_m="50")
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    yiyuan.refresh_from_db()
    one.refresh_from_db()
    assert yiyuan.point is not None
    assert yiyuan.point.coords == pytest.approx((121.5501, 29.8102))
    assert yiyuan.corrected_by_person
    assert not yiyuan.needs_review
    assert yiyuan.point_source.startswith("人工校正：王芳，")
    assert (yiyuan.source_datum, yiyuan.confidence) == ("WGS-84", "high")
    assert (one.level, one.venue, one.district) == ("venue", yiyuan, yiyuan.district)
    assert one.sequence == 1


def test_neither_loading_nor_geocoding_moves_what_a_person_placed(staff: Client) -> None:
    call_command("load_places", verbosity=0)
    venue = Venue.objects.get(name="北仑爱心公园")
    answer = save_venue(staff, venue, point=point(121.8312, 29.9011), radius_m="80")
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    call_command("load_places", verbosity=0)
    assert resolve("北仑爱心公园", as_of=DAY).level == "venue"
    venue.refresh_from_db()
    assert venue.point is not None
    assert venue.point.coords == pytest.approx((121.8312, 29.9011))
    assert venue.radius_m == 80
    assert not venue.needs_review


def test_a_pin_in_another_district_than_named_is_refused(staff: Client, yiyuan: Venue) -> None:
    answer = save_venue(staff, yiyuan, point=point(121.55, 29.99), radius_m="50")
    assert answer.context["adminform"].form.errors["point"] == [
        "图钉落在江北区，而区县市写的是鄞州区。请移动图钉，或改选区县市。"
    ]


def test_a_pin_close_to_the_border_may_belong_to_either_side(staff: Client, yiyuan: Venue) -> None:
    answer = save_venue(staff, yiyuan, point=point(121.55, 29.8815), radius_m="50")  # 170 m north
    assert answer.status_code == 302


def test_a_pin_outside_of_the_city_is_refused(staff: Client, yiyuan: Venue) -> None:
    answer = save_venue(staff, yiyuan, point=point(120.16, 30.25), radius_m="50")
    errors = answer.context["adminform"].form.errors
    assert errors["point"] == ["这个位置在宁波市之外。请把图钉移到市内。"]


def test_a_moved_pin_needs_a_radius_of_its_own(staff: Client, yiyuan: Venue) -> None:
    answer = save_venue(staff, yiyuan, point=point(121.55, 29.81))
    errors = answer.context["adminform"].form.errors
    assert errors["radius_m"] == ["位置改了，误差半径还是原来的 2500 米。请写明新的半径。"]


def test_an_open_district_is_filled_from_the_pin(staff: Client, areas: dict[str, Area]) -> None:
    venue = Venue.objects.create(name="某处")
    save_venue(staff, venue, point=point(121.55, 29.95), radius_m="50")
    venue.refresh_from_db()
    assert venue.district == areas["江北区"]


def test_confirming_a_position_keeps_where_it_came_from(staff: Client, yiyuan: Venue) -> None:
    url = reverse("admin:geo_venue_change", args=[yiyuan.pk])
    sent = form_of(staff.get(url))
    del sent["needs_review"]
    staff.post(url, sent)
    yiyuan.refresh_from_db()
    assert yiyuan.point_source.startswith("圈在区政府驻地周围；人工核实：王芳，")
    assert yiyuan.corrected_by_person
    assert not yiyuan.needs_review
    assert yiyuan.confidence == "low"  # a person's word does not make a ring a pin


# --- settling a question -----------------------------------------------------------------------
def settle(staff: Client, reading: PlaceReading, **answer: Any) -> Any:
    return staff.post(reverse("admin:geo_placereading_settle", args=[reading.pk]), answer)


def test_the_question_shows_the_printed_text_the_reason_and_the_suggestion(
    staff: Client, question: PlaceReading, source: Source
) -> None:
    make_occurrence(source, question)
    url = reverse("admin:geo_placereading_settle", args=[question.pk])
    text = staff.get(url).content.decode()
    for words in ("鄞州区邱隘镇渔农村", "名单里没有「渔农村」，是不是「渔金村」？", "爱心走乡村",
                  "鄞州区 · 邱隘镇", "新建一处场所"):  # fmt: skip
        assert words in text


def test_choosing_the_suggested_village_settles_and_restands(
    staff: Client, question: PlaceReading, source: Source, areas: dict[str, Area]
) -> None:
    one = make_occurrence(source, question)
    settle(staff, question, choice=f"area:{areas['渔金村'].pk}")
    question.refresh_from_db()
    one.refresh_from_db()
    assert (question.status, question.level, question.provider) == (
        "settled", "community", "人工核定",
    )  # fmt: skip
    assert question.raw["settled"]["by"] == "王芳"
    assert (one.level, one.area, one.district) == (
        "community", areas["渔金村"], areas["鄞州区"],
    )  # fmt: skip


def test_a_settled_reading_is_not_overwritten_by_the_chain(
    staff: Client, question: PlaceReading, areas: dict[str, Area]
) -> None:
    settle(staff, question, choice="area", area=str(areas["邱隘镇"].pk))
    again = resolve("鄞州区邱隘镇渔农村", as_of=DAY)
    assert again.pk == question.pk
    assert (again.status, again.area) == ("settled", areas["邱隘镇"])
    assert PlaceReading.objects.count() == 1


def test_choosing_a_venue_remembers_the_printed_words_as_its_name(
    staff: Client, question: PlaceReading, areas: dict[str, Area]
) -> None:
    venue = Venue.objects.create(
        name="渔金村文化礼堂", district=areas["鄞州区"], point=Point(121.62, 29.85, srid=4326),
        radius_m=100, confidence="high",
    )  # fmt: skip
    settle(staff, question, choice="venue", venue=str(venue.pk))
    question.refresh_from_db()
    assert (question.level, question.venue, question.radius_m) == ("venue", venue, 100)
    assert [alias.name for alias in venue.names.all()] == ["鄞州区邱隘镇渔农村"]
    later = resolve("鄞州区邱隘镇渔农村", as_of=date(2020, 6, 26))
    assert later.venue == venue


def test_the_same_words_elsewhere_are_settled_with_it(
    staff: Client, question: PlaceReading, source: Source, areas: dict[str, Area]
) -> None:
    twin = PlaceReading.objects.create(
        printed=question.printed, as_of=date(2018, 6, 1), level="town", status="question",
        area=areas["邱隘镇"], provider="rules",
    )  # fmt: skip
    other = PlaceReading.objects.create(
        printed="别处", as_of=DAY, level="none", status="question", provider="rules"
    )
    settle(staff, question, choice=f"area:{areas['渔金村'].pk}")
    twin.refresh_from_db()
    other.refresh_from_db()
    assert (twin.status, other.status) == ("settled", "question")


def test_no_choice_is_refused_in_words(staff: Client, question: PlaceReading) -> None:
    for answer in ({}, {"choice": "area:999999"}, {"choice": "venue"}):
        page = settle(staff, question, **answer)
        assert page.context["form"].non_field_errors() == [
            "请先选一个答案：建议之一、已有场所，或只到区域。"
        ]


def test_a_new_venue_on_the_map_answers_the_question(
    staff: Client, question: PlaceReading, areas: dict[str, Area]
) -> None:
    url = f"{reverse('admin:geo_venue_add')}?settles={question.pk}"
    page = staff.get(url)
    sent = form_of(page)
    assert sent["name"] == "鄞州区邱隘镇渔农村"
    assert sent["district"] == areas["鄞州区"].pk
    answer = staff.post(
        url, {**sent, "name": "渔农文化礼堂", "point": point(121.62, 29.85), "radius_m": "80"}
    )
    assert answer.headers["Location"] == reverse("admin:geo_placereading_queue")
    question.refresh_from_db()
    assert question.status == "settled"
    assert question.venue is not None
    assert question.venue.name == "渔农文化礼堂"
    assert question.level == "venue"


# --- order of the queues -----------------------------------------------------------------------
def test_the_places_asked_for_first_lead_where_their_evidence_is_coarse() -> None:
    call_command("load_places", verbosity=0)
    names = [venue.name for venue in review_queue()]
    assert set(names[:2]) == {"益园", "北仑爱心公园"}
    assert "日湖公园" not in names  # known to 450 m: a pin


def test_after_them_the_most_used_come_first(source: Source, areas: dict[str, Area]) -> None:
    rarely, often = (
        Venue.objects.create(name=name, district=areas["鄞州区"], needs_review=True)
        for name in ("甲馆", "乙馆")
    )
    Venue.objects.create(name="益园", needs_review=True)
    for number in range(3):
        reading = PlaceReading(venue=often if number else rarely, level="district")
        reading.printed, reading.as_of, reading.status = f"{number}", DAY, "answered"
        reading.save()
        make_occurrence(source, reading, key=f"a{number}")
    assert [v.name for v in review_queue()] == ["益园", "乙馆", "甲馆"]


def test_flagged_rows_show_cells_and_readings_side_by_side(staff: Client, full: None) -> None:
    text = staff.get(reverse("admin:geo_sourcerow_queue")).content.decode()
    for words in ("第 4 行", "环保宣传", "第 4 行：两项活动印在了一起。", "是两项活动"):
        assert words in text


def test_two_times_of_one_activity_are_one_reading() -> None:
    entry = {"title": "送健康", "organizers": ["甲会"], "places": ["乙村"]}
    reading = {
        "words": "整行是一项活动",
        "activities": [{**entry, "printed_time": "6月27日"}, {**entry, "printed_time": "28日"}],
    }
    shown = reading_of(reading)
    assert [one["when"] for one in shown["activities"]] == ["6月27日；28日"]


# --- activities --------------------------------------------------------------------------------
def save_activity(staff: Client, activity: Activity, **changes: Any) -> Any:
    url = reverse("admin:geo_activity_change", args=[activity.pk])
    return staff.post(url, {**form_of(staff.get(url)), **changes})


def test_editing_an_activity_is_remembered(staff: Client, source: Source) -> None:
    activity = make_occurrence(source, None).activity
    assert save_activity(staff, activity).status_code == 302
    activity.refresh_from_db()
    assert not activity.edited_by_person  # saved as it was
    assert save_activity(staff, activity, title="爱心走乡村（改）").status_code == 302
    activity.refresh_from_db()
    assert activity.edited_by_person
    assert activity.title == "爱心走乡村（改）"


def test_cancelling_needs_a_reason_and_raises_the_sequence(staff: Client, source: Source) -> None:
    one = make_occurrence(source, None)
    page = save_activity(staff, one.activity, **{"occurrences-0-status": "cancelled"})
    errors = page.context["inline_admin_formsets"][2].formset.errors
    assert errors[0]["status_reason"] == ["取消或延期要用一句话写明原因。"]
    changes = {"occurrences-0-status": "cancelled", "occurrences-0-status_reason": "台风"}
    assert save_activity(staff, one.activity, **changes).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.status_reason, one.sequence) == ("cancelled", "台风", 1)
    assert one.activity.edited_by_person


def test_moving_an_occurrence_keeps_its_old_time(staff: Client, source: Source) -> None:
    one = make_occurrence(source, None)
    before = one.starts_at
    changes = {
        "occurrences-0-starts_at_0": "2019-06-28", "occurrences-0-starts_at_1": "09:00:00",
        "occurrences-0-ends_at_0": "2019-06-28", "occurrences-0-ends_at_1": "11:00:00",
    }  # fmt: skip
    assert save_activity(staff, one.activity, **changes).status_code == 302
    one.refresh_from_db()
    assert (one.held_on, one.previous_starts_at) == (date(2019, 6, 28), before)
    assert (one.status, one.original_start) == ("rescheduled", before)


def test_an_activity_is_hidden_but_never_deleted(staff: Client, source: Source) -> None:
    activity = make_occurrence(source, None).activity
    url = reverse("admin:geo_activity_delete", args=[activity.pk])
    assert staff.post(url, {"post": "yes"}).status_code == 403


def test_an_activity_typed_in_by_hand_gets_its_days_and_closes_its_row(
    staff: Client, source: Source
) -> None:
    row = SourceRow.objects.create(source=source, number=7, status="needs_a_look")
    url = f"{reverse('admin:geo_activity_add')}?source={source.pk}&source_row={row.pk}"
    sent = form_of(staff.get(url))
    sent |= {
        "title": "留守儿童心理讲座", "schedules-TOTAL_FORMS": "1",
        "schedules-0-printed_text": "6月27日-28日", "schedules-0-start_on": "2019-06-27",
        "schedules-0-end_on": "2019-06-28", "schedules-0-time_precision": "date",
    }  # fmt: skip
    answer = staff.post(url, sent)
    assert answer.status_code == 302, answer.context["errors"]
    activity = Activity.objects.get(title="留守儿童心理讲座")
    assert [o.held_on.day for o in activity.occurrences.all()] == [27, 28]
    assert (activity.edited_by_person, activity.source_row) == (True, row)
    row.refresh_from_db()
    assert row.status == "imported"


def test_the_history_says_who_did_what(staff: Client, question: PlaceReading) -> None:
    area = question.candidates[0]["id"]
    settle(staff, question, choice=f"area:{area}")
    text = staff.get(reverse("admin:admin_logentry_changelist")).content.decode()
    assert "王芳" in text
    assert "「鄞州区邱隘镇渔农村」核定为「渔金村」。" in text


def test_a_point_off_the_coast_belongs_to_the_nearest_district(areas: dict[str, Area]) -> None:
    found = settling.districts_at(Point(121.83, 29.80, srid=4326))  # 2.9 km east of 鄞州区
    assert [area.name for area in found] == ["鄞州区"]
    assert settling.districts_at(Point(122.50, 29.80, srid=4326)) == []
