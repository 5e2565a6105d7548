"""A real HTTP server on loopback that speaks the formats of 天地图 and 高德."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = dict[str, Any] | bytes | Callable[["Handler"], None]


@dataclass
class MapService:
    """``answers`` by path: an object to send as JSON, bytes, or what to do with the request."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    service: MapService

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.service.asked.append((parts.path, query))
        answer = self.service.answers.get(parts.path)
        if answer is None:
            self.send_error(404)
        elif callable(answer):
            answer(self)
        else:
            self.send_bytes(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def send_bytes(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        """A byte at a time, for longer than anybody should wait."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, *args: Any) -> None:
        return

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # the client hung up, as it should


@contextmanager
def map_service() -> Iterator[MapService]:
    """Start the server on a free port; stop it afterwards."""
    handler = type("BoundHandler", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    service = MapService(f"http://127.0.0.1:{server.server_address[1]}")
    handler.service = service  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def tianditu_pois(*pois: tuple[str, float, float]) -> dict[str, Any]:
    """An answer of ``/v2/search``: name, lon, lat in CGCS2000."""
    return {
        "resultType": 1,
        "count": str(len(pois)),
        "pois": [
            {"name": name, "address": "", "lonlat": f"{lon},{lat}", "hotPointID": "1"}
            for name, lon, lat in pois
        ],
        "status": {"infocode": 1000, "cndesc": "服务正常"},
    }


def tianditu_point(lon: float, lat: float, level: str = "地名地址") -> dict[str, Any]:
    """An answer of ``/geocoder``."""
    location = {"lon": str(lon), "lat": str(lat), "level": level}
    return {"location": location, "status": "0", "msg": "ok", "searchVersion": "4.8.0"}


def amap_pois(*pois: tuple[str, float, float]) -> dict[str, Any]:
    """An answer of ``/v5/place/text``: name, lon, lat in GCJ-02; absent values are lists."""
    rows = [
        {"name": name, "location": f"{lon:.6f},{lat:.6f}", "address": [], "adcode": "330225"}
        for name, lon, lat in pois
    ]
    return {"status": "1", "info": "OK", "infocode": "10000", "count": str(len(rows)), "pois": rows}


def amap_address(formatted: str, level: str, lon: float, lat: float) -> dict[str, Any]:
    """An answer of ``/v3/geocode/geo``, in GCJ-02."""
    row = {
        "formatted_address": formatted,
        "city": "宁波市",
        "township": [],
        "location": f"{lon:.6f},{lat:.6f}",
        "level": level,
    }
    return {"status": "1", "info": "OK", "infocode": "10000", "count": "1", "geocodes": [row]}
