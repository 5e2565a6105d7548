"""When a page was asked for, and by whom."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest

from geo.moments import day_of


def now_of(request: HttpRequest) -> datetime:
    """The moment of the request, by the project's clock."""
    moment: datetime = request.now  # type: ignore[attr-defined]
    return moment


def today_of(request: HttpRequest) -> date:
    """The day in Ningbo, by the project's clock."""
    return day_of(now_of(request))


def user_name(request: HttpRequest) -> str:
    """How a person is named beside what they decided."""
    full = request.user.get_full_name() if request.user.is_authenticated else ""
    return full or request.user.get_username()
