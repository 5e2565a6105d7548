"""The offline gazetteer from the database, with the rows behind its keys."""

from dataclasses import dataclass
from datetime import date, timedelta

from geo.area_list import (
    CITY,
    DISTRICT,
    Alias,
    AreaEntry,
    AreaList,
)
from geo.coordinates import Position
from geo.geocoding.curated import VenueEntry, VenueTable
from geo.geocoding.offline import Gazetteer
from geo.models import Area, AreaName, Venue, VenueName


@dataclass(frozen=True)
class StoredGazetteer:
    """A gazetteer and the primary keys its keys stand for (venue keys are primary keys)."""

    gazetteer: Gazetteer
    area_ids: dict[str, int]
    keys_by_id: dict[int, str]

    def entry(self, area: Area | None) -> AreaEntry | None:
        """The entry of a stored area."""
        key = self.keys_by_id.get(area.pk) if area is not None else None
        return self.gazetteer.areas.entries.get(key) if key else None

    def turning_days(self) -> list[date]:
        """Days on which a name or a venue begins or has ended, in order: between two of them every
        question has one answer."""
        gazetteer = self.gazetteer
        venues = [one for many in gazetteer.venues.whole.values() for one in many]
        aliases = [one for area in gazetteer.areas.entries.values() for one in area.aliases]
        aliases += [one for venue in venues for one in venue.aliases]
        spans = [(one.valid_from, one.valid_to) for one in venues]
        spans += [(one.valid_from, one.valid_to) for one in aliases]
        days = {first for first, _last in spans if first}
        days |= {last + timedelta(days=1) for _first, last in spans if last}
        return sorted(days)


def stored_gazetteer() -> StoredGazetteer:
    """Read areas, venues and all their names. Some fifty milliseconds for Ningbo."""
    columns = ("pk", "code", "name", "level", "parent_id", "label_radius_m")
    rows = list(Area.objects.values_list(*columns))
    keys = {pk: code or f"{level}:{name}" for pk, code, name, level, *_ in rows}
    aliases: dict[int, list[Alias]] = {}
    names = AreaName.objects.values_list("area_id", "name", "valid_from", "valid_to")
    for area_id, name, valid_from, valid_to in names:
        aliases.setdefault(area_id, []).append(Alias(name, valid_from, valid_to))
    entries = [
        AreaEntry(keys[pk], name, level, keys.get(parent or 0), tuple(aliases.get(pk, ())))
        for pk, _, name, level, parent, _ in rows
    ]
    labels = {
        keys[pk]: radius
        for pk, _, _, level, _, radius in rows
        if radius is not None and level not in (CITY, DISTRICT)
    }
    areas = AreaList.build(entries)
    table = VenueTable.build(_venue_entries(keys), areas)
    ids = {key: pk for pk, key in keys.items()}
    return StoredGazetteer(Gazetteer(areas, table, labels), ids, keys)


def _venue_entries(keys: dict[int, str]) -> list[VenueEntry]:
    aliases: dict[int, list[Alias]] = {}
    names = VenueName.objects.values_list("venue_id", "name", "valid_from", "valid_to")
    for venue_id, name, valid_from, valid_to in names:
        aliases.setdefault(venue_id, []).append(Alias(name, valid_from, valid_to))
    venues = Venue.objects.filter(is_sample=False).order_by("pk")
    return [venue_entry(venue, keys, tuple(aliases.get(venue.pk, ()))) for venue in venues]


def venue_entry(venue: Venue, keys: dict[int, str], aliases: tuple[Alias, ...] = ()) -> VenueEntry:
    """The table row of a stored venue. What a person corrected is no longer of low confidence."""
    point = venue.point
    confidence = venue.confidence
    if venue.corrected_by_person and point is not None:
        confidence = Venue.Confidence.HIGH
    return VenueEntry(
        str(venue.pk),
        venue.name,
        keys.get(venue.district_id or 0),
        keys.get(venue.town_id or 0),
        aliases,
        Position(point.x, point.y) if point is not None else None,
        venue.radius_m,
        confidence,
        venue.source_datum,
        venue.valid_from,
        venue.valid_to,
    )
