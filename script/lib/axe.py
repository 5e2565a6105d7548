"""axe-core on our pages, in the states that a visitor brings them into."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from script.lib.cluster import CHECKOUT

AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
    "device_scale_factor": 2,
}  # fmt: skip
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
HALL: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
TALL: dict[str, Any] = {"viewport": {"width": 1080, "height": 1920}}
# axe reports these by default; `incomplete` is what it cannot judge itself.
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


def nothing(page: Page) -> None:
    """The page as it comes."""


def open_a_popup(page: Page) -> None:
    page.locator(".map .pin").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup-content")


def open_what_is_folded(page: Page) -> None:
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")


def type_a_spelling(page: Page) -> None:
    page.locator("#q").press_sequentially("gongyi")
    page.wait_for_selector("#suggestions [role=option]")
    page.keyboard.press("ArrowDown")


def show_the_map(page: Page) -> None:
    page.locator("[data-view-switch]").click()


def open_the_first(selector: str) -> Callable[[Page], None]:
    """Follows the first link that *selector* finds."""

    def follow(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    return follow


def open_and_unfold(page: Page) -> None:
    open_the_first("[data-card] a")(page)
    open_what_is_folded(page)


def answer_and_look(page: Page) -> None:
    for name, words in {
        "title": "夏日义诊", "when_text": "7月6日下午1:30-4:00", "place_text": "江北区日湖公园",
        "content": "为居民量血压。", "organizer": "江北区社会组织服务中心", "contact": "王女士",
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", words)
    page.click("main form button:last-of-type >> nth=-1")
    page.wait_for_selector(".look")


@dataclass(frozen=True)
class State:
    """A page in a state: its name for people, its path, the window, what is done first."""

    name: str
    path: str
    window: dict[str, Any]
    act: Callable[[Page], None] = nothing


CARD = "[data-card] a"
STATES = (
    State("map, phone", "/", PHONE),
    State("map, desk", "/", DESK),
    State("map, everything unfolded", "/", DESK, open_what_is_folded),
    State("map, a pin is open", "/?q=日湖", DESK, open_a_popup),
    State("map, nothing found", "/?date=2019-07-03", PHONE),
    State("map, sample week on", "/?sample=1", DESK),
    State("map, sample, a pin is open", "/?sample=1&q=示例", DESK, open_a_popup),
    State("map, sorted by distance", "/?near=121.558,29.899", DESK),
    State("activity with a point", "/?q=日湖", PHONE, open_the_first(CARD)),
    State("activity without one", "/?q=益园", DESK, open_the_first(CARD)),
    State("activity 示例", "/?sample=1&q=示例", PHONE, open_the_first(CARD)),
    State("activity, 长辈版, unfolded", "/?q=日湖&mode=elder", PHONE, open_and_unfold),
    State("activity by night, unfolded", "/?q=日湖&theme=night", DESK, open_and_unfold),
    State("map, 长辈版", "/?mode=elder", PHONE),
    State("map, 长辈版, by night", "/?mode=elder&theme=night", DESK, open_what_is_folded),
    State("map, 长辈版, the map", "/?mode=elder", PHONE, show_the_map),
    State("map by night, a pin is open", "/?q=日湖&theme=night", DESK, open_a_popup),
    State("map by night, sample week on", "/?sample=1&theme=night", PHONE),
    State("map, suggestions", "/", PHONE, type_a_spelling),
    State("map, something close", "/?q=日胡公园", PHONE),
    State("map, English", "/?lang=en", DESK),
    State("one question, 长辈版", "/ask/?mode=elder", PHONE),
    State("a week's poster", "/areas/330203/poster/", DESK),
    State("favourites, none", "/favourites/", PHONE),
    State("without a net", "/offline/", PHONE),
    State("campaign", "/campaigns/2019-gongyiri/", DESK),
    State("campaign by night", "/campaigns/2019-gongyiri/?theme=night", PHONE),
    State("district", "/districts/330205/", PHONE),
    State("district, 长辈版", "/districts/330205/?mode=elder", PHONE),
    State("submission", "/submit/", PHONE),
    State("submission, read back", "/submit/?theme=night", DESK, answer_and_look),
    State("a wish, 长辈版", "/needs/new/?mode=elder", PHONE),
    State("wishes", "/needs/", PHONE),
    State("planner, desk", "/planner/", DESK),
    State("planner, phone", "/planner/", PHONE, open_what_is_folded),
    State("planner, hexagons", "/planner/?level=hexagon&supply=1", DESK),
    State("planner, by night", "/planner/?measure=uncovered&theme=night", DESK),
    State("planner, what if", "/planner/whatif/?sites=121.55,29.87", DESK),
    State("planner, what if, phone", "/planner/whatif/?suggest=2", PHONE),
    State("planner, matrix", "/planner/matrix/", DESK),
    State("planner, matrix by night", "/planner/matrix/?theme=night", PHONE),
    State("planner, equity", "/planner/equity/", DESK, open_what_is_folded),
    State("planner, trend", "/planner/trend/?mark=2019-06-20", DESK),
    State("planner, compare", "/planner/compare/", PHONE),
    State("planner, report", "/planner/report/", DESK),
    State("planner, method", "/planner/method/", PHONE),
    State("lobby 益园", "/kiosk/yiyuan/", HALL),
    State("lobby 益园, portrait", "/kiosk/yiyuan/", TALL),
    State("lobby 益园, night", "/kiosk/yiyuan/?at=2019-06-26T22:30", HALL),
    State("lobby 示例", "/kiosk/demo/", HALL),
    State("page that is not there", "/no-such-page/", PHONE),
    State("staff log-in", "/admin/login/", DESK),
)  # fmt: skip


def violations(page: Page) -> list[str]:
    """What axe finds on *page*: one line a rule and element. The context must bypass the CSP."""
    page.add_script_tag(path=str(AXE))
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {_first_line(node)}"
        for rule in found
        for node in rule["nodes"]
    ]


def _first_line(node: dict[str, Any]) -> str:
    lines = (line.strip() for line in str(node["failureSummary"]).splitlines()[1:])
    return next(lines, "")
