"""``manage.py make_cells``: hexagons over the districts, and the census spread over them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config import clock
from geo.measures import people, tiling
from geo.models import Grid, PopulationLayer


class Command(BaseCommand):
    help = "Lays hexagons over the districts and spreads the people of the districts over them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--edge",
            type=float,
            default=tiling.EDGE_M,
            metavar="METRES",
            help="Length of a hexagon's side (default: %(default)s, which is 1 km²).",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not 200 <= options["edge"] <= 5000:
            raise CommandError(f"A side of {options['edge']:g} m. Expected 200 to 5000.")
        now = clock.now()
        try:
            grid = tiling.make_hexagons(now, options["edge"])
        except tiling.NoLandError as error:
            raise CommandError(str(error)) from None
        people.make_even_layer(now)
        for layer in PopulationLayer.objects.exclude(method=PopulationLayer.Method.EVEN):
            for one in Grid.objects.all():
                people.fill(layer, one)
        self.stdout.write(f"{grid.cells.count()} hexagons, side {grid.edge_m:g} m.")
