"""axe-core has nothing to say about any page, also in the states that visitors bring it into."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from script.lib.axe import STATES, State, violations
from script.lib.showcase import settle
from tests.browser.conftest import open_context


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_axe_finds_nothing(city: str, browser: Browser, state: State) -> None:
    # The page's own policy would refuse axe's script; nothing else is loosened.
    context = open_context(browser, bypass_csp=True, reduced_motion="reduce", **state.window)
    page = context.new_page()
    page.goto(city + state.path)
    settle(page)
    state.act(page)
    assert violations(page) == []
    context.close()


def test_axe_would_find_a_picture_without_words(browser: Browser) -> None:
    context = open_context(browser)
    page = context.new_page()
    page.set_content("<html lang='zh'><title>图</title><main><h1>图</h1><img src='a.png'></main>")
    assert [line.split(":")[0] for line in violations(page)] == ["image-alt"]
    context.close()
