"""`/planner/whatif/`: drop up to ten places, or let some be suggested, and see who gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo import measures
from geo.measures.results import Effect, Site, SitingRules
from geo.models import Venue
from geo.models.venues import WALK_RADIUS_M
from geo.planning import GROUPS, charts, words
from geo.planning.answers import ask_of
from geo.planning.cells import cell_bounds, cell_layers, legend_of
from geo.planning.nearby import organizers_near, venues_near
from geo.planning.shapes import draw, window_of
from geo.planning.sites import MOST, Dropped, read_sites, without, written
from geo.views.planner_frame import Asked, ask, for_planners, frame

APART = (0, 300, 500, 1000, 2000)  # metres that may be asked between places
CURVE = 240  # units of the drawn curve


@dataclass(frozen=True)
class Try:
    """What is tried: the places given, or how many to suggest under which rules."""

    dropped: Sequence[Dropped]
    count: int  # of places to suggest; 0 none
    rules: SitingRules
    problems: Sequence[str]

    def pairs(self) -> dict[str, str]:
        """As parameters of the address."""
        return {
            "sites": written(self.dropped),
            "suggest": str(self.count) if self.count else "",
            "apart": str(self.rules.min_metres) if self.rules.min_metres else "",
            "anywhere": "" if self.rules.public_only else "1",
            "within": str(self.rules.district) if self.rules.district else "",
        }


@require_safe
@for_planners
def whatif(request: HttpRequest) -> HttpResponse:
    """Map, places, effect. ``add`` (a venue or a point) is put into ``sites`` first."""
    asked = ask(request)
    tried = _read(asked)
    added = asked.query.get("add", "")
    if added:
        more = read_sites(";".join(filter(None, [written(tried.dropped), added])), [])
        query = {**tried.pairs(), "sites": written(more), "suggest": ""}
        address = asked.with_more(asked.question.query(), **query)
        return HttpResponseRedirect(f"{reverse('planner-whatif')}?{address}")
    effect = _effect(asked, tried)
    return render(request, "geo/planner/whatif_page.html", _context(asked, tried, effect))


def _read(asked: Asked) -> Try:
    query, problems = asked.query, list[str]()
    dropped = read_sites(query.get("sites", ""), problems)
    count = _number(query.get("suggest", ""), MOST)
    known = {str(one.pk): one.pk for one in asked.districts}
    rules = SitingRules(
        public_only=query.get("anywhere", "") != "1",
        min_metres=_number(query.get("apart", ""), max(APART)),
        district=known.get(query.get("within", ""), 0),
    )
    return Try(dropped, 0 if dropped else count, rules, problems)


def _number(text: str, most: int) -> int:
    """A whole number of an address, held between 0 and *most*."""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _effect(asked: Asked, tried: Try) -> Effect | None:
    question = ask_of(asked.question)
    if tried.dropped:
        return measures.what_if(question, _sites(tried.dropped, question.demo))
    if tried.count:
        return measures.suggest(question, tried.count, tried.rules)
    return None


def _sites(dropped: Sequence[Dropped], with_demo: bool) -> list[Site]:
    """With the points and names of the venues that were picked; unknown numbers are left out."""
    known = Venue.objects.all() if with_demo else Venue.objects.real()
    venues = known.filter(point__isnull=False).in_bulk([one.venue for one in dropped if one.venue])
    found = []
    for one in dropped:
        venue = venues.get(one.venue)
        if venue and venue.point:
            found.append(Site(venue.point.x, venue.point.y, venue.pk, venue.name))
        elif not one.venue:
            found.append(Site(one.lon, one.lat))
    return found


def _context(asked: Asked, tried: Try, effect: Effect | None) -> dict[str, Any]:
    question = asked.question
    drawing = draw(asked.districts)
    covered = measures.uncovered(ask_of(question))
    pairs = tried.pairs()
    return {
        **frame(asked, "planner-whatif", pairs),
        "drawing": drawing,
        "window": window_of(drawing, asked.zoom),
        "layers": cell_layers(question, drawing, covered, effect),
        "outlines": list(drawing.shapes.values()),
        "covered": covered.total,
        "covered_people": words.grouped(covered.total.uncovered),
        "people": words.grouped(covered.total.people),
        "measure_frame": words.frame_words(covered.frame),
        "problems": tried.problems,
        "tried": tried,
        "effect": _effect_view(asked, tried, effect) if effect else None,
        "legend": legend_of(cell_bounds(question)),
        "marks": _marks(effect, drawing),
        "venues": _venues(),
        "apart": APART,
        "counts": range(1, MOST + 1),
        "is_full": len(tried.dropped) >= MOST,
        "clear_query": asked.with_more(question.query()),
        "more_pairs": [("sites", pairs["sites"])] if tried.dropped else [],
    }


def _venues() -> Sequence[Venue]:
    """Places that can be picked from the list: real, and known to 200 m."""
    found = Venue.objects.real().filter(point__isnull=False, radius_m__lte=WALK_RADIUS_M)
    return list(found.select_related("district").order_by("district__code", "name"))


def _marks(effect: Effect | None, drawing: Any) -> list[dict[str, Any]]:
    if effect is None or drawing.frame is None:
        return []
    placed = [drawing.frame.place(one.lon, one.lat) for one in effect.sites]
    return [{"x": x, "y": y, "number": n} for n, (x, y) in enumerate(placed, 1)]


def _effect_view(asked: Asked, tried: Try, effect: Effect) -> dict[str, Any]:
    gain = effect.before.uncovered - effect.after.uncovered
    names = {one.pk: one.name for one in asked.districts}
    staying = sorted(effect.districts.items(), key=lambda pair: -pair[1].uncovered)
    return {
        "gain": words.grouped(gain),
        "is_none": gain == 0,
        "before": words.covered_words(effect.before),
        "after": words.covered_words(effect.after),
        "groups": [(one.name, words.grouped(effect.groups.get(one.key))) for one in GROUPS],
        "sites": [_site_view(asked, tried, one, n) for n, one in enumerate(effect.sites, 1)],
        "staying": [
            (names.get(pk, ""), words.grouped(one.uncovered), words.share_words(one))
            for pk, one in staying
            if one.is_known and one.uncovered
        ],
        "gini_before": words.ratio(effect.gini_before),
        "gini_after": words.ratio(effect.gini_after),
        "has_curve": effect.gini_before is not None,
        "curve_before": charts.curve(effect.curve_before, CURVE),
        "curve_after": charts.curve(effect.curve_after, CURVE),
        "curve_size": CURVE,
        "at_least": f"{100 * effect.at_least:.0f}" if effect.at_least is not None else "",
        "is_best": effect.bound_how == "exact" and (effect.at_least or 0) >= 1,
        "candidates": effect.candidates,
        "unreachable": words.grouped(effect.unreachable) if effect.unreachable else "",
        "keep_query": asked.with_more(asked.question.query(), sites=_kept(effect)),
        "frame": words.frame_words(effect.frame),
    }


def _kept(effect: Effect) -> str:
    return written(_dropped(one) for one in effect.sites)


def _dropped(site: Site) -> Dropped:
    """A site as it stands in an address."""
    if site.venue:
        return Dropped(venue=site.venue)
    return Dropped(round(site.lon, 4), round(site.lat, 4))


def _site_view(asked: Asked, tried: Try, site: Site, number: int) -> dict[str, Any]:
    rest = {**tried.pairs(), "sites": without(tried.dropped, _dropped(site))}
    return {
        "number": number,
        "name": site.name
        or _("东经 %(lon).4f°，北纬 %(lat).4f°") % {"lon": site.lon, "lat": site.lat},
        "gain": words.grouped(site.gain),
        "remove_query": asked.with_more(asked.question.query(), **rest) if tried.dropped else "",
        "draft_query": asked.with_more(
            asked.question.query(),
            lon=f"{site.lon:.5f}",
            lat=f"{site.lat:.5f}",
            gain=str(site.gain),
        ),
        "venues": venues_near(site.lon, site.lat)[:3],
        "organizers": organizers_near(site.lon, site.lat, asked.question)[:3],
    }
