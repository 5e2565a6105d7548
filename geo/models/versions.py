"""The version of the data: a number that every committed change of what is shown makes larger."""

from __future__ import annotations

from django.db import models


class DataVersion(models.Model):
    """One row, written by the triggers of migration 0006 alone, never by Django.

    ``number`` counts in milliseconds of the database's clock and never goes back. What changed
    stands in the table ``geo_change`` for an hour. A table of another app that shows something
    joins by the trigger ``geo_note_change('kind', 'column')``.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    number = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        managed = False  # a flush between tests must not set it back
        db_table = "geo_dataversion"

    def __str__(self) -> str:
        return str(self.number)
