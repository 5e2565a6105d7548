"""nginx and two web instances as docs/server has them, on loopback, for tests that break them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TEMPLATE = CHECKOUT / "docs" / "server" / "nginx.conf"
MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
HOST = "map.example.org"
START_S = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Instance:
    """One granian with one worker; several behind nginx are replaced one by one."""

    port: int
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers /healthz or, where there is none, /robots.txt."""
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(self.port), "--workers", "1", "--blocking-threads", "2",
            "--log-level", "warning", "config.wsgi:application",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=CHECKOUT, env=dict(self.environment))
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError("The web instance ended at once.")
            if _answers(self.port):
                return
            time.sleep(0.1)
        raise TimeoutError(f"Nothing answers on port {self.port}.")

    def stop(self) -> None:
        """As systemd does: SIGTERM, and the requests at hand are answered first."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
            self.process = None


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
        connection.request("GET", "/robots.txt", headers=headers)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@dataclass
class Front:
    """The whole, once it runs. ``https`` and ``http`` are ports on 127.0.0.1."""

    folder: Path
    https: int
    http: int
    instances: list[Instance] = field(default_factory=list)

    def connect(self) -> HTTPSConnection:
        """A new TLS connection that names the host; the certificate is our own of today."""
        trust = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        connection = HTTPSConnection(HOST, self.https, timeout=20, context=trust)
        connection._create_connection = lambda address, *more: (  # type: ignore[attr-defined]
            socket.create_connection(("127.0.0.1", address[1]), 20)
        )
        return connection


def configuration(folder: Path, static: Path, ports: Mapping[str, int]) -> str:
    """The template with its capitals filled in."""
    lines = [one for one in TEMPLATE.read_text().splitlines() if not one.startswith("#")]
    text = "\n".join(lines)
    values = {
        "MODULES": f"load_module {MODULE};",
        "WEB_A": f"127.0.0.1:{ports['a']}",
        "WEB_B": f"127.0.0.1:{ports['b']}",
        "PUSH": f"127.0.0.1:{ports['a']}",
        "HTTPS": f"127.0.0.1:{ports['https']}",
        "HTTP ": f"127.0.0.1:{ports['http']} ",
        "HTTP;": f"127.0.0.1:{ports['http']};",
        "HOST": HOST,
        "CERT": str(folder / "cert.pem"),
        "KEY": str(folder / "key.pem"),
        "STATIC": str(static),
        "RUN/": f"{folder}/",
        "rate=50r/s": "rate=9999r/s",  # all visitors of a test come from one address
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def make_certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem",
         "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip


@contextmanager
def running(folder: Path, static: Path, url: str) -> Iterator[Front]:
    """nginx and two instances over the database *url*, as a public server: TLS, no demo."""
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    ports = {name: free_port() for name in ("a", "b", "http", "https")}
    make_certificate(folder)
    (folder / "nginx.conf").write_text(configuration(folder, static, ports))
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("YITU_", "PYTEST"))} | {
        "DATABASE_URL": url, "YITU_SECRET_KEY": "of-this-run-" * 5, "YITU_ALLOWED_HOSTS": HOST,
    }  # fmt: skip
    front = Front(folder, ports["https"], ports["http"])
    front.instances = [Instance(ports[name], environment) for name in ("a", "b")]
    user = "user root;" if os.geteuid() == 0 else ""  # as root it could not read a private folder
    command = [nginx, "-c", str(folder / "nginx.conf"), "-g", f"daemon off; {user}"]
    proxy: subprocess.Popen[bytes] | None = None
    try:
        for one in front.instances:
            one.start()
        proxy = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        yield front
    finally:
        if proxy:
            proxy.terminate()
            proxy.wait(timeout=10)
        for one in front.instances:
            one.stop()
