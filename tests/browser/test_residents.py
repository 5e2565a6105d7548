"""Residents on a phone, on a desk, with the keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness, open_context

PHONE = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
    "device_scale_factor": 2,
}  # fmt: skip
DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def phone(browser: Browser, witness: Witness) -> Iterator[Page]:
    context = open_context(browser, **PHONE)
    page = context.new_page()
    witness.watch(page)
    yield page
    context.close()


@pytest.fixture
def desk(browser: Browser, witness: Witness) -> Iterator[Page]:
    context = open_context(browser, **DESK)
    page = context.new_page()
    witness.watch(page)
    yield page
    context.close()


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready=true]")


def count_of(page: Page) -> int:
    return int(page.locator("[data-results-count]").inner_text().split()[0])


def on_the_map(page: Page) -> set[str]:
    """The activities the map has, as the page was told."""
    ids: list[str] = page.evaluate(
        "JSON.parse(document.getElementById('spots').textContent).flatMap((spot) => spot.ids)"
    )
    return set(ids)


def test_the_first_visit_on_a_phone_shows_list_map_and_the_demo_clock(
    city: str, phone: Page, witness: Witness
) -> None:
    phone.goto(city)
    ready(phone)
    clock = phone.get_by_role("region", name="演示时钟")
    expect(clock).to_contain_text("2019年6月26日 星期三 09:4")
    expect(phone.locator("[data-results-count]")).to_have_text("21 个活动")
    expect(phone.locator("[data-card]").first).to_be_in_viewport()
    expect(phone.locator(".leaflet-tile-loaded").first).to_be_attached()
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing may stick out sideways"
    witness.has_nothing_to_say()


def test_a_filter_changes_list_map_and_address_and_back_undoes_it(
    city: str, desk: Page, witness: Witness
) -> None:
    desk.goto(city)
    ready(desk)
    desk.get_by_role("link", name="明天", exact=True).click()
    expect(desk.locator("[data-results-count]")).to_have_text("6 个活动")
    assert parse_qs(urlsplit(desk.url).query) == {"when": ["tomorrow"]}
    shown = desk.locator("[data-card]").evaluate_all("cards => cards.map(c => c.dataset.card)")
    assert on_the_map(desk) == set(shown), "map and list are the same set"
    desk.go_back()
    expect(desk.locator("[data-results-count]")).to_have_text("21 个活动")
    assert urlsplit(desk.url).query == ""
    witness.has_nothing_to_say()


def test_a_shared_link_opens_the_same_view(city: str, desk: Page, browser: Browser) -> None:
    desk.goto(city)
    ready(desk)
    desk.get_by_label("区县").select_option("330203")
    expect(desk.locator("[data-results-count]")).not_to_have_text("21 个活动")
    desk.get_by_role("link", name="健康").click()
    desk.wait_for_url("**category=health**")
    desk.wait_for_function("!document.querySelector('[data-panel]').hasAttribute('aria-busy')")
    seen = desk.locator("[data-card] h2").all_inner_texts()
    other = open_context(browser, **DESK)
    page = other.new_page()
    page.goto(desk.url)
    assert page.locator("[data-card] h2").all_inner_texts() == seen != []
    other.close()


def test_typing_a_word_finds_by_place_and_says_the_new_count(city: str, desk: Page) -> None:
    desk.goto(city)
    ready(desk)
    desk.get_by_label("搜索活动、地点、组织").fill("日湖")
    expect(desk.locator("[data-results-count]")).to_have_text("1 个活动")
    expect(desk.locator("[data-announce]")).to_have_text("1 个活动")
    expect(desk.get_by_label("搜索活动、地点、组织")).to_be_focused()


def test_an_empty_answer_names_the_next_activity(city: str, desk: Page) -> None:
    desk.goto(f"{city}/?date=2019-07-03")
    ready(desk)
    empty = desk.locator("[data-empty]")
    expect(empty).to_contain_text("这一天没有找到活动。")
    expect(empty).to_contain_text("最近的一场：")
    empty.get_by_role("link", name="放宽条件再看").click()
    expect(desk.locator("[data-results-count]")).to_have_text("21 个活动")


def test_an_activity_opens_with_its_printed_row_and_navigation(
    city: str, phone: Page, witness: Witness
) -> None:
    phone.goto(f"{city}/?q=日湖")
    ready(phone)
    phone.get_by_role("link", name="北鸣党员公益日 北鸣组织在行动").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("北鸣党员公益日 北鸣组织在行动")
    ready(phone)
    expect(phone.locator(".activity__status")).to_contain_text("今天（时间未注明）")
    links = [phone.get_by_role("link", name=name) for name in ("高德地图", "百度地图", "腾讯地图")]
    hosts = [urlsplit(link.get_attribute("href") or "").netloc for link in links]
    assert hosts == ["uri.amap.com", "api.map.baidu.com", "apis.map.qq.com"]
    phone.get_by_text("看原文这一行").click()
    expect(phone.locator(".printed")).to_contain_text("北鸣党员公益日 北鸣组织在行动")
    witness.has_nothing_to_say()


def test_a_place_not_known_to_500_m_gives_no_navigation(city: str, desk: Page) -> None:
    desk.goto(f"{city}/?q=益园")
    desk.locator("[data-card] a").first.click()
    expect(desk.get_by_text("地点还没有核实到 500 米以内")).to_be_visible()
    expect(desk.get_by_text("位置待核实，误差约 2.5 公里").first).to_be_visible()
    assert desk.get_by_role("link", name="高德地图").count() == 0


def test_everything_on_the_page_can_be_done_with_the_keyboard(
    city: str, desk: Page, witness: Witness
) -> None:
    desk.goto(city)
    ready(desk)
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="跳到活动列表")).to_be_focused()
    desk.keyboard.press("Enter")
    for _ in range(60):
        desk.keyboard.press("Tab")
        held = desk.evaluate("document.activeElement.closest('[data-card]') !== null")
        if held:
            break
    title = desk.evaluate("document.activeElement.textContent")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text(title)
    witness.has_nothing_to_say()


def test_a_pin_opens_its_list_from_the_keyboard_and_marks_the_card(city: str, desk: Page) -> None:
    desk.goto(f"{city}/?q=日湖")
    ready(desk)
    pin = desk.locator(".map .pin").first
    pin.focus()
    desk.keyboard.press("Enter")
    popup = desk.locator(".leaflet-popup-content")
    expect(popup).to_contain_text("日湖公园")
    expect(popup.get_by_role("link")).to_have_text(["日湖公园", "北鸣党员公益日 北鸣组织在行动"])
    expect(desk.locator("[data-card].is-selected")).to_have_count(1)


def test_a_place_known_to_a_town_is_a_dotted_ring_and_never_a_pin(city: str, desk: Page) -> None:
    desk.goto(f"{city}/?q=云龙镇")
    ready(desk)
    expect(desk.locator(".map .ring-shape")).to_have_count(1)
    expect(desk.locator(".map .place-chip--ring")).to_contain_text("云龙镇")
    expect(desk.locator(".map .pin")).to_have_count(0)


def test_without_javascript_the_list_filters_pages_and_opens(browser: Browser, city: str) -> None:
    context = open_context(browser, java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(city)
    expect(page.locator("[data-card]")).to_have_count(20)
    page.get_by_role("link", name="下一页").click()
    expect(page.locator("[data-card]")).to_have_count(1)
    page.goto(city)
    page.get_by_label("搜索活动、地点、组织").fill("公益集市")
    page.get_by_label("区县").select_option("330225")
    page.get_by_role("button", name="应用").click()
    expect(page.locator("[data-card]")).to_have_count(1)
    page.locator("[data-card] a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("象山公益集市活动")
    context.close()


def test_near_me_ranks_by_distance_and_rounds_the_position(browser: Browser, city: str) -> None:
    context = open_context(
        browser, geolocation={"longitude": 121.5575678, "latitude": 29.8985123},
        permissions=["geolocation"], **DESK,
    )  # fmt: skip
    page = context.new_page()
    page.goto(city)
    ready(page)
    page.get_by_role("button", name="离我最近").click()
    expect(page.locator(".list-head__order")).to_have_text("从您这里走，赶得上的在前")
    assert parse_qs(urlsplit(page.url).query)["near"] == ["121.558,29.899"]
    expect(page.locator("[data-card] h2").first).to_have_text("北鸣党员公益日 北鸣组织在行动")
    context.close()


def test_a_refused_position_is_answered_in_words(browser: Browser, city: str) -> None:
    context = open_context(browser, permissions=[], **DESK)
    page = context.new_page()
    page.goto(city)
    ready(page)
    page.get_by_role("button", name="离我最近").click()
    expect(page.locator("[data-near-message]")).to_have_text(
        "没有得到定位许可。可以在“排序”里选一个区县。"
    )
    context.close()


def test_the_sample_week_is_off_by_default_and_says_so_on_every_card(city: str, desk: Page) -> None:
    desk.goto(city)
    ready(desk)
    assert desk.locator(".tag--sample").count() == 0
    desk.get_by_role("link", name="加上示例周（虚构，用来演示）").click()
    desk.wait_for_url("**sample=1**")
    expect(desk.locator(".tag--sample").first).to_be_visible()
    desk.goto(f"{city}/?sample=1&q=示例")
    cards, tags = desk.locator("[data-card]"), desk.locator("[data-card] .tag--sample")
    assert cards.count() == tags.count() > 0
    desk.wait_for_selector("body[data-ready=true]")
    assert desk.locator(".map .pin").count() == desk.locator(".map .pin .pin__sample").count()


def test_another_moment_can_be_asked_for_and_goes_along(city: str, desk: Page) -> None:
    desk.goto(f"{city}/?at=2019-06-29T14:30")
    ready(desk)
    expect(desk.get_by_role("region", name="演示时钟")).to_contain_text("6月29日 星期六 14:30")
    first = desk.locator("[data-card]").first
    expect(first).to_contain_text("今天 下午")
    expect(first).to_contain_text("本时段")
    desk.get_by_role("link", name="今天", exact=True).click()
    desk.wait_for_url("**when=today**")
    assert "at=2019-06-29T14:30" in desk.url


def test_suggestions_are_walked_with_the_arrows_and_said_to_a_screen_reader(
    city: str, desk: Page, witness: Witness
) -> None:
    desk.goto(city)
    ready(desk)
    field = desk.get_by_label("搜索活动、地点、组织")
    field.press_sequentially("rhgy")
    option = desk.get_by_role("option", name="日湖公园")
    expect(option).to_be_visible()
    expect(desk.locator("[data-results-count]")).to_have_text("1 个活动")
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
    field.press("Escape")
    expect(option).to_be_hidden()
    field.press("End")
    field.press_sequentially(" ")
    field.press("Backspace")
    expect(option).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("日湖公园")
    witness.has_nothing_to_say()


def test_an_activity_is_shared_by_address_and_code(city: str, desk: Page, witness: Witness) -> None:
    desk.goto(f"{city}/?q=日湖&theme=night")
    desk.locator("[data-card] a").first.click()
    ready(desk)
    desk.get_by_text("分享", exact=True).click()
    expect(desk.get_by_role("img", name="二维码：这个活动的网址")).to_be_visible()
    address = desk.get_by_label("网址", exact=True).input_value()
    identity = urlsplit(desk.url).path.split("/")[2]
    assert address == f"{city}/a/{identity}"
    desk.get_by_role("button", name="复制网址").click()
    expect(desk.get_by_role("button", name="已复制")).to_be_visible()
    witness.has_nothing_to_say()


@pytest.mark.parametrize("words", ["日湖", "公益集市", "走进病房"])
def test_an_activity_prints_on_one_page_with_map_and_code(
    city: str, phone: Page, words: str
) -> None:
    phone.goto(f"{city}/?q={words}")
    phone.locator("[data-card] a").first.click()
    ready(phone)
    paper = phone.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1
    phone.emulate_media(media="print")
    expect(phone.locator(".share__code svg")).to_be_visible()
    expect(phone.locator(".map .leaflet-tile").first).to_be_attached()
    expect(phone.get_by_role("link", name="加入日历")).to_be_hidden()


def test_weekly_routines_can_be_left_out(city: str, desk: Page) -> None:
    desk.goto(f"{city}/?sample=1")
    ready(desk)
    all_of_them = count_of(desk)
    desk.get_by_role("link", name="不看 1 个每周例行").click()
    expect(desk.locator("[data-results-count]")).to_have_text(f"{all_of_them - 1} 个活动")
    assert "routines=0" in desk.url
    desk.get_by_role("link", name="每周例行的也看").click()
    expect(desk.locator("[data-results-count]")).to_have_text(f"{all_of_them} 个活动")
