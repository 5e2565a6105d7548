"""Measures the demo's pages: weight, Lighthouse, axe, requests per second.

    python3 -m script.lib.bench [--quick]     see script/bench

Figures are for comparing two versions on one machine; nothing here is a test with a clock.
"""

import argparse
import os
import platform
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from script.lib import axe, lighthouse, requests_rate, server, showcase, weights
from script.lib.cluster import CHECKOUT
from script.lib.postgres import ClusterError

OUTPUT = CHECKOUT / "docs" / "benchmarks.md"
SPEED = "# Speed at a million occurrences"
PHONE = "/ (phone)"
# Bytes; what the first view of the map may cost.
BUDGETS = {"all": 300_000, "scripts": 120_000, "base map": 110_000}
FONT_BUDGET = 1_000_000
RUNS = 5


@dataclass
class Table:
    """A heading, columns and rows, printed alike on the terminal and in Markdown."""

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    note: str = ""

    def __str__(self) -> str:
        lines = [self.head, ["---"] + ["---:"] * (len(self.head) - 1), *self.rows]
        body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"## {self.title}\n\n{body}\n" + (f"\n{self.note}\n" if self.note else "")


def kilobytes(size: int) -> str:
    return f"{size / 1000:.1f}"


# --- Weight -----------------------------------------------------------------------------------


def weigh_all(base: str, activity: str) -> Table:
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        PHONE: ("/", axe.PHONE),
        "/ (desk)": ("/", axe.DESK),
        "an activity (phone)": (activity.removeprefix(base), axe.PHONE),
        "/planner/": ("/planner/", axe.DESK),
        "/kiosk/yiyuan/": ("/kiosk/yiyuan/", axe.HALL),
        "/kiosk/demo/": ("/kiosk/demo/", axe.HALL),
    }
    table = Table(
        "First view, cold cache (KB on the wire)",
        ["page", "all", "page", "scripts", "styles", "base map", "fonts", "requests"],
    )
    with showcase.chromium() as browser:
        for name, (path, window) in pages.items():
            table.rows.append(row(name, weights.weigh(browser, base + path, **window)))
    with (
        tempfile.TemporaryDirectory() as folder,
        showcase.chromium(showcase.without_chinese_font(Path(folder))) as browser,
    ):
        bare = weights.weigh(browser, base + "/", **axe.PHONE)
        table.rows.append(row(f"{PHONE}, no Chinese font", bare))
    table.note = (
        f"Budgets for the first view of the map: all {kilobytes(BUDGETS['all'])}, scripts"
        f" {kilobytes(BUDGETS['scripts'])}, base map {kilobytes(BUDGETS['base map'])}; fonts may"
        f" add {kilobytes(FONT_BUDGET)} where the system has none. Lobby screens always use ours."
    )
    return table


def row(name: str, weight: weights.Weight) -> list[str]:
    kinds = [kilobytes(weight.kinds.get(kind, 0)) for kind in ("page", "scripts", "styles")]
    more = [kilobytes(weight.kinds.get(kind, 0)) for kind in ("base map", "fonts")]
    return [name, kilobytes(weight.total), *kinds, *more, str(weight.requests)]


# --- Accessibility ----------------------------------------------------------------------------


def ask_axe(base: str) -> Table:
    table = Table("axe-core", ["state", "findings"])
    with showcase.chromium() as browser:
        for state in axe.STATES:
            page = showcase.open_page(
                browser, bypass_csp=True, reduced_motion="reduce", **state.window
            )
            page.goto(base + state.path)
            showcase.settle(page)
            state.act(page)
            found = axe.violations(page)
            table.rows.append([state.name, str(len(found))])
            for line in found:
                print(f"  axe, {state.name}: {line}", flush=True)
            page.context.close()
    return table


# --- Lighthouse -------------------------------------------------------------------------------


def ask_lighthouse(base: str, activity: str) -> Table:
    table = Table(
        "Lighthouse, phone",
        ["page", "runs", "performance", "accessibility", "best practices",
         "first paint (s)", "largest paint (s)", "blocked (ms)", "shift"],
    )  # fmt: skip
    for name, address, runs in (
        ("/", f"{base}/", RUNS),
        ("an activity", activity, 1),
        ("/planner/", f"{base}/planner/", 1),
    ):
        seen = lighthouse.judge(address, runs)
        first, largest, blocked = (seen.numbers[key] for key in lighthouse.TIMES)
        shift = seen.numbers["cumulative-layout-shift"]
        table.rows.append(
            [name, str(runs), *(str(seen.scores[key]) for key in lighthouse.CATEGORIES),
             f"{first / 1000:.1f}", f"{largest / 1000:.1f}", f"{blocked:.0f}", f"{shift:.3f}"]
        )  # fmt: skip
        table.note = f"Lighthouse {seen.version}; medians."
        for line in seen.failed:
            print(f"  Lighthouse, {name}: {line}", flush=True)
    return table


# --- Requests ---------------------------------------------------------------------------------


def count_requests(base: str) -> Table:
    gzip = {"Accept-Encoding": "gzip"}
    payload = requests_rate.Target("", "/kiosk/yiyuan/payload.json", gzip)
    tag = requests_rate.ask(base, payload)[1]["etag"]
    targets = [
        requests_rate.Target("a static file", "/static/icons/yitu.svg", {}),
        requests_rate.Target("/", "/", gzip),
        requests_rate.Target("lobby payload", payload.path, gzip),
        requests_rate.Target("lobby payload, 304", payload.path, {"If-None-Match": tag}, 304),
    ]
    table = Table(
        "Requests",
        ["address", "per second here", "of the static file"],
        note=f"{requests_rate.CLIENTS} visitors with kept connections, their program on the same"
        " processors; two workers. The second column says something about this machine, the"
        " third about us.",
    )
    seen = requests_rate.rates(base, targets)
    for target, value in zip(targets, seen, strict=True):
        table.rows.append([target.name, f"{value:.0f}", f"{value / seen[0]:.1%}"])
    return table


# --- Together ---------------------------------------------------------------------------------


def machine() -> str:
    """Processors, memory and versions, from the system itself."""
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    with showcase.chromium() as browser:
        version = browser.version
    load = os.getloadavg()[0]
    busy = (
        " (busy: Lighthouse and requests come out worse than on a quiet machine)"
        if load > (os.cpu_count() or 1) / 2
        else ""
    )
    return (
        f"{os.cpu_count()} × {model[1] if model else platform.machine()}, {memory:.0f} GB,"
        f" {platform.system()}; Python {platform.python_version()}, Chromium {version};"
        f" load at the start {load:.1f}{busy}"
    )


def write(described: str, tables: Sequence[Table]) -> None:
    today = datetime.now(UTC).date()  # noqa: TID251 - the day of the measurement
    head = (
        "# Benchmarks\n\nWritten by `script/bench` on the demo's data, hashed and compressed files,"
        f" granian with two workers.\n\nMeasured on {today}: {described}.\n"
    )
    before = OUTPUT.read_text(encoding="utf-8") if OUTPUT.exists() else ""
    speed = before[before.index(SPEED) :] if SPEED in before else ""  # taken on its own
    OUTPUT.write_text("\n".join([head, *map(str, tables), speed]), encoding="utf-8")
    print(f"Written: {OUTPUT.relative_to(CHECKOUT)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="weights and axe only, no file")
    asked = parser.parse_args()
    port = server.read_port(os.environ.get("PORT") or "8000")
    described = machine()
    tables: list[Table] = []

    def show(table: Table) -> None:
        tables.append(table)
        print(f"\n{table}", flush=True)

    with showcase.demo_city(port) as (base, _):
        with showcase.chromium() as browser:
            activity = showcase.an_activity(base, showcase.open_page(browser))
        show(weigh_all(base, activity))
        show(ask_axe(base))
        if not asked.quick:
            show(ask_lighthouse(base, activity))
            show(count_requests(base))
            write(described, tables)


if __name__ == "__main__":
    try:
        main()
    except ClusterError as error:
        sys.exit(f"✗ {error}")
