"""What went wrong, as RFC 9457 ``application/problem+json``."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

PROBLEM = "application/problem+json"
TITLES = {
    400: "The request cannot be understood",
    404: "There is nothing at this address",
    405: "This method is not offered here",
    410: "This was withdrawn",
    429: "Too many requests",
    501: "This form is not offered",
    503: "The data cannot be read at this moment",
}
SHOWN = 80  # characters of what was found that an answer repeats


class ApiError(Exception):
    """An answer other than 200; *more* are members of the problem document."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.more = more


class ParameterError(ApiError):
    """A query parameter that is unknown or cannot be read: which, what was found, what is expected.

    Readers of one value leave the name to who calls them.
    """

    def __init__(self, found: str, expected: str, parameter: str = "") -> None:
        shown = found if len(found) <= SHOWN else found[:SHOWN] + "…"
        detail = f"{parameter}: found {shown!r}. Expected {expected}"
        super().__init__(400, detail, parameter=parameter, found=shown, expected=expected)
        self.found = found
        self.expected = expected

    def named(self, parameter: str) -> ParameterError:
        return ParameterError(self.found, self.expected, parameter)


def problem(error: ApiError) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": TITLES[error.status],
        "status": error.status,
        "detail": error.detail,
        **error.more,
    }
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=error.status, content_type=PROBLEM)
