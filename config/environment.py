"""Readers of the process environment: each fails loudly and names the variable."""

import os
import re
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from geo.buckets import Rate

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The variable as written, or *default* when it is not set."""
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A yes/no variable. Anything but the usual words stops the start-up."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    raise ImproperlyConfigured(
        f"{name}={value!r} is neither yes nor no. "
        "Write one of: 1, true, yes, on, 0, false, no, off."
    )


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def shared_file(name: str) -> str:
    """Where workers of this machine and user share a small file: in memory if possible."""
    memory = Path("/dev/shm")  # noqa: S108 - opened as our own, and followed through no link
    folder = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    return str(folder / f"{name}-{os.geteuid()}")


def rate(name: str, default: str) -> Rate | None:
    """``30/600`` → 30 requests a second, 600 at once; None for ``0``: not limited."""
    value = text(name, default).strip()
    if value == "0":
        return None
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)/([0-9]+)", value)
    if not found or not float(found[1]) or not int(found[2]):
        raise ImproperlyConfigured(
            f"{name}={value!r} is no rate. Expected requests a second / at once: {default}; or 0."
        )
    return Rate(float(found[1]), int(found[2]))


def database(name: str, default: str) -> dict[str, Any]:
    """Django's settings for one PostGIS, from ``postgres://user:password@host:port/name?host=/socket``.

    A query parameter ``host`` names the folder of a unix socket, as in libpq.
    """
    url = text(name, default)
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgis"}:
        raise ImproperlyConfigured(
            f"{name} starts with {parts.scheme!r}. Expected postgres://user@/name?host=/socket/folder."
        )
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "config.postgis",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or query.get("port", "")),
    }
