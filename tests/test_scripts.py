"""The set-up scripts: where the database lives, what a killed one leaves, which port is taken."""

import fcntl
import os
import pwd
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from script.lib import cluster, demo_data, pages, postgres, server
from script.lib.checks import addresses_in_locks
from script.lib.postgres import ClusterError

ROOT = Path(__file__).resolve().parents[1]
ME = pwd.getpwuid(os.getuid())


def bash(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"source script/lib/common.sh; source script/lib/packages.sh; {script}"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


# --- Where the database lives -----------------------------------------------------------------


def test_a_folder_outside_is_named_by_the_path_of_the_checkout() -> None:
    name = postgres.folder_name(Path("/home/li/yitu"))
    assert name == postgres.folder_name(Path("/home/li/yitu"))
    assert name != postgres.folder_name(Path("/home/li/yitu2"))
    assert name.startswith("yitu-")
    assert len(name) == len("yitu-") + 10


def test_folders_outside_survive_a_reboot_and_belong_to_one_user() -> None:
    name = postgres.folder_name(Path("/root/yitu"))
    as_root = postgres.fallback_folders(Path("/root/yitu"), True, Path("/root"))
    as_user = postgres.fallback_folders(Path("/root/yitu"), False, Path("/home/li"))
    assert as_root[0] == Path("/var/lib") / name
    assert as_user[0] == Path("/home/li/.local/share") / name
    assert not any(folder.is_relative_to("/tmp") for folder in as_root + as_user)  # noqa: S108


@pytest.mark.parametrize(("length", "fits"), [(100, True), (101, False)])
def test_a_socket_path_may_have_a_hundred_bytes(length: int, fits: bool) -> None:
    ending = "/sock/.s.PGSQL.5432"
    folder = Path("/" + "a" * (length - len(ending) - 1))
    assert postgres.socket_fits(folder) is fits


def test_chinese_letters_in_a_path_count_their_bytes() -> None:
    assert postgres.socket_fits(Path("/home/li/" + "a" * 60))
    assert not postgres.socket_fits(Path("/home/li/" + "图" * 30))


def test_a_checkout_that_is_too_deep_gets_a_folder_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    chosen = postgres.choose_folder(deep, None)
    assert chosen in postgres.fallback_folders(deep, False, tmp_path)


def test_a_short_reachable_checkout_keeps_its_database_inside() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are too deep
        assert postgres.choose_folder(Path(name), None) == Path(name) / ".local" / "pg"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another user")
def test_root_does_not_put_the_database_where_its_user_cannot_go(tmp_path: Path) -> None:
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    owner = pwd.getpwnam("nobody")
    assert not postgres.can_use(closed / ".local" / "pg", owner)
    assert postgres.can_use(Path("/var/lib/yitu-0000000000"), owner)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_that_another_user_made_is_not_used(tmp_path: Path) -> None:
    theirs = tmp_path / "pg"
    theirs.mkdir(mode=0o777)
    os.chown(theirs, 12345, 12345)
    assert not postgres.can_use(theirs, None)


def test_the_address_of_the_database_is_read_as_it_was_meant() -> None:
    from config import environment

    ours = cluster.Cluster(Path("/home/li/益 图/.local/pg"), None, Path("/usr/bin"))
    os.environ["SCRIPTS_TEST_URL"] = ours.url("yitu_check")
    try:
        read = environment.database("SCRIPTS_TEST_URL", "")
    finally:
        del os.environ["SCRIPTS_TEST_URL"]
    assert (read["HOST"], read["NAME"]) == ("/home/li/益 图/.local/pg/sock", "yitu_check")
    assert (read["USER"], read["PORT"]) == ("yitu", "5432")


# --- What a killed one leaves -----------------------------------------------------------------


@pytest.fixture
def made(tmp_path: Path) -> cluster.Cluster:
    """A cluster's folder without a server, as after a power cut."""
    (tmp_path / "data").mkdir()
    (tmp_path / "sock").mkdir()
    return cluster.Cluster(tmp_path, None, Path("/nonexistent"))


def test_the_remains_of_a_server_whose_number_a_stranger_has_are_cleaned(
    made: cluster.Cluster,
) -> None:
    (made.data / "postmaster.pid").write_text(f"{os.getpid()}\n{made.data}\n")
    (made.sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    cluster.clean_remains(made)
    assert not (made.data / "postmaster.pid").exists()
    assert not (made.sockets / ".s.PGSQL.5432.lock").exists()


def test_a_server_is_ours_by_its_data_folder_not_by_its_number(tmp_path: Path) -> None:
    words = ["sh", "-c", "echo; sleep 20", "postgres", str(tmp_path)]
    child = subprocess.Popen(words, stdout=subprocess.PIPE)
    try:
        assert child.stdout
        child.stdout.readline()
        assert not cluster.is_ours(child.pid, tmp_path / "other")
        assert cluster.is_ours(child.pid, tmp_path)
    finally:
        child.kill()
        child.wait()


def test_the_last_user_of_a_database_is_known(tmp_path: Path) -> None:

    with (
        (tmp_path / "users.lock").open("a") as first,
        (tmp_path / "users.lock").open("a") as second,
    ):
        fcntl.flock(first, fcntl.LOCK_SH)
        fcntl.flock(second, fcntl.LOCK_SH)
        assert not cluster.is_last(first)
        second.close()
        assert cluster.is_last(first)


def test_a_database_from_outside_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://li@db.example.org/map")
    with cluster.running() as url:
        assert url == "postgres://li@db.example.org/map"


def test_everything_after_two_dashes_belongs_to_the_command() -> None:
    ours, command = cluster.split_at_dashes(["run", "--database", "x", "--", "pytest", "--", "-q"])
    assert ours == ["run", "--database", "x"]
    assert command == ["pytest", "--", "-q"]


# --- The port ---------------------------------------------------------------------------------


def test_a_taken_port_is_named_with_who_has_it_and_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ClusterError) as caught:
            server.require_free(port)
    first, second = str(caught.value).split("\n")
    assert first.startswith(f"Port {port} is taken by ")
    if sys.platform == "linux":
        assert first.endswith(f"(process {os.getpid()}).")
    assert second == f"End it, or choose another port: PORT={port + 1} script/demo"


@pytest.mark.parametrize("words", ["", "http", "0", "65536", "-1", "８０００", "8000 "])
def test_what_is_no_port_is_refused_with_its_words(words: str) -> None:
    with pytest.raises(ClusterError) as caught:
        server.read_port(words)
    assert str(caught.value).startswith(f"PORT={words} is no port.")


def test_a_stranger_is_not_taken_for_our_server() -> None:
    child = subprocess.Popen(["sleep", "20"], start_new_session=True, cwd="/")
    try:
        assert not server.is_ours(Path(f"/proc/{child.pid}"), child.pid, Path("/"), b"granian")
    finally:
        child.kill()
        child.wait()


def test_a_server_that_ignores_the_request_to_end_is_ended_all_the_same() -> None:
    deaf = (
        "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", deaf], start_new_session=True, stdout=subprocess.PIPE
    )
    assert child.stdout
    child.stdout.readline()
    server.end_group(child.pid, patience=0.2)
    assert child.wait(timeout=5) == -9


# --- What is done again -----------------------------------------------------------------------


def test_a_step_is_done_again_when_a_file_changes_its_name_or_content(tmp_path: Path) -> None:
    (tmp_path / "areas").mkdir()
    file = tmp_path / "areas" / "towns.csv"
    file.write_text("月湖街道\n")
    first = demo_data.digest_of(["areas"], root=tmp_path)
    assert demo_data.digest_of(["areas"], root=tmp_path) == first
    assert demo_data.digest_of(["areas"], "after another step", root=tmp_path) != first
    file.write_text("鼓楼街道\n")
    assert demo_data.digest_of(["areas"], root=tmp_path) != first
    file.write_text("月湖街道\n")
    file.rename(tmp_path / "areas" / "streets.csv")
    assert demo_data.digest_of(["areas"], root=tmp_path) != first


def test_compiled_python_changes_no_digest(tmp_path: Path) -> None:
    (tmp_path / "loading.py").write_text("")
    first = demo_data.digest_of(["*"], root=tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "loading.pyc").write_text("x")
    assert demo_data.digest_of(["*"], root=tmp_path) == first


def test_a_failed_command_shows_what_it_said() -> None:
    with pytest.raises(ClusterError) as caught:
        demo_data.run(["sh", "-c", "echo 'no such table'; exit 3"], os.environ)
    assert str(caught.value) == "sh -c echo 'no such table'; exit 3 failed:\nno such table"


# --- What must be installed -------------------------------------------------------------------


def test_a_machine_without_apt_is_told_exactly_what_to_install() -> None:
    done = bash(
        'need "gettext" gettext; need "a PostgreSQL server with PostGIS 3" postgis;'
        'postgis_package() { echo postgresql-15-postgis-3; }; explain_missing "No apt here."'
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "✗ No apt here. What is missing:",
        "  - gettext",
        "  - a PostgreSQL server with PostGIS 3",
        "  On Debian or Ubuntu, as root:",
        "    apt-get update && apt-get install -y --no-install-recommends"
        " gettext postgresql-15-postgis-3",
        "  Then run this again.",
    ]


def test_nothing_is_installed_where_everything_is_there() -> None:
    done = bash('look_for_everything --test; echo "${#missing_words[@]}"')
    assert done.stdout.strip() == "0", done.stderr


def test_a_database_from_outside_needs_no_server_here() -> None:
    done = bash(
        'python=""; look_for_database; echo "${#missing_words[@]}"',
        DATABASE_URL="postgres://li@db.example.org/map",
    )
    assert done.stdout.strip() == "0"


def test_an_unknown_argument_of_setup_is_named() -> None:
    done = subprocess.run(["script/setup", "--tset"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "✗ script/setup does not know --tset."


# --- What is checked --------------------------------------------------------------------------


def test_links_are_read_as_a_browser_would() -> None:
    html = (
        '<a href="?day=today&amp;q=a">1</a> <a class="x" href="/planner/#top">2</a>'
        '<a href="https://example.org/">3</a> <a href="tel:12345">4</a> <a href="/admin/">5</a>'
        '<a href="activity/1/">6</a> <link href="/static/a.css">'
    )
    assert pages.links_of(html, "/list/") == [
        "/list/?day=today&q=a",
        "/planner/",
        "/list/activity/1/",
    ]


def test_lock_files_hold_no_addresses() -> None:
    assert addresses_in_locks() == ""


def test_every_file_that_the_demo_loads_is_watched_for_changes() -> None:
    for step in demo_data.STEPS:
        for wanted in step.inputs:
            assert list(demo_data.files_of([wanted])), f"{step.name}: {wanted} is nowhere"
