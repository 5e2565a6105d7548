"""Two sets of figures compared: what has become worse."""

from collections.abc import Iterator

from geo.geocoding.meter import Figures


def worse(baseline: Figures, figures: Figures) -> list[str]:
    """What has become worse since the baseline was kept: one line a figure, none if nothing has."""
    before, now = dict(_flat(baseline)), dict(_flat(figures))
    found = []
    for name, old in before.items():
        direction = _direction(name)
        new = now.get(name)
        if direction and (new is None or (new - old) * direction < 0):
            found.append(f"{name}: {old} -> {new}")
    return found


_MORE_IS_BETTER = frozenset(
    {"match_rate", "honest_rate", "honest_within_the_error_of_the_truth", "asked"}
    | {"towns", "communities", "town_points", "venues_with_point", "venues_known_as_venues"}
)
_LESS_IS_BETTER = frozenset(
    {"wrong", "wrong_unit", "wrong_unit_rate", "over_claimed", "under_claimed", "moved"}
    | {"displaced", "median_m", "p90_m", "venues_on_a_label_point", "sharing_rate"}
)


def _direction(name: str) -> int:
    """1 where more is better, -1 where less is, 0 where the figure only counts."""
    parts = name.split(".")
    if parts[-1] == "asked" and parts[0] == "names":
        return 0  # a question instead of a guess is neither better nor worse
    return (parts[-1] in _MORE_IS_BETTER) - (parts[-1] in _LESS_IS_BETTER)


def _flat(figures: Figures, before: str = "") -> Iterator[tuple[str, float]]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, int | float):
            yield f"{before}{name}", value
