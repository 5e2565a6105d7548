"""A PostGIS of this checkout's own: a unix socket, no port, no password.

    python3 -m script.lib.cluster find           the PostgreSQL programs it would use
    python3 -m script.lib.cluster run -- COMMAND…
                                                 DATABASE_URL set; ends the server after it
    python3 -m script.lib.cluster start|stop|status|url
                                                 by hand: a started one stays until stopped

It lives in `.local/pg`. PostgreSQL refuses to run as root, so root hands it to an unprivileged
user; where that user cannot reach the checkout, or the socket's path would be too long for the
system, it lives in a folder named by a hash of the checkout's path (`fallback_folders`).

Every user holds a shared lock while it works, so nobody ends a server another one needs; a lock
dies with its process, so a `kill -9` leaves nothing to clean but a running server, which the next
user adopts. Only the standard library: this runs before anything is installed.
"""

import argparse
import contextlib
import fcntl
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from script.lib.postgres import (
    PORT,
    ClusterError,
    choose_folder,
    find_programs,
    run_as,
    unprivileged_user,
)

CHECKOUT = Path(__file__).resolve().parents[2]
USER = "yitu"

# C.UTF-8 sorts by code point on every machine, and unlike plain C it knows Chinese letters.
INITDB = ["--username", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
SETTINGS = """\
# Written by script/lib/cluster.py at every start.
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
synchronous_commit = off
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Cluster:
    """One cluster: its folder, the user it runs as, and the programs that run it."""

    folder: Path
    owner: pwd.struct_passwd | None
    programs: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        return self.folder / "sock"

    def url(self, database: str = USER) -> str:
        """What DATABASE_URL is set to."""
        return f"postgres://{USER}@/{database}?host={quote(str(self.sockets))}&port={PORT}"

    def execute(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs one of PostgreSQL's programs as the owner, away from the terminal's signals."""
        return run_as(self.owner, [str(self.programs / program), *arguments])

    def psql(self, database: str, sql: str) -> str:
        """The answer's rows, unadorned."""
        done = self.execute(
            "psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", str(self.sockets),
            "-p", str(PORT), "-U", USER, "-d", database, "-c", sql,
        )  # fmt: skip
        if done.returncode != 0:
            raise ClusterError(f"The database refused: {done.stderr.strip()}")
        return done.stdout.strip()


def locate(checkout: Path = CHECKOUT) -> Cluster:
    """This checkout's cluster, running or not, made or not."""
    owner = unprivileged_user()
    folder = choose_folder(checkout, owner)
    version = folder / "data" / "PG_VERSION"
    try:
        programs = find_programs(version.read_text().strip() if version.exists() else None)
    except ClusterError as error:
        if not version.exists():
            raise
        raise ClusterError(
            f"{error}\nThe files in {folder} need it. They hold a demo and tests:"
            " without anything of yours in them, remove that folder and start again."
        ) from None
    return Cluster(folder, owner, programs)


# --- Starting and ending ----------------------------------------------------------------------


def make_folders(cluster: Cluster) -> None:
    cluster.folder.mkdir(parents=True, exist_ok=True)
    cluster.sockets.mkdir(exist_ok=True)
    for folder in (cluster.folder, cluster.sockets):
        if cluster.owner:
            os.chown(folder, cluster.owner.pw_uid, cluster.owner.pw_gid)
        folder.chmod(0o700)


def initialize(cluster: Cluster) -> None:
    """Makes the data folder, whole or not at all."""
    if (cluster.data / "PG_VERSION").exists():
        return
    unfinished = cluster.folder / "data.new"
    run_as(cluster.owner, ["rm", "-rf", str(unfinished)])
    done = cluster.execute("initdb", "--pgdata", str(unfinished), *INITDB)
    if done.returncode != 0:
        raise ClusterError(f"The database could not be made: {done.stderr.strip()}")
    unfinished.rename(cluster.data)


def write_settings(cluster: Cluster) -> None:
    sockets = str(cluster.sockets).replace('"', '""').replace("'", "''")
    ours = SETTINGS.format(port=PORT, sockets=f'"{sockets}"')
    (cluster.data / "yitu.conf").write_text(ours)
    (cluster.data / "yitu.conf").chmod(0o644)
    main = cluster.data / "postgresql.conf"
    if "include 'yitu.conf'" not in main.read_text():
        with main.open("a") as file:
            file.write("\ninclude 'yitu.conf'\n")


def answers(cluster: Cluster) -> bool:
    """Whether a server takes connections on our socket."""
    return (
        cluster.execute("pg_isready", "-q", "-h", str(cluster.sockets), "-p", str(PORT)).returncode
        == 0
    )


def is_ours(pid: int, data: Path) -> bool:
    """Whether the process is a server on *data*, and not a stranger that got an old number."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        listed = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True)
        return os.fsencode(data) in listed.stdout
    return os.fsencode(data) in words


def clean_remains(cluster: Cluster) -> None:
    """Removes what a killed server or a power cut left, where no server stands behind it."""
    pid_file = cluster.data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        if is_ours(int(pid_file.read_text().split("\n")[0]), cluster.data):
            # It runs but does not answer on the socket: someone removed the socket file.
            cluster.execute(
                "pg_ctl", "stop", "-D", str(cluster.data), "-m", "fast", "-w", "-t", "20"
            )
    pid_file.unlink(missing_ok=True)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (cluster.sockets / name).unlink(missing_ok=True)


def launch(cluster: Cluster) -> None:
    """Starts the server and waits for it; tries again while a killed one's children are ending."""
    log = cluster.folder / "log"
    deadline = time.monotonic() + 30
    while True:
        clean_remains(cluster)
        done = cluster.execute(
            "pg_ctl", "start", "-D", str(cluster.data), "-l", str(log), "-w", "-t", "60", "-s"
        )
        if done.returncode == 0:
            return
        if time.monotonic() > deadline:
            raise ClusterError(f"The database did not start. The end of {log}:\n{last_lines(log)}")
        time.sleep(0.5)


def last_lines(log: Path, count: int = 8) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError as error:
        return f"({error.strerror})"


def make_database(cluster: Cluster, name: str) -> None:
    if not cluster.psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608
        cluster.psql("postgres", f'CREATE DATABASE "{name}"')
        cluster.psql(name, "CREATE EXTENSION IF NOT EXISTS postgis")


@contextlib.contextmanager
def locked(path: Path, how: int) -> Iterator[IO[str]]:
    with path.open("a") as file:
        fcntl.flock(file, how)
        yield file


def start(cluster: Cluster, database: str) -> None:
    """Leaves a server running that has *database*: adopts, starts or makes it."""
    make_folders(cluster)
    with locked(cluster.folder / "start.lock", fcntl.LOCK_EX):
        initialize(cluster)
        if not answers(cluster):
            write_settings(cluster)
            launch(cluster)
        make_database(cluster, database)


def stop(cluster: Cluster) -> None:
    """Ends the server; silent when there is none."""
    cluster.execute("pg_ctl", "stop", "-D", str(cluster.data), "-m", "fast", "-w", "-s")


def is_last(users: IO[str]) -> bool:
    """Whether nobody else holds the users' lock."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def running(database: str = USER, cluster: Cluster | None = None) -> Iterator[str]:
    """DATABASE_URL of a running server, for as long as the block lasts.

    With DATABASE_URL set, that one. The last block that ends takes the server with it, unless
    someone started it by hand.
    """
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    cluster = cluster or locate()
    make_folders(cluster)
    users = (cluster.folder / "users.lock").open("a")
    fcntl.flock(users, fcntl.LOCK_SH)
    try:
        start(cluster, database)
        yield cluster.url(database)
    finally:
        with locked(cluster.folder / "start.lock", fcntl.LOCK_EX), users:
            if is_last(users) and not (cluster.folder / "keep").exists():
                stop(cluster)


def run_command(database: str, command: Sequence[str]) -> int:
    """Runs *command* with the database at hand; passes signals on, and its exit code back."""
    with running(database) as url:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda received, _: child.send_signal(received))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the child as well
        code = child.wait()
    return code if code >= 0 else 128 - code


def split_at_dashes(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before the first ``--``, and what after it."""
    words = [*arguments, "--"]
    first = words.index("--")
    return words[:first], words[first + 1 : -1]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("do", choices=["find", "run", "start", "stop", "status", "url"])
    parser.add_argument("--database", default=USER)
    ours, command = split_at_dashes(arguments)
    asked = parser.parse_args(ours)
    if asked.do == "find":
        print(find_programs())
        return 0
    if asked.do == "run":
        return run_command(asked.database, command)
    cluster = locate()
    keep = cluster.folder / "keep"
    if asked.do == "start":
        start(cluster, asked.database)
        keep.touch()
    elif asked.do == "stop":
        keep.unlink(missing_ok=True)
        stop(cluster)
        return 0
    elif asked.do == "status":
        print(f"{'running' if answers(cluster) else 'not running'}, in {cluster.folder}")
        return 0
    print(cluster.url(asked.database))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ClusterError as error:
        sys.exit(f"✗ {error}")
    except KeyboardInterrupt:
        sys.exit(130)
