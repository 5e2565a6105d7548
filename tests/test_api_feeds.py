"""What one can subscribe to: a calendar and an Atom feed of any filter, sitemap, JSON-LD."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client
from icalendar import Calendar

from geo.linked_data import linked_data
from geo.models import Activity, Occurrence
from tests.api import make_week
from tests.factories import (
    WEDNESDAY,
    make_activity,
    make_occurrence,
    make_source,
    make_venue,
)

pytestmark = pytest.mark.django_db


def summaries(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/calendar.ics{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return sorted(str(one["summary"]) for one in Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_holds_what_the_list_of_the_same_filter_holds(client: Client) -> None:
    make_week()
    assert summaries(client) == ["上午 公益集市", "上午 公益集市", "下午 爱心走访", "义诊"]
    assert summaries(client, "?category=health") == ["义诊"]
    assert summaries(client, "?when=tomorrow") == ["上午 公益集市"]
    assert summaries(client, "?district=330225&q=走访") == ["下午 爱心走访"]
    assert "示例活动" in summaries(client, "?sample=1")


def test_a_cancelled_day_stays_in_the_subscription_for_a_month(client: Client) -> None:
    off = make_activity("取消的")
    make_occurrence(off, day=WEDNESDAY - timedelta(days=20), status="cancelled")
    make_occurrence(make_activity("太久"), day=WEDNESDAY - timedelta(days=40))
    (event,) = Calendar.from_ical(client.get("/calendar.ics").content).walk("VEVENT")
    assert (event["summary"], event["status"]) == ("取消的", "CANCELLED")


def test_two_activities_at_the_same_moment_are_two_events(client: Client) -> None:
    for title in ("甲", "乙"):
        activity = make_activity(title)
        for rank in range(2):
            make_occurrence(activity, place_rank=rank)
    events = Calendar.from_ical(client.get("/calendar.ics").content).walk("VEVENT")
    assert len({str(one["uid"]) for one in events}) == len(events) == 4


def test_a_subscription_refuses_what_a_page_would_overlook(client: Client) -> None:
    for path in ("/calendar.ics", "/feed.atom"):
        wrong = client.get(f"{path}?date=2019-06-31")
        assert wrong.status_code == 400
        assert "日期“2019-06-31”读不懂" in wrong.json()["detail"]
        unknown = client.get(f"{path}?organiser=1")
        assert unknown.json()["found"] == "organiser"


def test_a_feed_has_an_entry_an_activity_that_a_reader_of_others_reads(client: Client) -> None:
    make_week()
    answer = client.get("/feed.atom?category=fair,health")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.version == "atom10"
    by_title = {one.title: one for one in feed.entries}
    assert set(by_title) == {"公益集市", "义诊"}
    fair = by_title["公益集市"]
    assert fair.summary == "6月26日–27日 · 上午 · 日湖公园"
    assert fair.id.startswith("urn:uuid:")
    assert (
        fair.link == f"http://testserver{Activity.objects.get(title='公益集市').get_absolute_url()}"
    )
    assert [one.term for one in fair.tags] == ["fair"]
    links = {one.rel: one.href for one in feed.feed.links}
    assert links["self"] == "http://testserver/feed.atom?category=fair,health"
    assert links["alternate"] == "http://testserver/?category=fair,health"


def test_an_entry_keeps_its_id_and_an_empty_feed_is_one_too(client: Client) -> None:
    empty = feedparser.parse(client.get("/feed.atom").content)
    assert not empty.bozo
    assert empty.feed.updated == "1970-01-01T00:00:00Z"
    make_occurrence(make_activity("义诊"))
    first = feedparser.parse(client.get("/feed.atom").content).entries[0].id
    assert feedparser.parse(client.get("/feed.atom").content).entries[0].id == first


def test_signs_that_xml_forbids_do_not_break_a_feed(client: Client) -> None:
    make_occurrence(make_activity("<b>&\x0b义诊]]>"))
    feed = ElementTree.fromstring(client.get("/feed.atom").content)  # noqa: S314 - our own
    assert feed.findtext(".//{*}entry/{*}title") == "<b>&义诊]]>"


def test_the_sitemap_lists_what_is_real_and_robots_point_to_it(client: Client) -> None:
    make_week()
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own
    addresses = [one.text for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    real = Activity.objects.filter(is_sample=False)
    assert addresses[:2] == ["http://testserver/", "http://testserver/api"]
    assert set(addresses[2:]) == {f"http://testserver{one.get_absolute_url()}" for one in real}
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert "Disallow: /admin/" in robots


def test_a_browser_that_asks_for_an_icon_finds_ours(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith("icons/yitu.svg")


def events_of(*occurrences: Occurrence) -> list[dict[str, Any]]:
    found = json.loads(linked_data(occurrences, lambda path: f"https://example.org{path}"))
    assert found["@context"] == "https://schema.org"
    return list(found["@graph"])


def test_an_afternoon_is_a_date_in_linked_data_and_hours_carry_their_offset() -> None:
    (day,) = events_of(make_occurrence(make_activity("集市"), part_of_day="afternoon"))
    assert (day["startDate"], day["endDate"]) == ("2019-06-26", "2019-06-26")
    (hours,) = events_of(make_occurrence(make_activity("义诊"), hours=("09:00", "11:00")))
    assert hours["startDate"] == "2019-06-26T09:00:00+08:00"
    assert hours["eventStatus"] == "https://schema.org/EventScheduled"


def test_a_moved_day_says_when_it_was_to_be() -> None:
    one = make_occurrence(make_activity("义诊"), hours=("09:00", "11:00"))
    one.previous_starts_at = one.starts_at - timedelta(days=1)
    one.status = Occurrence.Status.RESCHEDULED
    (event,) = events_of(one)
    assert event["eventStatus"] == "https://schema.org/EventRescheduled"
    assert event["previousStartDate"] == "2019-06-25T09:00:00+08:00"


def test_only_a_pin_carries_a_position_in_linked_data() -> None:
    (pin,) = events_of(make_occurrence(venue=make_venue(radius_m=450)))
    assert pin["location"]["geo"]["longitude"] == 121.5575
    rough = make_venue("远处", radius_m=2500)
    (ring,) = events_of(make_occurrence(day=date(2019, 6, 27), venue=rough))
    assert "geo" not in ring["location"]


def test_samples_are_not_told_to_search_engines() -> None:
    fiction = make_activity("假的", source=make_source("s", is_sample=True), is_sample=True)
    assert linked_data([make_occurrence(fiction)], str) == ""


def test_the_page_of_an_activity_carries_its_linked_data(client: Client) -> None:
    activity = make_activity("</script><script>alert(1)</script>")
    make_occurrence(activity, hours=("09:00", "11:00"))
    html = client.get(activity.get_absolute_url()).content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert block
    assert json.loads(block[1])["@graph"][0]["name"] == activity.title
    assert "<script>alert" not in html
