"""``manage.py make_demo_city``: an invented year beside the real data, for the planner alone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo import demo_city


class Command(BaseCommand):
    help = "Makes the demo city: one invented year, marked 演示, which only the planner can show."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed", type=int, default=demo_city.SEED, help="Another invented year."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = demo_city.make(options["seed"])
        except demo_city.DemoCityError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Demo city: {counts.activities} activities, {counts.occurrences} occurrences,"
            f" {counts.venues} venues, {counts.organizations} organisers, {demo_city.FIRST} to"
            f" {demo_city.LAST}. None of them is real; remove_demo_city takes them away."
        )
