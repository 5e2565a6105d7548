"""The demo's moment for every test; nothing here reads the machine's clock."""

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
