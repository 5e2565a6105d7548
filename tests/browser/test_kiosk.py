"""A lobby screen as it is looked at: what fits, what it says, what it does at the turn of a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Witness, open_context

LANDSCAPE = {"viewport": {"width": 1920, "height": 1080}}
PORTRAIT = {"viewport": {"width": 1080, "height": 1920}}
MORNING = "2019-06-26T09:40:00"
KEEP = "document.addEventListener('yitu-screen', (event) => { window.kiosk = event.detail; });"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = open_context(browser, **LANDSCAPE)
    opened.add_init_script(KEEP)
    yield opened
    opened.close()


@pytest.fixture
def panel(context: BrowserContext) -> Page:
    return context.new_page()


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector("body[data-has-map]")


def stand(page: Page, kind: str) -> None:
    """Stays on the first scene of this kind, whatever the clock says."""
    page.evaluate(
        """(kind) => { kiosk.isHeld = true; const scene = kiosk.view.scenes.find(
            (one) => one.kind === kind); kiosk.stage.showScene(scene, kiosk.payload); }""",
        kind,
    )


def overflowing(page: Page) -> list[str]:
    """What is cut at the edge of the panel or of its own box; the frame drifts by two pixels."""
    found: list[str] = page.evaluate(
        """() => Array.from(document.querySelectorAll(
            '.head, .stage, .rail, .phone, .foot, .scene, [data-item]')).filter((one) => {
            const box = one.getBoundingClientRect();
            return box.width && (box.right > innerWidth + 3 || box.bottom > innerHeight + 3
                || one.scrollWidth > one.clientWidth + 2);
        }).map((one) => one.className)"""
    )
    return found


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_every_scene_fits_its_panel_and_asks_nobody_else(
    city: str, browser: Browser, witness: Witness, size: dict[str, Any]
) -> None:
    context = open_context(browser, **size)
    context.add_init_script(KEEP)
    page = context.new_page()
    witness.watch(page)
    kinds: set[str] = set()
    for slug in ("yiyuan", "demo"):
        page.goto(f"{city}/kiosk/{slug}/?at={MORNING}")
        ready(page)
        page.evaluate("kiosk.isHeld = true")
        for number in range(page.evaluate("kiosk.view.scenes.length")):
            kinds.add(
                page.evaluate(
                    """(number) => { const scene = kiosk.view.scenes[number];
                        kiosk.stage.showScene(scene, kiosk.payload); return scene.kind; }""",
                    number,
                )
            )
            assert overflowing(page) == []
    assert kinds == {"around", "now", "today", "week", "campaign", "services"}
    witness.has_nothing_to_say()
    context.close()


def test_portrait_is_a_layout_of_its_own(city: str, panel: Page) -> None:
    panel.goto(f"{city}/kiosk/demo/?at={MORNING}")
    ready(panel)
    stand(panel, "around")
    assert _is_right_of(panel, ".rail", ".stage")
    panel.set_viewport_size({"width": 1080, "height": 1920})
    assert _is_below(panel, ".rail", ".stage")
    assert _is_below(panel, "[data-slot=scene]", "[data-map]")


def _is_right_of(page: Page, first: str, second: str) -> bool:
    one, other = page.locator(first).bounding_box(), page.locator(second).bounding_box()
    assert one
    assert other
    return one["x"] >= other["x"] + other["width"] - 1


def _is_below(page: Page, first: str, second: str) -> bool:
    one, other = page.locator(first).bounding_box(), page.locator(second).bounding_box()
    assert one
    assert other
    return one["y"] >= other["y"] + other["height"] - 1


def test_the_numbers_on_the_map_are_those_of_the_cards(city: str, panel: Page) -> None:
    panel.goto(f"{city}/kiosk/demo/?at={MORNING}")
    ready(panel)
    stand(panel, "around")
    cards = panel.locator(".card__number:visible").all_inner_texts()
    pins = panel.locator("[data-map] .pin").all_inner_texts()
    assert cards == sorted(cards)
    assert cards
    assert set(pins) == set(cards)
    assert panel.locator("[data-map] .walk-ring").count() == 3


def test_yiyuan_has_a_dotted_ring_and_no_pin_and_no_minutes(city: str, panel: Page) -> None:
    panel.goto(f"{city}/kiosk/yiyuan/?at={MORNING}")
    ready(panel)
    stand(panel, "around")
    expect(panel.locator(".scene__lede")).to_have_text("象山县今天没有登记的活动。")
    expect(panel.locator(".rough-name")).to_have_text("益园 · 位置待核实")
    assert panel.locator(".walk-ring").count() == 0
    assert "步行" not in panel.locator("body").inner_text()


def test_the_programme_can_be_read_without_a_script(city: str, browser: Browser) -> None:
    context = open_context(browser, java_script_enabled=False, **LANDSCAPE)
    page = context.new_page()
    page.goto(f"{city}/kiosk/yiyuan/?at={MORNING}")
    expect(page.locator(".head__clock")).to_have_text("09:40")
    assert page.locator("[data-scene] [data-item]").count() > 0
    assert [name for name in overflowing(page) if name != "card"] == []
    context.close()


def test_what_has_ended_goes_by_itself(city: str, panel: Page) -> None:
    panel.clock.install()
    panel.goto(f"{city}/kiosk/demo/?at=2019-06-26T10:59:20")
    ready(panel)
    shows = """kiosk.view.scenes.filter((one) => ["around", "now", "today"].includes(one.kind))"""
    panel.route("**/payload.json*", lambda route: route.abort())
    panel.clock.run_for("01:00")
    assert "手机课堂" not in json.dumps(panel.evaluate(shows), ensure_ascii=False)
    expect(panel.locator(".head__clock")).to_have_text("11:00")


def test_midnight_turns_the_day_without_a_server(city: str, panel: Page) -> None:
    panel.clock.install()
    panel.goto(f"{city}/kiosk/yiyuan/?at=2019-06-26T23:59:40")
    ready(panel)
    panel.route("**/payload.json*", lambda route: route.abort())
    expect(panel.locator(".head__day")).to_contain_text("6月26日")
    assert panel.evaluate("document.documentElement.dataset.theme") == "night"
    panel.clock.run_for("00:40")
    expect(panel.locator(".head__day")).to_contain_text("6月27日")
    expect(panel.locator(".head__day")).to_contain_text("周四")
    expect(panel.locator(".head__clock")).to_have_text("00:00")


def test_nothing_on_the_screen_looks_or_acts_as_a_way_out(city: str, panel: Page) -> None:
    panel.goto(f"{city}/kiosk/demo/?at={MORNING}")
    ready(panel)
    assert panel.locator("a, button, input, select").count() == 0
    assert panel.evaluate("getComputedStyle(document.body).cursor") == "none"
    assert panel.evaluate(
        "!document.body.dispatchEvent(new Event('contextmenu', {cancelable: true, bubbles: true}))"
    )
