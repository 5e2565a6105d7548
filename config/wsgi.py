"""WSGI only: GEOS handles leak under ASGI, and nothing here streams."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if not os.environ.get("YITU_SECRET_KEY"):
    raise ImproperlyConfigured(
        "YITU_SECRET_KEY is not set, so no session would survive a restart. Make one: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )

_django = get_wsgi_application()

# Beginning after the applications are there: it asks the database in a thread of its own.
from django.db import connection

from config.clock import now
from config.postgis.pulse import PULSE
from geo.api.answers import held_already
from geo.live.keeper import KEEPER

PULSE.start(connection.get_connection_params() | {"cursor_factory": None})
KEEPER.start(now)
application = held_already(_django)
