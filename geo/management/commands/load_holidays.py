"""``manage.py load_holidays``: days off by the State Council's notice; changes nothing twice."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from geo.models import Holiday

SHIPPED = Path(__file__).resolve().parents[3] / "fixtures" / "holidays.json"


class Command(BaseCommand):
    help = "Loads days off: {'source': …, 'days': [{'on': '2019-10-01', 'name': '国庆节'}, …]}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED)

    def handle(self, *args: Any, **options: Any) -> None:
        said = json.loads(options["file"].read_text(encoding="utf-8"))
        added = 0
        for day in said["days"]:
            fields = {"name": day["name"], "source": said["source"]}
            added += Holiday.objects.get_or_create(on=day["on"], defaults=fields)[1]
        self.stdout.write(f"Holidays: {added} added, {len(said['days']) - added} unchanged.")
