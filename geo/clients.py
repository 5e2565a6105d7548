"""Who asks, as far as counting needs to know: a network address, never logged and never stored."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_of(request: HttpRequest) -> str:
    """The address that asks; behind a proxy of ours, the last one that it saw. "" when unknown."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    said = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    address = said if said and (not peer or peer in settings.YITU_PROXIES) else peer
    try:
        return str(ip_address(address))
    except ValueError:
        return ""


def household_of(address: str) -> str:
    """What counts as one: a household has 2⁶⁴ addresses of IPv6."""
    known = ip_address(address) if address else None
    if isinstance(known, IPv6Address):
        return str(ip_network((known, 64), strict=False))
    return address
