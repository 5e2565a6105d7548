"""Rows that can be found by how their name is typed: pinyin and initials beside the name."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.spelling import spelled


class Spelled(models.Model):
    """Keeps ``search_text`` in step with the field named in ``spelled_field`` at every save.

    Rows written in bulk pass `spell` first.
    """

    spelled_field: ClassVar[str] = "name"

    search_text = models.TextField(_("拼音"), blank=True, default="", editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **more: Any) -> None:
        self.spell()
        fields: Iterable[str] | None = more.get("update_fields")
        if fields is not None and self.spelled_field in fields:
            more["update_fields"] = {*fields, "search_text"}
        super().save(*args, **more)

    def spell(self) -> None:
        """Write ``search_text`` anew. Does not save."""
        self.search_text = spelled(getattr(self, self.spelled_field))
