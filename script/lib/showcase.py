"""The demo as visitors get it, in a database that lives only as long as it is looked at.

For `script/bench` and `script/screenshots`: real data, real server, hashed and compressed files.
"""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright
from psycopg import sql

from script.lib import demo_data, server
from script.lib.cluster import CHECKOUT, running
from script.lib.demo import SERVER
from script.lib.postgres import ClusterError

STAFF = "showcase"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
LOCAL = CHECKOUT / ".local"


@contextlib.contextmanager
def temporary_database(url: str, name: str) -> Iterator[str]:
    """DATABASE_URL of a database *name* beside the one at *url*; dropped after the block."""
    parts = urlsplit(url)
    identifier = sql.Identifier(name)
    with demo_data.connect(parts._replace(path="/postgres").geturl()) as maintenance:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier)
        maintenance.execute(drop)
        maintenance.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            maintenance.execute(drop)


@contextlib.contextmanager
def demo_city(port: int) -> Iterator[tuple[str, dict[str, str]]]:
    """The demo's address (no slash at its end), and the environment of its commands."""
    server.require_free(port)
    LOCAL.mkdir(exist_ok=True)
    with running() as url, temporary_database(url, f"yitu_showcase_{port}") as database:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("YITU_")}
        environment = kept | {
            "YITU_DEMO": "1",
            "YITU_NOW": demo_data.DEMO_NOW,
            "YITU_SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": database,
        }
        demo_data.prepare(database)
        demo_data.run(demo_data.manage("collectstatic", "--noinput"), environment)
        command = [*SERVER, "--port", str(port), "config.wsgi:application"]
        record = LOCAL / f"showcase-{port}.group"
        with server.serving(command, environment, record) as child:
            server.wait_until_it_answers(child, port)
            yield f"http://{server.HOST}:{port}", environment


def find_chromium() -> str:
    """The browser's path, the same choice as in the tests."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise ClusterError("No Chromium was found. script/setup --test installs one.")


@contextlib.contextmanager
def chromium(environment: dict[str, str] | None = None) -> Iterator[Browser]:
    """A headless browser; *environment* is added to ours."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=FLAGS,
            env={**os.environ, **(environment or {})},
        )
        try:
            yield browser
        finally:
            browser.close()


def without_chinese_font(folder: Path) -> dict[str, str]:
    """Environment of a browser whose system has DejaVu alone; *folder* takes the settings."""
    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        "<dir>/usr/share/fonts/truetype/dejavu</dir>"
        f"<cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    return {"FONTCONFIG_FILE": str(settings)}


def open_page(browser: Browser, **options: Any) -> Page:
    """A page as a visitor from Ningbo has it."""
    usual = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
    context = browser.new_context(**{**usual, **options})
    return context.new_page()


def settle(page: Page, patience_ms: int = 15_000) -> None:
    """Waits for the page's own sign that it is ready, then for images and fonts."""
    if page.locator("[data-map]").count():
        page.wait_for_selector("body[data-ready]", timeout=patience_ms)
    page.wait_for_load_state("networkidle", timeout=patience_ms)
    page.evaluate("document.fonts.ready.then(() => true)")


def an_activity(base: str, page: Page, query: str = "q=日湖") -> str:
    """The address of the first activity that the map page finds for *query*."""
    page.goto(f"{base}/?{query}")
    address = page.locator("[data-card] a").first.get_attribute("href")
    if not address:
        raise ClusterError(f"The map finds nothing for {query}: is the data loaded?")
    return base + re.sub(r"\?.*", "", address)
