"""Large type, colours and language: a link, remembered in a cookie, without JavaScript."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.factories import make_activity, make_occurrence

pytestmark = pytest.mark.django_db
TOKENS = Path(__file__).parents[1] / "static/css/tokens.css"


def html_tag(client: Client, path: str = "/") -> str:
    found = re.search(r"<html[^>]*>", client.get(path).content.decode())
    assert found
    return found[0]


def test_large_type_is_asked_for_once_and_remembered(client: Client) -> None:
    assert "data-mode" not in html_tag(client)
    assert 'data-mode="elder"' in html_tag(client, "/?mode=elder")
    assert 'data-mode="elder"' in html_tag(client)
    assert "data-mode" not in html_tag(client, "/?mode=standard")
    assert "data-mode" not in html_tag(client)


def test_large_type_holds_on_the_activity_page_and_where_nothing_is(client: Client) -> None:
    activity = make_activity(public_id="rihu")
    make_occurrence(activity)
    client.get("/?mode=elder")
    assert 'data-mode="elder"' in html_tag(client, "/activities/rihu/")
    assert 'data-mode="elder"' in html_tag(client, "/no-such-page/")


def test_the_switches_lead_to_the_same_page_with_its_question(client: Client) -> None:
    html = client.get("/?category=fair&mode=elder").content.decode()
    assert 'href="/?category=fair&amp;mode=standard"' in html
    assert 'href="/?category=fair&amp;lang=en"' in html
    assert 'href="/?category=fair&amp;theme=night"' in html


def test_the_language_is_a_link_and_remembered(client: Client) -> None:
    assert 'lang="en"' in html_tag(client, "/?lang=en")
    assert 'lang="en"' in html_tag(client)
    assert 'lang="zh-hans"' in html_tag(client, "/?lang=zh-hans")


def test_night_is_remembered_and_auto_is_the_rule(client: Client) -> None:
    assert 'data-theme="auto"' in html_tag(client)
    assert 'data-theme="night"' in html_tag(client, "/?theme=night")
    assert 'data-theme="night"' in html_tag(client)


def test_what_cannot_be_chosen_is_not_remembered(client: Client) -> None:
    answer = client.get('/?mode="><script>&theme=pink&lang=xx')
    assert not answer.cookies
    assert "data-mode" not in html_tag(client)


def test_a_cookie_is_no_way_into_the_page(client: Client) -> None:
    client.cookies["theme"] = '"onload=alert(1)'
    assert 'data-theme="auto"' in html_tag(client)


def test_a_cache_must_not_mix_visitors(client: Client) -> None:
    assert "Cookie" in client.get("/")["Vary"]


def test_the_colours_of_night_are_written_twice_and_are_the_same() -> None:
    css = TOKENS.read_text()
    chosen = re.search(r'\n\[data-theme="night"\] \{(.*?)\}', css, re.DOTALL)
    auto = re.search(r'\n  \[data-theme="auto"\] \{(.*?)\}', css, re.DOTALL)
    assert chosen
    assert auto
    assert chosen[1].split() == auto[1].split()
