"""The API document: OpenAPI 3.0.3, self-contained, made from what the code reads and says."""

from __future__ import annotations

from typing import Any

from geo.api import parameters, schemas
from geo.api.collections import COLLECTIONS, Collection
from geo.api.links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, Addresses
from geo.api.parameters import Parameter
from geo.api.problems import PROBLEM

VERSION = "1.0.0"
Document = dict[str, Any]

ITEM_ID = r"^[^/\u0000]{1,80}$"
TEXT = {"type": "string"}
LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}


def document(at: Addresses) -> Document:
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Yitu open API",
            "version": VERSION,
            "description": "Public-service activities of Ningbo: OGC API - Features 1.0.",
            "license": {"name": "MIT (software); each datum names its own source"},
        },
        "servers": [{"url": at.of("api")}],
        "tags": [{"name": "service"}, *({"name": one} for one in COLLECTIONS)],
        "paths": _paths(),
        "components": {
            "parameters": _parameters(),
            "responses": _responses(),
            "schemas": _schemas(),
        },
    }


def _paths() -> Document:
    paths = {
        "/": _get("landing", "service", JSON, _ref("landing"), "Landing page"),
        "/conformance": _get("conformance", "service", JSON, _ref("conformance"), "Conformance"),
        "/openapi": _get("openapi", "service", OPENAPI, {"type": "object"}, "This document"),
        "/docs": {"get": _described("docs", "service", {HTML: {"schema": TEXT}}, "Manual")},
        "/collections": _get(
            "collections", "service", JSON, _ref("collections"), "All collections"
        ),
    }
    for one in COLLECTIONS.values():
        paths |= _paths_of(one)
    return paths


def _paths_of(one: Collection) -> Document:
    base = f"/collections/{one.id}"
    items = _get(f"{one.id}.items", one.id, GEOJSON, _ref(f"{one.id}.page"), f"Many {one.id}")
    items["get"]["parameters"] = [_parameter_ref(one, asked) for asked in one.parameters]
    item = _get(f"{one.id}.item", one.id, GEOJSON, _ref(f"{one.id}.item"), f"One of {one.id}")
    item["get"]["parameters"].append({
        "name": "featureId", "in": "path", "required": True,
        "description": "The id of a feature, as its collection gives it.",
        "schema": {"type": "string", "pattern": ITEM_ID},
    })  # fmt: skip
    item["get"]["responses"] |= {"404": _response("problem"), "410": _response("problem")}
    return {
        base: _get(f"{one.id}.about", one.id, JSON, _ref("collection"), f"About {one.id}"),
        f"{base}/items": items,
        f"{base}/items/{{featureId}}": item,
        f"{base}/queryables": _get(
            f"{one.id}.queryables", one.id, SCHEMA, {"type": "object"}, "What one can filter by"
        ),
        f"{base}/schema": _get(
            f"{one.id}.schema", one.id, SCHEMA, {"type": "object"}, "What a feature says"
        ),
    }


def _get(name: str, tag: str, kind: str, schema: Document, words: str) -> Document:
    content = {kind: {"schema": schema}, HTML: {"schema": TEXT}}
    operation = _described(name, tag, content, words)
    operation["parameters"] = [{"$ref": "#/components/parameters/f"}]
    return {"get": operation}


def _described(name: str, tag: str, content: Document, words: str) -> Document:
    return {
        "operationId": name,
        "tags": [tag],
        "summary": words,
        "parameters": [],
        "responses": {
            "200": {"description": words, "headers": _headers(), "content": content},
            "304": {"description": "Not changed since the ETag that was sent"},
            "400": _response("problem"),
            "429": _response("later"),
            "default": _response("problem"),
        },
    }


def _headers() -> Document:
    return {"ETag": {"description": "Changes when the answer does", "schema": TEXT}}


def _parameters() -> Document:
    described: Document = {}
    for one in COLLECTIONS.values():
        for asked in one.parameters:
            described[_parameter_name(one, asked)] = _parameter(asked)
    return described


def _parameter_name(one: Collection, asked: Parameter) -> str:
    """Shared ones by their name; those of one collection behind its name."""
    shared = vars(parameters).get(asked.name.upper()) is asked or asked in parameters.COMMON
    return asked.name if shared else f"{one.id}.{asked.name}"


def _parameter_ref(one: Collection, asked: Parameter) -> Document:
    return {"$ref": f"#/components/parameters/{_parameter_name(one, asked)}"}


def _parameter(asked: Parameter) -> Document:
    return {
        "name": asked.name,
        "in": "query",
        "required": False,
        "description": asked.description,
        "style": "form",
        "explode": False,
        "schema": asked.schema,
    }


def _response(name: str) -> Document:
    return {"$ref": f"#/components/responses/{name}"}


def _responses() -> Document:
    return {
        "problem": {
            "description": "What was wrong (RFC 9457)",
            "content": {PROBLEM: {"schema": _ref("problem")}},
        },
        "later": {
            "description": "Too many requests of one address",
            "headers": {
                "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}
            },
            "content": {PROBLEM: {"schema": _ref("problem")}},
        },
    }


def _ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> Document:
    texts = {"type": "array", "items": TEXT}
    known: Document = {
        "link": schemas.exact({"rel": TEXT, "type": TEXT, "title": TEXT, "href": TEXT}),
        "problem": _problem(),
        "landing": schemas.exact(
            {"title": TEXT, "description": TEXT, "attribution": TEXT, "links": LINKS}
        ),
        "conformance": schemas.exact({"links": LINKS, "conformsTo": texts}),
        "collection": schemas.exact({
            "id": TEXT, "title": TEXT, "description": TEXT, "links": LINKS, "crs": texts,
            "itemType": {"type": "string", "enum": ["feature"]}, "extent": {"type": "object"},
        }),
        "collections": schemas.exact(
            {"links": LINKS, "collections": {"type": "array", "items": _ref("collection")}}
        ),
    }  # fmt: skip
    for one in COLLECTIONS.values():
        known |= _schemas_of(one)
    return known


def _schemas_of(one: Collection) -> Document:
    said: Document = schemas.exact(schemas.PROPERTIES[one.id])
    on_pages: Document = said
    if one.id == "events":
        on_pages = {"oneOf": [said, schemas.exact(schemas.TOMBSTONE)]}
    return {
        f"{one.id}.feature": schemas.exact(_feature(one, on_pages)),
        f"{one.id}.item": schemas.exact({**_feature(one, said), "links": LINKS}),
        f"{one.id}.page": _page(one),
    }


def _feature(one: Collection, properties: Document) -> Document:
    return {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": TEXT,
        "geometry": schemas.GEOMETRIES[one.id],
        "properties": properties,
    }


def _page(one: Collection) -> Document:
    page = schemas.exact({
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": _ref(f"{one.id}.feature")},
        "links": LINKS,
        "numberReturned": {"type": "integer", "minimum": 0, "maximum": 1000},
        "timeStamp": {"type": "string", "format": "date-time"},
    })  # fmt: skip
    # Said only where it costs nothing: when the page is the whole answer.
    page["properties"]["numberMatched"] = {"type": "integer", "minimum": 0}
    return page


def _problem() -> Document:
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "parameter": {"type": "string", "description": "Which parameter, where one is wrong"},
            "found": TEXT,
            "expected": TEXT,
        },
    }
