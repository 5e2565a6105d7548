"""Runs the loads: us, pgbench and tipg in turn, two processes each, eight at a time, in rounds.

python3 -m script.lib.speed.race DATABASE_URL OUR_PORT [TIPG_PORT] [--seconds 3 --rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

from script.lib.postgres import find_programs
from script.lib.speed import loads
from script.lib.speed.city import NOW
from script.lib.speed.loads import Question

HEAD = (
    "load", "ours /s", "limit-plain /s", "tipg /s", "× limit", "× tipg", "CPU ms", "limit's CPU ms",
    "× limit by CPU", "p99 ms",
    "bytes", "equal of 20", "errors",
)  # fmt: skip
ORDERED = {"viewport", "feed", "text", "item"}  # SQL has our order; near is planar there
TICK = os.sysconf("SC_CLK_TCK")
PGBENCH_FILES = 100  # it takes 128
WRK = """\
local paths = {{}}
for line in io.lines("{file}") do paths[#paths + 1] = line end
local at = 0
request = function() at = at % #paths + 1; return wrk.format("GET", paths[at]) end
"""


class Cell(NamedTuple):
    rate: float  # answers a second
    cpu_ms: float  # of the server, an answer; what the snapshot answers costs the database none
    p99_ms: float
    size: float  # bytes an answer
    errors: int


def jiffies(pids: Iterable[int]) -> int:
    total = 0
    for pid in pids:
        try:
            cells = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(int(cell) for cell in cells[11:15])
    return total


def pss(pids: Iterable[int]) -> float:
    """MiB, shared pages divided among those who share."""
    kib = 0
    for pid in pids:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
        kib += int(found[1]) if found else 0
    return kib / 1024


def family(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout
    for child in children.split():
        found += family(int(child))
    return found


def processes_of_database(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        name = connection.execute("SHOW data_directory").fetchone()
    pid = int(Path(str(name and name[0]), "postmaster.pid").read_text().split("\n")[0])
    return family(pid)


def wrk(base: str, paths: list[str], seconds: int) -> tuple[float, float, float, int]:
    """Rate, p99 in ms, bytes an answer, errors."""
    with tempfile.TemporaryDirectory() as folder:
        file, script = Path(folder, "paths"), Path(folder, "paths.lua")
        file.write_text("\n".join(paths) + "\n")
        script.write_text(WRK.format(file=file))
        said = subprocess.run(
            ["wrk", "-t1", "-c8", f"-d{seconds}s", "--latency", "--timeout", "30s",
             "-s", str(script), base], capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    rate = float(_find(r"Requests/sec:\s+([\d.]+)", said))
    slow, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    p99 = float(slow) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    count, size, kind = re.search(r"(\d+) requests in .*?, ([\d.]+)(\w+) read", said).groups()  # type: ignore[union-attr]
    read = float(size) * {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}[kind]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return rate, p99, read / max(1, int(count)), int(bad[1]) if bad else 0


def _find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else "0"


def pgbench(url: str, statements: list[str], seconds: int) -> float:
    """Answers a second: two programs of four connections, each with half of the statements."""
    parts = urlsplit(url)
    host = parse_qs(parts.query)["host"][0]
    program = find_programs() / "pgbench"
    environment = {**os.environ, "PGOPTIONS": "-c plan_cache_mode=force_custom_plan -c jit=off"}
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for half in range(2):
            files = []
            for number, sql in enumerate(statements[half::2][:PGBENCH_FILES]):
                file = Path(folder, f"{half}-{number}.sql")
                file.write_text(sql + ";\n")
                files += ["-f", str(file)]
            running.append(subprocess.Popen(
                [program, "-n", "-M", "prepared", "-c", "4", "-j", "1", "-T", str(seconds),
                 "-h", unquote(host), "-U", parts.username or "", *files, parts.path[1:]],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
            ))  # fmt: skip
        return sum(float(_find(r"tps = ([\d.]+)", one.communicate()[0])) for one in running)


def measured(run: Callable[[], tuple[float, float, float, int]], pids: list[int], s: int) -> Cell:
    before = jiffies(pids)
    rate, p99, size, errors = run()
    used = (jiffies(pids) - before) / TICK
    return Cell(rate, max(0.001, used / max(1.0, rate * s) * 1000), p99, size, errors)


def ids_of(address: str) -> list[str]:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own servers
        body = json.loads(answer.read())
    features = body.get("features", [body])
    return [str(one["id"]) for one in features]


def check_equal(url: str, base: str, questions: list[Question]) -> int:
    """Of twenty questions, how many SQL and we answer with the same ids in the same order."""
    same = 0
    with psycopg.connect(url) as connection:
        for one in questions[:20]:
            row = connection.execute(one.sql.encode()).fetchone()
            theirs = [f["properties"]["event_id"] for f in json.loads(row[0])["features"]]  # type: ignore[index]
            same += theirs == ids_of(base + one.ours)
    return same


def kinds(url: str) -> dict[str, list[Question]]:
    with psycopg.connect(url) as connection:
        slugs = [slug for (slug,) in connection.execute("SELECT slug FROM geo_category ORDER BY 1")]
        ids = connection.execute(
            "SELECT id, event_id FROM bench.events WHERE end_at > %s ORDER BY md5(event_id)"
            " LIMIT 200", [NOW],
        ).fetchall()  # fmt: skip
        venues = [key for (key,) in connection.execute(
            "SELECT venue_id FROM bench.events WHERE end_at > %s GROUP BY 1"
            " ORDER BY md5(venue_id::text) LIMIT 200", [NOW],
        )]  # fmt: skip
    return {
        "viewport": loads.viewports(slugs), "tile": loads.tiles(slugs),
        "near": loads.nearest(slugs), "text": loads.texts(slugs),
        "item": loads.items(ids), "feed": loads.feeds(venues),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("url")
    parser.add_argument("port", type=int)
    parser.add_argument("tipg", type=int, nargs="?")
    parser.add_argument("--pid", type=int, required=True, help="our server's first process")
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    base = f"http://127.0.0.1:{asked.port}"
    servers = family(asked.pid)
    database = processes_of_database(asked.url)
    print("| " + " | ".join(HEAD) + " |")
    print("| --- " + "| ---: " * (len(HEAD) - 1) + "|", flush=True)
    for name, questions in kinds(asked.url).items():
        equal = str(check_equal(asked.url, base, questions)) if name in ORDERED else "–"
        wrk(base, [one.ours for one in questions], 1)
        rounds: list[tuple[Cell, float, float, float]] = []
        for _ in range(asked.rounds):
            ours = measured(
                lambda: wrk(base, [one.ours for one in questions], asked.seconds),  # noqa: B023
                servers, asked.seconds,
            )  # fmt: skip
            before = jiffies(database)
            limit = pgbench(asked.url, [one.sql for one in questions], asked.seconds)
            spent = (jiffies(database) - before) / TICK * 1000 / max(1.0, limit * asked.seconds)
            theirs = 0.0
            if asked.tipg and questions[0].tipg:
                paths = [one.tipg for one in questions]
                theirs, *_, bad = wrk(f"http://127.0.0.1:{asked.tipg}", paths, asked.seconds)
                theirs = 0.0 if bad else theirs
            rounds.append((ours, limit, theirs, spent))
        middle = statistics.median
        rate = middle(one.rate for one, *_ in rounds)
        limit = middle(one[1] for one in rounds)
        theirs = middle(one[2] for one in rounds)
        ratio = middle(one.rate / max(0.1, pg) for one, pg, *_ in rounds)
        against = middle(one.rate / tipg for one, _, tipg, _ in rounds if tipg) if theirs else 0
        figures = (
            name, f"{rate:.0f}", f"{limit:.0f}", f"{theirs:.0f}", f"{ratio:.2f}", f"{against:.1f}",
            f"{middle(one.cpu_ms for one, *_ in rounds):.2f}",
            f"{middle(spent for *_, spent in rounds):.2f}",
            f"{middle(spent / one.cpu_ms for one, _, _, spent in rounds):.2f}",
            f"{middle(one.p99_ms for one, *_ in rounds):.0f}",
            f"{middle(one.size for one, *_ in rounds):.0f}", equal,
            str(sum(one.errors for one, *_ in rounds)),
        )  # fmt: skip
        print(f"| {' | '.join(figures)} |", flush=True)
    print(f"memory of our processes: {pss(servers):.0f} MiB", file=sys.stderr)


if __name__ == "__main__":
    main()
