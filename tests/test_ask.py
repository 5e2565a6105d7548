"""One question a screen: three answers lead to the list, and no answer leads to nothing."""

import re

import pytest
from django.test import Client

from tests.factories import make_activity, make_category, make_district, make_occurrence, make_venue

pytestmark = pytest.mark.django_db


def answers_of(client: Client, path: str) -> dict[str, str]:
    html = client.get(path).content.decode()
    found = re.findall(r'ask__answer" href="([^"]*)"><span>([^<]*)<', html)
    return {words: url.replace("&amp;", "&") for url, words in found}


def test_three_answers_lead_to_the_list(client: Client) -> None:
    venue = make_venue(district=make_district())
    fair = make_activity("公益集市", categories=[make_category()])
    make_occurrence(fair, venue=venue)
    make_occurrence(make_activity("别的"), venue=venue)
    days = answers_of(client, "/ask/")
    assert list(days) == ["今天", "哪天都行"], "nothing is on tomorrow or at the weekend"
    places = answers_of(client, days["今天"])
    assert list(places) == ["全市都行", "江北区"]
    kinds = answers_of(client, places["江北区"])
    assert kinds["公益集市"] == "/?when=today&category=fair&district=330205"
    html = client.get(kinds["公益集市"]).content.decode()
    assert "公益集市" in html
    assert "别的" not in html


def test_large_type_offers_to_be_asked(client: Client) -> None:
    assert "一步一步帮我找" in client.get("/?mode=elder").content.decode()
    assert "一步一步帮我找" not in client.get("/?mode=standard").content.decode()
