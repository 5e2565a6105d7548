"""The same collections as pages that a person reads: a list with words, links and a small map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from geo import features, phrases
from geo.api import schemas
from geo.api.collections import Collection
from geo.api.links import Addresses
from geo.api.paging import Page
from geo.models import Area, Departure, Occurrence, Organization, Venue

Context = dict[str, Any]


def items_page(
    one: Collection, page: Page, found: Sequence[features.Feature], at: Addresses, now: datetime
) -> Context:
    pairs = list(zip(page.rows, found, strict=True))
    return {
        "collection": one,
        "lines": [_line(row, feature, one, at, now) for row, feature in pairs],
        "shapes": _shapes(pairs, one, at),
        "unplaced": sum(1 for feature in found if feature["geometry"] is None),
        "json": at.here({"f": "json"}),
        "next": at.here({"after": page.after, "before": None}) if page.after else "",
        "prev": at.here({"before": page.before, "after": None}) if page.before else "",
        "q": at.query.get("q", ""),
        "asked": [(name, words) for name, words in at.query.items() if name not in {"f", "q"}],
    }


def item_page(
    one: Collection, row: Any, feature: features.Feature, at: Addresses, now: datetime
) -> Context:
    said = feature["properties"]
    described = schemas.PROPERTIES[one.id]
    return {
        "collection": one,
        "feature": feature,
        "line": _line(row, feature, one, at, now),
        "facts": [
            (described[name]["title"], name, _shown(value), described[name].get("format") == "uri")
            for name, value in said.items()
            if value not in (None, "", []) and name != "removed"
        ],
        "shapes": _shapes([(row, feature)], one, at),
        "json": at.here({"f": "json"}),
    }


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    return "、".join(value) if isinstance(value, list) else str(value)


def _line(
    row: Any, feature: features.Feature, one: Collection, at: Addresses, now: datetime
) -> Context:
    """What one row of the list says: a name, what and where in words, how well it is known."""
    href = at.of("api-item", one.id, feature["id"], f="html")
    said = {"href": href, "sample": feature["properties"].get("sample", False)}
    if isinstance(row, Departure):
        gone = {"name": _("已撤下"), "over": "", "below": row.event_id, "soft": "", "off": True}
        return {**said, **gone, "href": ""}
    if isinstance(row, Occurrence):
        return said | _event_line(row, now)
    if isinstance(row, Venue):
        where = row.district.name if row.district else ""
        return said | {"name": row.name, "over": row.kind, "below": where, "soft": _known(row)}
    if isinstance(row, Area):
        level = row.get_level_display()
        parent = row.parent.name if row.parent else ""
        return said | {"name": row.name, "over": level, "below": parent, "soft": row.code or ""}
    organization: Organization = row
    return said | {"name": organization.name, "over": organization.kind, "below": "", "soft": ""}


def _event_line(row: Occurrence, now: datetime) -> Context:
    return {
        "name": row.activity.title,
        "over": phrases.when_words(row, now),
        "below": phrases.place_name(row),
        "soft": phrases.precision_words(row),
        "off": row.status in {"cancelled", "postponed"},
        "state": row.get_status_display() if row.status != "scheduled" else "",
    }


def _known(venue: Venue) -> str:
    if venue.point is None:
        return str(_("位置未知"))
    return str(_("误差约 %(distance)s")) % {"distance": phrases.distance_words(venue.radius_m or 0)}


def _shapes(
    pairs: Sequence[tuple[Any, features.Feature]], one: Collection, at: Addresses
) -> list[Context]:
    """What the map draws, each place once: the geometry with the radius that is claimed for it."""
    drawn: dict[str, Context] = {}
    for _row, feature in pairs:
        if feature["geometry"] is None:
            continue
        said = feature["properties"]
        name = said.get("place") or said.get("name")
        drawn.setdefault(
            str(feature["geometry"]["coordinates"]) if one.id == "events" else feature["id"],
            {
                "name": name,
                "geometry": feature["geometry"],
                "radius": said.get("radius_m") or 0,
                "url": at.of("api-item", one.id, feature["id"], f="html"),
            },
        )
    return list(drawn.values())
