"""A screen's poll is answered before sessions, languages and log-in are looked at."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kiosk.models import Screen
from kiosk.polling import poll

POLL = re.compile(r"/kiosk/([-\w]{1,50})/payload\.json")


class PollMiddleware:
    """Only the plain poll: one that asks for another moment goes the ordinary way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = POLL.fullmatch(request.path_info)
        if found is None or request.method != "GET" or request.META.get("QUERY_STRING"):
            return self.get_response(request)
        try:
            return poll(request, found[1], request.now)  # type: ignore[attr-defined]
        except Screen.DoesNotExist:
            return HttpResponse("No such screen.", status=404, content_type="text/plain")
