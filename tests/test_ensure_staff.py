"""A staff account whose password is shown once."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def ensure(*options: str) -> str:
    said = StringIO()
    call_command("ensure_staff", "--name", "demo", *options, stdout=said)
    return said.getvalue()


def test_the_first_time_it_prints_a_password_that_works() -> None:
    name, _slash, rest = ensure().partition(" / ")
    password = rest.removesuffix("   (shown this once)\n")
    user = User.objects.get(username=name)
    assert len(password) >= 16
    assert user.check_password(password)
    assert user.is_staff
    assert user.is_superuser


def test_the_second_time_it_changes_nothing_unless_asked() -> None:
    ensure()
    before = User.objects.get().password
    assert ensure() == "demo is there already. A new password: --new-password\n"
    assert User.objects.get().password == before
    assert " / " in ensure("--new-password")
    assert User.objects.get().password != before
