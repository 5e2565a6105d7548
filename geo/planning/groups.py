"""Names of the groups by their keys in the population table."""

from __future__ import annotations

from geo.planning.question import GROUPS


def group_name(key: str) -> str:
    """老年人（60+）; the key itself for a group that the question does not offer."""
    return next((str(one.name) for one in GROUPS if one.key == key), key)
