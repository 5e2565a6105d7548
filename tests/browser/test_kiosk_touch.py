"""A visitor at a screen that feels touch: what can be found, and that nothing is left behind."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kiosk_worlds import advance, world_page

# What a visitor can change: the desk, the page's attributes, the map, the voice, what runs.
LEFT = """() => ({
    desk: document.querySelector("[data-desk-slot]").innerHTML,
    body: Array.from(document.body.attributes)
        .filter((one) => one.name !== "data-still" && one.name !== "style")
        .map((one) => `${one.name}=${one.value}`).sort(),
    state: JSON.stringify(world.screen.desk.state),
    held: world.screen.isHeld, asking: world.screen.desk.idle.timer,
    free: world.screen.stage.map.map.dragging.enabled(),
    keys: Object.keys(localStorage).sort(),
})"""


@pytest.fixture(scope="module")
def panel(browser: Browser, city: str) -> Iterator[Page]:
    context, page = world_page(browser, city, slug="touch")
    page.wait_for_function("world.screen.desk && world.screen.stage.map")
    yield page
    context.close()


@pytest.fixture(autouse=True)
def _nobody_is_there(panel: Page) -> Iterator[None]:
    yield
    advance(panel, 90_000)


def touch(page: Page, act: str, value: str = "") -> None:
    """A click as a finger makes one, without waiting for anything to hold still."""
    wanted = f'[data-act="{act}"]' + (f'[data-value="{value}"]' if value else "")
    page.evaluate(
        """(wanted) => { const one = document.querySelector(wanted);
            one.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true})); one.click(); }""",
        wanted,
    )


def path(page: Page) -> str:
    return page.locator("[data-part=code]").get_attribute("data-path") or ""


def test_the_list_and_one_activity_go_to_the_phone_exactly_as_they_are_shown(panel: Page) -> None:
    touch(panel, "open", "list")
    assert path(panel) == "/?district=330203&date=2019-06-26&sample=1"
    touch(panel, "day", "tomorrow")
    assert path(panel) == "/?district=330203&date=2019-06-27&sample=1"
    touch(panel, "item")
    assert path(panel) == "/activities/t0/"
    expect(panel.locator(".desk__facts .desk__title")).to_have_text("手机课堂")
    assert panel.locator("[data-part=code] svg path").count() == 1


def test_initials_find_what_cannot_be_typed(panel: Page) -> None:
    touch(panel, "open", "search")
    for key in "sjkt":
        touch(panel, "key", key)
    expect(panel.locator("[data-part=query]")).to_have_text("SJKT")
    assert panel.locator(".desk__item").count() > 0
    touch(panel, "key", "z")
    expect(panel.locator("[data-part=none]")).to_be_visible()
    touch(panel, "erase")
    assert panel.locator(".desk__item").count() > 0


def test_the_map_comes_down_into_reach_and_it_is_the_same_map(panel: Page) -> None:
    panel.evaluate("() => { world.map = document.querySelector('[data-map]'); }")
    touch(panel, "open", "map")
    box = panel.locator("[data-map]").bounding_box()
    assert box
    assert box["y"] >= 540 - 10
    assert panel.evaluate("world.map === document.querySelector('[data-map]')")
    panel.evaluate("document.querySelector('[data-map] .pin').click()")
    expect(panel.locator(".desk__facts .desk__title")).not_to_be_empty()


def test_everything_that_can_be_touched_stands_in_the_low_half(panel: Page) -> None:
    for mode in ("list", "map", "search"):
        touch(panel, "open", mode)
        tops = panel.evaluate(
            """Array.from(document.querySelectorAll("button, a")).map((one) =>
                one.getBoundingClientRect()).filter((box) => box.height).map((box) => box.top)"""
        )
        assert min(tops) >= 540 - 10
        heights = panel.evaluate(
            """Array.from(document.querySelectorAll("button")).map((one) =>
                one.getBoundingClientRect().height).filter((height) => height)"""
        )
        assert min(heights) >= 44


def test_who_goes_away_is_asked_and_then_forgotten(panel: Page) -> None:
    fresh = panel.evaluate(LEFT)
    touch(panel, "open", "list")
    advance(panel, 46_000)
    expect(panel.locator("[data-part=asking]")).to_contain_text("还在看吗？")
    touch(panel, "stay")
    expect(panel.locator("[data-part=asking]")).to_be_hidden()
    advance(panel, 62_000)
    assert panel.evaluate(LEFT) == fresh


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_touched_the_next_visitor_finds_a_fresh_screen(panel: Page, seed: int) -> None:
    fresh = panel.evaluate(LEFT)
    dice = random.Random(seed)  # noqa: S311 - a fuzz test that can be repeated
    for _ in range(60):
        panel.evaluate(
            """(share) => {
                const all = Array.from(document.querySelectorAll("[data-act], [data-map] .pin"))
                    .filter((one) => one.getBoundingClientRect().height && !one.disabled);
                const one = all[Math.floor(share * all.length)];
                one.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true}));
                one.click();
            }""",
            dice.random(),
        )
        if dice.random() < 0.1:
            advance(panel, 46_000)
    advance(panel, 90_000)
    assert panel.evaluate(LEFT) == fresh
    assert panel.url.endswith("/kiosk/touch/")


def test_there_is_no_way_out(panel: Page) -> None:
    touch(panel, "open", "list")
    assert panel.locator("a, [download], [target], iframe, input, select, form").count() == 0
    refused = panel.evaluate(
        """["contextmenu", "dragstart", "selectstart"].map((name) => !document.body.dispatchEvent(
            new Event(name, {cancelable: true, bubbles: true})))"""
    )
    assert refused == [True, True, True]
    keys = panel.evaluate(
        """["p", "s", "u", "+", "F11"].map((key) => !document.body.dispatchEvent(new KeyboardEvent(
            "keydown", {key, ctrlKey: key !== "F11", cancelable: true, bubbles: true})))"""
    )
    assert keys == [True] * 5
    assert panel.evaluate("getComputedStyle(document.body).touchAction") == "none"
    assert panel.evaluate("getComputedStyle(document.body).userSelect") == "none"
