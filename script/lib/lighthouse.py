"""Lighthouse on its own phone: a slow processor, a slow connection, and a small window."""

import json
import os
import subprocess
from dataclasses import dataclass
from statistics import median
from typing import Any

from script.lib.cluster import CHECKOUT
from script.lib.postgres import ClusterError
from script.lib.showcase import FLAGS, find_chromium

PROGRAM = CHECKOUT / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices")
ATTEMPTS = 3  # on a busy machine it now and then finds no start of the page in its own trace
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")


@dataclass(frozen=True)
class Scores:
    """Scores 0–100 by category, milliseconds and shifts by audit, and the audits that failed."""

    scores: dict[str, int]
    numbers: dict[str, float]
    failed: tuple[str, ...]
    version: str


def run_once(address: str) -> dict[str, Any]:
    """Lighthouse's report of one visit with an empty cache."""
    command = [
        str(PROGRAM), address, "--quiet", "--output=json", "--form-factor=mobile",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": find_chromium(), "LANG": "C.UTF-8"}
    for _ in range(ATTEMPTS):
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=CHECKOUT
        )
        if done.returncode == 0:
            report: dict[str, Any] = json.loads(done.stdout)
            return report
    raise ClusterError(f"Lighthouse failed on {address}:\n{done.stderr.strip()[-800:]}")


def judge(address: str, runs: int) -> Scores:
    """The medians of *runs* visits, and every audit that was not passed in the last one."""
    reports = [run_once(address) for _ in range(runs)]
    scores = {
        name: round(median(100 * (r["categories"][name]["score"] or 0) for r in reports))
        for name in CATEGORIES
    }
    numbers = {
        name: median(float(r["audits"][name]["numericValue"]) for r in reports)
        for name in (*TIMES, "cumulative-layout-shift")
    }
    last = reports[-1]
    failed = tuple(
        f"{ref['id']} ({name})"
        for name in CATEGORIES
        for ref in last["categories"][name]["auditRefs"]
        if ref["weight"] and (last["audits"][ref["id"]]["score"] or 0) < 0.9
        and last["audits"][ref["id"]]["scoreDisplayMode"] in {"binary", "numeric"}
    )  # fmt: skip
    return Scores(scores, numbers, failed, str(last["lighthouseVersion"]))
