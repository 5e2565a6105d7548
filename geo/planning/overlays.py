"""Points above the map: where activities are, what people wish for, where lobbies are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from geo.models import Need, Venue
from geo.models.venues import WALK_RADIUS_M
from geo.planning.counting import counted
from geo.planning.question import Question

MOST = 300  # points drawn of one kind; the others are said


@dataclass(frozen=True)
class Spot:
    """A point (lon, lat; WGS-84) with the words that are read out for it."""

    lon: float
    lat: float
    words: str
    url: str = ""


@dataclass(frozen=True)
class Overlay:
    """One kind of points. ``unplaced``: how many more there are without a point on this map."""

    key: str
    spots: Sequence[Spot]
    unplaced: int


KINDS: tuple[tuple[str, str | Promise], ...] = (
    ("supply", gettext_lazy("活动场所")),
    ("needs", gettext_lazy("微心愿")),
    ("lobbies", gettext_lazy("大厅屏")),
)
# Who knows the lobbies' places says so when it starts; this package does not know screens.
lobby_sources: list[Callable[[], Sequence[Spot]]] = []


def overlays(question: Question, keys: Sequence[str], today: date) -> list[Overlay]:
    """The kinds asked for, in a fixed order. One question each."""
    makers = {
        "supply": lambda: supply(question),
        "needs": lambda: needs(question, today),
        "lobbies": lobbies,
    }
    return [makers[key]() for key, _name in KINDS if key in keys]


def supply(question: Question) -> Overlay:
    """Venues known to 200 m with what answers the question; the others are only counted."""
    found = counted(question).order_by()
    by_venue = dict(
        found.filter(venue__point__isnull=False, venue__radius_m__lte=WALK_RADIUS_M)
        .values_list("venue")
        .annotate(held=Count("pk"))
        .order_by("-held")
    )
    shown = list(by_venue)[:MOST]
    venues = Venue.objects.filter(pk__in=shown)
    spots = [
        Spot(one.point.x, one.point.y, f"{one.name} · {by_venue[one.pk]}", one.get_absolute_url())
        for one in venues
        if one.point
    ]
    return Overlay("supply", spots, found.count() - sum(by_venue[pk] for pk in shown))


def needs(question: Question, today: date) -> Overlay:
    """Public wishes of the category (all, where none is asked for), at their rounded place."""
    found = Need.objects.public(today).unanswered()
    if question.category:
        found = found.filter(category=question.category)
    placed = found.filter(point__isnull=False)[:MOST]
    spots = [
        Spot(one.point.x, one.point.y, one.words, one.get_absolute_url())
        for one in placed
        if one.point
    ]
    return Overlay("needs", spots, found.count() - len(spots))


def lobbies() -> Overlay:
    spots = [spot for source in lobby_sources for spot in source()]
    return Overlay("lobbies", spots[:MOST], 0)
