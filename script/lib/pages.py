"""Writes the demo's pages to a folder, two of each kind, following their links.

    python3 -m script.lib.pages FOLDER      fails when a page or a link answers anything but 200

The validator then reads them as a browser gets them, not as templates.
"""

import os
import re
import shutil
import sys
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

START = ("/", "/planner/", "/kiosk/", "/kiosk/yiyuan/", "/kiosk/demo/", "/kiosk/touch/")
NOT_OURS = ("/static/", "/admin/")  # files, and Django's own pages
EACH_KIND = 2
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')


def links_of(html: str, page: str) -> list[str]:
    """Paths of our own that *html* links to, in order, seen from *page*."""
    found = []
    for written in LINK.findall(html):
        address = urlsplit(urldefrag(urljoin(page, unescape(written))).url)
        if not address.scheme and not address.netloc:
            found.append(address.geturl())
    return [path for path in dict.fromkeys(found) if not path.startswith(NOT_OURS)]


def kind_of(path: str) -> str:
    from django.urls import resolve

    return resolve(urlsplit(path).path).view_name


def fetch(path: str) -> Any:
    from django.test import Client

    return Client(headers={"host": "127.0.0.1"}).get(path, follow=True)


def walk() -> tuple[dict[str, str], list[str]]:
    """HTML by path, and what was wrong: at most two pages of each kind, links in order."""
    pages: dict[str, str] = {}
    problems: list[str] = []
    waiting = [(path, "the list of first pages") for path in START]
    seen, kinds = set[str](), Counter[str]()
    while waiting:
        path, origin = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        try:
            kind = kind_of(path)
        except Exception as error:
            problems.append(f"{path}, linked from {origin}: no such page ({type(error).__name__})")
            continue
        kinds[kind] += 1
        if kinds[kind] > EACH_KIND:
            continue
        answer = fetch(path)
        if answer.status_code != 200:
            problems.append(f"{path}, linked from {origin}: answers {answer.status_code}")
        elif answer.headers["Content-Type"].startswith("text/html"):
            pages[path] = answer.content.decode()
            waiting += [(link, path) for link in links_of(pages[path], path)]
    return pages, problems


def save(pages: dict[str, str], folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path, html in pages.items():
        name = re.sub(r"[^\w=&-]+", "_", path.strip("/")) or "map"
        (folder / f"{name[:100]}.html").write_text(html)


def main(folder: Path) -> int:
    import django

    from script.lib.demo_data import prepare
    from script.lib.postgres import ClusterError

    try:
        prepare(os.environ["DATABASE_URL"])
    except ClusterError as error:
        print(f"✗ {error}")
        return 1
    django.setup()
    pages, problems = walk()
    save(pages, folder)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main(Path(sys.argv[1])))
