"""`/api`: reads what is asked, asks, and answers as JSON or as a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from geo import features
from geo.api import documents, pages, parameters
from geo.api import openapi as api_document
from geo.api.answers import (
    body_tag,
    bytes_answer,
    dated,
    dumped,
    for_everyone,
    html_answer,
    json_answer,
    unchanged,
    version_tag,
    wants_html,
)
from geo.api.collections import COLLECTIONS, EVENTS, Collection, collection_called
from geo.api.links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, Addresses, Link, link
from geo.api.live import LivePage, kept_here, live_item, live_page, path_in, stale
from geo.api.paging import Page, page_of
from geo.api.parameters import read_all
from geo.api.problems import ApiError


@for_everyone
def landing(request: HttpRequest) -> HttpResponse:
    return _document(request, documents.landing, "geo/api/landing.html")


@for_everyone
def conformance(request: HttpRequest) -> HttpResponse:
    return _document(request, documents.conformance, "geo/api/conformance.html")


@for_everyone
def collections(request: HttpRequest) -> HttpResponse:
    return _document(request, documents.collections, "geo/api/collections.html")


def _document(request: HttpRequest, make: Any, template: str) -> HttpResponse:
    read_all(parameters.RESOURCE, request.GET)
    at = Addresses(request)
    is_html = wants_html(request, JSON)
    body = make(at, is_html)
    if is_html:
        more = {
            "document": body,
            "collections": COLLECTIONS.values(),
            "json": at.here({"f": "json"}),
        }
        return html_answer(request, template, more)
    return json_answer(request, body, JSON)


@for_everyone
def openapi(request: HttpRequest) -> HttpResponse:
    read_all(parameters.RESOURCE, request.GET)
    if wants_html(request, OPENAPI):
        return _docs(request)
    return json_answer(request, api_document.document(Addresses(request)), OPENAPI)


@for_everyone
def docs(request: HttpRequest) -> HttpResponse:
    read_all((), request.GET)
    return _docs(request)


def _docs(request: HttpRequest) -> HttpResponse:
    at = Addresses(request)
    context = {"collections": COLLECTIONS.values(), "json": at.of("api-openapi", f="json")}
    return html_answer(request, "geo/api/docs.html", context | {"root": at.of("api")})


@for_everyone
def collection(request: HttpRequest, name: str) -> HttpResponse:
    one = collection_called(name)
    read_all(parameters.RESOURCE, request.GET)
    at = Addresses(request)
    is_html = wants_html(request, JSON)
    body = documents.collection(one, at, at.itself(JSON, is_html))
    if is_html:
        more = {"collection": one, "document": body, "json": at.here({"f": "json"})}
        return html_answer(request, "geo/api/collection.html", more)
    return json_answer(request, body, JSON)


@for_everyone
def queryables(request: HttpRequest, name: str) -> HttpResponse:
    return _schema(request, name, documents.queryables, _("可筛选的属性"))


@for_everyone
def schema(request: HttpRequest, name: str) -> HttpResponse:
    return _schema(request, name, documents.schema, _("属性说明"))


def _schema(request: HttpRequest, name: str, make: Any, title: str) -> HttpResponse:
    one = collection_called(name)
    read_all(parameters.RESOURCE, request.GET)
    at = Addresses(request)
    body = make(one, at)
    if wants_html(request, SCHEMA):
        more = {"collection": one, "document": body, "title": title}
        more["json"] = at.here({"f": "json"})
        return html_answer(request, "geo/api/schema.html", more)
    return json_answer(request, body, SCHEMA)


@for_everyone
def items(request: HttpRequest, name: str) -> HttpResponse:
    one = collection_called(name)
    now: datetime = request.now  # type: ignore[attr-defined]
    asked = read_all(one.parameters, request.GET)
    is_html = wants_html(request, GEOJSON)
    kept = None if is_html else kept_here()
    is_moving = one.changes_with_the_clock(asked)
    etag = version_tag(request, kept.version.number) if kept and not is_moving else None
    if etag and (answer := unchanged(request, etag)):
        return answer
    if kept and one is EVENTS and (live := live_page(kept, asked, now)):
        return _live_items(request, live, etag, stale(kept))
    rows = one.ask(asked, now)
    order = one.order_for(asked)
    limit = asked.get("limit", 100)
    gone = one.departed(asked)
    tables = [rows] if gone is None else [rows, gone]
    page = page_of(tables, order, limit, asked.get("after"), asked.get("before"))
    at = Addresses(request)
    links = _page_links(one, page, at, is_html)
    body: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [one.feature(row, at.absolute) for row in page.rows],
        "links": links,
        "numberReturned": len(page.rows),
    }
    if page.is_everything:
        body["numberMatched"] = len(page.rows)
    if is_html:
        context = pages.items_page(one, page, body["features"], at, now)
        return html_answer(request, "geo/api/items.html", context)
    stamp = {"timeStamp": features.instant(now)}
    return dated(json_answer(request, body, GEOJSON, stamp, etag), _newest(one, page.rows))


def _live_items(
    request: HttpRequest, page: LivePage, etag: str | None, marks: dict[str, str]
) -> HttpResponse:
    """The answer of `items`, from features that are ready."""
    at = Addresses(request)
    links = _page_links(EVENTS, page, at, is_html=False)
    said: dict[str, Any] = {"links": links, "numberReturned": len(page.features)}
    if page.is_everything:
        said["numberMatched"] = len(page.features)
    etag = etag or body_tag(page.body(at.base))
    said["timeStamp"] = features.instant(request.now)  # type: ignore[attr-defined]
    body = b'{"type":"FeatureCollection","features":[%b],%b' % (
        page.body(at.base),
        dumped(said).encode()[1:],
    )
    answer = dated(bytes_answer(request, body, links, etag), page.newest)
    for name, words in marks.items():
        answer[name] = words
    return answer


def _page_links(one: Collection, page: Page | LivePage, at: Addresses, is_html: bool) -> list[Link]:
    kind = HTML if is_html else GEOJSON
    links = at.itself(GEOJSON, is_html)
    links.append(link("collection", at.of("api-collection", one.id), JSON, str(one.title)))
    if page.after:
        href = at.here({"after": page.after, "before": None})
        links.append(link("next", href, kind, _("下一页")))
    if page.before:
        href = at.here({"before": page.before, "after": None})
        links.append(link("prev", href, kind, _("上一页")))
    return links


@for_everyone
def item(request: HttpRequest, name: str, identity: str) -> HttpResponse:
    one = collection_called(name)
    read_all(parameters.RESOURCE, request.GET)
    now: datetime = request.now  # type: ignore[attr-defined]
    at = Addresses(request)
    is_html = wants_html(request, GEOJSON)
    kept = None if is_html else kept_here()
    is_moving = one.changes_with_the_clock({})
    etag = version_tag(request, kept.version.number) if kept and not is_moving else None
    if etag and (answer := unchanged(request, etag)):
        return answer
    if kept and one is EVENTS and (live := live_item(kept, identity)):
        return _live_item(request, live, etag, stale(kept))
    row = one.find_at(identity, now) if one.find_at else one.find(identity)
    feature = one.feature(row, at.absolute)
    if is_html:
        context = pages.item_page(one, row, feature, at, now)
        return html_answer(request, "geo/api/item.html", context)
    links = at.itself(GEOJSON, is_html)
    links.append(link("collection", at.of("api-collection", one.id), JSON, str(one.title)))
    if one is EVENTS:
        links.append(link("canonical", feature["properties"]["url"], HTML, _("活动页面")))
    answer = json_answer(request, {**feature, "links": links}, GEOJSON, etag=etag)
    return dated(answer, _newest(one, [row]))


def _live_item(
    request: HttpRequest, page: LivePage, etag: str | None, marks: dict[str, str]
) -> HttpResponse:
    at = Addresses(request)
    links = at.itself(GEOJSON, is_html=False)
    links.append(link("collection", at.of("api-collection", EVENTS.id), JSON, str(EVENTS.title)))
    url = at.base + path_in(page.features[0])
    links.append(link("canonical", url, HTML, _("活动页面")))
    body = page.body(at.base)[:-1] + b',"links":%b}' % dumped(links).encode()
    answer = dated(bytes_answer(request, body, links, etag), page.newest)
    for name, words in marks.items():
        answer[name] = words
    return answer


def _newest(one: Collection, rows: Any) -> datetime | None:
    if one is not EVENTS:
        return None
    return max((features.updated_at(row) for row in rows), default=None)


@for_everyone
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    raise ApiError(404, "There is nothing here. The landing page /api says what there is.")
