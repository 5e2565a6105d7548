"""``manage.py remove_demo_city``: every trace of the invented year, gone."""

from typing import Any

from django.core.management.base import BaseCommand

from geo import demo_city


class Command(BaseCommand):
    help = "Removes the demo city and everything that belongs to it."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = demo_city.remove()
        if not (gone.activities or gone.venues):
            self.stdout.write("There is no demo city. Nothing was removed.")
            return
        self.stdout.write(
            f"Removed: {gone.activities} activities, {gone.occurrences} occurrences,"
            f" {gone.venues} venues, {gone.organizations} organisers."
        )
