"""Where one more helps most: greedy, swaps, and how far from the best it can be at most. Pure.

A candidate is the set of the cells it would newly cover; a cell's weight is its people who are not
covered yet, so what exists is locked in by weighing nothing it covers. Candidates may exclude each
other (``near``: too close together).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

Covers = Sequence[Collection[int]]  # the cells of each candidate
Weights = Mapping[int, int]  # people of each cell; a cell that is not there weighs nothing
Near = Callable[[int, int], bool]
WORK = 2_000_000  # cells looked at before the search for the best gives up: below half a second


@dataclass(frozen=True)
class Choice:
    """Candidates in the order chosen, each with what it gained after those before it.

    ``bound``: no choice of as many gains more. ``is_best``: the search finished, gain = bound.
    """

    sites: tuple[int, ...]
    gains: tuple[int, ...]
    bound: int | None = None
    is_best: bool = False

    @property
    def gain(self) -> int:
        return sum(self.gains)


def apart(first: int, second: int) -> bool:
    """Nothing is too near to anything."""
    return False


def greedy(covers: Covers, weights: Weights, count: int, near: Near = apart) -> Choice:
    """Again and again the candidate with the largest gain, the first of equals; none without gain.

    Gains only shrink, so a candidate is weighed again only when it comes to the top.
    """
    heap = [(-_gain(cover, weights, ()), i) for i, cover in enumerate(covers)]
    heapq.heapify(heap)
    sites: list[int] = []
    gains: list[int] = []
    covered: set[int] = set()
    while heap and len(sites) < count:
        _, i = heapq.heappop(heap)
        if any(near(i, j) for j in sites):
            continue
        gain = _gain(covers[i], weights, covered)
        if gain and (not heap or (-gain, i) <= heap[0]):
            sites.append(i)
            gains.append(gain)
            covered.update(covers[i])
        elif gain:
            heapq.heappush(heap, (-gain, i))
    return Choice(tuple(sites), tuple(gains))


def swapped(covers: Covers, weights: Weights, start: Choice, near: Near = apart) -> Choice:
    """*start* with one site exchanged for another while that gains (Teitz & Bart 1968)."""
    sites, best, improved = list(start.sites), start.gain, True
    while improved:
        improved = False
        for place in range(len(sites)):
            others = sites[:place] + sites[place + 1 :]
            held = {cell for i in others for cell in covers[i]}
            kept = sum(weights.get(cell, 0) for cell in held)
            for i, cover in enumerate(covers):
                if i in sites or any(near(i, j) for j in others):
                    continue
                value = kept + _gain(cover, weights, held)
                if value > best:
                    sites[place], best, improved = i, value, True
    return _in_order(covers, weights, sites)


def choose(
    covers: Covers, weights: Weights, count: int, near: Near = apart, work: int = WORK
) -> Choice:
    """Greedy and swaps, then the search for something better within *work*.

    The search (branch and bound) either finishes, and then nothing better exists, or leaves the
    largest bound of what it did not look at, which no choice of *count* candidates can exceed.
    """
    found = swapped(covers, weights, greedy(covers, weights, count, near), near)
    best, sites, bound = _search(covers, weights, count, near, work, found)
    if best > found.gain:
        found = _in_order(covers, weights, sites)
    return Choice(found.sites, found.gains, bound, bound == found.gain)


def _search(
    covers: Covers, weights: Weights, count: int, near: Near, work: int, start: Choice
) -> tuple[int, list[int], int]:
    """Value and sites of the best found, and the bound. The most promising branch first."""
    best, best_sites = start.gain, list(start.sites)
    everything = tuple(range(len(covers)))
    open_nodes: list[tuple[int, int, list[int], tuple[int, ...]]] = [
        (-(1 << 62), 0, [], everything)
    ]
    number = 0
    while open_nodes:
        if -open_nodes[0][0] <= best:
            break
        if work <= 0:
            return best, best_sites, -open_nodes[0][0]
        _, _, chosen, allowed = heapq.heappop(open_nodes)
        covered = {cell for i in chosen for cell in covers[i]}
        value = sum(weights.get(cell, 0) for cell in covered)
        if value > best:
            best, best_sites = value, chosen
        gains = sorted(((_gain(covers[i], weights, covered), i) for i in allowed), reverse=True)
        work -= sum(len(covers[i]) for i in allowed) + len(covered) + 1
        left = count - len(chosen)
        if not left or not gains or not gains[0][0]:
            continue
        _, pick = gains[0]
        rest = [(gain, i) for gain, i in gains[1:] if gain]
        without = value + sum(gain for gain, _ in rest[:left])
        fits = tuple(i for _, i in rest if not near(i, pick))
        allowed_set = set(fits)
        with_it = (
            value + gains[0][0] + sum([gain for gain, i in rest if i in allowed_set][: left - 1])
        )
        for bound, sites, others in (
            (with_it, [*chosen, pick], fits),
            (without, chosen, tuple(i for _, i in rest)),
        ):
            number += 1
            if bound > best:
                heapq.heappush(open_nodes, (-bound, -number, sites, others))
    return best, best_sites, best


def _in_order(covers: Covers, weights: Weights, sites: Collection[int]) -> Choice:
    """The same sites, the largest gain first."""
    rest, covered = set(sites), set[int]()
    order: list[int] = []
    gains: list[int] = []
    while rest:
        gain, i = max((_gain(covers[i], weights, covered), -i) for i in rest)
        order.append(-i)
        gains.append(gain)
        covered.update(covers[-i])
        rest.remove(-i)
    return Choice(tuple(order), tuple(gains))


def _gain(cover: Collection[int], weights: Weights, covered: Collection[int]) -> int:
    return sum(weights.get(cell, 0) for cell in cover if cell not in covered)
