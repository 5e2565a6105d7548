"""Lobby screens whose clocks, timers and server stand under a test's hand (kiosk_world.js)."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import open_context

WORLD = (Path(__file__).parent / "kiosk_world.js").read_text(encoding="utf-8")
MORNING = "2019-06-26T08:00:00+08:00"
MINUTE_MS = 60_000
COUNTED = ("JSHeapUsedSize", "Nodes", "JSEventListeners", "Documents")


def world_page(
    browser: Browser,
    city: str,
    begin: str = MORNING,
    before: str = "",
    dwell_s: int = 20,
    slug: str = "demo",
) -> tuple[BrowserContext, Page]:
    """A page whose world begins at *begin*; *before* runs in it before any script."""
    context = open_context(
        browser, viewport={"width": 1920, "height": 1080}, service_workers="block"
    )
    start = f"window.worldBegin = Date.parse('{begin}'); window.worldDwell = {dwell_s};"
    context.add_init_script(before + start + WORLD)
    page = context.new_page()
    page.goto(f"{city}/kiosk/{slug}/")
    page.wait_for_selector("body[data-ready]")
    page.wait_for_function("window.world.screen && window.world.screen.link")
    advance(page, MINUTE_MS)  # the first poll brings the world's own programme
    return context, page


def advance(page: Page, ms: int) -> None:
    page.evaluate("(ms) => world.advance(ms)", ms)


class Figures:
    """What a page holds after the garbage has been collected: bytes, nodes, listeners."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.page, self.session = page, context.new_cdp_session(page)
        self.session.send("Performance.enable")

    def read(self) -> dict[str, float]:
        """The least of several: one collection leaves up to 1 MB that the next one takes."""
        every = []
        for _ in range(4):
            self.session.send("HeapProfiler.collectGarbage")
            said = self.session.send("Performance.getMetrics")["metrics"]
            every.append({one["name"]: one["value"] for one in said if one["name"] in COUNTED})
            self.page.wait_for_timeout(150)
        return {name: min(one[name] for one in every) for name in COUNTED}
