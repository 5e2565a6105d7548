"""How many bytes the first view of a page costs, as Chromium counts them on the wire."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Request

from script.lib.showcase import open_page, settle


@dataclass
class Weight:
    """Bytes of one first view, headers included, by kind of file."""

    total: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    largest: list[tuple[int, str]] = field(default_factory=list)

    def add(self, path: str, mime: str, size: int) -> None:
        kind = kind_of(path, mime)
        self.total += size
        self.requests += 1
        self.kinds[kind] = self.kinds.get(kind, 0) + size
        self.largest = sorted([*self.largest, (size, path)], reverse=True)[:8]


def kind_of(path: str, mime: str) -> str:
    """``base map`` for everything of that folder, else by what the server says that it is."""
    if "/basemap/" in path:
        return "base map"
    if "font" in mime or path.endswith(".woff2"):
        return "fonts"
    for word, kind in (("javascript", "scripts"), ("css", "styles"), ("html", "page")):
        if word in mime:
            return kind
    return "other"


def weigh(browser: Browser, address: str, **window: Any) -> Weight:
    """The first view of *address* with nothing cached, what its workers fetch included."""
    page = open_page(browser, **window)
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))
    page.goto(address)
    settle(page)
    page.wait_for_timeout(300)  # what was asked for last may still be counted
    weight = Weight()
    for request in list(finished):
        answer, sizes = request.response(), request.sizes()
        mime = (answer.headers.get("content-type") or "") if answer else ""
        size = sizes["responseBodySize"] + sizes["responseHeadersSize"]
        weight.add(urlsplit(request.url).path, mime, size)
    page.context.close()
    return weight
