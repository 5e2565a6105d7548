"""How we speak HTTP to a map service that may be slow, broken or hostile.

geopy's own adapters wait as long as a server likes, follow its redirects, retry behind our
back and read whatever it sends. This one makes one request to one host within one deadline,
reads at most 256 KB of plain UTF-8, and puts no address into an error, because addresses
hold keys.
"""

import contextlib
import http.client
import json
import logging
import re
import socket
import ssl
import threading
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import (
    GeocoderParseError,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)

MAX_BYTES = 256 * 1024
_CHUNK_BYTES = 16 * 1024
_SECONDS = re.compile(r"[0-9]{1,6}")
_SECRET = re.compile(r"(?i)\b(key|ak|tk|sn|sig)=[^&\s\"']+")


class KeyFilter(logging.Filter):
    """Blank every key before geopy writes an address to the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = scrub(record.getMessage())
        record.args = ()
        return True


def scrub(text: str) -> str:
    """*text* without the values of key parameters."""
    return _SECRET.sub(r"\1=***", text)


logging.getLogger("geopy").addFilter(KeyFilter())


class BoundedAdapter(BaseSyncAdapter):  # type: ignore[misc]
    """One host, one request, one deadline, a bounded body."""

    def __init__(
        self,
        *,
        proxies: dict[str, str] | None,
        ssl_context: ssl.SSLContext | None,
        allowed_host: str,
        secret: str = "",
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self.allowed_host = allowed_host
        self._secret = secret
        self.ssl_context = ssl_context

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise GeocoderParseError("the answer is not JSON") from None

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        parts = urlsplit(url)
        if parts.netloc != self.allowed_host:
            raise GeocoderServiceError(f"{parts.netloc} is not the host this geocoder may ask")
        connection = self._connection(parts.scheme, timeout)
        is_late = threading.Event()
        alarm: threading.Timer | None = None
        try:
            connection.connect()
            alarm = threading.Timer(timeout, cut, [connection.sock, is_late])
            alarm.daemon = True
            alarm.start()
            return self._ask(connection, f"{parts.path}?{parts.query}", headers)
        except AdapterHTTPError:
            raise  # an OSError by descent, but an answer all the same
        except (OSError, http.client.HTTPException, ValueError) as error:
            if is_late.is_set() or isinstance(error, TimeoutError):
                raise GeocoderTimedOut(f"no full answer within {timeout} s") from None
            raise GeocoderUnavailable(f"{self.allowed_host}: {type(error).__name__}") from None
        finally:
            if alarm is not None:
                alarm.cancel()
            connection.close()

    def _connection(self, scheme: str, timeout: float) -> http.client.HTTPConnection:
        if scheme == "https":
            context = self.ssl_context or ssl.create_default_context()
            return http.client.HTTPSConnection(self.allowed_host, timeout=timeout, context=context)
        return http.client.HTTPConnection(self.allowed_host, timeout=timeout)

    def _ask(
        self, connection: http.client.HTTPConnection, path: str, headers: dict[str, str]
    ) -> str:
        connection.request("GET", path, headers={**headers, "Accept-Encoding": "identity"})
        response = connection.getresponse()
        body = _read(response)
        if response.status != 200:
            raise AdapterHTTPError(
                f"HTTP status {response.status}",
                status_code=response.status,
                headers=_retry_after(response),
                text=None,
            )
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise GeocoderParseError("the answer is not UTF-8") from None
        # A service may repeat the key in its complaint; answers are stored and shown to staff.
        return text.replace(self._secret, "***") if self._secret else text


def _retry_after(response: http.client.HTTPResponse) -> dict[str, str]:
    """The one header geopy asks for, if it holds plain seconds; lower case, as geopy looks it up.

    A date would have to be compared with our clock, and no service we know sends one.
    """
    value = (response.getheader("Retry-After") or "").strip()
    return {"retry-after": value} if _SECONDS.fullmatch(value) else {}


def _read(response: http.client.HTTPResponse) -> bytes:
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise GeocoderParseError("the answer is compressed although we asked for plain text")
    declared = response.length
    body = bytearray()
    while chunk := response.read1(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_BYTES:
            raise GeocoderParseError(f"the answer is larger than {MAX_BYTES // 1024} KB")
    if declared is not None and len(body) < declared:
        raise http.client.IncompleteRead(bytes(body))
    return bytes(body)


def cut(sock: socket.socket, is_late: threading.Event) -> None:
    """At the deadline, whatever the server is doing."""
    is_late.set()
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
