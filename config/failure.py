"""When the database does not answer: 503 and when to come back; and whether it does."""

import sys

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views.defaults import server_error

from config.postgis.pulse import PULSE

RETRY_S = 10


def failed(request: HttpRequest) -> HttpResponse:
    """The page for what went wrong; a database that is away is no mistake of ours."""
    if not isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return server_error(request)
    page = HttpResponse(get_template("503.html").render(), status=503)
    page["Retry-After"] = str(RETRY_S)
    page["Cache-Control"] = "no-store"
    return page


def healthz(request: HttpRequest) -> HttpResponse:
    """`/healthz`: 200 while the database answers, else 503; never waits for it in a server."""
    try:
        if PULSE.is_lost:
            raise OperationalError
        if not PULSE.is_watched:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
    except OperationalError:
        answer = HttpResponse("The database does not answer.\n", status=503)
    else:
        answer = HttpResponse("ok\n")
    answer["Content-Type"] = "text/plain; charset=utf-8"
    answer["Cache-Control"] = "no-store"
    return answer
