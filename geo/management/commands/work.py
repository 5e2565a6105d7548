"""``manage.py work``: the background worker, in the foreground."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import clock
from geo import work


class Command(BaseCommand):
    help = "Does what the queue holds and what is due, until Ctrl-C. See 后台任务 in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="end when nothing waits")
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at a time (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        work.run(clock.now, until_empty=options["until_empty"], concurrency=options["concurrency"])
