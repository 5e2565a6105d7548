"""The demo in the foreground: database, data, web server, addresses; Ctrl-C ends all of it."""

import contextlib
import fcntl
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from types import FrameType

from script.lib import demo_data, server
from script.lib.cluster import CHECKOUT, running
from script.lib.postgres import ClusterError

LOCAL = CHECKOUT / ".local"
STATIC_INPUTS = ("static", "config/settings.py", "config/storage.py", "requirements.lock")
STAFF = "demo"
# Only our own words on the terminal: errors of requests are still logged by Django.
SERVER = [
    sys.executable, "-m", "granian", "--interface", "wsgi", "--host", server.HOST,
    "--workers", "2", "--blocking-threads", "2", "--log-level", "warning",
    "--workers-kill-timeout", "2",
]  # fmt: skip


class Ended(Exception):  # noqa: N818 - no error: someone pressed Ctrl-C
    """The terminal, or whoever runs us, asked for the end."""


def end(number: int, frame: FrameType | None) -> None:
    for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(
            again, signal.SIG_IGN
        )  # ending takes a second; a second Ctrl-C changes nothing
    raise Ended


@contextlib.contextmanager
def only_one(port: int) -> Iterator[None]:
    """Holds this checkout's lock for *port*; two demos on two ports may share the database."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / f"demo-{port}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClusterError(
                f"The demo of this folder is running already: http://{server.HOST}:{port}/\n"
                f"End it there with Ctrl-C, or start another: PORT={port + 1} script/demo"
            ) from None
        yield


def secret_key() -> str:
    """A key of this checkout's own, made once, so that log-ins outlive a restart."""
    file = LOCAL / "secret-key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


def collect_static(environment: dict[str, str]) -> None:
    """Gathers the files of `static/` and of the libraries under names with their hash."""
    stamp = LOCAL / "static.stamp"
    wanted = demo_data.digest_of(STATIC_INPUTS)
    is_there = (CHECKOUT / "staticfiles" / "staticfiles.json").exists()
    if is_there and stamp.exists() and stamp.read_text() == wanted:
        return
    print("• Gathering scripts, styles and pictures", flush=True)
    demo_data.run(demo_data.manage("collectstatic", "--noinput", "--clear"), environment)
    stamp.write_text(wanted)


def make_staff(url: str, environment: dict[str, str]) -> str:
    """Makes the demo's staff user; the words that tell how to get in."""
    if demo_data.has_user(url, STAFF):
        again = f"script/manage ensure_staff --name {STAFF} --new-password"
        return f"{STAFF}, password as shown at first; a new one: {again}"
    return demo_data.run(demo_data.manage("ensure_staff", "--name", STAFF), environment).strip()


def print_addresses(port: int, staff: str, now: str) -> None:
    base = f"http://{server.HOST}:{port}"
    clock = (
        f"the demo clock, which started at {now[:16].replace('T', ' ')}"
        if now
        else "the real clock"
    )
    print(
        f"""
益图 runs on {clock}. Ctrl-C ends it.

  Map          {base}/
  Lobby        {base}/kiosk/yiyuan/
  Lobby 示例   {base}/kiosk/demo/
  Planner      {base}/planner/
  Staff        {base}/admin/
               {staff}
""",
        flush=True,
    )


def run(port: int) -> None:
    with only_one(port):
        record = LOCAL / f"demo-{port}.group"
        worker_record = LOCAL / f"demo-{port}.worker"
        server.end_leftover(record)
        server.end_leftover(worker_record, b"manage.py")
        server.require_free(port)
        print("• Starting the database", flush=True)
        with running() as url:
            environment = {
                "YITU_SECRET_KEY": secret_key(),
                **demo_data.demo_environment(url),
            }
            demo_data.prepare(url)
            collect_static(environment)
            staff = make_staff(url, environment)
            print("• Starting the web server", flush=True)
            command = [*SERVER, "--port", str(port), "config.wsgi:application"]
            with server.serving(command, environment, record) as child:
                server.wait_until_it_answers(child, port)
                with server.serving(demo_data.manage("work"), environment, worker_record):
                    print_addresses(port, staff, environment["YITU_NOW"])
                    child.wait()
                raise ClusterError("The web server ended by itself: the lines above say why.")


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        run(server.read_port(os.environ.get("PORT") or "8000"))
    except Ended:
        print("\nEnded: web server, worker, and the database unless something else uses it.")
        return 0
    except ClusterError as error:
        print(f"\n✗ {error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"\n✗ {error.filename} belongs to another user. Start as that one.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
