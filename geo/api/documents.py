"""Landing page, conformance, collections, queryables and schema as plain dictionaries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from geo import features
from geo.api import schemas
from geo.api.collections import COLLECTIONS, Collection, Extents
from geo.api.links import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    QUERYABLES,
    SCHEMA,
    Addresses,
    Link,
    link,
)

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
CONFORMS_TO = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
]
Document = dict[str, Any]


def landing(at: Addresses, is_html: bool) -> Document:
    return {
        "title": _("益图开放接口"),
        "description": _("宁波的公益活动在哪里、什么时候：活动场次、场所、区域和组织，人人可读。"),
        "attribution": _("每条数据都注明来源；区县边界：天地图，审图号 GS(2024)0650号。"),
        "links": [
            *at.itself(JSON, is_html),
            link("service-desc", at.of("api-openapi"), OPENAPI, _("接口定义")),
            link("service-doc", at.of("api-docs"), HTML, _("接口说明")),
            link("conformance", at.of("api-conformance"), JSON, _("符合的标准")),
            link("data", at.of("api-collections"), JSON, _("数据集")),
            link("alternate", at.of("calendar"), "text/calendar", _("日历订阅")),
            link("alternate", at.of("feed"), "application/atom+xml", _("Atom 订阅")),
        ],
    }


def conformance(at: Addresses, is_html: bool) -> Document:
    return {"links": at.itself(JSON, is_html), "conformsTo": CONFORMS_TO}


def collections(at: Addresses, is_html: bool) -> Document:
    return {
        "links": at.itself(JSON, is_html),
        "collections": [collection(one, at) for one in COLLECTIONS.values()],
    }


def collection(one: Collection, at: Addresses, own_links: list[Link] | None = None) -> Document:
    """Equal in the list and on its own page, but for ``self`` and ``alternate`` there."""
    here = at.of("api-collection", one.id)
    html = at.of("api-collection", one.id, f="html")
    return {
        "id": one.id,
        "title": str(one.title),
        "description": str(one.description),
        "itemType": "feature",
        "extent": _extent(one.extent()),
        "crs": [CRS84],
        "links": [
            *(own_links or [
                link("self", here, JSON, _("这份文档")),
                link("alternate", html, HTML, _("网页")),
            ]),
            link("items", at.of("api-items", one.id), GEOJSON, str(one.title)),
            link("items", at.of("api-items", one.id, f="html"), HTML, str(one.title)),
            link(QUERYABLES, at.of("api-queryables", one.id), SCHEMA, _("可筛选的属性")),
            link(SCHEMA_REL, at.of("api-schema", one.id), SCHEMA, _("属性说明")),
        ],
    }  # fmt: skip


def _extent(known: Extents) -> Document:
    extent: Document = {"spatial": {"bbox": [list(known.box)], "crs": CRS84}}
    if known.first:
        ends = [features.instant(known.first), features.instant(known.last)]
        extent["temporal"] = {"interval": [ends], "trs": GREGORIAN}
    return extent


def queryables(one: Collection, at: Addresses) -> Document:
    """What one can filter by: each is a query parameter of the same name."""
    asked = {
        parameter.name: {
            "title": parameter.title,
            "description": parameter.description,
            **parameter.schema,
        }
        for parameter in one.parameters
        if parameter.is_queryable
    }
    return _schema(one, at, "api-queryables", {"geometry": _geometry(one), **asked})


def schema(one: Collection, at: Addresses) -> Document:
    """What a feature says (Part 5)."""
    roles = {"starts_at": "primary-interval-start", "ends_at": "primary-interval-end"}
    said = {
        name: {
            **schemas.plain(described),
            **({"x-ogc-role": roles[name]} if name in roles else {}),
        }
        for name, described in schemas.PROPERTIES[one.id].items()
    }
    identity = {"type": "string", "title": _("编号"), "x-ogc-role": "id"}
    properties = {"id": identity, "geometry": _geometry(one), **said}
    return _schema(one, at, "api-schema", properties)


def _geometry(one: Collection) -> Document:
    return {
        "title": _("位置"),
        "format": f"geometry-{one.geometry}",
        "x-ogc-role": "primary-geometry",
    }


def _schema(one: Collection, at: Addresses, name: str, properties: Document) -> Document:
    return {
        "$schema": DRAFT,
        "$id": at.of(name, one.id),
        "type": "object",
        "title": str(one.title),
        "description": str(one.description),
        "properties": properties,
        "additionalProperties": False,
    }
