"""Whole people on cells so that the sum holds: the largest remainders get one more. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def spread(total: int, weights: Sequence[float]) -> list[int]:
    """*total* persons by *weights*, whole numbers that add up to *total*.

    Each gets the floor of its share; those with the largest remainders, the earlier of equal ones,
    get the rest. Raises ValueError for a negative weight, or people and nowhere to put them.
    """
    whole = sum(weights)
    if any(weight < 0 for weight in weights):
        raise ValueError("A weight below zero has no meaning. Expected 0 or more.")
    if not whole:
        if total:
            raise ValueError(f"{total} people and no weight above zero to spread them by.")
        return [0] * len(weights)
    shares = [total * weight / whole for weight in weights]
    counts = [int(share) for share in shares]
    missing = total - sum(counts)
    order = sorted(range(len(shares)), key=lambda i: (counts[i] - shares[i], i))
    for i in order[:missing] if missing >= 0 else order[missing:]:
        counts[i] += 1 if missing >= 0 else -1  # the dust of a division may have lifted a floor
    return counts
