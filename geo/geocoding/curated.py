"""The curated venue table: a name is matched whole, in its district, on its day.

Matching is by equality of names, never by likeness: 益园 is not 善园, and 北仑爱心公园 is not
宁波爱心公园. Two venues under one name are an ambiguity, not a first hit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from geo.addresses import AddressReading
from geo.area_list import (
    COMMUNITY,
    ROAD,
    TOWN,
    Alias,
    AreaEntry,
    AreaList,
    normalise,
    short_name,
    strip_city,
)
from geo.coordinates import Position

# Known to this or better, a venue is known as a venue; coarser, only its town or district is.
VENUE_RADIUS_M = 1000


@dataclass(frozen=True)
class VenueEntry:
    """A row of the table. ``position`` is (lon, lat) WGS-84; ``radius_m`` is claimed."""

    key: str
    name: str
    district: str | None
    town: str | None = None
    aliases: tuple[Alias, ...] = ()
    position: Position | None = None
    radius_m: int | None = None
    confidence: str = ""
    source_datum: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def is_open_on(self, day: date) -> bool:
        """Whether the venue stood there on *day*."""
        return Alias(self.name, self.valid_from, self.valid_to).is_in_use(day)

    @property
    def is_placed(self) -> bool:
        """Whether the point is good enough to speak of the venue and not only of its area."""
        return (
            self.position is not None
            and (self.radius_m or 0) <= VENUE_RADIUS_M
            and self.confidence != "low"
        )


@dataclass
class VenueTable:
    """Venues by whole name, and by their name without the city or district in front."""

    districts: list[AreaEntry]
    whole: dict[str, list[VenueEntry]] = field(default_factory=dict)
    bare: dict[str, list[VenueEntry]] = field(default_factory=dict)

    @classmethod
    def build(cls, venues: Iterable[VenueEntry], areas: AreaList) -> "VenueTable":
        """Index *venues* by all their names."""
        table = cls(areas.by_level.get("district", []))
        for venue in venues:
            table.add(venue)
        return table

    def add(self, venue: VenueEntry) -> None:
        """Index one more venue."""
        for name in (venue.name, *(alias.name for alias in venue.aliases)):
            text = canonical(name)
            for index, form in ((self.whole, text), (self.bare, self.without_front(text))):
                known = index.setdefault(form, [])
                if venue not in known:
                    known.append(venue)

    def without_front(self, text: str) -> str:
        """The name without 宁波 and without a district in front of it."""
        bare, _ = strip_city(text)
        for district in self.districts:
            for front in (district.name, short_name(district.name)):
                rest = bare.removeprefix(front)
                if rest != bare and len(rest) > 1 and not ROAD.match(rest):
                    return rest
        return bare or text

    def find(
        self, reading: AddressReading, *, as_of: date, context: AreaEntry | None = None
    ) -> list[VenueEntry]:
        """The venues a text can mean: none, one, or several that share the name."""
        # 孙文英小学（气象路校区）: what stands in brackets may be what tells two venues apart.
        whole = reading.text + "".join(reading.bracketed)
        for text in dict.fromkeys((whole, reading.text, *reading.bracketed)):
            found = self._find_text(text, reading, as_of, context)
            if found:
                return found
        return []

    def _find_text(
        self, text: str, reading: AddressReading, day: date, context: AreaEntry | None
    ) -> list[VenueEntry]:
        text = canonical(text)
        bare, names_city = strip_city(text)
        district = reading.district
        for form in (text, bare):
            found = _fitting(self.whole.get(form, []), district, day)
            if found:
                return found
        residual = canonical(reading.residual) if text == canonical(reading.text) else bare
        if district is not None:
            return self._find_in(district, reading, residual, bare, day)
        if context is not None:
            inside = [v for v in self.bare.get(bare, []) if v.district == context.key]
            if inside:
                return _fitting(inside, context, day)
        if names_city:
            return _fitting(self.whole.get("宁波" + bare, []), None, day)
        found = _fitting(self.bare.get(bare, []), None, day)
        # 图书馆 alone names a kind of place, not the one that happens to be in the table.
        return found if len(found) > 1 or len(bare) > 3 else []

    def _find_in(
        self, district: AreaEntry, reading: AddressReading, residual: str, bare: str, day: date
    ) -> list[VenueEntry]:
        """Within the named district: by the fullest name that fits, never by all that might."""
        area = reading.area
        town = area.key if area and area.level == TOWN else None
        town = area.parent if area and area.level == COMMUNITY else town
        name = canonical(self.without_front(bare))
        for form in (name, residual, self.without_front(residual)):
            for index in (self.whole, self.bare):
                hits = [v for v in index.get(form, []) if v.district == district.key]
                if form != name and town:  # 五乡镇｜政府: of that town, not of the district
                    hits = [v for v in hits if index is self.whole or v.town == town]
                found = _fitting(hits, district, day)
                if found:
                    return found
        return []


def canonical(name: str) -> str:
    """One writing for words that print in two; 宁波市 in front reads as 宁波."""
    text, bracketed = normalise(name)
    text += "".join(bracketed)
    text = text.replace("妇儿医院", "妇女儿童医院").replace("中医医院", "中医院")
    text = text.replace("人民政府", "政府")
    bare, named = strip_city(text)
    return "宁波" + bare if named else text


def _fitting(
    venues: Iterable[VenueEntry], district: AreaEntry | None, day: date
) -> list[VenueEntry]:
    """Those that stood on *day* and do not lie in another district than the text names."""
    fitting = []
    for venue in venues:
        in_district = district is None or venue.district in (None, district.key)
        if venue.is_open_on(day) and in_district and venue not in fitting:
            fitting.append(venue)
    return fitting
