"""Load the lobby screens of fixtures/screens.json. Running it twice changes nothing."""

import json
from datetime import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from geo.models import Area, Venue
from kiosk.models import Screen

SCREENS = Path("fixtures") / "screens.json"
PLAIN = ("name", "radius_m", "diagonal_inch", "viewing_distance_m", "contact_words",
         "hours_words", "is_sample")  # fmt: skip
OPTIONAL = ("has_touch", "mounting_height_cm")


class Command(BaseCommand):
    help = "Load the lobby screens; what staff have set on a screen that exists is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=settings.BASE_DIR / SCREENS)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        added = 0
        records = json.loads(options["file"].read_text(encoding="utf-8"))
        for record in records:
            added += _load(record)
        self.stdout.write(f"screens: {added} added, {len(records) - added} unchanged")


def _load(record: dict[str, Any]) -> bool:
    values = {name: record[name] for name in PLAIN}
    for name in ("night_from", "night_to"):
        values[name] = time.fromisoformat(record[name]) if record.get(name) else None
    values.update({name: record[name] for name in OPTIONAL if name in record})
    values["venue"] = _venue(record["slug"], record["venue"])
    _screen, is_new = Screen.objects.get_or_create(slug=record["slug"], defaults=values)
    return is_new


def _venue(slug: str, wanted: dict[str, Any]) -> Venue:
    """The venue a screen stands in; a sample's own venue is made when it is missing."""
    found: Venue | None = Venue.objects.filter(
        name=wanted["name"], district__code=wanted["district"]
    ).first()
    if found:
        return found
    new = wanted.get("create")
    district = Area.objects.filter(code=wanted["district"]).first()
    if new is None or district is None:
        raise CommandError(
            f"Screen {slug!r} stands in {wanted['name']} ({wanted['district']}), "
            "which is not among the venues. Run manage.py load_places first."
        )
    made: Venue = Venue.objects.create(
        name=wanted["name"],
        kind=new["kind"],
        district=district,
        point=Point(new["lon"], new["lat"], srid=4326),
        radius_m=new["radius_m"],
        point_source="示例：地铁鼓楼站",
        confidence=Venue.Confidence.HIGH,
        is_sample=True,
    )
    return made
