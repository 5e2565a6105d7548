"""``manage.py ensure_staff --name demo``: a staff account whose password is shown once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Makes a staff account that may do everything, and prints its random password once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--new-password",
            action="store_true",
            help="Give an existing account a new password; its sessions end.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        user, is_new = get_user_model().objects.get_or_create(
            username=name, defaults={"is_staff": True, "is_superuser": True}
        )
        if not is_new and not options["new_password"]:
            self.stdout.write(f"{name} is there already. A new password: --new-password")
            return
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.save()
        self.stdout.write(f"{name} / {password}   (shown this once)")
