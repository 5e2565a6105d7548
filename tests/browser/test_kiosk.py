"""A lobby screen that loses its server, its network and its day, and goes on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.browser.city import CHECKOUT, city_url, environment_for
from tests.browser.conftest import Witness, _free_port, _wait, open_context

LANDSCAPE = {"viewport": {"width": 1920, "height": 1080}}
PORTRAIT = {"viewport": {"width": 1080, "height": 1920}}
MORNING = "2019-06-26T09:40:00"


class Server:
    """A server of one's own on the city's data, to be killed and started again."""

    def __init__(self) -> None:
        self.environment = environment_for(city_url())
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
                "--port", str(self.port), "--log-level", "warning", "config.wsgi:application",
            ],
            cwd=CHECKOUT, env=self.environment, start_new_session=True,
        )  # fmt: skip
        _wait(f"{self.address}/kiosk/worker.js", self.process)

    def kill(self) -> None:
        """All of it: the worker would go on answering after its parent is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture
def server(city: str) -> Iterator[Server]:
    started = Server()
    yield started
    started.kill()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = open_context(browser, **LANDSCAPE)
    yield opened
    opened.close()


@pytest.fixture
def panel(context: BrowserContext) -> Page:
    return context.new_page()


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready]")


def kept_offline(page: Page) -> None:
    page.wait_for_selector("body[data-offline-start=kept]", timeout=15_000)


def overflowing(page: Page) -> list[str]:
    """What is cut at the edge of the panel or of its own box."""
    found: list[str] = page.evaluate(
        """() => Array.from(document.querySelectorAll(
            '.head, .stage, .rail, .phone, .foot, .scene, [data-item]')).filter((one) => {
            const box = one.getBoundingClientRect();
            return box.width && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1
                || one.scrollWidth > one.clientWidth + 2);
        }).map((one) => one.className)"""
    )
    return found


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_every_scene_fits_its_panel_and_asks_nobody_else(
    city: str, browser: Browser, witness: Witness, size: dict[str, Any]
) -> None:
    context = open_context(browser, **size)
    page = context.new_page()
    witness.watch(page)
    kinds = []
    for slug in ("yiyuan", "demo"):
        for second in (0, 20, 40, 59):
            page.goto(f"{city}/kiosk/{slug}/?at=2019-06-26T09:40:{second:02}")
            ready(page)
            assert overflowing(page) == []
            kinds.append(page.locator("[data-scene]").get_attribute("data-kind"))
    assert set(kinds) >= {"around", "now", "today"}
    witness.has_nothing_to_say()
    context.close()


def test_portrait_is_a_layout_of_its_own(city: str, panel: Page) -> None:
    panel.goto(f"{city}/kiosk/demo/?at={MORNING}")
    ready(panel)
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
    cards = panel.locator(".card__number:visible").all_inner_texts()
    pins = panel.locator("[data-map] .pin").all_inner_texts()
    assert cards == sorted(cards)
    assert cards
    assert set(pins) == set(cards)
    assert panel.locator("[data-map] .walk-ring").count() == 3


def test_yiyuan_has_a_dotted_ring_and_no_pin_and_no_minutes(city: str, panel: Page) -> None:
    panel.goto(f"{city}/kiosk/yiyuan/?at={MORNING}")
    ready(panel)
    expect(panel.locator(".scene__lede")).to_have_text("象山县今天没有登记的活动。")
    expect(panel.locator(".rough-name")).to_have_text("益园 · 位置待核实")
    assert panel.locator(".walk-ring").count() == 0
    assert "步行" not in panel.locator("body").inner_text()


def test_the_programme_can_be_read_without_a_script(city: str, browser: Browser) -> None:
    context = open_context(browser, java_script_enabled=False, **LANDSCAPE)
    page = context.new_page()
    page.goto(f"{city}/kiosk/yiyuan/?at={MORNING}")
    expect(page.locator(".head__clock")).to_have_text("09:40")
    expect(page.locator(".scene__next-when")).to_have_text("6月29日 周六 下午")
    assert [name for name in overflowing(page) if name != "card"] == []
    context.close()


def test_after_the_server_has_gone_a_reload_still_shows_todays_programme(
    server: Server, panel: Page
) -> None:
    address = f"{server.address}/kiosk/yiyuan/?at={MORNING}"
    panel.goto(address)
    ready(panel)
    kept_offline(panel)
    server.kill()
    panel.reload()
    ready(panel)
    expect(panel.locator(".scene__lede")).to_have_text("象山县今天没有登记的活动。")
    expect(panel.locator(".rail .next")).to_have_count(3)
    assert panel.locator("body[data-has-map]").count() == 1
    assert panel.evaluate("getComputedStyle(document.body).display") == "grid"


def test_the_screen_says_how_old_it_is_and_recovers_by_itself(server: Server, panel: Page) -> None:
    panel.clock.install()
    panel.goto(f"{server.address}/kiosk/yiyuan/?at={MORNING}")
    ready(panel)
    expect(panel.locator("[data-age]")).to_have_text("更新于 09:40")
    server.kill()
    panel.clock.fast_forward("05:00")
    expect(panel.locator("[data-age]")).to_have_text("正在重新连接 · 更新于 09:40")
    panel.clock.fast_forward("35:00")
    expect(panel.locator("[data-age]")).to_have_text("网络中断 · 以下为 09:40 的安排")
    expect(panel.locator("[data-age]")).to_have_attribute("data-level", "offline")
    server.start()
    asked: set[Request] = set()
    panel.on("request", lambda request: asked.add(request))
    panel.on("requestfinished", lambda request: asked.discard(request))
    panel.on("requestfailed", lambda request: asked.discard(request))
    for _ in range(60):  # ten minutes in steps shorter than a request's time limit
        panel.clock.run_for("00:10")
        for _real_wait in range(100):
            panel.wait_for_timeout(30)
            if not asked:
                break
        if panel.locator("[data-age]").get_attribute("data-level") == "fresh":
            return
    pytest.fail("ten minutes after the server came back the screen still knows nothing of it")


def test_what_has_ended_goes_by_itself(city: str, panel: Page) -> None:
    panel.clock.install()
    panel.goto(f"{city}/kiosk/demo/?at=2019-06-26T10:59:20")
    ready(panel)
    shows = "Array.from(document.querySelectorAll('.next, [data-item]')).map((n) => n.innerText)"
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


def test_past_its_fortnight_an_offline_screen_says_so_instead_of_guessing(
    city: str, panel: Page
) -> None:
    panel.clock.install()
    panel.goto(f"{city}/kiosk/yiyuan/?at=2019-06-26T09:40:00")
    ready(panel)
    panel.route("**/payload.json*", lambda route: route.abort())
    panel.clock.fast_forward(15 * 24 * 3600 * 1000)
    panel.clock.run_for("00:20")
    expect(panel.locator("[data-age]")).to_have_text("节目已过期 · 正在等待网络")
    expect(panel.locator(".scene__lede")).to_have_text(
        "本屏暂时连不上网络，节目已过期。扫码可看全市的公益活动地图。"
    )
    assert panel.locator(".next").count() == 0


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "content_type": "text/html", "body": "<h1>登录无线网络</h1>"},
        {"status": 502, "body": "bad gateway"},
        {"status": 204},
        {"status": 200, "content_type": "application/json", "body": '{"schema": 1, "scr'},
    ],
    ids=["portal", "502", "204", "truncated"],
)
def test_an_answer_that_is_not_ours_changes_nothing(
    city: str, panel: Page, answer: dict[str, Any]
) -> None:
    panel.clock.install()
    panel.goto(f"{city}/kiosk/yiyuan/?at={MORNING}")
    ready(panel)
    asked: list[str] = []

    def lie(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(**answer)

    panel.route("**/payload.json*", lie)
    panel.clock.run_for("04:00")
    assert asked
    expect(panel.locator("[data-age]")).to_have_text("正在重新连接 · 更新于 09:40")
    assert panel.locator("[data-slot=scene] [data-item]").count() > 0


def test_nothing_on_the_screen_looks_or_acts_as_a_way_out(city: str, panel: Page) -> None:
    panel.goto(f"{city}/kiosk/demo/?at={MORNING}")
    ready(panel)
    assert panel.locator("a, button, input, select").count() == 0
    assert panel.evaluate("getComputedStyle(document.body).cursor") == "none"
    assert panel.evaluate(
        "!document.body.dispatchEvent(new Event('contextmenu', {cancelable: true, bubbles: true}))"
    )
