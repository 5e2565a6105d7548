"""``manage.py check_screens``: what the worker does for the screens each minute, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import clock
from kiosk import rehearsal, watch


class Command(BaseCommand):
    help = "Looks after the screens once: silence, ended notices, builds. --rehearse sends a test."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rehearse", action="store_true", help="send a notice nobody sees")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        if options["rehearse"]:
            rehearsal.rehearse(now)
            self.stdout.write("A rehearsal is on its way; its result is judged after 90 s.")
        self.stdout.write(watch.check(now) or "Nothing to do.")
