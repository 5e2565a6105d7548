"""What is asked of the measures, and what each of them answers. Plain values, no database.

Metres are straight-line metres from the centre of a cell; *d ≤ metres* is inside. Counts are
persons (or households, for a group of households) and sessions. A session is one activity on one
day at one place; a group of places of which the text does not say which is one session a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Ask:
    """One question to the measures.

    ``group``: Population.group. ``category``: a Category's slug, "" for all. ``audience``: an
    Audience's slug; only activities whose printed audience names it. ``band``: key of
    planning.standards.BANDS. ``layer``: slug of a PopulationLayer, "" for the best there is.
    ``grid``: slug of a Grid. ``demo``: with the invented year of ``make_demo_city`` (never else).
    """

    first: date
    last: date
    group: str = "total"
    category: str = ""
    audience: str = ""
    band: str = ""
    metres: int = 865
    layer: str = ""
    grid: str = "hexagon"
    demo: bool = False


@dataclass(frozen=True)
class Basis:
    """What the people of an answer rest on. ``is_sketch``: 示意, because nothing finer than the
    district is known and ``assumption`` fills the gap; printed with every number that uses it."""

    group: str
    counted_on: date | None
    basis: str
    source: str
    method: str = ""  # "counted", "points", "areas" or "even"
    is_sketch: bool = False
    assumption: str = ""
    licence: str = ""

    @property
    def year(self) -> int | None:
        return self.counted_on.year if self.counted_on else None


@dataclass(frozen=True)
class LeftOut:
    """Sessions that answer the question but have no place on a fine map. They count in their
    district (``in_area``) where one is known; ``nowhere`` is known to lie in the city at best."""

    coarse: int  # point unknown, or known worse than 200 m
    one_of: int  # at one of several places, the text does not say which
    nowhere: int

    @property
    def total(self) -> int:
        return self.coarse + self.one_of + self.nowhere


@dataclass(frozen=True)
class Frame:
    """What every answer carries: the question, its base, and what was left out."""

    ask: Ask
    basis: Basis
    left_out: LeftOut
    sessions: int  # that have a place on the fine map
    unknown: tuple[int, ...] = ()  # ids of districts nobody reported from: not zero, not summed

    @property
    def is_at_most(self) -> bool:
        """Sessions without a place on the map reach somebody, too: uncovered is *at most* so
        many, access at least."""
        return self.left_out.total > 0


@dataclass(frozen=True)
class Covered:
    """M2 for one cell, area or the whole. ``is_known`` False: nobody reported from there."""

    people: int
    uncovered: int
    is_known: bool = True

    @property
    def covered(self) -> int:
        return self.people - self.uncovered

    @property
    def share(self) -> float | None:
        """Uncovered of all, 0 to 1; None without people or without knowledge."""
        return self.uncovered / self.people if self.people and self.is_known else None


@dataclass(frozen=True)
class Uncovered:
    """M2 未覆盖人数: people with no matching session within ``ask.metres`` in the period.

    ``cells`` and ``areas`` by id; ``total`` over the districts that reported."""

    frame: Frame
    cells: Mapping[int, Covered]
    districts: Mapping[int, Covered]
    towns: Mapping[int, Covered]  # of cells whose town is known
    total: Covered


@dataclass(frozen=True)
class AreaRate:
    """M1 for one area. Per 1 000 of the group and 30 days; ``smoothed`` by empirical Bayes.
    ``place``: 1 is the lowest rate; ``rank_low``–``rank_high`` its 5–95 % ranks.
    ``is_plain``: inside the 95 % funnel, not distinguishable from the city's mean."""

    events: int
    base: int
    value: float
    low: float
    high: float
    smoothed: float
    place: int
    rank_low: int
    rank_high: int
    funnel_low: float
    funnel_high: float
    is_plain: bool


@dataclass(frozen=True)
class Rates:
    """M1 每千人场次, by area id; areas without reports or people are absent."""

    frame: Frame
    areas: Mapping[int, AreaRate]
    mean: float  # per 1 000 and 30 days, over the areas listed
    overdispersion: float  # φ ≥ 1; the funnel's limits are widened by √φ


@dataclass(frozen=True)
class Access:
    """M3 可及指数: E2SFCA sessions per person, exp(−½(d/1 km)²) up to ``reach_m``, 100 = the mean
    person of the group. ``cells``: index by cell id; 0 is no session in reach, absent unknown."""

    frame: Frame
    reach_m: int
    cells: Mapping[int, float]
    districts: Mapping[int, float]  # person-weighted mean index
    mean: float  # sessions per person that is 100


@dataclass(frozen=True)
class Near:
    """``metres`` to the nearest matching session of the period, None beyond 3 km (or unknown);
    ``last_on``/``days``: the latest one begun by now within ``ask.metres``, whatever the period."""

    metres: float | None
    last_on: date | None
    days: int | None


@dataclass(frozen=True)
class Nearest:
    """M4 最近距离 / 最近一次, by cell id; ``districts``: person-weighted median metres (None:
    half of the people have none within 3 km) and the latest day."""

    frame: Frame
    cells: Mapping[int, Near]
    districts: Mapping[int, Near]


@dataclass(frozen=True)
class BandGap:
    """M5 时段缺口: M2 for each band of the week. ``frames`` differ in what was left out;
    ``bandless``: sessions on a weekday of which only the day is known, in no band."""

    frames: Mapping[str, Frame]
    totals: Mapping[str, Covered]
    districts: Mapping[str, Mapping[int, Covered]]
    bandless: int


@dataclass(frozen=True)
class Equity:
    """M6 公平曲线 over the access of M3. ``curve``: (share of people, share of access), the worst
    served first, at most 101 points. ``f0``: share of people without any session within
    ``ask.metres``; ``f1``: mean shortfall from the standard (sessions in reach, ``standard``).
    ``theil_between`` + ``theil_within`` = ``theil`` (districts). ``group_ratio``: mean access of
    the group ÷ of everybody. ``histogram``: (sessions in reach, people), ascending."""

    frame: Frame
    curve: tuple[tuple[float, float], ...]
    gini: float | None
    bottom_share: float | None  # of the worst-served fifth
    theil: float | None
    theil_between: float | None
    theil_within: float | None
    f0: float | None
    f1: float | None
    standard: float
    group_ratio: float | None
    histogram: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Share:
    """``sessions`` − ``people``, each a share of the city 0 to 1; ``difference`` in points."""

    sessions: float
    people: float

    @property
    def difference(self) -> float:
        return 100 * (self.sessions - self.people)


@dataclass(frozen=True)
class Shares:
    """M7 份额差 by district id: share of sessions less share of the group."""

    frame: Frame
    districts: Mapping[int, Share]


@dataclass(frozen=True)
class Site:
    """A place for one more: a candidate venue, or a dropped point. lon, lat (WGS-84)."""

    lon: float
    lat: float
    venue: int | None = None
    name: str = ""
    gain: int = 0  # people newly covered by this one after those before it


@dataclass(frozen=True)
class SitingRules:
    """``min_metres``: from existing matching sessions and from each other. ``public_only``: only
    venues whose kind is public. ``district``: id, 0 for the whole city."""

    public_only: bool = True
    min_metres: int = 0
    district: int = 0


@dataclass(frozen=True)
class Effect:
    """M8 试放效果. ``groups``: newly covered people by group. ``bound``: the most that any choice
    of as many sites could gain, None where it was not computed; ``bound_how``: "exact" (search
    finished), "bounded" (the search stopped; a proven limit all the same) or "".
    ``at_least``: gain ÷ bound, 0 to 1."""

    frame: Frame
    sites: tuple[Site, ...]
    before: Covered
    after: Covered
    groups: Mapping[str, int]
    districts: Mapping[int, Covered]  # after
    cells: Mapping[int, int]  # newly covered people by cell id
    gini_before: float | None
    gini_after: float | None
    curve_before: tuple[tuple[float, float], ...] = ()
    curve_after: tuple[tuple[float, float], ...] = ()
    bound: int | None = None
    bound_how: str = ""
    candidates: int = 0
    unreachable: int = 0  # people no candidate could cover

    @property
    def at_least(self) -> float | None:
        gain = self.before.uncovered - self.after.uncovered
        return gain / self.bound if self.bound else None


@dataclass(frozen=True)
class Complete:
    """M0 数据完整度 of a period, whatever the category."""

    organizers: int
    sessions: int
    sharp: int  # with a point known to 200 m or better
    reported: tuple[int, ...]  # district ids
    last_import: date | None
    newest_on: date | None  # the latest day anything is known of

    @property
    def sharp_share(self) -> float | None:
        return self.sharp / self.sessions if self.sessions else None


@dataclass(frozen=True)
class CellShape:
    """A cell for drawing: centre (lon, lat), district and town ids; hexagons share one outline."""

    id: int
    lon: float
    lat: float
    district: int | None
    town: int | None
    name: str = ""


@dataclass(frozen=True)
class GridInfo:
    """``outline``: offsets in metres east/north of a hexagon's corners from its centre, in
    EPSG:32651; empty for an uploaded grid, whose outlines are asked for by ``outlines``."""

    slug: str
    title: str
    source: str
    cells: int
    edge_m: float | None
    outline: tuple[tuple[float, float], ...] = ()
