"""Places for one more, as they stand in an address: ``121.5512,29.8745;v12``. No database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST = 10  # places that are tried at a time
# Ningbo with its sea: a point outside is a slip (west, south, east, north; WGS-84)
BOX = (120.8, 28.8, 122.6, 30.5)


@dataclass(frozen=True)
class Dropped:
    """A point (lon, lat) that was dropped, or the number of a venue that was picked."""

    lon: float = 0
    lat: float = 0
    venue: int = 0

    def __str__(self) -> str:
        return f"v{self.venue}" if self.venue else f"{self.lon:.4f},{self.lat:.4f}"


def read_sites(text: str, problems: list[str]) -> list[Dropped]:
    """The places of an address, each once. What cannot be read is named in *problems*."""
    found: list[Dropped] = []
    for part in filter(None, text.split(";")):
        one = _read(part.strip())
        if one is None:
            problems.append(
                _("地点“%(found)s”读不懂，应写成 121.5512,29.8745（宁波境内的经度,纬度）。")
                % {"found": part[:30]}
            )
        elif one not in found:
            found.append(one)
    if len(found) > MOST:
        problems.append(_("最多试放 %(most)d 处；后面的没有放。") % {"most": MOST})
    return found[:MOST]


def _read(part: str) -> Dropped | None:
    if part.startswith("v") and part[1:].isascii() and part[1:].isdigit() and len(part) < 10:
        return Dropped(venue=int(part[1:]))
    numbers = part.split(",")
    try:
        lon, lat = (float(number) for number in numbers)
    except ValueError:
        return None
    west, south, east, north = BOX
    inside = west <= lon <= east and south <= lat <= north
    return Dropped(round(lon, 4), round(lat, 4)) if inside else None


def written(sites: Iterable[Dropped]) -> str:
    return ";".join(str(one) for one in sites)


def without(sites: Sequence[Dropped], one: Dropped) -> str:
    """The address's part with *one* taken away."""
    return written(other for other in sites if other != one)
