"""Search by pinyin and initials, suggestions, and what is close when nothing is found."""

import json

import pytest
from django.test import Client

from geo.models import Organization, Venue
from tests.factories import (
    make_activity,
    make_category,
    make_district,
    make_occurrence,
    make_source,
    make_venue,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> None:
    district = make_district()
    fair = make_activity("公益集市", categories=[make_category()], organizers=["甬动爱心服务中心"])
    make_occurrence(fair, venue=make_venue("象山“益园”"))
    make_occurrence(make_activity("北鸣组织在行动"), venue=make_venue(district=district))


def titles(client: Client, words: str) -> set[str]:
    html = client.get("/", {"q": words}).content.decode()
    return {title for title in ("公益集市", "北鸣组织在行动") if f">{title}</a></h2>" in html}


def items(client: Client, words: str, **more: str) -> list[tuple[str, str]]:
    answer = client.get("/suggest/", {"q": words, **more})
    return [(one["kind"], one["text"]) for one in json.loads(answer.content)["items"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("yiyuan", {"公益集市"}),
        ("rhgy", {"北鸣组织在行动"}),
        ("rihugongyuan", {"北鸣组织在行动"}),
        ("gongyuan", {"北鸣组织在行动"}),
        ("JIANGBEI", {"北鸣组织在行动"}),
        ("ydax", {"公益集市"}),
        ("gyjs yiyuan", {"公益集市"}),
        ("ngyuan", set()),
    ],
)
@pytest.mark.usefixtures("week")
def test_pinyin_and_initials_find_places_people_and_titles(
    client: Client, words: str, found: set[str]
) -> None:
    assert titles(client, words) == found


@pytest.mark.usefixtures("week")
def test_suggestions_name_their_kind_and_lead_somewhere(client: Client) -> None:
    assert items(client, "rhgy") == [("场所", "日湖公园")]
    assert items(client, "集市") == [("类别", "公益集市"), ("活动", "公益集市")]
    answer = json.loads(client.get("/suggest/", {"q": "jiangbei"}).content)["items"]
    assert answer[0] == {"kind": "区县", "text": "江北区", "url": "/?district=330205"}


@pytest.mark.usefixtures("week")
def test_samples_are_never_suggested(client: Client) -> None:
    sample = make_source("sample-week", is_sample=True)
    fake = make_activity("假的集市", source=sample, is_sample=True, organizers=["假社"])
    make_occurrence(fake, venue=make_venue("假场所", is_sample=True))
    assert items(client, "假") == []


def test_nothing_typed_and_strange_letters_are_answered(client: Client) -> None:
    assert items(client, "") == []
    assert items(client, "%_\\'") == []
    assert items(client, "\x00") == []


@pytest.mark.usefixtures("week")
def test_what_sounds_alike_is_offered_when_nothing_is_found(client: Client) -> None:
    html = client.get("/", {"q": "日胡公园"}).content.decode()
    assert "也许要找：" in html
    assert "日湖公园</a></li>" in html


@pytest.mark.usefixtures("week")
def test_what_is_written_alike_is_offered_when_nothing_is_found(client: Client) -> None:
    html = client.get("/", {"q": "公益集市场"}).content.decode()
    assert "没有将举行的活动写着“公益集市场”，名称的拼音也对不上。" in html
    assert "公益集市</a></li>" in html


def test_a_renamed_row_is_found_by_its_new_name() -> None:
    venue = make_venue("旧名")
    venue.name = "鼓楼"
    venue.save(update_fields=["name"])
    assert Venue.objects.filter(search_text__contains=" gulou").get() == venue
    organization = Organization.objects.create(name="红十字会")
    assert " hszh" in organization.search_text


def test_the_number_of_queries_of_a_suggestion_is_fixed(
    client: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        make_occurrence(make_activity(f"活动{number}"), venue=make_venue(f"活动站{number}"))
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert len(items(client, "活动")) == 6
