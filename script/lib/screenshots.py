"""Pictures of every page, at the sizes and in the states at which it must look finished.

python3 -m script.lib.screenshots [--out FOLDER] [--only WORD] [--docs]
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from script.lib import demo_data, server, showcase
from script.lib.axe import DESK, HALL, PHONE, TALL, nothing, open_a_popup
from script.lib.cluster import CHECKOUT
from script.lib.postgres import ClusterError

LONG_TITLE = (
    "“益”起志愿·“园”梦同行：象山县社会组织党员公益日暨垃圾分类、"
    "义诊义剪、文明劝导与邻里互助大型公益集市活动启动仪式现场"
)
SIZES: dict[str, dict[str, Any]] = {
    "390x844": PHONE,
    "768x1024": {"viewport": {"width": 768, "height": 1024}, "has_touch": True},
    "1440x900": DESK,
    "1920x1080": HALL,
    "1080x1920": TALL,
    "3840x2160": {"viewport": {"width": 3840, "height": 2160}},
    "1366x768": {"viewport": {"width": 1366, "height": 768}},
}
# A zoom of 200 % halves the window in CSS pixels and doubles the device's.
ZOOMED = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
NIGHT = "at=2019-06-26T22:30"
DOCS = CHECKOUT / "docs" / "pictures"
DOCS_LIMIT = 400_000  # bytes


def give_a_long_title(page: Page) -> None:
    """Puts a title of 60 characters where one stands."""
    page.evaluate(
        "(title) => { const one = document.querySelector('[data-card] h2 a, .activity h1');"
        " if (one) one.textContent = title; }",
        LONG_TITLE,
    )


def show_the_map(page: Page) -> None:
    """On a phone: the map in full."""
    page.locator("[data-view-switch]").click()
    page.wait_for_timeout(400)


@dataclass(frozen=True)
class Shot:
    """One picture: its file's name, the path, the window, what is done first."""

    name: str
    path: str
    window: dict[str, Any]
    act: Callable[[Page], None] = nothing
    options: dict[str, Any] = field(default_factory=dict)


def residents(activity: str) -> Iterator[Shot]:
    for size in ("390x844", "768x1024", "1440x900", "1920x1080", "3840x2160"):
        yield Shot(f"map-{size}", "/", SIZES[size])
        yield Shot(f"activity-{size}", activity, SIZES[size])
    for size in ("390x844", "1440x900"):
        window = SIZES[size]
        # 0, 1, 28 and 60 activities in view
        yield Shot(f"map-none-{size}", "/?date=2019-07-03", window)
        yield Shot(f"map-one-{size}", "/?q=日湖", window)
        yield Shot(f"map-week-{size}", "/?at=2019-06-25T08:00", window)
        yield Shot(f"map-sample-{size}", "/?at=2019-06-25T08:00&sample=1", window)
        yield Shot(f"map-long-title-{size}", "/", window, give_a_long_title)
        yield Shot(f"map-popup-{size}", "/?q=日湖", window, open_a_popup)
        yield Shot(f"map-elder-{size}", "/?mode=elder", window)
        yield Shot(f"map-english-{size}", "/", window, options={"locale": "en-GB"})
        yield Shot(f"map-dark-{size}", "/", window, options={"color_scheme": "dark"})
        yield Shot(f"activity-long-title-{size}", activity, window, give_a_long_title)
    yield Shot("map-switched-390x844", "/", PHONE, show_the_map)
    yield Shot("map-zoom200", "/", ZOOMED)
    yield Shot("activity-zoom200", activity, ZOOMED)


def others() -> Iterator[Shot]:
    for size in ("390x844", "768x1024", "1440x900", "1920x1080"):
        yield Shot(f"planner-{size}", "/planner/", SIZES[size])
        yield Shot(f"planner-whatif-{size}", "/planner/whatif/?suggest=3", SIZES[size])
    for size in ("390x844", "1440x900"):
        window = SIZES[size]
        for name in ("matrix", "equity", "trend", "compare", "report", "method"):
            yield Shot(f"planner-{name}-{size}", f"/planner/{name}/", window)
        yield Shot(f"planner-hexagons-{size}", "/planner/?level=hexagon&supply=1", window)
        yield Shot(f"planner-english-{size}", "/planner/", window, options={"locale": "en-GB"})
        yield Shot(f"planner-dark-{size}", "/planner/", window, options={"color_scheme": "dark"})
    yield Shot("planner-zoom200", "/planner/", ZOOMED)
    yield Shot("kiosk-code-1920x1080", "/kiosk/", SIZES["1920x1080"])
    yield Shot("kiosk-code-1080x1920", "/kiosk/", SIZES["1080x1920"])
    for slug in ("yiyuan", "demo", "touch"):
        for size in ("1920x1080", "1080x1920", "3840x2160", "1366x768"):
            yield Shot(f"kiosk-{slug}-{size}", f"/kiosk/{slug}/", SIZES[size])
        for size in ("1920x1080", "1080x1920"):
            yield Shot(f"kiosk-{slug}-night-{size}", f"/kiosk/{slug}/?{NIGHT}", SIZES[size])
    yield Shot("admin-venue-1440x900", "/admin/geo/venue/", DESK)
    yield Shot("admin-venue-390x844", "/admin/geo/venue/", PHONE)
    for name in ("", "add/", "wall/", "1/status/", "1/simulate/"):
        words = name.strip("/").replace("/", "-") or "list"
        yield Shot(f"admin-screen-{words}-1440x900", f"/admin/kiosk/screen/{name}", DESK)
        yield Shot(f"admin-screen-{words}-390x844", f"/admin/kiosk/screen/{name}", PHONE)


DOCS_SHOTS = (
    Shot("map-desk", "/", DESK),
    Shot("map-phone", "/", PHONE),
    Shot("kiosk-demo", "/kiosk/demo/", HALL),
    Shot("planner", "/planner/", DESK),
)


def log_in(page: Page, base: str, password: str) -> None:
    page.goto(f"{base}/admin/login/")
    page.locator("#id_username").fill(showcase.STAFF)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")
    page.wait_for_load_state("networkidle")


def open_the_first_venue(page: Page) -> None:
    """The form of the list's first row."""
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state("networkidle")


def take(browser: Browser, base: str, password: str, shot: Shot) -> bytes:
    """The picture as PNG: what is in the window, not the whole page."""
    options = {"reduced_motion": "reduce", **shot.window, **shot.options}
    page = showcase.open_page(browser, **options)
    if shot.path.startswith("/admin/"):
        log_in(page, base, password)
    page.goto(base + shot.path)
    showcase.settle(page, 60_000)
    shot.act(page)
    if shot.path == "/admin/geo/venue/":
        open_the_first_venue(page)
    page.wait_for_timeout(700)  # the map's tiles fade in
    picture = page.screenshot()
    page.context.close()
    return picture


def shrink(picture: bytes, width: int | None = None) -> bytes:
    """PNG with 256 colours, scaled to *width* pixels when given; small marks keep their colour."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    if width:
        size = (width, round(image.height * width / image.width))
        image = image.resize(size, Image.Resampling.LANCZOS)
    colours = image.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    colours.save(out, "PNG", optimize=True)
    return out.getvalue()


def save_for_docs(name: str, picture: bytes) -> None:
    small = shrink(picture, 1280 if name == "kiosk-demo" else None)
    if len(small) > DOCS_LIMIT:
        raise ClusterError(f"{name}.png has {len(small)} bytes, more than {DOCS_LIMIT}.")
    DOCS.mkdir(parents=True, exist_ok=True)
    (DOCS / f"{name}.png").write_bytes(small)


def staff_password(environment: dict[str, str]) -> str:
    """Of a staff user made for these pictures; it goes with the database."""
    said = demo_data.run(
        demo_data.manage("ensure_staff", "--name", showcase.STAFF, "--new-password"), environment
    )
    found = re.search(r" / (\S+)", said)
    if not found:
        raise ClusterError(f"No password in: {said}")
    return found[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=showcase.LOCAL / "screenshots")
    parser.add_argument("--only", default="", help="names that hold this word")
    parser.add_argument("--docs", action="store_true", help="the README's, into docs/pictures")
    asked = parser.parse_args()
    port = server.read_port(os.environ.get("PORT") or "8000")
    with showcase.demo_city(port) as (base, environment), showcase.chromium() as browser:
        password = "" if asked.docs else staff_password(environment)
        activity = showcase.an_activity(base, showcase.open_page(browser)).removeprefix(base)
        shots = DOCS_SHOTS if asked.docs else (*residents(activity), *others())
        asked.out.mkdir(parents=True, exist_ok=True)
        for shot in shots:
            if asked.only not in shot.name:
                continue
            print(f"• {shot.name}", flush=True)
            picture = take(browser, base, password, shot)
            if asked.docs:
                save_for_docs(shot.name, picture)
            else:
                (asked.out / f"{shot.name}.png").write_bytes(picture)


if __name__ == "__main__":
    try:
        main()
    except ClusterError as error:
        sys.exit(f"✗ {error}")
