"""A real HTTP server on loopback that speaks the formats of six map services."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = dict[str, Any] | list[Any] | bytes | Callable[["Handler"], None]


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


def tencent_pois(*pois: tuple[str, float, float], adcode: int = 330225) -> dict[str, Any]:
    """An answer of ``/ws/place/v1/search``, in GCJ-02; codes are numbers here."""
    rows = [
        {
            "id": "1",
            "title": name,
            "address": "",
            "category": "公园",
            "location": {"lat": round(lat, 6), "lng": round(lon, 6)},
            "ad_info": {"adcode": adcode, "province": "浙江省", "city": "宁波市"},
        }
        for name, lon, lat in pois
    ]
    return {"status": 0, "message": "query ok", "count": len(rows), "data": rows}


def tencent_address(
    lon: float, lat: float, level: int = 11, reliability: int = 9
) -> dict[str, Any]:
    """An answer of ``/ws/geocoder/v1/?address=``, in GCJ-02."""
    result = {
        "title": "",
        "location": {"lng": round(lon, 6), "lat": round(lat, 6)},
        "address_components": {"province": "浙江省", "city": "宁波市", "district": "象山县"},
        "ad_info": {"adcode": "330225"},
        "similarity": 0.9,
        "deviation": 1000,
        "reliability": reliability,
        "level": level,
    }
    return {"status": 0, "message": "query ok", "result": result}


def baidu_pois(*pois: tuple[str, float, float], adcode: str = "330225") -> dict[str, Any]:
    """An answer of ``/place/v2/search`` with ret_coordtype=gcj02ll."""
    rows = [
        {
            "name": name,
            "location": {"lat": lat, "lng": lon},
            "address": "",
            "adcode": adcode,
            "uid": "1",
        }
        for name, lon, lat in pois
    ]
    return {"status": 0, "message": "ok", "result_type": "poi_type", "results": rows}


def baidu_address(
    lon: float, lat: float, level: str = "门址", confidence: int = 80
) -> dict[str, Any]:
    """An answer of ``/geocoding/v3/`` with ret_coordtype=gcj02ll."""
    result = {
        "location": {"lng": lon, "lat": lat},
        "precise": 1,
        "confidence": confidence,
        "comprehension": 100,
        "level": level,
    }
    return {"status": 0, "result": result}


def nominatim_places(*places: tuple[str, float, float], key: str = "leisure") -> list[Any]:
    """An answer of ``/search?format=json``: a list, coordinates as strings."""
    return [
        {
            "osm_id": 1,
            "lat": str(lat),
            "lon": str(lon),
            "class": key,
            "type": "park",
            "name": name,
            "display_name": f"{name}, 宁波市, 浙江省, 中国",
        }
        for name, lon, lat in places
    ]


def photon_places(*places: tuple[str, float, float], key: str = "leisure") -> dict[str, Any]:
    """An answer of ``/api``: GeoJSON, lon before lat."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {
                "name": name,
                "osm_key": key,
                "osm_value": "park",
                "type": "house",
                "city": "宁波市",
                "state": "浙江省",
            },
        }
        for name, lon, lat in places
    ]
    return {"type": "FeatureCollection", "features": features}
