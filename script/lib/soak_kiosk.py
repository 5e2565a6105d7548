"""A lobby screen for thirty days of polls on a clock of ours, then twenty minutes on the real one.

``seconds`` shortens the second half and, in proportion, the first (20 minutes: 30 days).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from script.lib import showcase
from script.lib.cluster import CHECKOUT

WORLD = (CHECKOUT / "tests" / "browser" / "kiosk_world.js").read_text(encoding="utf-8")
BEGIN = "2019-12-15T10:00:00+08:00"  # over the end of a month and of a year
DAYS, POLLS_A_DAY, REAL_S = 30, 2880, 1200
PORT = 8179
HEAP_A_DAY, HEAP_LIMIT, PSS_LIMIT = 1_000_000, 30_000_000, 200_000_000  # bytes
NODES_LIMIT, LISTENERS_LIMIT = 300, 20  # more than after the first day
MEGABYTE = 1_000_000
COUNTED = ("JSHeapUsedSize", "Nodes", "JSEventListeners")


def run(seconds: int | None) -> list[str]:
    real_s = seconds or REAL_S
    days = max(1, round(DAYS * real_s / REAL_S))
    with showcase.demo_city(PORT) as (base, _environment), showcase.chromium() as browser:
        return [*many_days(browser, base, days), *real_time(browser, base, real_s)]


@contextmanager
def screen(browser: Browser, base: str, before: str = "") -> Iterator[tuple[BrowserContext, Page]]:
    context = browser.new_context(
        viewport={"width": 1920, "height": 1080}, locale="zh-CN", timezone_id="Asia/Shanghai",
        service_workers="block" if before else "allow",
    )  # fmt: skip
    if before:
        context.add_init_script(before)
    page = context.new_page()
    page.goto(f"{base}/kiosk/demo/")
    page.wait_for_selector("body[data-ready]")
    yield context, page
    context.close()


def figures(session: CDPSession) -> dict[str, float]:
    """After the garbage has been collected."""
    session.send("HeapProfiler.collectGarbage")
    said = session.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in said if one["name"] in COUNTED}


def opened(context: BrowserContext, page: Page) -> CDPSession:
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    return session


def many_days(browser: Browser, base: str, days: int) -> list[str]:
    """The days one after the other; the first one makes what is made once."""
    before = f"window.worldBegin = Date.parse('{BEGIN}'); window.worldDwell = 60;" + WORLD
    with screen(browser, base, before) as (context, page):
        page.wait_for_function("window.world.screen && window.world.screen.link")
        session, every = opened(context, page), []
        for day in range(days):
            page.evaluate("() => { world.samples = []; }")
            page.evaluate("world.hours(24)")
            every.append(figures(session))
            heap = every[-1]["JSHeapUsedSize"] / MEGABYTE
            print(
                f"  day {day + 1}: heap {heap:.2f} MB, {every[-1]['Nodes']:.0f} nodes", flush=True
            )
        state: dict[str, Any] = page.evaluate(
            "() => ({polls: world.polls, overlaps: world.overlaps, seen: world.seen(),"
            " errors: world.wrong(), blank: world.samples.filter("
            "(one) => one.shown < 20 || one.level !== 'fresh').length})"
        )
        pss = renderer_pss(browser)
    print(f"  {state['polls']} polls; all renderers' PSS {pss} MB", flush=True)
    return judged(every, state, days)


def judged(every: list[dict[str, float]], state: dict[str, Any], days: int) -> list[str]:
    found = []
    first, last, heaps = every[0], every[-1], [one["JSHeapUsedSize"] for one in every]
    slope = slope_of(heaps) if days > 1 else 0
    print(f"  heap {heaps[0] / MEGABYTE:.2f} → {heaps[-1] / MEGABYTE:.2f} MB, "
          f"{slope / MEGABYTE:+.3f} MB a day")  # fmt: skip
    if slope > HEAP_A_DAY or heaps[-1] > HEAP_LIMIT:
        found.append(f"the heap grows: {slope:.0f} bytes a day, now {heaps[-1]:.0f}")
    for name, limit in (("Nodes", NODES_LIMIT), ("JSEventListeners", LISTENERS_LIMIT)):
        if last[name] - first[name] > limit:
            found.append(f"{name} grew from {first[name]:.0f} to {last[name]:.0f}")
    if state["polls"] < days * POLLS_A_DAY - 2:
        found.append(f"only {state['polls']} polls in {days} days")
    if state["overlaps"] or state["blank"] or state["errors"]:
        found.append(f"overlaps, blank samples, errors: {state}")
    return found


def slope_of(values: list[float]) -> float:
    """The least-squares slope, per step."""
    mean_x, mean_y = (len(values) - 1) / 2, sum(values) / len(values)
    above = sum((x - mean_x) * (y - mean_y) for x, y in enumerate(values))
    return above / sum((x - mean_x) ** 2 for x in range(len(values)))


def real_time(browser: Browser, base: str, seconds: int) -> list[str]:
    """The same page against the real server and clock; an empty page beside it as the measure."""
    with screen(browser, base) as (context, page):
        session, every = opened(context, page), []
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            page.wait_for_timeout(min(60, max(1, ends - time.monotonic())) * 1000)
            every.append(figures(session))
            print(f"  real: heap {every[-1]['JSHeapUsedSize'] / MEGABYTE:.2f} MB, "
                  f"{every[-1]['Nodes']:.0f} nodes", flush=True)  # fmt: skip
        pss = renderer_pss(browser)
        empty = context.new_page()
        empty.goto("about:blank")
        page.close()
        print(f"  PSS of the renderers with the screen {pss} MB, with an empty page "
              f"{renderer_pss(browser)} MB", flush=True)  # fmt: skip
    heaps = [one["JSHeapUsedSize"] for one in every]
    grown = heaps[-1] - heaps[min(1, len(heaps) - 1)]
    found = [f"in {seconds} s the heap grew by {grown:.0f} bytes"] if grown > HEAP_A_DAY else []
    if max(pss, default=0) * MEGABYTE > PSS_LIMIT:
        found.append(f"a renderer holds {max(pss)} MB")
    return found


def renderer_pss(browser: Browser) -> list[int]:
    """Proportional set sizes of the browser's renderers in MB, the largest first."""
    cdp = browser.new_browser_cdp_session()
    known = cdp.send("SystemInfo.getProcessInfo")["processInfo"]
    cdp.detach()
    sizes = []
    for process in known:
        rollup = Path(f"/proc/{process['id']}/smaps_rollup")
        if process["type"] == "renderer" and rollup.exists():
            lines = rollup.read_text().splitlines()
            kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            sizes.append(round(kilobytes * 1024 / MEGABYTE))
    return sorted(sizes, reverse=True)
