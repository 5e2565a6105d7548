"""The demo's web server: its port, its process, and what a killed one left behind.

    python3 -m script.lib.server PORT     says whether the port can be used (exit code 1: it cannot)

Only the standard library: the port is asked for before anything is installed.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from script.lib.postgres import ClusterError

HOST = "127.0.0.1"
SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)


def read_port(words: str) -> int:
    """``8000`` → 8000; anything that is no port stops with what was found."""
    if words.isascii() and words.isdigit() and 1 <= int(words) <= 65535:
        return int(words)
    raise ClusterError(
        f"PORT={words} is no port. Write a number, for example PORT=8001 script/demo."
    )


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise ClusterError(
                f"Port {port} is for root only. Choose one from 1024 up: PORT=8000 script/demo."
            ) from None
        except OSError:
            return False
    return True


def require_free(port: int) -> None:
    if is_free(port):
        return
    who = holder(port)
    raise ClusterError(
        f"Port {port} is taken by {who or 'another program'}.\n"
        f"End it, or choose another port: PORT={port + 1 if port < 65535 else 8000} script/demo"
    )


def holder(port: int) -> str:
    """``python3 (process 123)``, as far as Linux lets us see; else empty."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                cells = line.split()
                if cells[3] == "0A" and int(cells[1].rsplit(":", 1)[1], 16) == port:
                    inodes.add(f"socket:[{cells[9]}]")
    for process in processes():
        with contextlib.suppress(OSError):
            if any(os.readlink(entry) in inodes for entry in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return ""


def processes() -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from (entry for entry in Path("/proc").iterdir() if entry.name.isdigit())


# --- One server -------------------------------------------------------------------------------


def end_leftover(record: Path, mark: bytes = b"granian") -> None:
    """Ends the process group that *record* names, if its starter was killed.

    A number alone proves nothing after a reboot: it must be a process of this checkout whose
    command holds *mark*.
    """
    try:
        group = int(record.read_text())
    except (FileNotFoundError, ValueError):
        return
    checkout = record.parents[1]
    if any(is_ours(process, group, checkout, mark) for process in processes()):
        end_group(group)
    record.unlink(missing_ok=True)


def is_ours(process: Path, group: int, checkout: Path, mark: bytes) -> bool:
    with contextlib.suppress(OSError, ProcessLookupError):
        return (
            os.getpgid(int(process.name)) == group
            and (process / "cwd").resolve() == checkout
            and mark in (process / "cmdline").read_bytes()
        )
    return False


def end_group(group: int, patience: float = 8) -> None:
    """Asks the whole process group to end, and insists after *patience* seconds."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            time.sleep(0.05)
            os.killpg(group, 0)
        os.killpg(group, signal.SIGKILL)


def die_with_parent() -> None:
    """On Linux: the kernel ends the server when its starter is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


@contextlib.contextmanager
def serving(
    command: Sequence[str], environment: Mapping[str, str], record: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The server's process for as long as the block lasts, in a group of its own."""
    child = subprocess.Popen(
        command,
        env=dict(environment),
        cwd=record.parents[1],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )
    record.write_text(str(child.pid))
    try:
        yield child
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=8)
        end_group(child.pid, patience=1)
        child.wait()
        record.unlink(missing_ok=True)


def wait_until_it_answers(child: subprocess.Popen[bytes], port: int, patience: float = 60) -> None:
    """Returns at the first answer of the front page; raises when it ends or stays silent."""
    address = f"http://{HOST}:{port}/"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + patience
    while child.poll() is None and time.monotonic() < deadline:
        try:
            direct.open(address, timeout=patience).close()
            return
        except urllib.error.HTTPError as error:
            raise ClusterError(
                f"{address} answers {error.code} {error.reason}: the lines above say why."
            ) from None
        except OSError:
            time.sleep(0.05)
    raise ClusterError("The web server did not start: the lines above say why.")


def main(arguments: Sequence[str]) -> None:
    require_free(read_port(arguments[0]))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ClusterError as error:
        sys.exit(f"✗ {error}")
