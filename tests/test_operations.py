"""Running it for real: what docs/operations.md promises, done."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path

import brotli
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from script.lib.front import CHECKOUT, HOST, MODULE, Front, running
from script.lib.soak_upgrade import upgrade
from tests.api import EVENTS, make_week
from tests.browser.city import url_of
from tests.factories import make_activity, make_occurrence

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("operations")]

COUNTS = (
    "SELECT relname, (xpath('/row/c/text()', query_to_xml("
    "format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text::int "
    "FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
)
PAGE = (
    "from django.test import Client; "
    f"page = Client(headers={{'host': '127.0.0.1'}}).get('{EVENTS}').json(); "
    "page.pop('timeStamp'); print(page)"
)


def run(*command: str, url: str = "") -> str:
    environment = {**os.environ, "DATABASE_URL": url} if url else None
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_back_up_comes_back_whole_with_its_triggers(tmp_path: Path) -> None:
    """As the manual says it: pg_dump -Fc, createdb, pg_restore; then rows, a page, a tombstone."""
    make_week()
    make_occurrence(make_activity("将撤")).delete()
    database = dict(settings.DATABASES["default"])
    name, copy = database["NAME"], f"{database['NAME']}_back"
    original, restored = url_of(database, name), url_of(database, copy)
    dump = tmp_path / "yitu.dump"
    run("pg_dump", "-Fc", "-f", str(dump), original)
    admin = psycopg.connect(url_of(database, "postgres"), autocommit=True)
    try:
        admin.execute(f'CREATE DATABASE "{copy}"'.encode())
        run("pg_restore", "--exit-on-error", "-d", restored, str(dump))
        with psycopg.connect(restored) as there, connection.cursor() as here:
            here.execute(COUNTS)
            counts = dict(here.fetchall())
            assert counts["geo_occurrence"] == 5
            assert counts["geo_departure"] == 1
            assert dict(there.execute(COUNTS.encode()).fetchall()) == counts
            there.execute("DELETE FROM geo_occurrence")
            gone = there.execute("SELECT count(*) FROM geo_departure").fetchone()
            assert gone == (6,)
            there.rollback()
        shell = (sys.executable, str(CHECKOUT / "manage.py"), "shell", "-v", "0", "-c", PAGE)
        assert "公益集市" in run(*shell, url=original)
        assert run(*shell, url=restored) == run(*shell, url=original)
    finally:
        admin.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)'.encode())
        admin.close()


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    if not MODULE.exists():
        pytest.skip(  # script/setup does not install it: the package would start a server
            "nginx with brotli is missing: apt install nginx libnginx-mod-http-brotli-static"
        )
    static = tmp_path / "static"
    static.mkdir()
    (static / "page.css").write_text("p { color: black }\n" * 40)
    (static / "page.css.br").write_bytes(brotli.compress((static / "page.css").read_bytes()))
    shutil.copy(static / "page.css", static / "page.0123456789ab.css")
    make_week()
    url = url_of(dict(settings.DATABASES["default"]), connection.settings_dict["NAME"])
    with running(tmp_path, static, url) as made:
        yield made


def test_nginx_in_front_as_the_manual_has_it_and_an_upgrade_nobody_notices(front: Front) -> None:
    """One start of everything for all of it: it takes some seconds."""
    plain = HTTPConnection("127.0.0.1", front.http, timeout=10)
    plain.request("GET", "/api?f=json", headers={"Host": HOST})
    moved = plain.getresponse()
    assert (moved.status, moved.headers["Location"]) == (308, f"https://{HOST}/api?f=json")

    secure = front.connect()

    def get(path: str, **headers: str) -> tuple[int, HTTPMessage, bytes]:
        secure.request("GET", path, headers={"Host": HOST, **headers})
        answer = secure.getresponse()
        return answer.status, answer.headers, answer.read()

    status, headers, body = get("/api", Accept="application/json")
    assert status == 200
    assert f"https://{HOST}/api/collections".encode() in body
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    status, headers, body = get(EVENTS, **{"Accept-Encoding": "br"})
    assert (status, headers["Content-Encoding"]) == (200, "br")
    assert b'"FeatureCollection"' in brotli.decompress(body)
    _status, headers, _body = get(EVENTS, **{"X-Forwarded-For": "198.51.100.1"})
    assert "RateLimit" not in headers  # what nginx saw counts: this machine, which is exempt

    status, headers, body = get("/static/page.css", **{"Accept-Encoding": "br"})
    assert (status, headers["Content-Encoding"], headers["Cache-Control"]) == (
        200, "br", "public, max-age=3600",
    )  # fmt: skip
    get("/submit/a-secret-of-somebody/")
    _status, headers, _body = get("/static/page.0123456789ab.css")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"

    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", front.https), 10) as raw,
        pytest.raises((ssl.SSLError, ConnectionError)),  # another name is not even greeted
    ):
        trust.wrap_socket(raw, server_hostname="other.example.org")
    secure.close()

    seen, replaced = upgrade(front, 1)
    assert replaced == 2
    assert set(seen) == {"200"}
    assert seen.total() > 20
    log = (front.folder / "access.log").read_text()
    assert "f=json" not in log
    assert '"GET /submit/-"' in log
    assert "a-secret" not in log
    assert "127.0.0.0 [" in log
    assert "127.0.0.1 [" not in log
