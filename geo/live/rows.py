"""One occurrence as the snapshot keeps it: what is filtered by, and its feature, ready to send."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import translation

from geo import features
from geo.models import Occurrence
from geo.moments import microseconds
from geo.querysets import OccurrenceQuerySet

NOWHERE = float("nan")
# Where the address of this server comes in. No JSON text holds a bare NUL.
HERE = b'"url":"\0'
MARK = '"url":"\ue000'.encode()
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """Instants in microseconds since 1970 (UTC); lon, lat in WGS-84 or NaN."""

    pk: int
    activity: int
    starts: int
    ends: int
    lon: float
    lat: float
    venue: int  # -1: none
    status: str
    campaign: str
    categories: tuple[str, ...]
    audiences: tuple[str, ...]
    is_sample: bool
    updated: int
    text: str  # what words are looked for in, in capitals
    identity: str
    feature: bytes


def rows_of(occurrences: OccurrenceQuerySet) -> Iterator[Row]:
    """The public ones of *occurrences*, a thousand at a time so that little is held twice."""
    asked = occurrences.published().order_by("pk")
    after = 0
    while True:
        some = list(
            asked.filter(pk__gt=after)
            .with_everything()
            .select_related("activity__campaign")[:CHUNK]
        )
        # The words of a place that nobody knows are in the city's language, whoever asks.
        with translation.override("zh-hans"):
            for one in some:
                yield row_of(one)
        if len(some) < CHUNK:
            return
        after = some[-1].pk


def row_of(one: Occurrence) -> Row:
    activity = one.activity
    point = one.venue.point if one.venue else None
    return Row(
        pk=one.pk,
        activity=activity.pk,
        starts=microseconds(one.starts_at),
        ends=microseconds(one.ends_at),
        lon=point.x if point else NOWHERE,
        lat=point.y if point else NOWHERE,
        venue=one.venue_id or -1,
        status=one.status,
        campaign=activity.campaign.slug if activity.campaign else "",
        categories=tuple(category.slug for category in activity.categories.all()),
        audiences=tuple(audience.slug for audience in activity.audiences.all()),
        is_sample=activity.is_sample,
        updated=microseconds(features.updated_at(one)),
        text=in_capitals("\n".join(_words(one))),
        identity=features.event_id(one),
        feature=feature_of(one),
    )


def _words(one: Occurrence) -> Iterable[str]:
    """The texts of `OccurrenceQuerySet.mentioning`."""
    activity = one.activity
    yield activity.title
    yield activity.content
    yield activity.audience_text
    if one.place:
        yield one.place.printed
    for named in (one.venue, one.area, one.district):
        if named:
            yield named.name
    for link in activity.organizer_links.all():
        yield link.organization.name


def in_capitals(text: str) -> str:
    """As PostgreSQL does it, letter by letter: ß stays ß."""
    capitals = text.upper()
    if len(capitals) == len(text):
        return capitals
    return "".join(big if len(big := letter.upper()) == 1 else letter for letter in text)


def feature_of(one: Occurrence) -> bytes:
    """The feature as the API sends it, with a NUL for the address of the server."""
    body = features.event_feature(one, lambda path: f"\ue000{path}")
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode().replace(MARK, HERE)
