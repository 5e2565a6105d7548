"""Pages of venues, organisations, districts and campaigns: everything that happened there."""

from datetime import date, timedelta

import pytest
from django.test import Client

from geo.models import Campaign, Organization, Population
from tests.factories import (
    WEDNESDAY,
    make_activity,
    make_category,
    make_district,
    make_occurrence,
    make_source,
    make_venue,
)

pytestmark = pytest.mark.django_db


def html_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def make_campaign() -> Campaign:
    return Campaign.objects.create(
        slug="gongyiri-2019", name="2019 社会组织党员公益日", theme="红色引擎",
        starts_on=date(2019, 6, 25), ends_on=date(2019, 6, 30),
    )  # fmt: skip


def test_a_venue_has_what_comes_and_what_was(client: Client) -> None:
    venue = make_venue(district=make_district(), address="环湖路 1 号")
    make_occurrence(make_activity("将来的"), venue=venue, day=WEDNESDAY + timedelta(days=2))
    make_occurrence(make_activity("从前的"), venue=venue, day=WEDNESDAY - timedelta(days=9))
    make_occurrence(make_activity("别处的"), venue=make_venue("别处"))
    html = html_of(client, venue.get_absolute_url())
    assert "环湖路 1 号" in html
    assert "准确到场所" in html
    assert html.index("将来的") < html.index("从前的")
    assert "别处的" not in html


def test_a_venue_known_roughly_says_so_and_sends_nobody_there(client: Client) -> None:
    venue = make_venue("象山“益园”", radius_m=2500)
    html = html_of(client, venue.get_absolute_url())
    assert "位置待核实，误差约 2.5 公里" in html
    assert "uri.amap.com" not in html
    assert "现在没有登记将举行的活动。" in html


def test_samples_stay_out_of_real_pages_and_are_marked_on_their_own(client: Client) -> None:
    venue = make_venue()
    make_occurrence(make_activity("真的", organizers=["甲"]), venue=venue)
    sample = make_source("sample-week", is_sample=True)
    fake = make_activity("假的", source=sample, is_sample=True, organizers=["示例社"])
    make_occurrence(fake, venue=venue)
    assert "假的" not in html_of(client, venue.get_absolute_url())
    organization = Organization.objects.get(name="示例社")
    assert "虚构的活动，用来演示，不要前往。" in html_of(client, organization.get_absolute_url())


def test_a_district_names_its_people_with_day_and_source(client: Client) -> None:
    district = make_district()
    Population.objects.create(
        area=district, group="total", count=489_000, counted_on=date(2020, 11, 1),
        basis="常住", source="第七次人口普查",
    )  # fmt: skip
    make_occurrence(
        make_activity(categories=[make_category()]), venue=make_venue(district=district)
    )
    html = html_of(client, "/districts/330205/")
    assert "489,000 人（2020-11-01，常住）" in html
    assert "第七次人口普查" in html
    assert "公益集市" in html
    assert 'href="/?district=330205"' in html


def test_a_campaign_counts_days_districts_and_organisers(client: Client) -> None:
    campaign = make_campaign()
    activity = make_activity("义诊", campaign=campaign, organizers=["甲", "乙"])
    venue = make_venue(district=make_district())
    for offset in range(3):
        make_occurrence(activity, venue=venue, day=WEDNESDAY + timedelta(days=offset))
    html = html_of(client, "/campaigns/gongyiri-2019/")
    assert "2019-06-25 至 2019-06-30，6 天" in html
    assert "1 个活动，2 个组织，1 个区县市" in html
    assert html.count('<span class="figure__count">1</span>') == 3 + 1 + 1 + 2


def test_the_activity_page_leads_to_all_of_them(client: Client) -> None:
    campaign = make_campaign()
    activity = make_activity(campaign=campaign)
    venue = make_venue(district=make_district())
    make_occurrence(activity, venue=venue)
    html = html_of(client, activity.get_absolute_url())
    for one in (venue, campaign, Organization.objects.get()):
        assert f'href="{one.get_absolute_url()}"' in html


@pytest.mark.parametrize(
    "path", ["/venues/9999/", "/organizations/9999/", "/districts/330299/", "/campaigns/none/"]
)
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_page(
    client: Client, django_assert_max_num_queries: object
) -> None:
    campaign, district, category = make_campaign(), make_district(), make_category()
    venue = make_venue(district=district)
    for number in range(30):
        activity = make_activity(
            f"活动{number}", campaign=campaign, categories=[category], organizers=["甲"]
        )
        make_occurrence(activity, venue=venue)
    paths = [
        venue.get_absolute_url(), Organization.objects.get().get_absolute_url(),
        "/districts/330205/", campaign.get_absolute_url(),
    ]  # fmt: skip
    for path in paths:
        with django_assert_max_num_queries(10):  # type: ignore[operator]
            client.get(path)
