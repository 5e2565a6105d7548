"""The map in other people's pages: what the frame holds, who may frame it, and oEmbed."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings

from geo.api import subscriptions
from geo.models import Activity
from tests.api import make_week

pytestmark = pytest.mark.django_db


def test_a_frame_shows_the_filter_and_leads_back(client: Client) -> None:
    make_week()
    answer = client.get("/embed?category=health")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "义诊" in html
    assert "公益集市" not in html
    assert 'href="http://testserver/?category=health" target="_blank" rel="noopener"' in html
    one = Activity.objects.get(title="爱心走访")
    assert "爱心走访" in client.get(f"/embed?activity={one.public_id}").content.decode()
    assert client.get("/embed?activity=nobody").status_code == 404
    assert client.get("/embed?colour=red").json()["found"] == "colour"


def test_only_who_may_frame_it_differs_from_every_other_page(
    client: Client, settings: Settings
) -> None:
    settings.YITU_EMBED_ANCESTORS = ["https://www.example.org"]
    framed = client.get("/embed")
    policy = framed["Content-Security-Policy"].split("; ")
    assert "frame-ancestors https://www.example.org" in policy
    assert "X-Frame-Options" not in framed
    page = client.get("/api?f=html")
    assert page["X-Frame-Options"] == "DENY"
    other = page["Content-Security-Policy"].split("; ")
    assert set(other) ^ set(policy) == {
        "frame-ancestors 'none'", "frame-ancestors https://www.example.org",
    }  # fmt: skip


def test_oembed_says_how_to_frame_a_page(client: Client) -> None:
    make_week()
    one = Activity.objects.get(title="义诊")
    address = f"http://testserver{one.get_absolute_url()}"
    said = client.get("/oembed", {"url": address, "maxwidth": "400"}).json()
    assert (said["version"], said["type"], said["title"]) == ("1.0", "rich", "义诊")
    assert (said["width"], said["height"]) == (400, 480)
    assert said["html"] == (
        f'<iframe src="http://testserver/embed?activity={one.public_id}" width="400" height="480" '
        'title="义诊" loading="lazy"></iframe>'
    )
    xml = client.get("/oembed", {"url": address, "format": "xml"})
    assert xml["Content-Type"] == "text/xml; charset=utf-8"
    tree = ElementTree.fromstring(xml.content)  # noqa: S314 - our own
    assert tree.findtext("title") == "义诊"
    mapped = client.get("/oembed", {"url": "http://testserver/?category=fair&near=121.5,29.8"})
    assert 'src="http://testserver/embed?category=fair"' in mapped.json()["html"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"url": "https://example.org/"}, 404),
        ({"url": "http://testserver/planner/"}, 404),
        ({"url": "http://[/"}, 404),
        ({"url": "http://testserver/", "format": "yaml"}, 501),
        ({"url": "http://testserver/", "maxwidth": "wide"}, 400),
        ({"url": "http://testserver/", "more": "1"}, 400),
    ],
)
def test_what_oembed_cannot_answer_is_a_problem(
    client: Client, query: dict[str, str], status: int
) -> None:
    answer = client.get("/oembed", query)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_pages_name_their_oembed(client: Client) -> None:
    make_week()
    for path in ("/?category=fair", Activity.objects.get(title="义诊").get_absolute_url()):
        html = client.get(path).content.decode()
        begin = html.index('type="application/json+oembed" href="') + len(
            'type="application/json+oembed" href="'
        )
        address = html[begin : html.index('"', begin)].replace("&amp;", "&")
        assert client.get(address).json()["type"] == "rich"


def test_many_activities_are_an_index_of_sitemaps(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_week()
    monkeypatch.setattr(subscriptions, "PER_SITEMAP", 2)
    index = client.get("/sitemap.xml").content.decode()
    assert index.count("<sitemap>") == 2
    assert "http://testserver/sitemap-2.xml" in index
    parts = [client.get(f"/sitemap-{number}.xml").content.decode() for number in (1, 2)]
    assert [part.count("/activities/") for part in parts] == [2, 1]
    assert client.get("/sitemap-3.xml").status_code == 404
