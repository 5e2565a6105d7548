"""A gate between a lobby screen and its server, that does what bad networks do."""

from __future__ import annotations

import contextlib
import http.client
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PASSED = {"content-type", "etag", "x-yitu-screen", "x-yitu-now", "x-yitu-build", "x-yitu-served",
          "x-yitu-command", "content-security-policy", "x-frame-options", "location"}  # fmt: skip


@dataclass
class Gate:
    """Stands on a port of its own; ``mode`` says what it does with what comes."""

    target: str
    mode: str = "open"  # open | gone | portal

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
        return self

    def __exit__(self, *_words: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def serve(self, asked: BaseHTTPRequestHandler) -> None:
        asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        if asked.path.endswith("/beat"):
            self.answer(asked, 200, {"Content-Type": "application/json"}, b'{"commands": []}')
        elif self.mode == "gone":
            asked.close_connection = True
            asked.connection.close()
        elif self.mode == "portal":
            page = "<h1>请登录无线网络</h1>".encode()
            self.answer(asked, 200, {"Content-Type": "text/html; charset=utf-8"}, page)
        else:
            self.pass_on(asked)

    def pass_on(self, asked: BaseHTTPRequestHandler) -> None:
        to = http.client.HTTPConnection(urlsplit(self.target).netloc, timeout=20)
        wanted = {
            name: asked.headers[name]
            for name in ("If-None-Match", "Accept", "Cookie")
            if asked.headers[name]
        }
        to.request(asked.command, asked.path, headers=wanted)
        came = to.getresponse()
        body = came.read()
        headers = {
            name.lower(): value for name, value in came.getheaders() if name.lower() in PASSED
        }
        self.answer(asked, came.status, headers, body)
        to.close()

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
