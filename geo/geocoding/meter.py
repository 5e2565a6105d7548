"""The shipped lists as the measurements ask them: one day, no database, no network."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.area_list import DISTRICT, ZONE, AreaEntry
from geo.coordinates import Position
from geo.geocoding.curated import VenueEntry
from geo.geocoding.offline import Gazetteer, PlaceAnswer, answer_offline
from geo.geocoding.shipped import label_points, shipped_gazetteer, venues

Gold = dict[str, Any]
Figures = dict[str, Any]

FINE_TO_COARSE = ("venue", "community", "town", "district", "city", "none")


@dataclass(frozen=True)
class Meter:
    """The lists and the day on which they are asked."""

    gazetteer: Gazetteer
    as_of: date
    venues: dict[str, VenueEntry]
    labels: dict[str, Position]

    @classmethod
    def on(cls, day: date) -> "Meter":
        """The shipped lists, read once."""
        entries = {row.entry.key: row.entry for row in venues()}
        labels = {key: label.position for key, label in label_points().items()}
        return cls(shipped_gazetteer(), day, entries, labels)

    def read(self, printed: str, day: date | None = None) -> PlaceAnswer:
        return answer_offline(printed, self.gazetteer, as_of=day or self.as_of)

    def entry(self, answer: PlaceAnswer) -> AreaEntry | None:
        return self.gazetteer.areas.entries.get(answer.area or "")

    def unit(self, answer: PlaceAnswer, level: str) -> str | None:
        """The code of the district or town that the answer lies in."""
        found = self.gazetteer.areas.ancestor(self.entry(answer), level)
        return found.key if found else None

    def position(self, answer: PlaceAnswer) -> Position | None:
        """The point that would be drawn; districts and the city are shapes."""
        if answer.venue:
            return self.venues[answer.venue].position
        entry = self.entry(answer)
        if entry is None or answer.radius_m is None:
            return None
        return self.labels.get(entry.key)

    def names_of_venues(self) -> Iterator[tuple[VenueEntry, str, date]]:
        """Every name of every venue with a day on which both were valid."""
        for entry in self.venues.values():
            last, first = entry.valid_to, entry.valid_from
            day = last or max(self.as_of, first or self.as_of)
            yield entry, entry.name, day
            for alias in entry.aliases:
                yield entry, alias.name, alias.valid_to or max(day, alias.valid_from or day)

    def lies_above(self, key: str | None, entry: AreaEntry) -> bool:
        """Whether *key* is nothing at all or an area that holds *entry*: coarser, not wrong."""
        areas = self.gazetteer.areas
        if key is None:
            return True
        outer = areas.entries[key]
        if outer.level == ZONE:  # 保税区 the zone, for 保税区 the town: as coarse as its district
            return areas.ancestor(entry, DISTRICT) == areas.ancestor(outer, DISTRICT)
        return areas.lies_in(entry, outer)
