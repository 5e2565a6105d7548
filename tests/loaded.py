"""The shipped places in the test database: loaded once a module, rolled back after it."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Areas, names, people and venues of Ningbo. Tests still ask for ``db`` themselves."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_places", verbosity=0)
        yield
        transaction.set_rollback(True)
