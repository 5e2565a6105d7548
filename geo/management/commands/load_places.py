"""Load areas, their names, boundaries and people, and the curated venues from ``fixtures/``."""

import json
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from geo.area_list import (
    DISTRICT,
    TOWN,
)
from geo.geocoding import online, shipped
from geo.models import Area, AreaName, Population, Venue, VenueName

COUNTED = ("areas", "names", "figures", "venues", "aliases")


class Command(BaseCommand):
    help = "Load areas, boundaries, names, population and curated venues. Safe to run again."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        counts = {
            "areas": _load_areas() + _load_zones(),
            "names": _load_names(),
            "figures": _load_population(),
            "venues": 0,
            "aliases": 0,
        }
        kept, counts["venues"], counts["aliases"] = _load_venues()
        said = ", ".join(f"{counts[word]} {word}" for word in COUNTED)
        self.stdout.write(f"Places loaded or changed: {said}.")
        if kept:
            self.stdout.write("Left as a person or a map service placed them: " + "、".join(kept))
        placed = Venue.objects.filter(point__isnull=False).count()
        in_review = Venue.objects.filter(needs_review=True).count()
        self.stdout.write(
            f"Venues: {Venue.objects.count()}, with a point {placed}, to be verified {in_review}."
        )


def _point(label: shipped.LabelPoint | None) -> Point | None:
    return Point(label.position.lon, label.position.lat, srid=4326) if label else None


def _area_fields(
    key: str, boundaries: dict[str, Any], labels: dict[str, shipped.LabelPoint]
) -> dict[str, Any]:
    """Source, boundary and label of one area."""
    label, feature = labels.get(key), boundaries.get(key)
    source, licence = shipped.STATISTICS, "MIT / WTFPL"
    if label is not None:
        source = f"{source}；标注点：{label.source}"
        licence += "；GeoNames CC BY 4.0" if label.source.startswith("GeoNames") else ""
    fields: dict[str, Any] = {
        "source": source[:300],
        "licence": licence,
        "label_point": _point(label),
        "label_radius_m": label.radius_m if label else None,
        "datum": label.datum if label else "",
        "approval_number": "",
        "boundary": None,
    }
    if feature is not None:
        properties = feature["properties"]
        fields["boundary"] = _multipolygon(feature["geometry"])
        fields["source"] = f"{source}；边界：{properties['source']}"[:300]
        fields["approval_number"] = properties["approval_number"]
        fields["datum"] = properties["datum"]
    return fields


def _multipolygon(geometry: dict[str, Any]) -> MultiPolygon:
    shape = GEOSGeometry(json.dumps(geometry), srid=4326)
    if isinstance(shape, MultiPolygon):
        return shape
    if isinstance(shape, Polygon):
        return MultiPolygon(shape, srid=4326)
    raise CommandError(f"A boundary must be a polygon, not a {shape.geom_type}.")


def _load_areas() -> int:
    """City to communities, level by level, so that every parent is there before its children."""
    boundaries, labels = shipped.boundaries(), shipped.label_points()
    known = {area.code: area for area in Area.objects.filter(code__isnull=False)}
    changed_count = 0
    entries = shipped.area_entries()
    for level in ("city", DISTRICT, TOWN, "community"):
        new, changed = [], []
        for entry in entries:
            if entry.level != level:
                continue
            parent = known[entry.parent].pk if entry.parent else None
            fields = _area_fields(entry.key, boundaries, labels)
            area = known.get(entry.key)
            if area is None:
                area = Area(
                    code=entry.key, name=entry.name, level=level, parent_id=parent, **fields
                )
                area.spell()
                new.append(area)
            elif _differs(area, fields := {**fields, "name": entry.name, "parent_id": parent}):
                _set(area, fields)
                area.spell()
                changed.append(area)
        for area in Area.objects.bulk_create(new, batch_size=1000):
            known[area.code] = area
        if changed:
            Area.objects.bulk_update(
                changed,
                [*("parent" if name == "parent_id" else name for name in fields), "search_text"],
                batch_size=500,
            )
        changed_count += len(new) + len(changed)
    return changed_count


def _differs(row: Area | Venue, fields: dict[str, Any]) -> bool:
    for name, value in fields.items():
        stored = getattr(row, name)
        if isinstance(value, Point | MultiPolygon) and stored is not None:
            if not value.equals_exact(stored, 1e-9):
                return True
        elif stored != value:
            return True
    return False


def _set(row: Area | Venue, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def _load_zones() -> int:
    """Functional zones by name: they have no code."""
    labels, changed = shipped.label_points(), 0
    for zone in shipped.zones():
        label = labels.get(zone.entry.key)
        fields = {
            "parent_id": Area.objects.get(code=zone.entry.parent).pk,
            "source": zone.source,
            "label_point": _point(label),
            "label_radius_m": label.radius_m if label else None,
        }
        area = Area.objects.filter(code=None, level=Area.Level.ZONE, name=zone.entry.name).first()
        if area is None:
            area = Area(name=zone.entry.name, level=Area.Level.ZONE, **fields)
        elif not _differs(area, fields):
            continue
        _set(area, fields)
        area.save()
        area.parts.set(Area.objects.filter(code__in=zone.parts))
        changed += 1
    return changed


def _load_names() -> int:
    changed = 0
    for code, rows in shipped.area_names().items():
        area = Area.objects.get(code=code)
        for alias, source in rows:
            wanted = {
                "valid_from": alias.valid_from,
                "valid_to": alias.valid_to,
                "source": source,
            }
            if AreaName.objects.filter(area=area, name=alias.name, **wanted).exists():
                continue
            AreaName.objects.update_or_create(area=area, name=alias.name, defaults=wanted)
            changed += 1
    for zone in shipped.zones():
        area = Area.objects.get(code=None, level=Area.Level.ZONE, name=zone.entry.name)
        for alias in zone.entry.aliases:
            _, is_new = AreaName.objects.get_or_create(
                area=area, name=alias.name, defaults={"source": zone.source}
            )
            changed += is_new
    return changed


def _load_population() -> int:
    areas = {area.code: area for area in Area.objects.filter(level__in=["city", "district"])}
    key = ("area_id", "group", "counted_on", "basis")
    known = {tuple(row[:4]): row[4] for row in Population.objects.values_list(*key, "count")}
    changed = []
    for row in shipped.population():
        area = areas[row.code]
        if known.get((area.pk, row.group, row.counted_on, row.basis)) != row.count:
            changed.append(
                Population(
                    area=area,
                    group=row.group,
                    count=row.count,
                    counted_on=row.counted_on,
                    basis=row.basis,
                    source=shipped.CENSUS,
                )
            )
    Population.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["area", "group", "counted_on", "basis"],
        update_fields=["count", "source"],
    )
    return len(changed)


def _load_venues() -> tuple[list[str], int, int]:
    """Names of venues left alone, number of venues and of aliases written."""
    areas = {area.code: area for area in Area.objects.filter(level__in=[DISTRICT, TOWN])}
    known = {
        (venue.name, venue.district_id, venue.valid_from): venue
        for venue in Venue.objects.filter(is_sample=False)
    }
    aliases = set(VenueName.objects.values_list("venue_id", "name"))
    kept, changed, new_names = [], 0, []
    for row in shipped.venues():
        entry, fields = row.entry, _venue_fields(row, areas)
        venue = known.get((entry.name, fields["district_id"], entry.valid_from))
        if venue is None:
            venue = Venue.objects.create(name=entry.name, valid_from=entry.valid_from, **fields)
            changed += 1
        elif venue.corrected_by_person or _is_placed_by_service(venue):
            kept.append(venue.name)
        elif _differs(venue, fields):
            _set(venue, fields)
            venue.save()
            changed += 1
        for alias in entry.aliases:
            if (venue.pk, alias.name) not in aliases:
                new_names.append(
                    VenueName(
                        venue=venue,
                        name=alias.name,
                        valid_from=alias.valid_from,
                        valid_to=alias.valid_to,
                    )
                )
    VenueName.objects.bulk_create(new_names)
    return kept, changed, len(new_names)


def _venue_fields(row: shipped.VenueRow, areas: dict[str | None, Area]) -> dict[str, Any]:
    entry = row.entry
    district, town = areas.get(entry.district), areas.get(entry.town)
    point = Point(*entry.position, srid=4326) if entry.position else None
    return {
        "kind": row.kind,
        "district_id": district.pk if district else None,
        "town_id": town.pk if town else None,
        "address": row.address,
        "point": point,
        "radius_m": entry.radius_m,
        "point_source": row.point_source,
        "source_datum": entry.source_datum,
        "confidence": entry.confidence,
        "valid_to": entry.valid_to,
        "needs_review": row.needs_review,
    }


def _is_placed_by_service(venue: Venue) -> bool:
    """A map service has since found the venue more closely than the shipped row knows it."""
    return venue.point is not None and venue.point_source.startswith(online.LABELS)
