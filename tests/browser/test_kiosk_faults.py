"""A lobby screen against bad networks, wrong clocks, refused stores and its own mistakes.

Clocks, timers and the server stand under the test's hand (kiosk_world.js): minutes cost nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.kiosk_worlds import advance, world_page

MINUTE = 60_000
HOUR = 60 * MINUTE


def seen(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("world.seen()")
    return found


@pytest.fixture(scope="module")
def panel(browser: Browser, city: str) -> Iterator[Page]:
    context, page = world_page(browser, city)
    yield page
    context.close()


@pytest.fixture(autouse=True)
def _well_again(panel: Page) -> Iterator[None]:
    yield
    panel.evaluate("Object.assign(world, {answer: null, isDown: false, boxOffset: 0, extra: []})")
    panel.evaluate("window.dispatchEvent(new Event('online'))")  # ask within two seconds
    advance(panel, 20_000)
    assert seen(panel)["level"] == "fresh"


ANSWERS = {
    "a portal's page": "new Response('<h1>登录</h1>', {headers: {'Content-Type': 'text/html'}})",
    "502": "new Response('bad gateway', {status: 502})",
    "503": "new Response('', {status: 503, headers: {'Retry-After': '60'}})",
    "204": "new Response(null, {status: 204})",
    "truncated": 'new Response(\'{"schema": 1, "scr\', {headers: world.head()})',
    "another screen's": (
        "new Response('{}', {headers: Object.assign(world.head(), {'X-Yitu-Screen': 'x'})})"
    ),
    "an old copy": "new Response(null, {status: 304, headers: world.head('2019-06-26T00:00:00Z')})",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_not_ours_changes_nothing(panel: Page, answer: str) -> None:
    before = seen(panel)
    polls = panel.evaluate("world.polls")
    panel.evaluate(f"void (world.answer = async () => {answer})")
    advance(panel, 4 * MINUTE)
    after = seen(panel)
    assert panel.evaluate("world.polls") > polls
    assert (after["level"], after["shown"] > 0) == ("reconnecting", True)
    assert after["rail"] == before["rail"]


def test_a_half_open_connection_is_cut_off_and_no_second_request_runs_beside_it(
    panel: Page,
) -> None:
    polls = panel.evaluate("world.polls")
    panel.evaluate("void (world.answer = () => new Promise(() => {}))")
    advance(panel, 10 * MINUTE)
    asked = panel.evaluate("world.polls") - polls
    assert 3 <= asked <= 10  # 30, 60, 120, 300 s apart, scattered
    assert panel.evaluate("world.overlaps") == 0
    assert "aborted" in json.dumps(panel.evaluate("world.wrong()"))


@pytest.mark.parametrize("wrong_ms", [-49 * 365 * 24 * HOUR, 8 * HOUR], ids=["1970", "+8 h"])
def test_a_box_whose_clock_jumps_does_not_take_the_screen_with_it(
    panel: Page, wrong_ms: int
) -> None:
    panel.evaluate("(ms) => { world.boxOffset = ms; }", wrong_ms)
    advance(panel, 2 * MINUTE)
    shown = seen(panel)
    expected = panel.evaluate(
        "(at) => new Date(at + 8 * 3600000).toISOString().slice(11, 16)", shown["at"]
    )
    assert shown["clock"] == expected
    assert shown["level"] == "fresh"
    assert shown["rail"]


# In the worlds' own time; where the clock only has to be late it is set forward, not lived through.
JUMPS = (2 * MINUTE, 10 * MINUTE, HOUR, 24 * HOUR, 14 * 24 * HOUR)


def test_the_ladder_says_how_old_the_programme_is_down_to_the_evergreen_page(
    panel: Page,
) -> None:
    panel.evaluate("world.isDown = true")
    levels = []
    for ms in JUMPS:
        panel.evaluate("(ms) => world.skip(ms - 30000)", ms)
        advance(panel, 30_000)
        levels.append(seen(panel)["level"])
    assert levels == ["fresh", "reconnecting", "offline", "old", "gone"]
    last = seen(panel)
    assert (last["kind"], last["rail"]) == ("evergreen", [])
    words = panel.locator("[data-scene]").inner_text()
    assert "示例大厅" in words
    assert "宁波市海曙区" in words
    panel.evaluate("world.isDown = false")
    advance(panel, 6 * MINUTE)
    assert seen(panel)["kind"] != "evergreen"


def test_a_programme_that_breaks_one_scene_leaves_the_others(panel: Page) -> None:
    broken = "{slug: 'x', name: '坏', theme: '', starts_on: null, ends_on: null}"
    panel.evaluate(
        f"""() => {{ world.template.campaigns = [{broken}]; world.revision += 1;
            world.template.playlist.scenes = ['campaign', 'today', 'now'];
            world.extra = [Object.assign({{}}, world.screen.payload.items[9], {{campaign: 'x'}})];
        }}"""
    )
    advance(panel, 2 * MINUTE)
    assert {one["kind"] for one in panel.evaluate("world.screen.view.scenes")} == {"today", "now"}
    assert "campaign" in json.dumps(panel.evaluate("world.wrong()"))
    panel.evaluate("() => { world.template.campaigns = []; world.revision += 1; }")


REFUSED = """
    Object.defineProperty(window, "indexedDB", {get() { throw new Error("refused"); }});
    Object.defineProperty(window, "localStorage", {get() { throw new Error("refused"); }});
"""
FULL = """
    IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
"""
NO_FONT = """
    document.fonts.load = () => Promise.reject(new Error("no font"));
    document.fonts.check = () => false;
    CanvasRenderingContext2D.prototype.measureText = () => ({width: 10});
"""


@pytest.mark.parametrize(
    ("before", "fonts"),
    [(REFUSED, True), (FULL, True), (NO_FONT, False)],
    ids=["storage refused", "storage full", "font missing"],
)
def test_a_box_without_store_or_font_still_shows_everything(
    browser: Browser, city: str, before: str, fonts: bool
) -> None:
    context, page = world_page(browser, city, before=before)
    advance(page, 3 * MINUTE)
    shown = seen(page)
    assert (shown["level"], len(shown["rail"]), shown["shown"] > 20) == ("fresh", 3, True)
    assert page.evaluate("world.report().fonts") is fonts
    context.close()
