"""Occurrences folded into cards: one activity, the days that answer the question, where, how far.

The list, the kiosk and the activity page show cards; the map shows spots (geo.spots) of the same
occurrences, so that what one sees, all see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from geo import phrases
from geo.coordinates import distance_m
from geo.filters import Near
from geo.geocoding.gazetteer import stored_gazetteer
from geo.geocoding.offline import answer_offline
from geo.models import Activity, Area, Category, Occurrence, Venue
from geo.moments import Grade, Reach, day_of, reach

FAR = float("inf")


@dataclass(frozen=True)
class Origin:
    """Where distances are counted from: lon, lat in WGS-84."""

    lon: float
    lat: float
    name: str = ""
    is_rough: bool = False  # a district: good for an order, not for saying metres
    is_walkable: bool = True  # known to 200 m: walking minutes may be said


@dataclass(frozen=True)
class Place:
    """One place of a card."""

    name: str
    district: str
    precision: str
    is_exact: bool
    distance: str | None
    url: str = ""  # of the venue's page, else the district's


class Card:
    """One activity and those of its occurrences that answer the question."""

    def __init__(
        self, occurrences: Sequence[Occurrence], now: datetime, origin: Origin | None = None
    ) -> None:
        self.occurrences = sorted(occurrences, key=lambda one: (one.starts_at, one.place_rank))
        self.now = now
        self.origin = origin
        self.activity: Activity = self.occurrences[0].activity

    @cached_property
    def next(self) -> Occurrence:
        """The occurrence the card speaks of: the nearest that is not over, else the last."""
        coming = [one for one in self.occurrences if one.ends_at > self.now]
        taking_place = [one for one in coming if not is_off(one)]
        return (taking_place or coming or self.occurrences[-1:])[0]

    @cached_property
    def grade(self) -> Grade:
        return phrases.grade_of(self.next, self.now)

    @property
    def is_off(self) -> bool:
        return is_off(self.next)

    @property
    def is_live(self) -> bool:
        """Only where the hours are printed and we are inside them."""
        return self.grade is Grade.LIVE and not self.is_off

    @property
    def state(self) -> str:
        return phrases.state_words(self.next, self.now)

    @property
    def badges(self) -> list[tuple[str, str]]:
        """(kind, words) of what the plain day does not say: live, in its window, full, over …"""
        kinds = {Grade.LIVE: "live", Grade.WINDOW: "soon", Grade.SOON: "soon", Grade.OVER: "over"}
        if self.is_off:
            return [("off", self.state)]
        found = [(kinds[self.grade], self.state)] if self.grade in kinds else []
        if self.next.status in {Occurrence.Status.FULL, Occurrence.Status.RESCHEDULED}:
            found.append(("soon", str(self.next.get_status_display())))
        return found

    @property
    def when(self) -> str:
        return phrases.when_words(self.next, self.now)

    @property
    def hours(self) -> str:
        """As printed: 09:00–11:30, 下午, or nothing."""
        return phrases.hours_words(self.next)

    @property
    def days(self) -> str:
        """All days of the card, where there are several."""
        days = [one.held_on for one in self.occurrences]
        return phrases.days_words(days, self.now) if len(set(days)) > 1 else ""

    @cached_property
    def places(self) -> list[Place]:
        """The distinct places, in the order printed."""
        seen: dict[str, Place] = {}
        for one in self.occurrences:
            name = phrases.place_name(one)
            if name not in seen:
                seen[name] = self._place(one, name)
        return list(seen.values())

    def _place(self, one: Occurrence, name: str) -> Place:
        district = one.district.name if one.district else ""
        known = known_point(one)
        distance = None
        if self.origin and known and not self.origin.is_rough:
            metres = distance_m(self.origin.lon, self.origin.lat, known.lon, known.lat)
            distance = phrases.may_say_distance(metres, known.radius_m)
        return Place(
            name=name,
            district="" if district and district in name else district,
            precision=phrases.precision_words(one),
            is_exact=bool(one.venue and one.venue.is_pin),
            distance=distance,
            url=_page_of(one),
        )

    @cached_property
    def reach(self) -> Reach | None:
        """Whether one still gets there on foot; None where hours or a place are known too badly."""
        one = self.next
        known = one.venue is not None and one.venue.is_walkable and not self.is_one_of
        if not (self.origin and self.origin.is_walkable and known) or self.is_off:
            return None
        at = known_point(one)
        if at is None:
            return None
        metres = distance_m(self.origin.lon, self.origin.lat, at.lon, at.lat)
        return reach(phrases.times_of(one), metres, self.now)

    @property
    def reach_words(self) -> str:
        return phrases.reach_words(self.reach) if self.reach else ""

    @property
    def is_routine(self) -> bool:
        """Repeats by a rule, every week for instance."""
        return any(one.schedule.rrule for one in self.occurrences)

    @property
    def is_one_of(self) -> bool:
        """Several places or days are printed without saying which on which."""
        return self.next.certainty == Occurrence.Certainty.ONE_OF

    @property
    def organizers(self) -> list[str]:
        return [link.organization.name for link in self.activity.organizer_links.all()]

    @cached_property
    def categories(self) -> list[Category]:
        return list(self.activity.categories.all())

    @property
    def category(self) -> Category | None:
        return self.categories[0] if self.categories else None

    @cached_property
    def metres(self) -> float:
        """From the origin to the nearest place of the card; infinite where none is known."""
        if not self.origin:
            return FAR
        points = [point for one in self.occurrences if (point := known_point(one))]
        return min(
            (distance_m(self.origin.lon, self.origin.lat, at.lon, at.lat) for at in points),
            default=FAR,
        )


@dataclass(frozen=True)
class KnownPoint:
    """A point (lon, lat) and the radius in metres within which the truth lies."""

    lon: float
    lat: float
    radius_m: int


def known_point(one: Occurrence) -> KnownPoint | None:
    """The venue's point, else the label point of a community or town; never a district's."""
    if one.venue and one.venue.point:
        point = one.venue.point
        return KnownPoint(point.x, point.y, one.venue.radius_m or 0)
    area: Area | None = one.area
    while area and area.level in {Area.Level.COMMUNITY, Area.Level.TOWN, Area.Level.ZONE}:
        if area.label_point and area.label_radius_m:
            return KnownPoint(area.label_point.x, area.label_point.y, area.label_radius_m)
        area = area.parent
    return None


def _page_of(one: Occurrence) -> str:
    if one.venue:
        return one.venue.get_absolute_url()
    return one.district.get_absolute_url() if one.district else ""


def is_off(one: Occurrence) -> bool:
    return one.status in {Occurrence.Status.CANCELLED, Occurrence.Status.POSTPONED}


def cards_of(
    occurrences: Iterable[Occurrence], now: datetime, origin: Origin | None = None
) -> list[Card]:
    """Fold by activity and rank: by distance when there is an origin, else by what is on first."""
    by_activity: dict[int, list[Occurrence]] = {}
    for one in occurrences:
        by_activity.setdefault(one.activity_id, []).append(one)
    cards = [Card(group, now, origin) for group in by_activity.values()]
    if origin is None:
        return sorted(cards, key=_by_time)
    return sorted(cards, key=_by_distance if origin.is_rough else _by_chance)


def _by_time(card: Card) -> tuple[object, ...]:
    next_one = card.next
    over = card.grade is Grade.OVER
    start = -next_one.starts_at.timestamp() if over else next_one.starts_at.timestamp()
    return (over, card.is_off, card.grade, start, next_one.ends_at, card.activity.title)


def _by_chance(card: Card) -> tuple[object, ...]:
    """Day by day: what one can still walk to, then what is near, then what is too late."""
    day = max(card.next.held_on, day_of(card.now))
    chance = 1 if card.reach is None else 0 if card.reach.is_in_time else 2
    return (card.grade is Grade.OVER, card.is_off, day, chance, card.metres, *_by_time(card))


def _by_distance(card: Card) -> tuple[object, ...]:
    """From a district's middle nobody walks: the order is the distance alone."""
    return (card.grade is Grade.OVER, card.metres, *_by_time(card))


def origin_of(near: Near | None, day: date | None = None) -> Origin | None:
    """The point a visitor counts from; a district stands for its label point, roughly.

    Typed words are looked up in our own lists as of *day*; what they do not know, or know of
    several places, is None: nobody is sent from a guess.
    """
    if near is None:
        return None
    if near.lon is not None and near.lat is not None:
        return Origin(near.lon, near.lat)
    if near.words:
        return _typed(near.words, day)
    district = Area.objects.districts().filter(code=near.district).first()
    if district is None or district.label_point is None:
        return None
    point = district.label_point
    return Origin(point.x, point.y, district.name, is_rough=True, is_walkable=False)


def _typed(words: str, day: date | None) -> Origin | None:
    stored = stored_gazetteer()
    answer = answer_offline(words, stored.gazetteer, as_of=day or date.max)
    if answer.candidates:
        return None
    venue = Venue.objects.filter(pk=answer.venue).first() if answer.venue else None
    if venue is not None and venue.point is not None:
        at = venue.point
        return Origin(at.x, at.y, venue.name, not venue.is_pin, venue.is_walkable)
    area = Area.objects.filter(pk=stored.area_ids[answer.area]).first() if answer.area else None
    if area is None or area.label_point is None or area.level == Area.Level.CITY:
        return None
    return Origin(area.label_point.x, area.label_point.y, area.name, True, False)
