"""A clerk at the desk in a real browser: with the keyboard alone, on a phone, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness, open_context
from tests.browser.test_admin import manage

HEADER = "活动名称\t主办单位\t活动内容\t活动地点\t活动时间\n"
TABLE = (
    HEADER + "台前义诊\t宁波市医学会\t为居民义诊。\t日湖公园\t2018年6月25日 下午\n"
    "台前讲座\t宁波市图书馆\t为居民讲座。\t江北区\t2018年6月31日\n"
)
LONG = "一个很长很长的标题" * 12


@pytest.fixture(scope="module")
def clerk(browser: Browser, city: str) -> Any:
    """The cookies of one log-in, which began at the desk and came back to it."""
    said = manage("ensure_staff", "--name", "clerk", "--new-password")
    context = open_context(browser)
    page = context.new_page()
    page.goto(f"{city}/desk/")
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill(said.partition(" / ")[2].removesuffix("   (shown this once)\n"))
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{city}/desk/")
    state = context.storage_state()
    context.close()
    return state


def at_the_desk(browser: Browser, city: str, witness: Witness, state: Any, **more: Any) -> Page:
    page = open_context(browser, storage_state=state, **more).new_page()
    witness.watch(page)
    page.goto(f"{city}/desk/")
    return page


@pytest.fixture
def desk(browser: Browser, city: str, witness: Witness, clerk: Any) -> Iterator[Page]:
    page = at_the_desk(browser, city, witness, clerk, viewport={"width": 1440, "height": 900})
    yield page
    page.context.close()


def typed(page: Page, text: str, title: str) -> None:
    """Everything by keyboard, in the order of the page."""
    page.get_by_label("或者粘贴文字").focus()
    page.keyboard.insert_text(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(title)
    page.keyboard.press("Enter")


def test_a_clerk_publishes_and_takes_back_by_keyboard(desk: Page, witness: Witness) -> None:
    typed(desk, TABLE, "台前测试")
    expect(desk.get_by_role("heading", name="1 行可以发布")).to_be_visible()
    expect(desk.locator("#row-2 .note")).to_have_text(
        "第 2 行「活动时间」：「2018年6月31日」：2018年没有6月31日。请核对原文的日期。"
    )
    desk.get_by_role("button", name="发布这 1 行").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_have_text(
        "已发布：新增 1 项活动，更新 0 项，0 项无变化。"
    )
    expect(desk.get_by_role("link", name="台前义诊")).to_be_visible()
    desk.get_by_text("撤销这一批").focus()
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="确定撤销").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_have_text("已撤销：1 项活动不再公开，0 项恢复原样。")
    witness.has_nothing_to_say()


def test_a_file_is_dropped_on_the_page_and_an_old_source_asks_nothing_more(
    desk: Page, witness: Witness
) -> None:
    desk.get_by_label("从哪里来的").select_option(index=1)
    expect(desk.get_by_label("标题")).to_be_hidden()
    desk.get_by_label("从哪里来的").select_option(index=0)
    desk.get_by_label("标题").fill("台前文件")
    desk.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], "表.tsv"));
          const event = new DragEvent("drop", {dataTransfer: data, bubbles: true});
          document.querySelector("[data-drop]").dispatchEvent(event);
        }""",
        TABLE,
    )
    desk.get_by_role("button", name="读一遍").click()
    expect(desk.get_by_role("heading", name=re.compile("表.tsv"))).to_be_visible()
    desk.get_by_role("button", name="放弃草稿").click()
    expect(desk.get_by_role("status")).to_have_text("草稿「表.tsv」已放弃，没有公开过任何内容。")
    witness.has_nothing_to_say()


def test_without_scripts_and_on_a_phone_the_desk_works_and_never_scrolls_sideways(
    browser: Browser, city: str, witness: Witness, clerk: Any
) -> None:
    size = {"width": 390, "height": 844}
    page = at_the_desk(browser, city, witness, clerk, viewport=size, java_script_enabled=False)
    page.get_by_label("或者粘贴文字").fill(TABLE.replace("台前义诊", LONG))
    page.get_by_label("标题", exact=True).fill(LONG)
    page.get_by_role("button", name="读一遍").click()
    page.locator("#row-2").get_by_text("改这一行").click()
    page.locator("#row-2").get_by_label("活动时间").fill("2018年6月30日")
    page.locator("#row-2").get_by_role("button", name="按改过的再读").click()
    expect(page.get_by_role("heading", name="2 行可以发布")).to_be_visible()
    expect(page.locator("#row-2")).to_contain_text("改过「活动时间」，原文是「2018年6月31日」")
    widest = page.locator("main *").evaluate_all(
        "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
    )
    assert widest <= 390
    page.get_by_role("button", name="放弃草稿").click()
    page.context.close()
    witness.has_nothing_to_say()
