"""Django's PostGIS backend with connections that do not wait for a database that is frozen."""

from typing import Any

import psycopg
from django.contrib.gis.db.backends.postgis import base

from config.postgis.pulse import PULSE, PatientConnection


class _Psycopg:
    """psycopg, but for `connect`."""

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)

    @staticmethod
    def connect(**parameters: Any) -> psycopg.Connection[Any]:
        if PULSE.is_lost:
            raise psycopg.OperationalError("The database does not answer.")
        return PatientConnection.connect(**parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    Database: Any = _Psycopg()
