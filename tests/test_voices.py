"""People without an account offer activities, tell errors, say wishes; nothing public unseen."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.test import Client

from geo.models import Activity, Category, ErrorReport, Need, NeedAnswer, Submission, Venue
from geo.voices import forget, is_by_hand, must_wait, opened_at, sender_of
from tests.factories import NOW, make_activity, make_occurrence, make_venue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

ANSWERS = {
    "title": "夏日义诊",
    "when_text": "7月6日下午1:30-4:00",
    "place_text": "江北区日湖公园",
    "content": "为居民量血压、测血糖。\n请带上医保卡。",
    "audience_text": "60 岁以上老人",
    "organizer": "宁波市江北区社会组织服务中心",
    "contact": "王女士 0574-87654321",
}
NEED = {
    "words": "希望每周有人教我们用手机挂号",
    "place_text": "庄桥街道",
    "contact": "李先生",
    "lon": "121.55748",
    "lat": "29.89852",
}
ACTIVITY_PAGE = re.compile(r"/activities/[a-z0-9]{8}/")


def opened(seconds: int = 60) -> str:
    """A form that was opened some time ago."""
    return opened_at(NOW - timedelta(seconds=seconds))


def sent(client: Client, **more: Any) -> Any:
    return client.post("/submit/", ANSWERS | {"confirm": "1", "opened": opened()} | more)


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("keeper", first_name="管理员"))
    return client


def decide(staff: Client, one: Submission, what: str, **more: Any) -> Any:
    seen = one.changed_at.isoformat()
    said = {"what": what, "seen": seen} | more
    return staff.post(f"/admin/geo/submission/{one.pk}/decide/", said, follow=True)


def html(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


# --- an activity is offered ------------------------------------------------------------------
def test_the_answers_are_read_back_before_they_are_sent(client: Client) -> None:
    answer = client.post("/submit/", ANSWERS | {"opened": opened()})
    text = html(answer)
    assert "我们读到的是这样，对吗？" in text
    assert "2019年7月6日 下午 13:30—16:00" in text
    assert "日湖公园" in text
    assert not Submission.objects.exists()


def test_a_date_without_a_year_is_the_next_one_of_that_name(client: Client) -> None:
    text = html(client.post("/submit/", ANSWERS | {"when_text": "1月6日上午"}))
    assert "2020年1月6日" in text


def test_what_cannot_be_read_says_where_and_what_to_do(client: Client) -> None:
    answer = client.post("/submit/", ANSWERS | {"when_text": "6月31日", "confirm": "1"})
    assert answer.status_code == 400
    assert "有一处我们读不懂" in html(answer)
    assert "6月31日" in html(answer)
    assert not Submission.objects.exists()


def test_what_may_be_there_already_is_shown_before_sending(client: Client) -> None:
    there = make_activity("夏日义诊进社区")
    make_occurrence(there, day=date(2019, 7, 6))
    text = html(client.post("/submit/", ANSWERS))
    assert "是不是已经有了？" in text
    assert there.get_absolute_url() in text


def test_it_is_public_only_after_a_click_of_the_staff(client: Client, staff: Client) -> None:
    answer = sent(client)
    link = answer.headers["Location"]
    one = Submission.objects.get()
    assert "待处理" in html(client.get(link))
    assert not Activity.objects.exists()
    assert "已公开：夏日义诊。" in html(decide(staff, one, "publish"))
    page = ACTIVITY_PAGE.search(html(client.get(link)))
    assert page is not None
    text = html(client.get(page[0]))
    assert "来自 宁波市江北区社会组织服务中心的投稿" in text
    assert "13:30" in text
    assert "87654321" not in text
    assert "87654321" not in html(client.get("/api/collections/events/items?q=夏日义诊"))


def test_a_returned_one_says_why_and_comes_back_changed(client: Client, staff: Client) -> None:
    link = sent(client).headers["Location"]
    decide(staff, Submission.objects.get(), "return", answer="请写明在公园的哪个门。")
    assert "请写明在公园的哪个门。" in html(client.get(link))
    change = ANSWERS | {"place_text": "江北区日湖公园东门", "confirm": "1", "opened": opened()}
    assert client.post(link, change).status_code == 302
    one = Submission.objects.get()
    assert (one.state, one.place_text) == ("waiting", "江北区日湖公园东门")


def test_a_return_without_a_reason_is_refused(client: Client, staff: Client) -> None:
    sent(client)
    text = html(decide(staff, Submission.objects.get(), "return"))
    assert "退回要写一句原因。主办方会看到它，照着修改。" in text
    assert Submission.objects.get().state == "waiting"


def test_a_change_of_a_public_one_waits_and_then_changes_the_same_page(
    client: Client, staff: Client
) -> None:
    link = sent(client).headers["Location"]
    decide(staff, Submission.objects.get(), "publish")
    address = Activity.objects.get(title="夏日义诊").get_absolute_url()
    later = ANSWERS | {"when_text": "7月7日下午1:30-4:00", "confirm": "1", "opened": opened()}
    client.post(link, later)
    assert "7月6日" in html(client.get(address))
    decide(staff, Submission.objects.get(), "publish")
    assert Activity.objects.filter(title="夏日义诊").count() == 1
    assert "7月7日" in html(client.get(address))
    assert "7月6日" not in html(client.get(address))


def test_another_activity_under_the_same_link_is_refused(client: Client, staff: Client) -> None:
    link = sent(client).headers["Location"]
    decide(staff, Submission.objects.get(), "publish")
    answer = client.post(link, ANSWERS | {"title": "广场舞比赛", "confirm": "1"})
    assert answer.status_code == 400
    assert "名称和原来的差得太多，像是另一项活动。请另外投稿。" in html(answer)


def test_staff_do_not_publish_what_they_have_not_seen(client: Client, staff: Client) -> None:
    sent(client)
    one = Submission.objects.get()
    Submission.objects.update(changed_at=NOW + timedelta(minutes=1), title="别的")
    assert "主办方刚刚改过这份投稿，请再看一遍。" in html(decide(staff, one, "publish"))
    assert not Activity.objects.exists()


def test_the_same_activity_is_merged_and_its_page_is_where_the_link_leads(
    client: Client, staff: Client
) -> None:
    there = make_activity("夏日义诊进社区")
    make_occurrence(there, day=date(2019, 7, 6))
    link = sent(client).headers["Location"]
    decide(staff, Submission.objects.get(), "merge", into=str(there.pk))
    assert there.get_absolute_url() in html(client.get(link))
    assert Activity.objects.count() == 1


def test_a_pin_places_what_no_list_knows_and_stays_to_be_verified(
    client: Client, staff: Client
) -> None:
    sent(client, place_text="江北区某某新村凉亭", lon="121.5575", lat="29.8985")
    assert "地点用了主办方标的位置。" in html(decide(staff, Submission.objects.get(), "publish"))
    venue = Venue.objects.get(name="江北区某某新村凉亭")
    assert (venue.needs_review, venue.radius_m) == (True, 200)
    assert venue.point_source == "主办方投稿时在地图上标的，2019-06-26"
    occurrence = Activity.objects.get().occurrences.get()
    assert (occurrence.venue, occurrence.level) == (venue, "venue")


def test_a_pin_in_another_district_than_the_words_is_not_believed(
    client: Client, staff: Client
) -> None:
    sent(client, place_text="江北区某某新村凉亭", lon="121.87", lat="29.47")  # 象山
    text = html(decide(staff, Submission.objects.get(), "publish"))
    assert "主办方写的是江北区，图钉却在象山县。请退回，或先改好地点。" in text
    assert not Activity.objects.exists()


def test_a_pin_outside_the_city_is_refused(client: Client) -> None:
    answer = sent(client, lon="116.4", lat="39.9")
    assert answer.status_code == 400
    assert "标的位置不在宁波，请在地图上重新标。" in html(answer)


def test_it_can_be_taken_back_before_it_is_public(client: Client) -> None:
    link = sent(client).headers["Location"]
    client.post(f"{link}withdraw/", {"opened": opened()})
    assert Submission.objects.get().state == "withdrawn"
    assert "改内容" not in html(client.get(link))


def test_a_public_one_that_is_off_reaches_the_staff(client: Client, staff: Client) -> None:
    link = sent(client).headers["Location"]
    decide(staff, Submission.objects.get(), "publish")
    client.post(f"{link}withdraw/", {"opened": opened(), "reason": "下雨"})
    report = ErrorReport.objects.get()
    assert (report.kind, report.words) == ("off", "主办方本人说：不办了。下雨")


# --- the door --------------------------------------------------------------------------------
def test_the_link_is_a_secret_that_the_database_does_not_know(client: Client) -> None:
    secret = sent(client).headers["Location"].split("/")[2]
    assert len(secret) >= 24
    assert secret not in str(Submission.objects.values().get())
    answer = client.get(f"/submit/{secret}/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert client.get("/submit/" + "x" * 24 + "/").status_code == 404


def test_the_sixth_message_in_an_hour_is_told_when_to_come_back(client: Client) -> None:
    for _time in range(5):
        assert sent(client).status_code == 302
    answer = sent(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3600"
    assert "请 60 分钟后再试。" in html(answer)
    assert Submission.objects.count() == 5


def test_another_address_is_not_held_back(client: Client) -> None:
    for _time in range(5):
        sent(client)
    other = sender_of("192.0.2.7", NOW)
    assert must_wait(other, NOW) is None
    assert must_wait(sender_of("127.0.0.1", NOW), NOW) is not None


def test_behind_our_proxy_the_visitor_is_counted_and_not_the_proxy(
    client: Client, settings: Any
) -> None:
    settings.YITU_PROXIES = ["127.0.0.1"]
    for _time in range(5):
        sent_from(client, "192.0.2.7")
    assert sent_from(client, "192.0.2.7").status_code == 429
    assert sent_from(client, "198.51.100.9").status_code == 302


def sent_from(client: Client, address: str) -> Any:
    said = ANSWERS | {"confirm": "1", "opened": opened()}
    return client.post("/submit/", said, headers={"x-forwarded-for": address})


def test_a_sender_is_not_known_the_next_day() -> None:
    assert sender_of("192.0.2.7", NOW) != sender_of("192.0.2.7", NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("stamp", "invisible"),
    [(opened_at(NOW), ""), ("made up", ""), ("", ""), (opened_at(NOW - timedelta(days=2)), "")],
    ids=["at once", "made up", "none", "too old"],
)
def test_a_form_that_no_hand_filled_is_turned_away(stamp: str, invisible: str) -> None:
    assert not is_by_hand(stamp, invisible, NOW)


def test_who_fills_the_invisible_field_is_no_person(client: Client) -> None:
    answer = sent(client, website="https://example.org")
    assert answer.status_code == 400
    assert "这份表单填得太快，或者开得太久了。" in html(answer)


def test_contacts_are_forgotten_after_the_matter_is_closed(client: Client, staff: Client) -> None:
    sent(client)
    one = Submission.objects.get()
    assert forget(NOW + timedelta(days=40)) == 0, "nobody has decided yet"
    decide(staff, one, "publish")
    assert forget(NOW + timedelta(days=29)) == 0
    assert forget(NOW + timedelta(days=31)) == 1
    kept = Submission.objects.get()
    assert (kept.contact, kept.sender) == ("", "")


# --- an error is told ------------------------------------------------------------------------
def test_an_error_of_an_activity_reaches_the_staff(client: Client, staff: Client) -> None:
    activity = make_activity("义诊")
    make_occurrence(activity)
    address = f"{activity.get_absolute_url()}report/"
    assert address in html(client.get(activity.get_absolute_url()))
    answer = client.post(address, {"kind": "time", "words": "是上午", "opened": opened()})
    assert "收到了，谢谢" in html(answer)
    assert ErrorReport.objects.get().activity == activity
    assert "时间不对" in html(staff.get("/admin/geo/errorreport/"))


def test_a_venue_is_asked_what_fits_a_venue(client: Client) -> None:
    venue = make_venue("某会堂")
    address = f"/venues/{venue.pk}/report/"
    assert address in html(client.get(venue.get_absolute_url()))
    text = html(client.get(address))
    assert "场所搬走了，或关了" in text
    assert "时间不对" not in text
    client.post(address, {"kind": "gone", "opened": opened()})
    assert ErrorReport.objects.get().venue == venue


# --- a wish ----------------------------------------------------------------------------------
def wish(client: Client, **more: Any) -> Any:
    from geo.models import Area

    category = Category.objects.get_or_create(slug="health", defaults={"name": "健康"})[0]
    district = Area.objects.get(code="330205")
    said = NEED | {"category": category.pk, "district": district.pk, "opened": opened()}
    return client.post("/needs/new/", said | more)


def test_a_wish_is_public_after_staff_have_looked(client: Client, staff: Client) -> None:
    link = wish(client).headers["Location"]
    need = Need.objects.get()
    assert need.words not in html(client.get("/needs/"))
    staff.post("/admin/geo/need/", {"action": "make_public", "_selected_action": [need.pk]})
    assert need.words in html(client.get("/needs/"))
    assert need.words in html(client.get("/needs/?district=330205&category=health"))
    assert need.words not in html(client.get("/needs/?district=330203"))
    assert need.get_absolute_url() in html(client.get(link))


def test_the_place_of_a_wish_is_rounded_to_a_hundred_metres(client: Client) -> None:
    wish(client)
    assert Need.objects.get().point == Point(121.557, 29.899, srid=4326)


def test_a_wish_ends_after_ninety_days(client: Client) -> None:
    wish(client)
    need = Need.objects.get()
    Need.objects.update(state="published")
    assert need.expires_on.isoformat() == "2019-09-24"
    assert list(Need.objects.public(need.expires_on)) == [need]
    assert not Need.objects.public(need.expires_on + timedelta(days=1)).exists()


def test_an_organiser_answers_with_an_activity_and_staff_confirm_it(client: Client) -> None:
    wish(client)
    Need.objects.update(state="published")
    need = Need.objects.get()
    activity = make_activity("手机课")
    make_occurrence(activity)
    address = f"http://testserver{activity.get_absolute_url()}"
    said = {"activity": address, "words": "每周三", "opened": opened()}
    answer = client.post(f"{need.get_absolute_url()}answer/", said)
    assert "工作人员确认后，活动会写在这里。" in html(answer)
    assert "手机课" not in html(client.get(need.get_absolute_url()))
    NeedAnswer.objects.update(is_confirmed=True)
    assert "手机课" in html(client.get(need.get_absolute_url()))
    assert need.words in html(client.get(activity.get_absolute_url()))
    assert list(Need.objects.unanswered()) == []


def test_an_answer_that_is_no_activity_of_ours_says_what_to_do(client: Client) -> None:
    wish(client)
    Need.objects.update(state="published")
    need = Need.objects.get()
    said = {"activity": "https://example.org/a", "opened": opened()}
    answer = client.post(f"{need.get_absolute_url()}answer/", said)
    assert answer.status_code == 400
    assert "「https://example.org/a」不是本站活动的网址。请打开活动的页面，复制它的网址。" in html(
        answer
    )


def test_a_wish_can_be_taken_back_when_it_is_public(client: Client) -> None:
    link = wish(client).headers["Location"]
    Need.objects.update(state="published")
    client.post(link)
    need = Need.objects.get()
    assert (need.state, need.contact) == ("withdrawn", "")
    assert client.get(need.get_absolute_url()).status_code == 404
