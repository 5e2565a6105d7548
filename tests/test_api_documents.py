"""What describes the open API, and how its answers travel."""

from __future__ import annotations

import json
import re
from typing import Any

import brotli
import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV30SpecValidator, validate

from geo.models import Activity
from tests.api import EVENTS, make_week, read

pytestmark = pytest.mark.django_db

COLLECTIONS = ("events", "venues", "areas", "organizations", "gaps")
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
PAGES = [
    "/api", "/api/conformance", "/api/collections", "/api/docs", "/api/openapi?f=html",
    *(f"/api/collections/{name}{rest}" for name in COLLECTIONS
      for rest in ("", "/items", "/queryables", "/schema")),
]  # fmt: skip


def links_of(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {f"{one['rel']} {one['type']}": one for one in document["links"]}


def test_the_landing_page_leads_to_everything(client: Client) -> None:
    page = read(client, "/api")
    assert {"title", "description", "attribution", "links"} == set(page)
    for one in page["links"]:
        assert set(one) == {"rel", "type", "title", "href"}
        assert one["href"].startswith("http://testserver/")
        answer = client.get(one["href"])
        assert answer.status_code == 200, one
        assert answer["Content-Type"].split("; ")[0] == one["type"].split("; ")[0]
    assert links_of(page)[f"service-desc {OPENAPI}"]["href"] == "http://testserver/api/openapi"
    relations = {one["rel"] for one in page["links"]}
    assert {"self", "alternate", "service-doc", "conformance", "data"} <= relations


def test_the_classes_it_conforms_to_are_those_of_one_point_zero(client: Client) -> None:
    declared = read(client, "/api/conformance")["conformsTo"]
    for name in ("core", "geojson", "html", "oas30"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" in declared
    assert "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables" in declared


def test_the_api_document_is_valid_and_needs_no_other(client: Client) -> None:
    answer = client.get("/api/openapi")
    assert answer["Content-Type"] == OPENAPI
    document = answer.json()
    validate(document, cls=OpenAPIV30SpecValidator)
    assert document["openapi"] == "3.0.3"
    assert document["servers"] == [{"url": "http://testserver/api"}]
    assert set(re.findall(r'"\$ref":\s*"([^#"]*)#', answer.content.decode())) == {""}
    for path in ("/conformance", "/collections", "/collections/events/items",
                 "/collections/events/items/{featureId}"):  # fmt: skip
        assert "200" in document["paths"][path]["get"]["responses"]


def test_the_parameters_of_the_standard_are_written_as_it_asks(client: Client) -> None:
    known = read(client, "/api/openapi")["components"]["parameters"]
    limit = known["limit"]
    assert (limit["style"], limit["explode"]) == ("form", False)
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
    box = known["bbox"]["schema"]
    assert (box["type"], box["minItems"], box["maxItems"]) == ("array", 4, 6)
    assert box["items"] == {"type": "number"}
    assert known["datetime"]["schema"]["type"] == "string"


def test_a_collection_says_the_same_in_the_list_and_alone(client: Client) -> None:
    make_week()
    listed = read(client, "/api/collections")["collections"]
    assert tuple(one["id"] for one in listed) == COLLECTIONS
    for one in listed:
        alone = read(client, f"/api/collections/{one['id']}")
        for word in ("id", "title", "description", "extent", "itemType", "crs"):
            assert alone[word] == one[word]
    assert listed[0]["extent"]["spatial"]["bbox"] == [[121.557, 29.481, 121.873, 29.899]]
    assert listed[0]["extent"]["temporal"]["interval"] == [
        ["2019-06-26T00:00:00Z", "2019-06-29T10:00:00Z"]
    ]


def test_queryables_are_exactly_the_parameters_one_filters_by(client: Client) -> None:
    answer = client.get("/api/collections/events/queryables")
    assert answer["Content-Type"] == "application/schema+json"
    document = answer.json()
    assert document["$id"] == "http://testserver/api/collections/events/queryables"
    assert document["additionalProperties"] is False
    asked = set(document["properties"]) - {"geometry"}
    assert asked == {"category", "audience", "organizer", "area", "campaign", "status", "venue"}
    assert "type" not in document["properties"]["geometry"]
    for name in asked:
        assert client.get(EVENTS, {name: ""}).status_code == 200


def test_the_schema_describes_every_property_that_is_sent(client: Client) -> None:
    make_week()
    for name in COLLECTIONS:
        described = read(client, f"/api/collections/{name}/schema")["properties"]
        first = read(client, f"/api/collections/{name}/items")["features"][0]
        assert set(described) - {"id", "geometry"} == set(first["properties"])


@pytest.mark.parametrize("address", PAGES)
def test_every_resource_is_a_page_for_people_too(client: Client, address: str) -> None:
    make_week()
    answer = client.get(address, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    html = answer.content.decode()
    assert "<h1" in html
    assert " style=" not in html
    assert "<script>" not in html


def test_f_wins_over_accept_and_what_nobody_offers_is_answered_as_json(client: Client) -> None:
    browser = {"Accept": "text/html"}
    geojson = "application/geo+json"
    assert client.get(f"{EVENTS}?f=json", headers=browser)["Content-Type"] == geojson
    assert client.get(EVENTS, headers={"Accept": "image/png"})["Content-Type"] == geojson
    assert client.get(f"{EVENTS}?f=html")["Content-Type"] == "text/html; charset=utf-8"


def test_an_item_leads_to_itself_its_collection_and_its_page(client: Client) -> None:
    make_week()
    first = read(client, EVENTS)["features"][0]
    one = read(client, f"{EVENTS}/{first['id']}")
    links = links_of(one)
    assert links["self application/geo+json"]["href"] == f"http://testserver{EVENTS}/{first['id']}"
    assert links["alternate text/html"]["href"].endswith("?f=html")
    assert links["collection application/json"]["href"].endswith("/api/collections/events")
    assert links["canonical text/html"]["href"] == first["properties"]["url"]
    assert {**first, "links": one["links"]} == one


def test_who_has_the_answer_is_told_so(client: Client) -> None:
    make_week()
    for address in ("/api", "/api/openapi", EVENTS, "/api/collections", "/calendar.ics",
                    "/feed.atom", "/sitemap.xml", "/robots.txt"):  # fmt: skip
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
        assert again["ETag"] == first["ETag"]
    before = client.get(EVENTS)
    assert before["Last-Modified"].endswith("GMT")
    Activity.objects.filter(title="义诊").update(title="大型义诊")
    after = client.get(EVENTS, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


def test_a_compressed_answer_is_recognised_too(client: Client) -> None:
    make_week()
    packed = client.get(EVENTS, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    again = client.get(EVENTS, headers={"If-None-Match": packed["ETag"]})
    assert again.status_code == 304


def test_brotli_is_sent_to_who_takes_it_and_says_the_same(client: Client) -> None:
    make_week()
    plain = client.get(EVENTS)
    packed = client.get(EVENTS, headers={"Accept-Encoding": "gzip, deflate, br;q=0.9"})
    assert packed["Content-Encoding"] == "br"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 3
    said, told = json.loads(brotli.decompress(packed.content)), plain.json()
    assert {**said, "timeStamp": ""} == {**told, "timeStamp": ""}
    refused = client.get(EVENTS, headers={"Accept-Encoding": "gzip, br;q=0"})
    assert refused["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get(EVENTS, headers={"Accept-Encoding": "*"})
    odd = client.get(EVENTS, headers={"Accept-Encoding": "br;q=0.9.9"})
    assert (odd.status_code, "Content-Encoding" in odd) == (200, False)


def test_any_origin_may_read_and_none_may_write(client: Client) -> None:
    answer = client.get("/api")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    asked = client.options(EVENTS, headers={"Origin": "https://example.org"})
    assert (asked.status_code, asked["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    for method in (client.post, client.put, client.delete, client.patch):
        refused = method(EVENTS)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert refused["Content-Type"] == "application/problem+json"


def test_a_head_has_the_headers_and_no_body(client: Client) -> None:
    asked, told = client.get(EVENTS), client.head(EVENTS)
    assert told.content == b""
    assert told["ETag"] == asked["ETag"]
    assert told["Content-Type"] == asked["Content-Type"]


def test_answers_set_no_cookie_and_may_be_kept_by_proxies(client: Client) -> None:
    answer = client.get(EVENTS)
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=60, stale-while-revalidate=300"
    assert "Accept" in answer["Vary"]
    assert "Cookie" not in answer["Vary"]


@pytest.mark.parametrize(
    "address",
    ["/api/nothing", "/api/collections/nothing", "/api/collections/nothing/items",
     "/api/collections/venues/items/0", "/api/collections/areas/items/999999",
     "/api/collections/areas/items/area-0", "/api/collections/organizations/items/x",
     "/api/collections/events/items/", "/api/collections/"],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_document(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_title_cannot_break_out_of_the_page_or_of_its_data(client: Client) -> None:
    make_week()
    Activity.objects.filter(title="公益集市").update(title="</script><script>alert(1)</script>")
    html = client.get(f"{EVENTS}?f=html").content.decode()
    assert "<script>alert" not in html
