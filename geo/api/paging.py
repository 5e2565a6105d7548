"""Pages by key: the next begins after the last row of this one, whatever is added meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from geo.moments import microseconds, moment_of

Key = tuple[int, int]  # the place in the order, and the row that breaks a tie


@dataclass(frozen=True)
class Order:
    """A column to sort by, and how its values become whole numbers and back."""

    field: str
    to_number: Callable[[Any], int]
    from_number: Callable[[int], Any]

    def key_of(self, row: Model) -> str:
        return f"{self.to_number(getattr(row, self.field))}.{row.pk}"

    def place_of(self, row: Model) -> tuple[Any, int]:
        return getattr(row, self.field), row.pk

    def beyond(self, key: Key, is_back: bool = False) -> Q:
        """Rows on the far side of *key*. The first condition is the one an index can use."""
        sign = "lt" if is_back else "gt"
        value = self.from_number(key[0])
        further = Q(**{f"{self.field}__{sign}": value}) | Q(**{f"pk__{sign}": key[1]})
        return Q(**{f"{self.field}__{sign}e": value}) & further


BY_START = Order("starts_at", microseconds, moment_of)
BY_DISTANCE = Order("millimetres", int, int)
BY_ROW = Order("pk", int, int)


@dataclass(frozen=True)
class Page:
    rows: Sequence[Any]
    after: str = ""  # key of the next page, "" on the last
    before: str = ""  # key of the page before, "" on the first

    @property
    def is_everything(self) -> bool:
        return not (self.after or self.before)


def page_of(
    tables: Sequence[QuerySet[Any]],
    order: Order,
    limit: int,
    after: Key | None,
    before: Key | None,
) -> Page:
    """At most *limit* rows after a key, or the *limit* rows just before one. Never counts.

    *tables* are pages of one order together; no row number stands in two of them.
    """
    is_back = before is not None and after is None
    sign = "-" if is_back else ""
    fields = dict.fromkeys((f"{sign}{order.field}", f"{sign}pk"))
    found: list[Any] = []
    for rows in tables:
        if after:
            rows = rows.filter(order.beyond(after))
        if before:
            rows = rows.filter(order.beyond(before, is_back=True))
        found += rows.order_by(*fields)[: limit + 1]
    if len(tables) > 1:
        found.sort(key=order.place_of, reverse=is_back)
    has_more = len(found) > limit
    found = found[:limit]
    if is_back:
        found.reverse()
    if not found:
        return Page([], "" if after else _words(before), _words(after))
    return Page(
        found,
        after=order.key_of(found[-1]) if (is_back or has_more) else "",
        before=order.key_of(found[0]) if (has_more if is_back else after) else "",
    )


def _words(key: Key | None) -> str:
    return f"{key[0]}.{key[1]}" if key else ""
