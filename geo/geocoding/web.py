"""Fetching a file from an address that a person wrote down, from a server that may be hostile.

One request at a time within one deadline; at most three redirects, each judged like the first
address; a bounded, uncompressed body of a kind that holds tables or calendars. The name is looked
up once and that very address is connected to, so that a name cannot lead inside our own network
(``YITU_FETCH_PRIVATE=1`` allows it: an intranet, tests).
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from geo.geocoding.providers.adapter import cut

MAX_BYTES = 10_000_000
SECONDS = 20.0
REDIRECTS = 3
_CHUNK_BYTES = 64 * 1024
_MOVED = (301, 302, 303, 307, 308)
_KINDS = ("text/", "application/")  # pictures, sound and film hold no table
AGENT = "yitu-fetch/1 (public activities of a city)"


class FetchError(Exception):
    """Why nothing came, in words for staff and for the source's contact."""


@dataclass(frozen=True)
class Fetched:
    """``body`` is None when the server said that nothing has changed (304)."""

    body: bytes | None
    name: str
    etag: str = ""
    last_modified: str = ""


def fetch(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    allow_private: bool = False,
    seconds: float = SECONDS,
    max_bytes: int = MAX_BYTES,
) -> Fetched:
    """Raises FetchError."""
    deadline = _Deadline(seconds)
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {name: value for name, value in asked.items() if value}
    try:
        for _turn in range(REDIRECTS + 1):
            answer = _ask(url, headers, deadline, allow_private, max_bytes)
            if isinstance(answer, Fetched):
                return answer
            if urlsplit(url).scheme == "https" and urlsplit(answer).scheme != "https":
                raise FetchError("服务器要转到不加密的地址，没有跟过去")
            url = answer
        raise FetchError(f"服务器转了 {REDIRECTS} 次以上，没有再跟")
    finally:
        deadline.end()


class _Deadline:
    """Cuts whatever connection is open when time is up."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_late = threading.Event()
        self.sock: socket.socket | None = None
        self._alarm = threading.Timer(seconds, self._ring)
        self._alarm.daemon = True
        self._alarm.start()

    def _ring(self) -> None:
        self.is_late.set()
        if self.sock is not None:
            cut(self.sock, self.is_late)

    def end(self) -> None:
        self._alarm.cancel()


def _ask(
    url: str, headers: dict[str, str], deadline: _Deadline, allow_private: bool, max_bytes: int
) -> Fetched | str:
    """The file, or the address that the server sends us to."""
    try:
        connection = _connected(url, deadline, allow_private)
    except (OSError, ValueError) as error:
        raise _in_words(error, deadline) from None
    try:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
        connection.request("GET", path, headers=sent)
        return _answer(connection.getresponse(), url, max_bytes)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _in_words(error, deadline) from None
    finally:
        deadline.sock = None
        connection.close()


def _connected(url: str, deadline: _Deadline, allow_private: bool) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise FetchError("地址要以 http:// 或 https:// 开头，不带用户名")
    if any(ord(letter) <= 32 or ord(letter) > 126 for letter in url):
        raise FetchError("地址里有空格或汉字，请用编码后的写法")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(parts.hostname, port, allow_private)
    raw = socket.create_connection((address, port), timeout=deadline.seconds)
    deadline.sock = raw
    connection = http.client.HTTPConnection(parts.netloc, timeout=deadline.seconds)
    if parts.scheme == "https":
        raw = ssl.create_default_context().wrap_socket(raw, server_hostname=parts.hostname)
        deadline.sock = raw
    connection.sock = raw
    return connection


def _address(host: str, port: int, allow_private: bool) -> str:
    """The address to connect to; refused when any of the name's addresses is not public."""
    found = [
        str(row[4][0]).partition("%")[0]
        for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ]
    if not allow_private and not all(_is_public(one) for one in found):
        raise FetchError("这个地址在内部网络里，不能抓取")
    return found[0]


def _is_public(words: str) -> bool:
    address = ipaddress.ip_address(words)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            address = inner
    return address.is_global and not address.is_multicast


def _answer(response: http.client.HTTPResponse, url: str, max_bytes: int) -> Fetched | str:
    name = unquote(urlsplit(url).path.rpartition("/")[2])[:100] or urlsplit(url).netloc
    if response.status == 304:
        return Fetched(None, name)
    if response.status in _MOVED:
        target = response.getheader("Location") or ""
        if not target:
            raise FetchError(f"服务器回答 {response.status}，却没有说转到哪里")
        return urljoin(url, target)
    if response.status != 200:
        raise FetchError(f"服务器回答 {response.status}")
    kind = (response.getheader("Content-Type") or "text/plain").lower()
    if not kind.startswith(_KINDS):
        raise FetchError(f"服务器给的是 {kind[:60]}，不是表格、日历或网页")
    return Fetched(
        _body(response, max_bytes),
        name,
        (response.getheader("ETag") or "")[:300],
        (response.getheader("Last-Modified") or "")[:80],
    )


def _body(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise FetchError("服务器压缩了内容，虽然我们没有要")
    too_large = FetchError(f"内容超过 {max_bytes // 1_000_000} MB，没有读完")
    declared = response.length
    if declared is not None and declared > max_bytes:
        raise too_large
    body = bytearray()
    while chunk := response.read1(_CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            raise too_large
    if declared is not None and len(body) < declared:
        raise http.client.IncompleteRead(bytes(body))
    return bytes(body)


def _in_words(error: Exception, deadline: _Deadline) -> FetchError:
    if isinstance(error, FetchError):
        return error
    if deadline.is_late.is_set() or isinstance(error, TimeoutError):
        return FetchError(f"{deadline.seconds:g} 秒内没有收完")
    if isinstance(error, http.client.IncompleteRead):
        return FetchError("服务器没有把内容发完")
    if isinstance(error, socket.gaierror):
        return FetchError("找不到这个服务器的名字")
    if isinstance(error, ssl.SSLError):
        return FetchError("服务器的证书没有通过检查")
    if isinstance(error, ConnectionRefusedError):
        return FetchError("服务器没有开")
    return FetchError(f"连接中断（{type(error).__name__}）")
