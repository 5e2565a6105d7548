"""Mapbox Vector Tile 2.1 of points, pure. Positions are whole numbers in a tile of 4096 × 4096.

Where points are many, they are counted in a grid: a tile stays small at any zoom.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]

EXTENT = 4096
CELLS = 32  # a side: at most 1024 counts in a tile, about 14 KB
SINGLE_FROM_ZOOM = 13
MOST_SINGLE = 450  # in one tile; more are counted
MOVE_TO_ONE_POINT = 9


@dataclass(frozen=True)
class Mark:
    x: int
    y: int
    properties: dict[str, str | int] = field(default_factory=dict)


def mercator(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """Web Mercator as shares of the world's width: 0 to 1 from west and from north."""
    x: Numbers = (lon + 180.0) / 360.0
    y: Numbers = 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * math.pi)
    return x, y


def box_of(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile, in degrees."""
    size = 2.0**-z
    south, north = (
        math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row * size)))) for row in (y + 1, y)
    )
    return x * size * 360 - 180, south, (x + 1) * size * 360 - 180, north


def pixels(x: Numbers, y: Numbers, tile: tuple[int, int, int]) -> tuple[Numbers, Numbers, Numbers]:
    """Which points (of `mercator`) lie in the tile (z, x, y), and where. Each lies in one tile."""
    scale = float(EXTENT << tile[0])
    across = np.floor(x * scale).astype(np.int64) - tile[1] * EXTENT
    down = np.floor(y * scale).astype(np.int64) - tile[2] * EXTENT
    inside = np.nonzero((across >= 0) & (across < EXTENT) & (down >= 0) & (down < EXTENT))[0]
    return inside, across[inside], down[inside]


def counted(x: Numbers, y: Numbers, counts: Numbers | None = None) -> list[Mark]:
    """One mark for each cell of the grid, in the middle of what it counts."""
    cell = (y * CELLS // EXTENT) * CELLS + x * CELLS // EXTENT
    weights = np.ones(len(x), dtype=np.int64) if counts is None else counts
    size = CELLS * CELLS
    total = np.bincount(cell, weights, size).astype(np.int64)
    across = np.bincount(cell, weights * x, size).astype(np.int64)
    down = np.bincount(cell, weights * y, size).astype(np.int64)
    used = np.nonzero(total)[0]
    total, across, down = total[used], across[used] // total[used], down[used] // total[used]
    return [
        Mark(one_x, one_y, {"count": count})
        for one_x, one_y, count in zip(across.tolist(), down.tolist(), total.tolist(), strict=True)
    ]


def encode(layer: str, marks: Sequence[Mark]) -> bytes:
    """A tile with one layer; nothing at all where there are no marks."""
    if not marks:
        return b""
    keys: dict[str, int] = {}
    values: dict[str | int, int] = {}
    body = bytearray(b"\x78\x02")  # version 2
    body += _text(1, layer)
    for mark in marks:
        tags = bytearray()
        for key, value in mark.properties.items():
            tags += _varint(keys.setdefault(key, len(keys)))
            tags += _varint(values.setdefault(value, len(values)))
        shape = b"\x09" + _varint(mark.x << 1) + _varint(mark.y << 1)
        feature = (
            b"\x12" + _varint(len(tags)) + tags + b"\x18\x01\x22" + _varint(len(shape)) + shape
        )
        body += b"\x12" + _varint(len(feature)) + feature
    for key in keys:
        body += _text(3, key)
    for value in values:
        one = _text(1, value) if isinstance(value, str) else b"\x28" + _varint(value)
        body += b"\x22" + _varint(len(one)) + one
    body += b"\x28" + _varint(EXTENT)
    return b"\x1a" + _varint(len(body)) + bytes(body)


def _text(number: int, words: str) -> bytes:
    data = words.encode()
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    if number < 128:
        return _SMALL[number]
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


_SMALL: Sequence[bytes] = [bytes([number]) for number in range(128)]


def joined(words: Iterable[str]) -> str:
    return ",".join(sorted(words))
