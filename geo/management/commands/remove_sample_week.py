"""``manage.py remove_sample_week``: every trace of the invented week, gone."""

from typing import Any

from django.core.management.base import BaseCommand

from geo import sample


class Command(BaseCommand):
    help = "Removes the sample week and everything that belongs to it."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = sample.remove()
        if not (gone.activities or gone.venues):
            self.stdout.write("There is no sample week. Nothing was removed.")
            return
        self.stdout.write(
            f"Removed: {gone.activities} activities, {gone.occurrences} occurrences,"
            f" {gone.venues} venues, {gone.organizations} organisers, the source {sample.SLUG}."
        )
