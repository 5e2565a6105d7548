"""`/tiles/…`: vector tiles of what has a point, by the parameters of the API; and TileJSON.

What is known only by its area, or not at all, is in no tile: an area is no pin. TileJSON says so,
and `/api/collections/…/items` has them.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Count
from django.http import HttpRequest, HttpResponse

from geo import features, mvt
from geo.api import parameters
from geo.api.answers import body_tag, for_everyone, json_answer, unchanged, validated, version_tag
from geo.api.collections import EVENTS, VENUES, Collection, collection_called
from geo.api.links import JSON, Addresses
from geo.api.live import kept_here, question_of, stale
from geo.api.problems import ApiError
from geo.api.questions import Asked
from geo.live.keeper import Kept
from geo.live.snapshot import Snapshot

MVT = "application/vnd.mapbox-vector-tile"
DEEPEST = 18
POINTS = {EVENTS.id: "venue__point", VENUES.id: "point"}
LEFT_OUT = {"bbox", "limit", "after", "before", "f", "near", "within", "updated_since"}

Tile = tuple[int, int, int]


def _asked(request: HttpRequest, name: str) -> tuple[Collection, Asked]:
    one = collection_called(name)
    if name not in POINTS:
        raise ApiError(404, f"{name} has no points. There are tiles of {', '.join(POINTS)}.")
    offered = [parameter for parameter in one.parameters if parameter.name not in LEFT_OUT]
    return one, parameters.read_all(offered, request.GET)


@for_everyone
def tile(request: HttpRequest, name: str, z: int, x: int, y: int) -> HttpResponse:
    one, asked = _asked(request, name)
    if z > DEEPEST or max(x, y) >= 1 << z:
        raise ApiError(404, f"There is no such tile. Zooms are 0 to {DEEPEST}.")
    now: datetime = request.now  # type: ignore[attr-defined]
    kept = kept_here()
    is_moving = one.changes_with_the_clock(asked)
    etag = version_tag(request, kept.version.number) if kept and not is_moving else None
    if etag and (answer := unchanged(request, etag)):
        return answer
    marks = _live_marks(kept, asked, now, (z, x, y)) if kept and one is EVENTS else None
    if marks is None:
        marks = _marks(one, asked, now, (z, x, y))
    response = HttpResponse(mvt.encode(name, marks), content_type=MVT)
    answer = validated(request, response, etag or body_tag(response.content))
    for word, value in stale(kept).items() if kept else ():
        answer[word] = value
    return answer


def _live_marks(kept: Kept, asked: Asked, now: datetime, at: Tile) -> list[mvt.Mark] | None:
    snapshot = kept.snapshot
    question = question_of(asked, now, snapshot.floor)
    if question is None:
        return None
    rows = snapshot.find(question)
    x, y = snapshot.columns["x"][rows], snapshot.columns["y"][rows]
    placed = ~np.isnan(y)
    rows, x, y = rows[placed], x[placed], y[placed]
    inside, across, down = mvt.pixels(x, y, at)
    if at[0] < mvt.SINGLE_FROM_ZOOM or len(inside) > mvt.MOST_SINGLE:
        return mvt.counted(across, down)
    return [
        mvt.Mark(one_x, one_y, _said(snapshot, row))
        for row, one_x, one_y in zip(
            rows[inside].tolist(), across.tolist(), down.tolist(), strict=True
        )
    ]


def _said(snapshot: Snapshot, row: int) -> dict[str, str | int]:
    feature = snapshot.features[row]
    begin = len(b'{"type":"Feature","id":"')
    categories = snapshot.categories.words(int(snapshot.columns["category"][row]))
    return {
        "id": feature[begin : feature.index(b'"', begin)].decode(),
        "category": mvt.joined(categories),
    }


def _marks(one: Collection, asked: Asked, now: datetime, at: Tile) -> list[mvt.Mark]:
    """From SQL: points with how many stand there, so that the rows are as few as the places."""
    field = POINTS[one.id]
    west, south, east, north = mvt.box_of(*at)
    room = (east - west) * 1e-6
    box = (west - room, south - room, east + room, north + room)
    found = one.ask({**asked, "bbox": [box]}, now).filter(**{f"{field}__isnull": False})
    found = found.select_related(None).prefetch_related(None).order_by()
    pairs = list(found.values_list(field).annotate(count=Count("pk")))
    points = np.array([(point.x, point.y) for point, _ in pairs], dtype=float).reshape(-1, 2)
    counts = np.array([count for _, count in pairs], dtype=np.int64)
    inside, across, down = mvt.pixels(*mvt.mercator(points[:, 0], points[:, 1]), at)
    total = int(counts[inside].sum())
    if at[0] < mvt.SINGLE_FROM_ZOOM or total > mvt.MOST_SINGLE:
        return mvt.counted(across, down, counts[inside])
    return _single(one, asked, now, box, at)


def _single(one: Collection, asked: Asked, now: datetime, box: Any, at: Tile) -> list[mvt.Mark]:
    rows = [
        row
        for row in one.ask({**asked, "bbox": [box]}, now).order_by(one.order.field, "pk")
        if _point(row) is not None
    ]
    points = np.array([_point(row) for row in rows], dtype=float).reshape(-1, 2)
    inside, across, down = mvt.pixels(*mvt.mercator(points[:, 0], points[:, 1]), at)
    return [
        mvt.Mark(x, y, _words(rows[row]))
        for row, x, y in zip(inside.tolist(), across.tolist(), down.tolist(), strict=True)
    ]


def _point(row: Any) -> tuple[float, float] | None:
    place = getattr(row, "venue", row)
    return (place.point.x, place.point.y) if place and place.point else None


def _words(row: Any) -> dict[str, str | int]:
    if not hasattr(row, "activity"):
        return {"id": str(row.pk), "name": row.name}
    slugs = [category.slug for category in row.activity.categories.all()]
    return {"id": features.event_id(row), "category": mvt.joined(slugs)}


@for_everyone
def tilejson(request: HttpRequest, name: str) -> HttpResponse:
    """TileJSON 3.0 of a collection, with the filters that were asked for."""
    one, _ = _asked(request, name)
    at = Addresses(request)
    query = request.META.get("QUERY_STRING", "")
    box = one.extent().box
    single = {"id": "String", "category": "String"} if one is EVENTS else {
        "id": "String", "name": "String"
    }  # fmt: skip
    body = {
        "tilejson": "3.0.0",
        "name": str(one.title),
        "description": "Up to zoom 12, and wherever a tile holds more than "
        f"{mvt.MOST_SINGLE}, points are counted (count); below, they stand alone. What has no "
        "point is in no tile: ask " + at.of("api-items", name) + " for it.",
        "tiles": [at.absolute(f"/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt").replace("%7B", "{").replace(
            "%7D", "}") + (f"?{query}" if query else "")],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "bounds": list(box),
        "vector_layers": [{"id": name, "fields": {"count": "Number", **single}}],
    }  # fmt: skip
    return json_answer(request, json.loads(json.dumps(body)), JSON)
