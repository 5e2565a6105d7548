"""A database that is stopped or started anew holds nobody up for long: a real one, of our own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client

from config.postgis import pulse
from config.postgis.base import DatabaseWrapper
from config.postgis.pulse import PatientConnection, Pulse
from script.lib.cluster import USER, Cluster, launch, make_folders, stop, write_settings
from script.lib.cluster import initialize as initialize_cluster
from script.lib.postgres import PORT, find_programs, unprivileged_user


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="yitu-frozen-"))
    folder.chmod(0o755)
    made = Cluster(folder / "pg", unprivileged_user(), find_programs())
    try:
        make_folders(made)
        initialize_cluster(made)
        write_settings(made)
        launch(made)
        yield made
    finally:
        tell(made, signal.SIGCONT)
        stop(made)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def beating(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Pulse:
    """A pulse of that database, which connections look at."""
    made = Pulse()
    for module in (pulse, __import__("config.postgis.base", fromlist=["PULSE"]),
                   __import__("config.failure", fromlist=["PULSE"])):  # fmt: skip
        monkeypatch.setattr(module, "PULSE", made)
    made.start(parameters(cluster))
    return made


def parameters(cluster: Cluster) -> dict[str, str | int]:
    return {"host": str(cluster.sockets), "port": PORT, "user": USER, "dbname": "postgres",
            "connect_timeout": 2}  # fmt: skip


def tell(cluster: Cluster, what: signal.Signals) -> None:
    """The signal to the server and to each process of its connections."""
    first = (cluster.data / "postmaster.pid").read_text().split("\n")[0]
    children = subprocess.run(["pgrep", "-P", first], capture_output=True, text=True).stdout
    for pid in [first, *children.split()]:
        os.kill(int(pid), what)


def wait_until(is_so: Callable[[], bool], patience: float = 15) -> None:
    until = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def test_who_waits_for_a_frozen_database_is_let_go_and_health_says_so_at_once(
    cluster: Cluster, beating: Pulse
) -> None:
    with PatientConnection.connect(**parameters(cluster), autocommit=True) as waiting:  # type: ignore[arg-type]
        assert Client().get("/healthz").content == b"ok\n"
        waiting.execute("SELECT 1")
        tell(cluster, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError, match="The database stopped answering"):
            waiting.execute("SELECT 2")
        assert time.monotonic() - began < 9

        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError, match="The database does not answer"):
            DatabaseWrapper.Database.connect(**parameters(cluster))
        health = Client().get("/healthz")
        assert time.monotonic() - began < 2
        assert health.status_code == 503

        tell(cluster, signal.SIGCONT)
        wait_until(lambda: not beating.is_lost)
        assert Client().get("/healthz").status_code == 200
        DatabaseWrapper.Database.connect(**parameters(cluster)).close()


def test_a_slow_statement_may_take_its_time(cluster: Cluster, beating: Pulse) -> None:
    with PatientConnection.connect(**parameters(cluster)) as waiting:  # type: ignore[arg-type]
        assert waiting.execute("SELECT pg_sleep(2.6)::text").fetchone() == ("",)


def test_after_a_restart_the_pulse_comes_back(cluster: Cluster, beating: Pulse) -> None:
    stop(cluster)
    wait_until(lambda: beating.is_lost)
    launch(cluster)
    wait_until(lambda: not beating.is_lost)


def test_a_page_without_its_database_is_503_and_says_when_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("The database stopped answering.")

    monkeypatch.setattr("geo.views.map._context", away)
    client.raise_request_exception = False

    answer = client.get("/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "数据库现在没有回答，活动还在。请过十几秒再试。" in answer.content.decode()
