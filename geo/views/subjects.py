"""All activities of one venue, organisation, district or campaign, coming and past.

Their addresses are stable: numbers of rows that are never reused, codes, and slugs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from geo import phrases
from geo.cards import Card, cards_of
from geo.coordinates import map_links
from geo.filters import ActivityFilter
from geo.models import Area, Campaign, Occurrence, Organization, Venue
from geo.moments import Grade
from geo.querysets import OccurrenceQuerySet
from geo.spots import spots_of

PAST_PER_PAGE = 20
Facts = list[tuple[str, list["Words"]]]
Figures = list[tuple[str, list["Bar"]]]


@dataclass(frozen=True)
class Words:
    """A line of a fact; *url* where it leads somewhere."""

    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One line of a figure: its share of the largest in steps of 0 to 8."""

    text: str
    count: int
    step: int
    url: str = ""


@require_safe
def venue_page(request: HttpRequest, pk: int) -> HttpResponse:
    venue = get_object_or_404(
        Venue.objects.select_related("district", "town").prefetch_related("names"), pk=pk
    )
    found = Occurrence.objects.at_venue(venue)
    context = _activities(request, found, is_sample=venue.is_sample)
    links = map_links(venue.point.x, venue.point.y, venue.name) if _has_pin(venue) else None
    context |= {
        "kind": venue.kind or _("场所"),
        "title": venue.name,
        "facts": _venue_facts(venue),
        "links": links,
        "no_links": not links,
        "poster_url": reverse("venue-poster", args=[venue.pk]),
        "report_url": "" if venue.is_sample else reverse("report-venue", args=[venue.pk]),
    }
    return render(request, "geo/subject.html", context)


@require_safe
def organization_page(request: HttpRequest, pk: int) -> HttpResponse:
    organization = get_object_or_404(Organization, pk=pk)
    context = _activities(request, Occurrence.objects.by_organizer(organization))
    context |= {
        "kind": organization.kind or _("组织"),
        "title": organization.name,
        "facts": _filled(
            [
                (_("公开联系方式"), [Words(organization.contact)]),
                (_("统一社会信用代码"), [Words(organization.registration_number)]),
                (_("活动过的地方"), _venues_of(context["cards"])),
            ]
        ),
        "figures": [(_("按类别"), _by_category(context["cards"]))],
    }
    return render(request, "geo/subject.html", context)


@require_safe
def district_page(request: HttpRequest, code: str) -> HttpResponse:
    district = get_object_or_404(Area.objects.districts(), code=code)
    context = _activities(request, Occurrence.objects.in_district(code))
    context |= {
        "kind": _("区县市"),
        "title": district.name,
        "facts": _filled(
            [
                (_("常住人口"), _population(district)),
                (_("场所"), _venues_of(context["cards"])),
            ]
        ),
        "figures": [(_("按类别"), _by_category(context["cards"]))],
        "list_query": ActivityFilter(district=code).query(),
        "poster_url": reverse("area-poster", args=[code]),
    }
    return render(request, "geo/subject.html", context)


@require_safe
def campaign_page(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign, slug=slug)
    context = _activities(request, Occurrence.objects.in_campaigns([slug]))
    cards: list[Card] = context["cards"]
    context |= {
        "kind": _("专题"),
        "title": campaign.name,
        "lead": campaign.theme,
        "facts": [
            (_("日期"), [Words(_span(campaign))]),
            (
                _("规模"),
                [
                    Words(
                        _("%(activities)d 个活动，%(organizers)d 个组织，%(districts)d 个区县市")
                        % {
                            "activities": len(cards),
                            "organizers": len({name for card in cards for name in card.organizers}),
                            "districts": len(_by_district(cards)),
                        }
                    )
                ],
            ),
        ],
        "figures": [
            (_("每天的活动"), _by_day(cards)),
            (_("按区县市"), _by_district(cards)),
            (_("按类别"), _by_category(cards)),
            (_("按主办组织"), _by_organizer(cards)),
        ],
    }  # fmt: skip
    return render(request, "geo/subject.html", context)


def _activities(
    request: HttpRequest, found: OccurrenceQuerySet, is_sample: bool = False
) -> dict[str, Any]:
    """What every one of these pages shows: coming activities, past ones by page, the map."""
    now: datetime = request.now  # type: ignore[attr-defined]
    rows: list[Occurrence] = list(found.published().with_everything())
    real = [one for one in rows if not one.activity.is_sample]
    # A subject that only the sample week knows shows it, marked; elsewhere samples never mix in.
    rows = [] if is_sample and real else real or rows
    cards = cards_of(rows, now)
    coming = [card for card in cards if card.grade is not Grade.OVER]
    past = [card for card in cards if card.grade is Grade.OVER]
    return {
        "cards": cards,
        "coming": coming,
        "past": Paginator(past, PAST_PER_PAGE).get_page(request.GET.get("page")),
        "spots": spots_of([one for card in coming or cards for one in card.occurrences], now),
        "is_sample": is_sample or any(card.activity.is_sample for card in cards),
        "at": getattr(request, "asked_at", ""),
    }


def _venue_facts(venue: Venue) -> Facts:
    where = [Words(venue.address)]
    if venue.district:
        where.append(Words(venue.district.name, _district_url(venue.district)))
    names = list(dict.fromkeys(one.name for one in venue.names.all() if one.name != venue.name))
    open_days = [
        Words(words % {"day": day.isoformat()})
        for words, day in ((_("%(day)s 起"), venue.valid_from), (_("%(day)s 止"), venue.valid_to))
        if day
    ]
    return _filled(
        [
            (_("地址"), where),
            (_("位置"), [Words(phrases.venue_precision_words(venue), note=venue.point_source)]),
            (_("也叫"), [Words(_("、").join(names))]),
            (_("启用"), open_days),
        ]
    )  # fmt: skip


def _has_pin(venue: Venue) -> bool:
    return venue.point is not None and venue.is_pin


def _population(district: Area) -> list[Words]:
    """The newest count of all residents, with its day and its source."""
    newest = district.population.filter(group="total").order_by("-counted_on").first()
    if newest is None:
        return []
    words = _("%(count)s 人（%(day)s，%(basis)s）") % {
        "count": f"{newest.count:,}", "day": newest.counted_on.isoformat(), "basis": newest.basis,
    }  # fmt: skip
    return [Words(words, note=newest.source)]


def _venues_of(cards: list[Card]) -> list[Words]:
    counts = Counter(
        venue for card in cards for venue in {one.venue for one in card.occurrences} if venue
    )
    return [Words(venue.name, venue.get_absolute_url()) for venue, _count in counts.most_common(12)]


def _by_day(cards: list[Card]) -> list[Bar]:
    """Two places on one day are one day of one activity."""
    days = Counter(day for card in cards for day in {one.held_on for one in card.occurrences})
    return _bars(
        [(f"{phrases.short_date(day)} {phrases.weekday(day)}", days[day]) for day in sorted(days)]
    )


def _by_category(cards: list[Card]) -> list[Bar]:
    """An activity of two categories counts in both."""
    counts = Counter(category.name for card in cards for category in card.categories)
    if unknown := sum(1 for card in cards if not card.categories):
        counts[_("未分类")] = unknown
    return _bars(counts.most_common())


def _by_district(cards: list[Card]) -> list[Bar]:
    """An activity held in two districts counts in both; one known only to the city in none."""
    counts = Counter(
        district
        for card in cards
        for district in {one.district for one in card.occurrences}
        if district
    )
    return _bars(
        [(area.name, count) for area, count in counts.most_common()],
        {area.name: _district_url(area) for area in counts},
    )


def _by_organizer(cards: list[Card]) -> list[Bar]:
    counts = Counter(
        link.organization for card in cards for link in card.activity.organizer_links.all()
    )
    return _bars(
        [(one.name, count) for one, count in counts.most_common()],
        {one.name: one.get_absolute_url() for one in counts},
    )


def _bars(counts: list[tuple[str, int]], urls: dict[str, str] | None = None) -> list[Bar]:
    most = max((count for _text, count in counts), default=0)
    return [
        Bar(text, count, -(-count * 8 // most), (urls or {}).get(text, ""))
        for text, count in counts
    ]


def _span(campaign: Campaign) -> str:
    days = (campaign.ends_on - campaign.starts_on).days + 1
    return ngettext(
        "%(first)s 至 %(last)s，%(days)d 天", "%(first)s 至 %(last)s，%(days)d 天", days
    ) % {"first": campaign.starts_on, "last": campaign.ends_on, "days": days}


def _filled(facts: Facts) -> Facts:
    """Without the lines that say nothing."""
    kept = [(name, [one for one in lines if one.text]) for name, lines in facts]
    return [(name, lines) for name, lines in kept if lines]


def _district_url(area: Area) -> str:
    return area.get_absolute_url()
