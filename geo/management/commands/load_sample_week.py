"""``manage.py load_sample_week [--start 2019-06-24]``: the invented week, laid out anew."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo import sample

DEMO_MONDAY = date(2019, 6, 24)  # the week of the demo clock


class Command(BaseCommand):
    help = "Loads the sample week (invented activities with exact hours, all marked 示例)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--start",
            type=date.fromisoformat,
            default=DEMO_MONDAY,
            metavar="MONDAY",
            help="The Monday of the week (default: %(default)s, the week of the demo clock).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = sample.load(options["start"])
        except sample.SampleError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Sample week from {options['start']}: {counts.activities} activities,"
            f" {counts.occurrences} occurrences, {counts.venues} venues,"
            f" {counts.organizations} organisers. None of them is real."
        )
        if counts.unknown_topics:
            self.stderr.write(
                f"Left out, for they are not in the lists: {'、'.join(counts.unknown_topics)}"
            )
