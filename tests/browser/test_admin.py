"""Staff place a venue in a real browser, under the real policy."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.city import CHECKOUT, city_url, environment_for
from tests.browser.conftest import Witness, open_context

LINE = re.compile(r"经度 (\d+\.\d+)，纬度 (\d+\.\d+)（WGS-84）")


# A venue and a question of our own, which no activity uses: other tests share the database.
ROWS = """
from datetime import date
from django.contrib.gis.geos import Point
from geo.models import Area, PlaceReading, Venue
Venue.objects.create(
    name="待放驿站", district=Area.objects.get(code="330212"), needs_review=True,
    point=Point(121.62, 29.83, srid=4326), radius_m=2500, confidence="low",
)
village = Area.objects.get(code="330212106208")
PlaceReading.objects.create(
    printed="邱隘镇渔农村文化礼堂", as_of=date(2018, 6, 1), level="town", area=village.parent,
    status="question", provider="rules", question="名单里没有「渔农村」，是不是「渔金村」？",
    candidates=[{"kind": "area", "key": village.code, "id": village.pk, "name": village.name}],
)
"""


def manage(*arguments: str) -> str:
    """What a management command says, on the database of the demo's server."""
    environment = environment_for(city_url())
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def password(city: str) -> str:
    manage("shell", "-v", "0", "-c", ROWS)
    said = manage("ensure_staff", "--name", "keeper", "--new-password")
    return said.partition(" / ")[2].removesuffix("   (shown this once)\n")


@pytest.fixture(scope="module")
def signed_in(browser: Browser, city: str, password: str) -> Any:
    """The cookies of one log-in: hashing a password is meant to be slow."""
    context = open_context(browser)
    page = context.new_page()
    page.goto(f"{city}/admin/")
    page.get_by_label("用户名").fill("keeper")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="等人来看")).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def staff(browser: Browser, city: str, witness: Witness, signed_in: Any) -> Iterator[Page]:
    size = {"width": 1440, "height": 900}
    context = open_context(browser, viewport=size, storage_state=signed_in)
    page = context.new_page()
    witness.watch(page)
    page.goto(f"{city}/admin/")
    expect(page.get_by_role("heading", name="等人来看")).to_be_visible()
    yield page
    context.close()


def position(page: Page) -> tuple[float, float]:
    """lon, lat as the line under the map says them."""
    said = LINE.fullmatch(page.locator(".admin-map__position").inner_text())
    assert said
    return float(said[1]), float(said[2])


def test_a_venue_is_placed_on_our_own_map_under_the_policy(staff: Page, witness: Witness) -> None:
    staff.get_by_role("link", name="位置待核实的场所").click()
    first = staff.locator(".queue-item").first
    assert first.get_by_role("heading").inner_text() in {"益园", "北仑爱心公园"}
    name = "待放驿站"
    staff.get_by_role("link", name=re.compile(f"放到地图上 ?{name}")).click()

    pin = staff.locator(".admin-pin")
    expect(pin).to_be_visible()
    expect(staff.locator(".leaflet-container .ring-shape")).to_be_visible()
    before = position(staff)
    _drag(staff, 60, 40)
    dragged = position(staff)
    assert dragged[0] > before[0]  # east
    assert dragged[1] < before[1]  # south
    pin.focus()
    staff.keyboard.press("ArrowUp")
    assert position(staff)[1] > dragged[1]
    staff.get_by_label("误差半径（米）").fill("120")
    staff.get_by_role("button", name="保存", exact=True).click()
    expect(staff.locator(".messagelist .success")).to_contain_text(name)

    staff.goto(staff.url.partition("/admin/")[0] + "/admin/geo/venue/?q=" + name)
    staff.locator("#result_list tbody th a").first.click()
    expect(staff.locator(".field-point_source .readonly")).to_contain_text(
        "人工校正：keeper，2019-06-26"
    )
    assert position(staff) == pytest.approx((dragged[0], dragged[1]), abs=0.01)
    witness.has_nothing_to_say()


def _drag(page: Page, right: int, down: int) -> None:
    box = page.locator(".admin-pin").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2)
    page.mouse.move(x + right, y + down)
    page.mouse.up()


def test_a_click_on_the_map_sets_the_pin_of_a_new_venue(staff: Page, witness: Witness) -> None:
    staff.goto(staff.url + "geo/venue/add/")
    expect(staff.locator(".admin-map__position")).to_have_text("还没有位置：点一下地图，放下图钉。")
    staff.locator("#id_point-map").click(position={"x": 300, "y": 200})
    expect(staff.locator(".admin-pin")).to_be_visible()
    position(staff)
    staff.get_by_role("button", name="拿掉图钉（位置未知）").click()
    expect(staff.locator(".admin-pin")).to_have_count(0)
    assert staff.locator("textarea[name=point]").input_value() == ""
    witness.has_nothing_to_say()


def test_a_doubtful_place_is_settled_by_its_suggestion(staff: Page, witness: Witness) -> None:
    staff.get_by_role("link", name="待确认的地点").click()
    staff.get_by_role("link", name=re.compile("来定 ?邱隘镇渔农村文化礼堂")).click()
    staff.get_by_role("radio", name="渔金村").check()
    staff.get_by_role("button", name="就是这里").click()
    expect(staff.locator(".messagelist")).to_contain_text(
        "「邱隘镇渔农村文化礼堂」核定为「渔金村」。"
    )
    expect(staff.get_by_role("heading", name="邱隘镇渔农村文化礼堂")).to_have_count(0)
    witness.has_nothing_to_say()


@pytest.mark.parametrize(
    "path",
    ["", "geo/sourcerow/queue/", "geo/placereading/queue/", "geo/venue/queue/", "geo/activity/",
     "geo/venue/add/", "geo/activity/add/"],
)  # fmt: skip
def test_staff_pages_keep_the_policy_and_fit_a_phone(
    staff: Page, witness: Witness, city: str, path: str
) -> None:
    staff.set_viewport_size({"width": 390, "height": 844})
    staff.goto(f"{city}/admin/{path}")
    assert staff.evaluate("document.documentElement.scrollWidth") <= 390
    witness.has_nothing_to_say()
