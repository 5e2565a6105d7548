"""20 000 rows: how long, how much memory; killed at any moment, nothing is lost or doubled.

Works in databases of its own beside that of DATABASE_URL: one fills undisturbed, the other is
killed (-9) again and again; in the end they hold the same.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from script.lib import large_table

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 60, 400
KILLS = 20
SOURCE = "large-sample"
# What an import leaves behind, without the numbers that the database gives out.
LEFT = {
    "rows": "SELECT number, status, cells, problems FROM geo_sourcerow WHERE source_id = {source}",
    "activities": (
        "SELECT a.source_key, a.public_id, a.title, a.content_hash, a.search_text, r.number"
        " FROM geo_activity a JOIN geo_sourcerow r ON r.id = a.source_row_id"
        " WHERE a.source_id = {source}"
    ),
    "organisers": (
        "SELECT a.source_key, o.name, l.rank FROM geo_activityorganizer l"
        " JOIN geo_activity a ON a.id = l.activity_id"
        " JOIN geo_organization o ON o.id = l.organization_id WHERE a.source_id = {source}"
    ),
    "categories": (
        "SELECT a.source_key, c.slug FROM geo_activity_categories l"
        " JOIN geo_activity a ON a.id = l.activity_id"
        " JOIN geo_category c ON c.id = l.category_id WHERE a.source_id = {source}"
    ),
    "occurrences": (
        "SELECT a.source_key, o.original_start, o.ends_at, o.time_precision, o.level,"
        " p.printed, o.district_id, o.sequence FROM geo_occurrence o"
        " JOIN geo_activity a ON a.id = o.activity_id"
        " LEFT JOIN geo_placereading p ON p.id = o.place_id WHERE a.source_id = {source}"
    ),
    "batches": "SELECT state, counts, cursor FROM geo_importbatch WHERE source_id = {source}",
}


def left(database: str) -> dict[str, tuple[int, str]]:
    """What lies in a database: name → (rows, digest)."""
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT id FROM geo_source WHERE slug = %s", [SOURCE]).fetchone()
        source = found[0] if found else 0
        return {name: _digest(connection, words, source) for name, words in LEFT.items()}


def _digest(connection: psycopg.Connection, words: str, source: int) -> tuple[int, str]:
    query = words.format(source=int(source))
    whole = f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ({query}) t"  # noqa: S608
    count, digest = connection.execute(whole).fetchone() or (0, "")
    return int(count), str(digest)


def import_command(path: Path, piece: int) -> list[str]:
    return [
        sys.executable, "manage.py", "import_activities", str(path), "--year", "2019",
        "--source", SOURCE, "--piece", str(piece),
    ]  # fmt: skip


def finish(path: Path, environment: Mapping[str, str], piece: int = 1000) -> None:
    """The import, undisturbed to its end. Raises CalledProcessError with what it said."""
    subprocess.run(
        import_command(path, piece), cwd=ROOT, env=environment, check=True, capture_output=True
    )


def kill_at_random(
    path: Path, environment: Mapping[str, str], kills: int, longest: float, dice: random.Random,
    piece: int = 1000,
) -> int:  # fmt: skip
    """Starts the import and kills it, *kills* times; how many were killed before they ended."""
    killed = 0
    for _ in range(kills):
        process = subprocess.Popen(
            import_command(path, piece), cwd=ROOT, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            process.wait(dice.uniform(longest / 10, longest))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
    return killed


@contextmanager
def databases(*names: str) -> Iterator[list[str]]:
    """Copies of DATABASE_URL's schema, with its places loaded; dropped in the end."""
    url = os.environ["DATABASE_URL"]
    parts = urlsplit(url)
    with psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield [urlunsplit(parts._replace(path=f"/{name}")) for name in names]
        finally:
            for name in names:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _prepared(url: str) -> dict[str, str]:
    environment = {**os.environ, "DATABASE_URL": url}
    for command in (["migrate", "-v0"], ["load_places"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return environment


def run(seconds: int | None) -> list[str]:
    """*seconds* only scales the number of kills."""
    findings = []
    kills = KILLS if seconds is None else max(2, seconds // 20)
    with tempfile.TemporaryDirectory() as folder, databases("soak_calm", "soak_killed") as urls:
        path = Path(folder) / "large.xlsx"
        large_table.write(path)
        calm, rough = (_prepared(url) for url in urls)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        finish(path, calm)
        took = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak = after.ru_maxrss / 1024
        worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(
            f"  {large_table.ROWS} rows: {took:.1f} s ({worked:.1f} s of a processor, ours),"
            f" peak {peak:.0f} MB",
            flush=True,
        )
        if took > SECONDS:
            findings.append(f"{took:.0f} s for {large_table.ROWS} rows")
        if peak > MEGABYTES:
            findings.append(f"{peak:.0f} MB")
        seed = int(time.time())
        killed = kill_at_random(path, rough, kills, took, random.Random(seed))  # noqa: S311
        finish(path, rough)
        print(f"  killed {killed} of {kills} times, seed {seed}", flush=True)
        one, other = left(urls[0]), left(urls[1])
        findings += [
            f"{name}: {one[name]} ≠ {other[name]}" for name in one if one[name] != other[name]
        ]
    return findings
