"""A gate between a lobby screen and its server, that does what bad networks and bad builds do."""

from __future__ import annotations

import contextlib
import http.client
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PASSED = {"content-type", "etag", "x-yitu-screen", "x-yitu-now", "x-yitu-build", "x-yitu-served",
          "x-yitu-command", "content-security-policy", "x-frame-options", "location"}  # fmt: skip


@dataclass
class Gate:
    """Stands on a port of its own; ``mode`` says what it does with what comes."""

    target: str
    mode: str = "open"  # open | gone | portal | half-open
    build: tuple[bytes, bytes] | None = None  # (the server's, the one that is pretended)
    is_broken: bool = False  # the pretended build's page has no working script
    health_limit: bytes = b"30000"
    asked: list[str] = field(default_factory=list)
    beats: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Gate:
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                gate.serve(self)

            do_HEAD = do_POST = do_GET  # noqa: N815 - the library names them

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.release = threading.Event()
        return self

    def __exit__(self, *_words: object) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    def serve(self, asked: BaseHTTPRequestHandler) -> None:
        self.asked.append(asked.path)
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        if asked.path.endswith("/beat"):
            self.beats.append(body)
            self.answer(asked, 200, {"Content-Type": "application/json"}, b'{"commands": []}')
        elif self.mode == "gone":
            asked.close_connection = True
            asked.connection.close()
        elif self.mode == "half-open":
            self.release.wait(60)
        elif self.mode == "portal":
            page = "<h1>请登录无线网络</h1>".encode()
            self.answer(asked, 200, {"Content-Type": "text/html; charset=utf-8"}, page)
        else:
            self.pass_on(asked)

    def pass_on(self, asked: BaseHTTPRequestHandler) -> None:
        to = http.client.HTTPConnection(urlsplit(self.target).netloc, timeout=20)
        wanted = {
            name: self.backward(asked.headers[name])
            for name in ("If-None-Match", "Accept", "Cookie")
            if asked.headers[name]
        }
        to.request(asked.command, asked.path, headers=wanted)
        came = to.getresponse()
        body = came.read()
        headers = {
            name.lower(): self.forward(value.encode()).decode()
            for name, value in came.getheaders()
            if name.lower() in PASSED
        }
        kind = headers.get("content-type", "")
        if "text" in kind or "json" in kind:
            body = self.forward(body)
        self.answer(asked, came.status, headers, self.changed(asked.path, body))
        to.close()

    @property
    def served(self) -> str:
        return (self.build[1] if self.build else b"").decode()

    def forward(self, body: bytes) -> bytes:
        return body.replace(*self.build) if self.build else body

    def backward(self, words: str) -> str:
        return words.replace(self.served, self.build[0].decode()) if self.build else words

    def changed(self, path: str, body: bytes) -> bytes:
        if path == "/kiosk/worker.js":
            body = body.replace(
                b"HEALTH_LIMIT_MS = 30000", b"HEALTH_LIMIT_MS = " + self.health_limit
            )
        if self.is_broken and b'data-payload-url="' in body:
            body = body.replace(b'type="module"', b'type="broken"')
        return body

    def answer(
        self, asked: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes
    ) -> None:
        asked.send_response(status)
        for name, value in headers.items():
            asked.send_header(name, value)
        if status not in (204, 304):
            asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        if status not in (204, 304) and asked.command != "HEAD":
            with contextlib.suppress(OSError):  # a page that navigates waits for nothing
                asked.wfile.write(body)
