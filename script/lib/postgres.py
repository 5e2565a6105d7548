"""Where PostgreSQL's programs are, who runs them, and which folder the data may live in."""

import contextlib
import hashlib
import os
import pwd
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PORT = 5432  # names the socket file; nothing listens on it
SOCKET_LIMIT = 100  # bytes; Linux takes 107, other systems 103


class ClusterError(Exception):
    """What is wrong, and on the following lines what to do."""


# --- Where the programs are -------------------------------------------------------------------


def candidate_programs() -> Iterator[Path]:
    """Folders that may hold `initdb` and `postgres`, newest PostgreSQL first."""
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql@*/bin",
    ):
        yield from sorted(Path("/").glob(pattern), key=_version_in, reverse=True)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        program = Path(folder, "postgres")
        if folder and program.exists():
            yield program.resolve().parent  # a link, as on some images, leads to the real folder


def _version_in(folder: Path) -> int:
    return int("".join(filter(str.isdigit, str(folder))) or 0)


def has_postgis(programs: Path) -> bool:
    """Whether this PostgreSQL is whole and has the extension's files."""
    if not all((programs / name).exists() for name in ("initdb", "pg_ctl", "postgres", "psql")):
        return False
    answer = subprocess.run([programs / "pg_config", "--sharedir"], capture_output=True, text=True)
    return Path(answer.stdout.strip(), "extension", "postgis.control").exists()


def find_programs(major: str | None = None) -> Path:
    """The newest PostgreSQL with PostGIS, or the one of *major* ("15") that data on disk needs."""
    for programs in candidate_programs():
        with contextlib.suppress(OSError):
            if has_postgis(programs) and (major is None or _major(programs) == major):
                return programs
    raise ClusterError(
        f"No PostgreSQL {major or 'server'} with PostGIS 3 was found.\n"
        "script/setup installs one where there is apt."
    )


def _major(programs: Path) -> str:
    words = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True)
    return words.stdout.split()[2].split(".")[0]


# --- Where the data are -----------------------------------------------------------------------


def folder_name(checkout: Path) -> str:
    """`yitu-` and ten hex digits: the same for the same path, another for another."""
    return "yitu-" + hashlib.sha256(os.fsencode(checkout)).hexdigest()[:10]


def socket_fits(folder: Path) -> bool:
    """Whether the socket of a cluster in *folder* has a path the system can bind."""
    return len(os.fsencode(folder / "sock" / f".s.PGSQL.{PORT}")) <= SOCKET_LIMIT


def fallback_folders(checkout: Path, is_root: bool, home: Path) -> list[Path]:
    """Places outside the checkout, best first; all survive a reboot."""
    name = folder_name(checkout)
    first = Path("/var/lib", name) if is_root else home / ".local" / "share" / name
    return [first, Path("/var/tmp", name)]  # noqa: S108 - named by hash, made with mode 0700


def unprivileged_user() -> pwd.struct_passwd | None:
    """Who runs the server: None for ourselves, an unprivileged user when we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ClusterError("Root cannot run PostgreSQL, and there is no user postgres or nobody.")


def run_as(
    owner: pwd.struct_passwd | None, command: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Runs *command* as *owner* (None: as we are), without the caller's PG… settings."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    clean |= {"LC_ALL": "C.UTF-8"}
    options: dict[str, Any] = {}
    if owner:
        options = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    try:
        return subprocess.run(
            command, env=clean, cwd="/", text=True, capture_output=True,
            stdin=subprocess.DEVNULL, start_new_session=True, **options,
        )  # fmt: skip
    except PermissionError as error:
        raise ClusterError(f"Cannot run {command[0]}: {error.strerror}.") from None


def can_use(folder: Path, owner: pwd.struct_passwd | None) -> bool:
    """Whether *owner* can get to *folder* (which need not exist), and we can make or open it."""
    if folder.exists():
        if folder.stat().st_uid != (owner.pw_uid if owner else os.geteuid()):
            return False  # another user's, who may have put it there for us
        return run_as(owner, ["/bin/sh", "-c", 'cd "$0" && test -w .', str(folder)]).returncode == 0
    parent = next(p for p in folder.parents if p.exists())
    is_reachable = run_as(owner, ["/bin/sh", "-c", 'cd "$0"', str(parent)]).returncode == 0
    return is_reachable and os.access(parent, os.W_OK)


def choose_folder(checkout: Path, owner: pwd.struct_passwd | None) -> Path:
    """`.local/pg` of the checkout, or the first place outside that does."""
    inside = checkout / ".local" / "pg"
    home = Path(os.environ.get("HOME") or "/nonexistent")
    for folder in [inside, *fallback_folders(checkout, owner is not None, home)]:
        if socket_fits(folder) and can_use(folder, owner):
            return folder
    raise ClusterError(
        f"No folder was found for the database's files: {inside} cannot be used, nor one outside.\n"
        "Move the checkout to a shorter path, or set DATABASE_URL to a PostGIS that is there."
    )
