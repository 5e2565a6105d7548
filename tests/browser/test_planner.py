"""The planner: map and table agree, the keyboard is enough, and one page of paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness, open_context

DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def desk(browser: Browser, witness: Witness) -> Iterator[Page]:
    context = open_context(browser, **DESK)
    page = context.new_page()
    witness.watch(page)
    yield page
    context.close()
    witness.has_nothing_to_say()


def classes(page: Page, selector: str) -> dict[str, str]:
    """District code → class (0 to 4, unknown) as the map or the table says it."""
    found: list[list[str]] = page.eval_on_selector_all(
        selector, "(all) => all.map((one) => [one.dataset.area, one.dataset.klass])"
    )
    return dict(found)


def fills(page: Page) -> dict[str, str]:
    found: list[list[str]] = page.eval_on_selector_all(
        ".district",
        "(all) => all.map((one) => [one.dataset.area, getComputedStyle(one.firstElementChild"
        ".nextElementSibling).fill])",
    )
    return dict(found)


def agree(page: Page) -> dict[str, str]:
    on_map, in_table = (
        classes(page, "[data-choropleth] [data-area]"), classes(page, "tbody tr[data-area]"),
    )  # fmt: skip
    assert on_map == in_table
    assert len(on_map) == 10
    return on_map


def test_a_category_is_chosen_and_map_and_table_agree(city: str, desk: Page) -> None:
    desk.goto(f"{city}/planner/")
    everything = agree(desk)
    desk.get_by_label("类别", exact=True).select_option(label="健康")
    desk.get_by_role("button", name="查看").click()
    expect(desk.locator("#answer-title")).to_have_text(
        "老年人（60+），6月24日–7月1日，健康类活动，步行 15 分钟（直线 865 米）内"
    )
    assert "category=health" in desk.url
    health = agree(desk)
    assert health != everything
    zero = [code for code, klass in health.items() if klass == "0"]
    assert zero
    for code in zero:
        expect(desk.locator(f"tr[data-area='{code}'] [data-figure=count]")).to_have_text("0")
    counted = desk.locator("tbody [data-figure=count]").all_inner_texts()
    total = desk.locator("tfoot [data-figure=count]").inner_text()
    assert sum(int(text) for text in counted) == int(total)


def test_a_day_on_which_one_district_reported_leaves_nine_hatched(city: str, desk: Page) -> None:
    desk.goto(f"{city}/planner/?period=dates&from=2019-06-24&to=2019-06-24")
    found = agree(desk)
    assert sorted(found.values()).count("unknown") == 9
    assert found["330206"] != "unknown"  # 北仑爱心公园, on the evening before
    drawn = fills(desk)
    assert drawn["330203"] == 'url("#hatch")'
    assert drawn["330206"].startswith("rgb(")
    expect(desk.locator("tr[data-area='330203'] .table__unknown")).to_have_text(
        "没有资料，不等于 0"
    )


def test_a_district_and_its_row_are_one_selection(city: str, desk: Page) -> None:
    desk.goto(f"{city}/planner/")
    desk.locator("tr[data-area='330225'] td.table__last").click()
    card = desk.locator("[data-card='330225']")
    expect(card).to_contain_text("象山县")
    expect(desk.locator(".district[data-area='330225']")).to_have_class(re.compile("is-open"))
    assert "area=330225" in desk.url
    desk.locator(".district[data-area='330203'] path").click()
    expect(desk.locator("[data-card='330203']")).to_contain_text("海曙区")
    expect(desk.locator("tr[data-area='330203']")).to_have_class(re.compile("is-open"))
    expect(card).to_have_count(0)
    desk.go_back()
    expect(card).to_be_visible()
    desk.reload()
    expect(card).to_be_visible()
    desk.locator("[data-measure='count']").click()
    expect(desk).to_have_url(re.compile("measure=count"))
    expect(card).to_be_visible()
    card.get_by_role("link", name=re.compile("公益集市")).click()
    expect(desk).to_have_title(re.compile("公益集市"))


def test_the_keyboard_alone_asks_opens_and_closes(city: str, desk: Page) -> None:
    desk.goto(f"{city}/planner/")
    desk.keyboard.press("Tab")
    expect(desk.locator(":focus")).to_have_text("跳到回答")
    desk.get_by_label("人群", exact=True).focus()
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")
    if "group=total" not in desk.url:  # Chromium opens the list on Enter
        desk.get_by_role("button", name="查看").focus()
        desk.keyboard.press("Enter")
    expect(desk.locator("#answer-title")).to_contain_text("全体居民")

    first = desk.locator("tbody tr").first.get_by_role("link")
    first.focus()
    desk.keyboard.press("ArrowDown")
    second = desk.locator("tbody tr").nth(1)
    expect(second.get_by_role("link")).to_be_focused()
    code = second.get_attribute("data-area")
    expect(desk.locator(f".district[data-area='{code}']")).to_have_class(re.compile("is-near"))
    desk.keyboard.press("Enter")
    expect(desk.locator(f"[data-card='{code}']")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-card]")).to_have_count(0)
    expect(second.get_by_role("link")).to_be_focused()


def test_without_a_script_the_same_page_answers(city: str, browser: Browser) -> None:
    context = open_context(browser, java_script_enabled=False, **DESK)
    page = context.new_page()
    page.goto(f"{city}/planner/")
    page.get_by_role("link", name="慈溪市", exact=True).click()
    expect(page.locator("[data-card='330282']")).to_contain_text("慈溪市")
    page.get_by_label("类别", exact=True).select_option(label="健康")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("#answer-title")).to_contain_text("健康类活动")
    expect(page.locator("[data-card='330282']")).to_contain_text("没有健康类活动")
    context.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_width_scrolls_sideways(city: str, browser: Browser, width: int) -> None:
    context = open_context(browser, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(f"{city}/planner/?category=health&area=330212&measure=days")
    inside: Any = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert inside[0] <= inside[1]
    context.close()


@pytest.mark.parametrize(
    "query",
    ["", "category=health&only=1", "period=dates&from=2019-06-24&to=2019-06-24", "period=last365"],
)
def test_it_prints_on_one_page(city: str, browser: Browser, query: str) -> None:
    context = open_context(browser, **DESK)
    page = context.new_page()
    page.goto(f"{city}/planner/?{query}")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    context.close()


def test_a_place_is_dropped_with_the_keyboard_alone(city: str, desk: Page) -> None:
    desk.goto(f"{city}/planner/whatif/?zoom=330205")
    desk.locator("[data-drop-map]").focus()
    desk.keyboard.press("Shift+ArrowLeft")
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(r"sites=121\.\d{4}%2C\d\d\.\d{4}"))
    expect(desk.locator(".places li")).to_have_count(1)
    expect(desk.locator("[data-drop-map]")).to_be_focused()
    desk.get_by_role("link", name=re.compile("移去")).last.click()
    expect(desk.locator(".places li")).to_have_count(0)


def test_the_report_is_one_page_of_paper(city: str, browser: Browser) -> None:
    context = open_context(browser, **DESK)
    page = context.new_page()
    page.goto(f"{city}/planner/report/")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    context.close()
