"""The demo's data and static files for browser tests: made once a run, copied by each worker."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings

CHECKOUT = Path(__file__).resolve().parents[2]
NOW = "2019-06-26T09:40+08:00"
COMMANDS = [
    ["migrate", "--verbosity", "0"],
    ["load_places"],
    [
        "import_activities", "fixtures/schedules/2019-06-ningbo.tsv", "--year", "2019",
        "--corrections", "fixtures/corrections/2019-06.json",
    ],
    ["load_sample_week"],
    ["load_screens"],
    ["collectstatic", "--noinput", "--verbosity", "0"],
]  # fmt: skip


def environment_for(url: str) -> dict[str, str]:
    """What a process of the demo gets: nothing of ours but the database at *url* and its clock."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("YITU_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {
        "DATABASE_URL": url, "YITU_DEMO": "1", "YITU_NOW": NOW, "YITU_SECRET_KEY": "for-tests-" * 6,
    }  # fmt: skip


def url_of(database: dict[str, Any], name: str) -> str:
    """The URL of the database *name* on the server of *database* (as in Django's settings)."""
    user = quote(database["USER"] or "")
    secret = f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    query = {"host": database["HOST"], "port": database["PORT"]}
    more = urlencode({key: value for key, value in query.items() if value})
    return f"postgres://{user}{secret}@/{name}" + (f"?{more}" if more else "")


def original_name() -> str:
    """The database that all workers copy. Django's settings name none, one's own or a worker's."""
    name = settings.DATABASES["default"]["NAME"]
    return re.sub(r"^test_|_gw\d+$", "", name) + "_city"


def city_name() -> str:
    """This worker's copy."""
    return f"{original_name()}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def city_url() -> str:
    return url_of(dict(settings.DATABASES["default"]), city_name())


def copy_city(database: dict[str, Any], shared: Path) -> None:
    """Makes this worker's copy of the demo's data; the first worker that asks makes the original.

    *shared* is a folder that all workers of a run see.
    """
    original, name = original_name(), city_name()
    with locked(shared / "city.lock"), maintenance(database) as connection:
        done = shared / "city.done"
        if not done.exists():
            drop(database, original)
            connection.execute(f'CREATE DATABASE "{original}"'.encode())
            build(url_of(database, original))
            done.touch()
        drop(database, name)
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"'.encode())


def build(url: str) -> None:
    for command in COMMANDS:
        run = [sys.executable, "manage.py", *command]
        subprocess.run(run, cwd=CHECKOUT, env=environment_for(url), check=True, capture_output=True)


def drop(database: dict[str, Any], name: str) -> None:
    with maintenance(database) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@contextmanager
def maintenance(database: dict[str, Any]) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(
        dbname="postgres",
        autocommit=True,
        host=database["HOST"] or None,
        port=database["PORT"] or None,
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
    ) as connection:
        yield connection


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
