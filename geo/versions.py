"""The version of the data as of now: for ETags, Last-Modified, and "has anything changed?".

    version = data_version()
    version.number      grows with every committed change of what is shown
    version.changed_at  the last of them, an instant with a zone

Read it *before* the rows: an answer made of rows that are newer than its version is asked for
again once too often; the other way round it would stay old for ever.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from geo.models.versions import DataVersion


class Version(NamedTuple):
    number: int
    changed_at: datetime


def data_version() -> Version:
    """One query of one row; raises OperationalError where the database does not answer."""
    row = DataVersion.objects.values_list("number", "changed_at").get()
    return Version(*row)
