"""长辈版 and night, in a real browser: sizes as they are on the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_context

PHONE = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
    "device_scale_factor": 2,
}  # fmt: skip
DESK = {"viewport": {"width": 1440, "height": 900}}
NIGHT, DAY = "rgb(20, 22, 26)", "rgb(251, 250, 247)"
# A whole card is one target; credits and the link that skips are not for fingers.
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, select, summary, input')]
  .filter((one) => one.offsetParent)
  .filter((one) => !one.closest('.card, .skip-link, .leaflet-control-attribution'))
  .map((one) => [one.textContent.trim().slice(0, 20), one.getBoundingClientRect()])
  .filter(([, box]) => box.height && (box.height < 60 || box.width < 60))
  .map(([words, box]) => `${words} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready=true]")


@pytest.mark.parametrize("window", [PHONE, DESK], ids=["phone", "desk"])
def test_large_type_has_large_targets_and_the_list_first(
    browser: Browser, city: str, window: dict[str, object]
) -> None:
    context = open_context(browser, **window)
    page = context.new_page()
    page.goto(city)
    page.get_by_role("link", name="长辈版").click()
    ready(page)
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "22px"
    assert page.evaluate(SMALL_TARGETS) == []
    expect(page.locator("[data-map]")).to_be_hidden()
    page.get_by_role("button", name="筛选").click()
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="看地图").click()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
    expect(page.locator("[data-card]").first).to_be_hidden()
    assert page.evaluate(SMALL_TARGETS) == []
    page.get_by_role("button", name="看列表").click()
    page.locator("[data-card] a").first.click()
    ready(page)
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "22px"
    context.close()


def test_a_switch_keeps_the_filters_chosen_since_the_page_was_loaded(
    browser: Browser, city: str
) -> None:
    context = open_context(browser, **DESK)
    page = context.new_page()
    page.goto(city)
    ready(page)
    page.get_by_role("link", name="明天", exact=True).click()
    page.wait_for_url("**when=tomorrow**")
    page.get_by_role("link", name="长辈版").click()
    ready(page)
    assert "when=tomorrow" in page.url
    expect(page.locator("[data-results-count]")).to_have_text("6 个活动")
    context.close()


def test_night_follows_the_system_unless_chosen(browser: Browser, city: str) -> None:
    context = open_context(browser, color_scheme="dark", **DESK)
    page = context.new_page()
    page.goto(city)
    ready(page)
    expect(page.locator("body")).to_have_css("background-color", NIGHT)
    expect(page.locator("[data-map]")).to_have_css("background-color", "rgb(15, 34, 48)")
    page.emulate_media(color_scheme="light")
    expect(page.locator("body")).to_have_css("background-color", DAY)
    page.emulate_media(color_scheme="dark")
    page.get_by_role("link", name="日间配色").click()
    expect(page.locator("body")).to_have_css("background-color", DAY)
    context.close()


def test_without_javascript_night_follows_the_system_too(browser: Browser, city: str) -> None:
    context = open_context(browser, color_scheme="dark", java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(city)
    expect(page.locator("body")).to_have_css("background-color", NIGHT)
    page.get_by_role("link", name="日间配色").click()
    expect(page.locator("body")).to_have_css("background-color", DAY)
    context.close()
