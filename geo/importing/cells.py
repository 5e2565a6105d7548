"""The cells of one row, cut into pieces and counted. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from geo.errors import Problem
from geo.importing.columns import NAMES
from geo.schedules import When

# Longer than any name in print (characters): two cells that ran together, or a broken file.
LONGEST = {"title": 200, "organizers": 120, "place": 200, "audience": 200}


@dataclass(frozen=True)
class Counts:
    """How many things each cell of a row seems to hold."""

    titles: int
    organizers: int
    contents: int
    places: int
    times: int

    def __str__(self) -> str:
        return (
            f"名称 {self.titles}、单位 {self.organizers}、内容 {self.contents}、"
            f"地点 {self.places}、时间 {self.times}"
        )

    @property
    def agree(self) -> bool:
        return len({self.titles, self.organizers, self.contents, self.places, self.times}) == 1


@dataclass(frozen=True)
class Cells:
    """The cells of a row, cut into pieces."""

    titles: list[str]
    organizers: list[list[str]]
    contents: list[str]
    audience: str
    places: list[str]
    times: list[list[When]]

    @property
    def counts(self) -> Counts:
        return Counts(
            len(self.titles),
            len(self.organizers),
            len(self.contents),
            len(self.places),
            len(self.times),
        )

    @property
    def names(self) -> list[str]:
        """Every organiser once, in order."""
        return list(dict.fromkeys(name for group in self.organizers for name in group))


def too_long(cells: Cells) -> Iterable[Problem]:
    names = {
        "title": [" ".join(cells.titles)],
        "organizers": cells.names,
        "place": cells.places,
        "audience": [cells.audience],
    }
    for field, longest in LONGEST.items():
        for name in names[field]:
            if len(name) > longest:
                yield Problem(
                    "too_long",
                    f"{NAMES[field]}「{name[:12]}…」有 {len(name)} 个字",
                    f"最多 {longest} 个字",
                    "多半是几格连成了一格，请对照原文分开",
                )
