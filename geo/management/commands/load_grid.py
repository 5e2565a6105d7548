"""``manage.py load_grid FILE --slug wangge --title 网格 --source …``: cells of one's own."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import clock
from geo.errors import ProblemError
from geo.measures.uploading import LARGEST_BYTES, add_grid


class Command(BaseCommand):
    help = "Loads a grid from GeoJSON or a zipped Shapefile (degrees, WGS-84 or CGCS2000)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--slug", required=True)
        parser.add_argument("--title", required=True)
        parser.add_argument("--source", required=True, help="Who drew it, as it is to be printed.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST_BYTES + 1)
            grid = add_grid(
                data, path.name, options["slug"], options["title"], options["source"], clock.now()
            )
        except (OSError, ProblemError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{grid.cells.count()} cells, grid {grid.slug}.")
