"""A lobby screen's service worker against servers that go and lie."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_context
from tests.browser.kiosk_gate import Gate

BUILD = "JSON.parse(document.getElementById('payload').textContent).build"
FROM_STORE = "document.body.hasAttribute('data-from-store')"


@pytest.fixture(scope="module")
def gate(city: str) -> Iterator[Gate]:
    with Gate(city) as opened:
        yield opened


@pytest.fixture(scope="module")
def panel(gate: Gate, browser: Browser) -> Iterator[Page]:
    """One box for all of these tests, as it would stand in a lobby: they are told in order."""
    context = open_context(browser, viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(f"{gate.address}/kiosk/yiyuan/")
    kept(page)
    yield page
    context.close()


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready]", timeout=15_000)


def kept(page: Page) -> None:
    ready(page)
    page.wait_for_selector("body[data-offline-start=kept]", timeout=15_000)


def memory(page: Page) -> dict[str, object]:
    """What the worker remembers of builds."""
    said: dict[str, object] = page.evaluate(
        """async () => { const kept = await (await caches.open('yitu-memory'))
            .match('/kiosk/-/memory'); return kept ? kept.json() : {}; }"""
    )
    return said


def says_programme(page: Page) -> None:
    ready(page)
    expect(page.locator(".head__name")).to_have_text("益园")
    expect(page.locator(".rail .next")).to_have_count(3)
    assert page.evaluate("getComputedStyle(document.body).display") == "grid"
    assert page.locator("body[data-has-map]").count() == 1


@pytest.mark.parametrize("mode", ["gone", "portal"])
def test_a_reload_without_server_shows_todays_programme(gate: Gate, panel: Page, mode: str) -> None:
    gate.mode = mode
    panel.reload()
    says_programme(panel)
    assert panel.evaluate(FROM_STORE)
    gate.mode = "open"


def test_a_box_that_only_knows_the_front_door_starts_without_network(
    gate: Gate, panel: Page
) -> None:
    gate.mode = "gone"
    panel.goto(f"{gate.address}/kiosk/")
    says_programme(panel)
    gate.mode = "open"


def test_a_page_that_is_well_makes_its_build_the_good_one(gate: Gate, panel: Page) -> None:
    panel.goto(f"{gate.address}/kiosk/yiyuan/")
    kept(panel)
    panel.evaluate("window.dispatchEvent(new Event('online'))")  # ask now, not at the phase
    for _ in range(75):
        if memory(panel).get("good"):
            break
        panel.wait_for_timeout(200)
    assert memory(panel)["good"] == panel.evaluate(BUILD)
