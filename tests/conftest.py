"""The demo's moment for every test; nothing here reads the machine's clock."""

import contextlib
import os
from datetime import datetime

import pytest

from tests.loaded import places as places

# Playwright runs an event loop in the test's thread; the ORM is only used between its calls.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def now() -> datetime:
    """Wednesday 26 June 2019, 09:40 in Ningbo."""
    from tests.factories import NOW

    return NOW


@pytest.fixture(autouse=True)
def _demo_clock(settings: pytest.FixtureRequest) -> None:
    settings.YITU_DEMO = True  # type: ignore[attr-defined]
    settings.YITU_NOW = "2019-06-26T09:40+08:00"  # type: ignore[attr-defined]
    settings.YITU_PUBLIC_PLANNER = True  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Dropping a test database waits for a checkpoint: on a busy disk longer than any page may."""
    from django.db import connection

    options = connection.settings_dict["OPTIONS"]
    options["options"] = options["options"].replace(
        "statement_timeout=30000", "statement_timeout=0"
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The demo's database that browser tests copied goes with the run, not with a worker."""
    if hasattr(session.config, "workerinput"):
        return
    from django.conf import settings
    from psycopg import OperationalError

    from tests.browser.city import drop, original_name

    with contextlib.suppress(OperationalError):  # a run without a database made none
        drop(dict(settings.DATABASES["default"]), original_name())
