"""A phone without a net: what was seen last is still there, and says how old it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from script.lib.axe import PHONE
from tests.browser.conftest import open_context

IN_CHARGE = """() => navigator.serviceWorker.controller ? null : new Promise((done) =>
  navigator.serviceWorker.addEventListener("controllerchange", () => done(null)))"""


@pytest.fixture
def phone(browser: Browser, city: str) -> Iterator[Page]:
    """Has seen the list once, with its service worker in charge."""
    context = open_context(browser, **PHONE)
    page = context.new_page()
    page.goto(city)
    page.evaluate(IN_CHARGE)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    yield page
    context.close()


def test_the_last_list_opens_without_a_net_and_says_from_when_it_is(phone: Page, city: str) -> None:
    titles = phone.locator("[data-card] h2").all_inner_texts()
    phone.context.set_offline(True)
    phone.reload()
    assert phone.locator("[data-card] h2").all_inner_texts() == titles
    expect(phone.locator("[data-offline-note]")).to_contain_text("没有网络。这是 20")
    phone.wait_for_selector(".map .mark")
    phone.goto(f"{city}/?when=tomorrow")  # never asked before: the list that is there
    expect(phone.locator("[data-offline-note]")).to_be_visible()
    phone.goto(f"{city}/venues/1/")
    expect(phone.locator("h1")).to_have_text("没有网络")
    phone.context.set_offline(False)
    phone.goto(city)
    expect(phone.locator("[data-offline-note]")).to_be_hidden()


def test_a_kept_activity_is_found_again_without_a_net_and_without_telling(
    phone: Page, city: str
) -> None:
    star = phone.locator("[data-star]").first
    expect(star).to_have_attribute("aria-pressed", "false")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    title = phone.locator("[data-card] h2").first.inner_text()
    phone.locator("[data-favourites]").click()
    expect(phone.locator(".kept__card h2")).to_have_text(title)
    identity = phone.evaluate("JSON.parse(localStorage['yitu.favourites'])[0].id")
    assert not [url for url in asked if identity in url]
    with phone.expect_download() as download:
        phone.locator("[data-remind]").click()
    text = download.value.path().read_text()
    assert text.startswith("BEGIN:VCALENDAR")
    assert "TRIGGER:-PT" in text
