"""The pages of the open API in a real browser, with its strict policy on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Witness, open_context

ADDRESSES = [
    "/api",
    "/api/docs",
    "/api/collections",
    "/api/collections/events/items",
    "/api/collections/areas/items?level=district&f=html",
    "/api/collections/organizations/items",
    "/api/collections/venues/schema",
]


@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_fit_and_ask_nobody_else(
    city: str, browser: Browser, witness: Witness, width: int
) -> None:
    context = open_context(browser, viewport={"width": width, "height": 844})
    page = context.new_page()
    witness.watch(page)
    for address in ADDRESSES:
        page.goto(city + address)
        expect(page.locator("h1")).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} sticks out: {wide}"
    context.close()
    witness.has_nothing_to_say()


def test_a_person_finds_an_event_and_reads_it(
    city: str, browser: Browser, witness: Witness
) -> None:
    context = open_context(browser, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    witness.watch(page)
    page.goto(f"{city}/api")
    page.get_by_role("link", name="活动场次", exact=True).click()
    page.wait_for_selector("body[data-ready=true]")
    expect(page.locator(".api-pin").first).to_be_attached()
    page.get_by_role("searchbox").fill("爱心公园")
    page.get_by_role("button", name="查找").click()
    page.locator(".api-row__name a").first.click()
    page.wait_for_selector("body[data-ready=true]")
    expect(page.locator(".api-ring")).to_be_attached()
    expect(page.locator(".api-facts")).to_contain_text("时间（原文）")
    page.get_by_role("link", name="JSON").click()
    feature = json.loads(page.locator("pre").inner_text())
    assert feature["type"] == "Feature"
    context.close()
    witness.has_nothing_to_say()


def test_the_linked_data_of_an_activity_breaks_no_policy(
    city: str, browser: Browser, witness: Witness
) -> None:
    context = open_context(browser, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    witness.watch(page)
    page.goto(city)
    page.locator("[data-card] h2 a").first.click()
    block = page.locator('script[type="application/ld+json"]')
    expect(block).to_be_attached()
    assert json.loads(block.inner_text())["@graph"]
    context.close()
    witness.has_nothing_to_say()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """A page of another origin."""
    (tmp_path / "index.html").write_text("<!doctype html><title>elsewhere</title>")
    (tmp_path / "favicon.ico").write_bytes(b"")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_map_works_in_the_frame_of_another_origin(
    city: str, browser: Browser, tmp_path: Path, elsewhere: str
) -> None:
    """A sandboxed frame, keyboard alone: the list, then the map; a link opens outside of it."""
    frame = f'<iframe src="{city}/embed?q=公园" width="640" height="480" title="map" '
    (tmp_path / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>theirs</title>{frame}'
        'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox">'
        "</iframe>"
    )
    context = open_context(browser)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda told: problems.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(elsewhere)
    inside = page.frame_locator("iframe")
    expect(inside.locator("body[data-ready=true]")).to_be_attached()
    expect(inside.locator(".api-pin, .api-ring").first).to_be_attached()
    page.keyboard.press("Tab")
    expect(inside.get_by_role("link", name="在益图上看全部")).to_be_focused()
    with context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_load_state()
    assert opened.value.url.startswith(f"{city}/?q=")
    assert problems == []
    context.close()


def test_another_origin_may_read(city: str, browser: Browser, elsewhere: str) -> None:
    """From a page of another origin, as a city's own program would."""
    context = open_context(browser)
    page = context.new_page()
    page.goto(elsewhere)
    address = f"{city}/api/collections/events/items?limit=3"
    asked = {"headers": {"If-None-Match": "x"}}  # not a simple header: the browser asks first
    count = page.evaluate(
        "([address, asked]) => fetch(address, asked).then((answer) => answer.json())"
        ".then((page) => page.features.length)",
        [address, asked],
    )
    assert count == 3
    context.close()
