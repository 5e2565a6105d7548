"""Our own base map: painted by a worker beside the page, or by the page where that fails."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Witness, open_context

PLAIN_SEA = 40  # colours: a sea without land has far fewer, a painted map hundreds


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    context = open_context(browser, viewport={"width": 1200, "height": 800})
    yield context.new_page()
    context.close()


def colours(page: Page) -> int:
    """Different colours on a piece of the map without marks: hills and a border in the west."""
    shot = page.screenshot(clip={"x": 460, "y": 520, "width": 260, "height": 200})
    return len(Image.open(BytesIO(shot)).convert("RGB").getcolors(1 << 20) or [])


def painted(page: Page) -> bool:
    for _ in range(40):
        if colours(page) > PLAIN_SEA:
            return True
        page.wait_for_timeout(150)
    return False


def test_a_worker_paints_the_tiles_beside_the_page(city: str, desk: Page, witness: Witness) -> None:
    witness.watch(desk)
    desk.goto(city)
    desk.wait_for_selector("body[data-ready=true]")
    assert [worker.url for worker in desk.workers if "basemap-worker" in worker.url]
    assert painted(desk)
    witness.has_nothing_to_say()


def test_without_its_worker_the_page_paints_by_itself(city: str, desk: Page) -> None:
    desk.route("**/basemap-worker*.js", lambda route: route.abort())
    desk.goto(city)
    desk.wait_for_selector("body[data-ready=true]")
    assert painted(desk)
    assert desk.locator(".map .place-chip--area").count() > 0
