"""``manage.py push_screens``: the process that tells screens to poll now, in the foreground."""

import asyncio
import contextlib
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import clock
from kiosk import push


class Command(BaseCommand):
    help = "Server-sent events for the lobby screens: a version number when something has changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8010)

    def handle(self, *args: Any, **options: Any) -> None:
        def ready(port: int) -> None:
            self.stdout.write(f"push: http://{options['host']}:{port}{push.PATH}")
            self.stdout.flush()

        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(push.run(options["host"], options["port"], clock.now, ready))
