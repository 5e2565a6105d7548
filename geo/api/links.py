"""Addresses: absolute, built from the address that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.functional import cached_property

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"

Link = dict[str, str]


def link(rel: str, href: str, kind: str, title: str) -> Link:
    return {"rel": rel, "type": kind, "title": title, "href": href}


class Addresses:
    """Full addresses of the API's resources, seen from one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.query = request.GET

    @cached_property
    def base(self) -> str:
        """https://host: where the addresses of this answer begin."""
        return self.request.build_absolute_uri("/")[:-1]

    def absolute(self, path: str) -> str:
        return self.base + iri_to_uri(path)

    def of(self, name: str, *args: str, **query: str) -> str:
        """The resource *name* (api, api-items, …) with a query."""
        words = f"?{urlencode(query)}" if query else ""
        return self.absolute(reverse(name, args=args) + words)

    def here(self, changes: Mapping[str, str | None] | None = None) -> str:
        """This address with some parameters changed; None takes one out."""
        kept: dict[str, Any] = self.query.dict()
        for name, value in (changes or {}).items():
            if value is None:
                kept.pop(name, None)
            else:
                kept[name] = value
        words = urlencode(kept, safe=",:/")
        path = self.absolute(self.request.path)
        return f"{path}?{words}" if words else path

    def itself(self, kind: str, is_html: bool) -> list[Link]:
        """``self`` and ``alternate``, whichever of the two this is."""
        ways = [(kind, "json", "这份文档"), (HTML, "html", "网页")]
        here, other = reversed(ways) if is_html else ways
        return [
            link("self", self.here(), here[0], here[2]),
            link("alternate", self.here({"f": other[1]}), other[0], other[2]),
        ]
