"""A screen is paired from a phone, and looked after, in real browsers under the real policy."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from script.lib.axe import violations
from tests.browser.conftest import Witness, open_context
from tests.browser.test_admin import manage

PHONE = {"width": 390, "height": 844}
HALL = {"width": 1920, "height": 1080}


@pytest.fixture(scope="module")
def signed_in(browser: Browser, city: str) -> Any:
    said = manage("ensure_staff", "--name", "screens", "--new-password")
    context = open_context(browser)
    page = context.new_page()
    page.goto(f"{city}/admin/login/")
    page.get_by_label("用户名").fill("screens")
    page.get_by_label("密码").fill(said.partition(" / ")[2].removesuffix("   (shown this once)\n"))
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("注销")).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_screen_is_paired_and_looked_after_from_a_phone(
    browser: Browser, city: str, witness: Witness, signed_in: Any
) -> None:
    hall = open_context(browser, viewport=HALL, bypass_csp=True)
    screen = hall.new_page()
    witness.watch(screen)
    screen.goto(f"{city}/kiosk/")
    code = screen.locator("[data-code]")
    expect(code).to_have_text(re.compile(r"^[B-Z]{4}-[B-Z]{4}$"))
    assert violations(screen) == []

    phone = open_context(browser, viewport=PHONE, storage_state=signed_in, bypass_csp=True)
    staff = phone.new_page()
    staff.goto(f"{city}/admin/kiosk/screen/add/")
    assert fits(staff)
    staff.get_by_label("屏上的代码").fill(code.inner_text().lower())
    staff.locator(".field-venue .select2-selection").click()
    staff.locator(".select2-dropdown .select2-search__field").fill("日湖公园")
    staff.locator(".select2-results__option", has_text="日湖公园").first.click()
    staff.get_by_role("button", name="保存", exact=True).click()
    expect(staff.locator(".messagelist")).to_contain_text("已连接：1920×1080 的屏")
    screen.wait_for_url(f"{city}/kiosk/rihugongyuan/", timeout=15_000)
    expect(screen.get_by_role("heading", name="日湖公园").first).to_be_visible()
    screen.goto(f"{city}/kiosk/")
    assert screen.url == f"{city}/kiosk/rihugongyuan/"

    staff.add_init_script(
        "document.addEventListener('yitu-screen', (event) => { window.shown = event.detail; });"
    )
    staff.goto(f"{city}/admin/kiosk/screen/wall/")
    frame = staff.frame_locator("iframe[title='日湖公园']")
    expect(frame.get_by_role("heading", name="日湖公园").first).to_be_visible()
    simulated = staff.locator("iframe[title='日湖公园']").element_handle().content_frame()
    assert simulated is not None
    simulated.wait_for_function("window.shown && window.shown.link")
    assert simulated.evaluate("window.shown.link.heart") is None
    assert fits(staff)
    staff.get_by_role("link", name="日湖公园").first.click()
    staff.get_by_role("button", name="重新载入").click()
    expect(staff.locator(".messagelist")).to_contain_text("已发出，等屏的回执。")
    assert fits(staff)
    assert violations(staff) == []
    staff.get_by_role("link", name="扫码页").click()
    staff.get_by_role("button", name="显示正常").click()
    expect(staff.get_by_role("status")).to_have_text("已收到，谢谢。")
    assert fits(staff)
    assert violations(staff) == []
    phone.close()
    hall.close()
    assert witness.foreign == []
