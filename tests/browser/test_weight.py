"""What a first view costs on a cold cache; bytes, never seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from script.lib.axe import HALL, PHONE
from script.lib.bench import BUDGETS, FONT_BUDGET
from script.lib.showcase import without_chinese_font
from script.lib.weights import Weight, weigh
from tests.browser.conftest import open_context

ENSURE = """async (module) => {
  const { drawsChinese, ensureFonts } = await import(module);
  return [drawsChinese(document), await ensureFonts("/static/css/fonts.css")];
}"""


@pytest.fixture(scope="module")
def bare_browser(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Browser]:
    """Chromium on a system that has no Chinese font."""
    environment: dict[str, str | float | bool] = {
        **os.environ,
        **without_chinese_font(tmp_path_factory.mktemp("fonts")),
    }
    bare = browser_type.launch(**browser_type_launch_args, env=environment)
    yield bare
    bare.close()


def cost(weight: Weight, *kinds: str) -> int:
    return sum(weight.kinds[kind] for kind in kinds)


def test_the_first_view_of_the_map_fits_its_budgets(city: str, browser: Browser) -> None:
    weight = weigh(browser, f"{city}/", **PHONE)
    assert weight.total <= BUDGETS["all"], weight.largest
    assert 20_000 < cost(weight, "scripts") <= BUDGETS["scripts"], weight.largest
    assert 20_000 < cost(weight, "base map") <= BUDGETS["base map"], weight.largest
    assert "fonts" not in weight.kinds, "the system has a Chinese font"


def test_without_a_chinese_font_the_first_view_adds_one_file(
    city: str, bare_browser: Browser
) -> None:
    weight = weigh(bare_browser, f"{city}/", **PHONE)
    assert 100_000 < cost(weight, "fonts") <= FONT_BUDGET / 2, weight.largest


def test_a_lobby_screen_loads_the_core_and_hardly_a_slice(city: str, browser: Browser) -> None:
    weight = weigh(browser, f"{city}/kiosk/demo/", **HALL)
    assert cost(weight, "fonts") <= FONT_BUDGET / 2, weight.largest


def probe(city: str, browser: Browser) -> tuple[Page, list[bool]]:
    page = open_context(browser).new_page()
    page.goto(city)
    return page, page.evaluate(ENSURE, "/static/js/lib/fonts.js")


def test_a_system_with_a_chinese_font_asks_for_none(city: str, browser: Browser) -> None:
    page, answer = probe(city, browser)
    assert answer == [True, False]
    page.context.close()


def test_a_system_without_one_gets_ours_and_draws_with_it(city: str, bare_browser: Browser) -> None:
    page, answer = probe(city, bare_browser)
    assert answer == [False, True]
    expect(page.locator("link[href*='/css/fonts.']").first).to_be_attached()
    page.wait_for_function("[...document.fonts].some((font) => font.status === 'loaded')")
    page.context.close()


def test_the_bare_system_draws_boxes(bare_browser: Browser) -> None:
    page = bare_browser.new_page()
    width = page.evaluate(
        "() => { const pen = document.createElement('canvas').getContext('2d');"
        " pen.font = '40px sans-serif'; return pen.measureText('益').width; }"
    )
    assert width < 38
    page.close()
