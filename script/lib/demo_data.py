"""Fills a database with what the demo shows, doing again only what has changed.

Each step is a management command with the files that its result depends on. The digest of those
files, and of all the steps before it, is kept in the database itself, so that data and digest
cannot part: another database, or one that was thrown away, is simply filled.
"""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from script.lib.cluster import CHECKOUT
from script.lib.postgres import ClusterError

SCHEDULE = "fixtures/schedules/2019-06-ningbo.tsv"
CORRECTIONS = "fixtures/corrections/2019-06.json"
DEMO_NOW = "2019-06-26T09:40+08:00"
# Code that decides what a loaded row looks like. Views and templates are not among it.
LOADERS = ("geo/models", "geo/importing", "geo/geocoding", "geo/schedules", "geo/*.py")


@dataclass(frozen=True)
class Step:
    """*words* for the terminal, *command* for manage.py, *inputs* as files, folders or globs."""

    name: str
    words: str
    command: tuple[str, ...]
    inputs: tuple[str, ...]


STEPS = (
    Step(
        "migrate",
        "Making the tables",
        ("migrate",),
        ("geo/migrations", "kiosk/migrations", "requirements.lock"),
    ),
    Step(
        "places",
        "Loading districts, towns and venues",
        ("load_places",),
        ("fixtures/areas", "fixtures/venues", "geo/management/commands/load_places.py", *LOADERS),
    ),
    Step(
        "cells",
        "Laying hexagons over the city",
        ("make_cells",),
        ("geo/measures", "geo/gaps", "geo/management/commands/make_cells.py"),
    ),
    Step(
        "holidays",
        "Loading the holidays of 2019",
        ("load_holidays",),
        ("fixtures/holidays.json", "geo/management/commands/load_holidays.py"),
    ),
    Step(
        "schedule",
        "Importing the schedule of June 2019 as it was printed",
        ("import_activities", SCHEDULE, "--year", "2019", "--corrections", CORRECTIONS),
        (
            "fixtures/schedules",
            "fixtures/corrections",
            "fixtures/categories.json",
            "fixtures/audiences.json",
            "geo/management/commands/import_activities.py",
        ),
    ),
    Step(
        "sample",
        "Loading the sample week",
        ("load_sample_week",),
        (
            "fixtures/sample_week.json",
            "geo/sample.py",
            "geo/management/commands/load_sample_week.py",
        ),
    ),
    Step(
        "screens",
        "Setting up two lobby screens",
        ("load_screens",),
        ("fixtures/screens.json", "kiosk/models*", "kiosk/management/commands/load_screens.py"),
    ),
)


def demo_environment(url: str) -> dict[str, str]:
    """The demo's settings; what the caller has set already wins."""
    return {"YITU_DEMO": "1", "YITU_NOW": DEMO_NOW, **os.environ, "DATABASE_URL": url}


def files_of(inputs: Sequence[str], root: Path = CHECKOUT) -> Iterator[Path]:
    """Every file that *inputs* name, in a fixed order, without compiled ones."""
    for pattern in inputs:
        for path in sorted(root.glob(pattern)):
            below = sorted(path.rglob("*")) if path.is_dir() else [path]
            yield from (f for f in below if f.is_file() and "__pycache__" not in f.parts)


def digest_of(inputs: Sequence[str], before: str = "", root: Path = CHECKOUT) -> str:
    """Names and contents of the files, on top of the digest *before*."""
    total = hashlib.sha256(before.encode())
    for path in files_of(inputs, root):
        total.update(str(path.relative_to(root)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def run(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """What *command* said; as an error when it fails. Ctrl-C ends it first.

    A session of its own keeps the terminal's Ctrl-C from reaching it as well, half-way.
    """
    child = subprocess.Popen(
        command,
        env=dict(environment),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = child.communicate()
    except BaseException:
        child.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.communicate(timeout=10)
        child.kill()
        raise
    if child.returncode != 0:
        shown = " ".join(command[1:] if command[0] == sys.executable else command)
        raise ClusterError(f"{shown} failed:\n{said.strip()}")
    return said


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def connect(url: str) -> psycopg.Connection[tuple[str, ...]]:
    """A connection that commits each statement; DATABASE_URL may also begin with postgis://."""
    try:
        return psycopg.connect(url.replace("postgis://", "postgres://", 1), autocommit=True)
    except psycopg.OperationalError as error:
        raise ClusterError(f"The database does not answer: {str(error).strip()}") from None


def prepare(url: str) -> None:
    """Brings the database at *url* to what the checkout's files say, step by step."""
    environment = demo_environment(url)
    with connect(url) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS demo_step (name text PRIMARY KEY, digest text NOT NULL)"
        )
        rows = connection.execute("SELECT name, digest FROM demo_step")
        done: dict[str, str] = {row[0]: row[1] for row in rows}
        digest = ""
        for step in STEPS:
            digest = digest_of(step.inputs, digest + " ".join(step.command))
            if done.get(step.name) == digest:
                continue
            started = time.monotonic()
            print(f"• {step.words} … ", end="", flush=True)
            run(manage(*step.command), environment)
            connection.execute(
                "INSERT INTO demo_step VALUES (%s, %s)"
                " ON CONFLICT (name) DO UPDATE SET digest = excluded.digest",
                (step.name, digest),
            )
            print(f"{time.monotonic() - started:.1f} s", flush=True)


def has_user(url: str, username: str) -> bool:
    with connect(url) as connection:
        found = connection.execute("SELECT 1 FROM auth_user WHERE username = %s", (username,))
        return found.fetchone() is not None
