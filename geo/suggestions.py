"""Names that fit what is being typed, and names close to what found nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from geo.filters import ActivityFilter
from geo.models import Activity, Area, Audience, Category, Occurrence, Organization, Venue
from geo.querysets import named
from geo.spelling import sounds_like

EACH = 3  # of one kind: no kind fills the list alone
MOST = 8
CLOSE = 0.5  # share of characters in common, from which a name is worth showing


@dataclass(frozen=True)
class Suggestion:
    """A name with its kind in words; *query* is a question for the list, *url* a page."""

    kind: str
    text: str
    url: str = ""
    query: str = ""


def suggest(word: str, now: datetime) -> list[Suggestion]:
    """At most MOST names with *word* in them, or spelled like it; the shortest of a kind first."""
    if not word:
        return []
    groups = (
        _words(word),
        [_district(one) for one in Area.objects.districts().filter(named(word))[:EACH]],
        [_venue(one) for one in _venues().filter(named(word))[:EACH]],
        [_activity(one) for one in _activities(now).filter(named(word, "title"))[:EACH]],
        [_organization(one) for one in _organizations().filter(named(word))[:EACH]],
    )
    return list(chain.from_iterable(groups))[:MOST]


def close_to(words: str, now: datetime) -> list[Suggestion]:
    """Names that sound like *words* (日胡公园 → 日湖公园), else those written most alike."""
    heard = Q(pk__in=[])
    for key in sounds_like([words]):
        heard |= Q(search_text__contains=f" {key}")
    sources: tuple[tuple[Callable[[Any], Suggestion], QuerySet[Any], str], ...] = (
        (_district, Area.objects.districts(), "name"),
        (_venue, _venues(), "name"),
        (_activity, _activities(now), "title"),
        (_organization, _organizations(), "name"),
    )
    found = [make(one) for make, rows, _field in sources for one in rows.filter(heard)[:EACH]]
    if found:
        return found[:EACH]
    alike = [
        (likeness, make, rows, field, name)
        for make, rows, field in sources
        for name in rows.values_list(field, flat=True)
        if (likeness := _likeness(words, name)) >= CLOSE
    ]
    alike.sort(key=lambda one: -one[0])
    return [make(rows.filter(**{field: name})[0]) for _l, make, rows, field, name in alike[:EACH]]


def _likeness(words: str, name: str) -> float:
    """The share of *words* that stands in *name* in the same order, in runs of two or more."""
    blocks = SequenceMatcher(None, words, name, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) / max(len(words), 1)


def _venues() -> QuerySet[Venue]:
    """Real venues at which something was or is on."""
    used = Occurrence.objects.published().real().order_by().values("venue")
    return Venue.objects.real().filter(pk__in=used).order_by(Length("name"), "name")


def _activities(now: datetime) -> QuerySet[Activity]:
    coming = Occurrence.objects.published().real().not_over(now).order_by().values("activity")
    return Activity.objects.filter(pk__in=coming).order_by(Length("title"), "title")


def _organizations() -> QuerySet[Organization]:
    real = Activity.objects.filter(is_published=True, is_sample=False).order_by()
    found = Organization.objects.filter(pk__in=real.values("organizers"))
    return found.order_by(Length("name"), "name")


def _words(word: str) -> list[Suggestion]:
    """Categories and audiences by name: they filter the list."""
    categories = Category.objects.filter(name__icontains=word)[:EACH]
    audiences = Audience.objects.filter(name__icontains=word)[:EACH]
    return [
        *(
            Suggestion(_("类别"), one.name, query=ActivityFilter(categories=(one.slug,)).query())
            for one in categories
        ),
        *(
            Suggestion(_("服务对象"), one.name, query=ActivityFilter(audiences=(one.slug,)).query())
            for one in audiences
        ),
    ]


def _district(one: Area) -> Suggestion:
    return Suggestion(_("区县"), one.name, query=ActivityFilter(district=one.code or "").query())


def _venue(one: Venue) -> Suggestion:
    return Suggestion(_("场所"), one.name, one.get_absolute_url())


def _activity(one: Activity) -> Suggestion:
    return Suggestion(_("活动"), one.title, one.get_absolute_url())


def _organization(one: Organization) -> Suggestion:
    return Suggestion(_("组织"), one.name, one.get_absolute_url())
