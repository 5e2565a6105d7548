"""Ask the map services that have a key, and take only what stands up to a check.

A service's answer is used when its name is the name asked for, its point lies in the district
the text names, and it claims to know more than a town. Anything else is a disagreement, kept
with its reason for the person who settles the place.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from geopy.exc import GeocoderServiceError

from geo.coordinates import distance_m
from geo.geocoding import gate
from geo.geocoding.curated import canonical
from geo.geocoding.providers.adapter import scrub
from geo.geocoding.providers.amap import AMap
from geo.geocoding.providers.baidu import Baidu
from geo.geocoding.providers.base import FoundPlace, MapGeocoder
from geo.geocoding.providers.osm import OsmNominatim, OsmPhoton
from geo.geocoding.providers.tencent import Tencent
from geo.geocoding.providers.tianditu import Tianditu
from geo.geocoding.verification import verify
from geo.models import Area

# The service's words for what is coarser than a venue.
_COARSE = frozenset(
    {"国家", "省", "市", "区县", "区", "县", "行政区", "开发区", "乡镇", "街道", "村庄"}
    | {"热点商圈", "道路", "未知"}
)
NAMED_RADIUS_M = 200
ADDRESS_RADIUS_M = 1000  # nobody said that it is the place we asked for
PLACE_SECONDS = 20.0  # no further service after that: several may hang one after the other
_SAME_PLACE_M = 300
_RAW_LIMIT = 4096


@dataclass(frozen=True)
class OnlinePlace:
    """A checked answer: the place, who gave it and how closely it is claimed to be known."""

    place: FoundPlace
    provider: MapGeocoder
    district_id: int
    radius_m: int
    is_name_checked: bool

    def distance_to(self, other: "OnlinePlace") -> float:
        """Metres between the two points."""
        return distance_m(*self.place.position, *other.place.position)

    def agrees_with(self, other: "OnlinePlace") -> bool:
        """Whether the two circles meet: both may then be right."""
        return self.distance_to(other) <= self.radius_m + other.radius_m


@dataclass
class OnlineResult:
    """What the services said: at most one accepted place, and every reason against the rest.

    ``rivals`` are two checked answers too far apart for both to be right; none is accepted then.
    """

    accepted: OnlinePlace | None = None
    confirmed_by: str = ""
    rivals: tuple[OnlinePlace, ...] = ()
    is_cut_short: bool = False  # time was up before all services that might matter were asked
    refusals: list[dict[str, Any]] = field(default_factory=list)

    @property
    def disagreements(self) -> list[dict[str, Any]]:
        """Places a service was sure of and our borders were not."""
        return [refusal for refusal in self.refusals if refusal.get("is_elsewhere")]


# In the order they are asked: 天地图 shares our datum, OpenStreetMap knows least of our villages.
_WITH_KEY: tuple[type[MapGeocoder], ...] = (Tianditu, AMap, Tencent, Baidu)
_WITH_SERVER: tuple[type[MapGeocoder], ...] = (OsmNominatim, OsmPhoton)
LABELS = tuple(kind.label for kind in (*_WITH_KEY, *_WITH_SERVER))


def configured_providers() -> list[MapGeocoder]:
    """天地图 first; those with a key when it is set, those of OpenStreetMap when a server is."""
    providers: list[MapGeocoder] = []
    for kind in (*_WITH_KEY, *_WITH_SERVER):
        key = getattr(settings, f"YITU_{kind.name.upper()}_KEY", "")
        url = getattr(settings, f"YITU_{kind.name.upper()}_URL")
        if key or (kind in _WITH_SERVER and url):
            providers.append(kind.at(key, url))
    return providers


def look_up(
    names: list[str], area: Area, address: str, providers: Iterable[MapGeocoder]
) -> OnlineResult:
    """Look for a venue known under *names* (the fullest first) within *area*.

    The first good answer is shown to the next services until one of them has an opinion, too.
    """
    result, started = OnlineResult(), time.monotonic()
    for provider in providers:
        if time.monotonic() - started > PLACE_SECONDS:
            result.is_cut_short = True
            break
        found = _checked(provider, names, area, address, result)
        if found is not None and result.accepted is None:
            result.accepted = found
        elif found is not None and result.accepted is not None:
            _compare(result, result.accepted, found)
            break
    return result


def _checked(
    provider: MapGeocoder, names: list[str], area: Area, address: str, result: OnlineResult
) -> OnlinePlace | None:
    """The first answer of one service that lies where the text says."""
    for place, is_name_checked in _candidates(provider, names, area, address, result):
        verdict = verify(*place.position, area)
        if verdict.is_accepted and verdict.district_id is not None:
            radius_m = NAMED_RADIUS_M if is_name_checked else ADDRESS_RADIUS_M
            return OnlinePlace(place, provider, verdict.district_id, radius_m, is_name_checked)
        refusal = _refusal(provider, place, verdict.reason)
        result.refusals.append({**refusal, "is_elsewhere": True})
    return None


def _compare(result: OnlineResult, first: OnlinePlace, second: OnlinePlace) -> None:
    """Two services that agree support each other; two that do not are a person's question."""
    if first.agrees_with(second):
        # The one that knows it by name, if only one does; else the earlier in our order.
        result.accepted = min(first, second, key=lambda one: one.radius_m)
        other = second if result.accepted is first else first
        result.confirmed_by = other.provider.name
        return
    result.accepted, result.rivals = None, (first, second)
    reason = _("另一家地图服务给出的位置在 %d 米之外") % round(first.distance_to(second))
    result.refusals += [_refusal(one.provider, one.place, reason) for one in result.rivals]


def _candidates(
    provider: MapGeocoder, names: list[str], area: Area, address: str, result: OnlineResult
) -> Iterator[tuple[FoundPlace, bool]]:
    """Places by exact name first, then the point of the address; one failure does not stop all."""
    district = area.district
    adcode = (district.code if district else area.code) or "330200"
    try:
        same = [
            place
            for place in gate.ask(provider, lambda: provider.find_venue(names[0], adcode))
            if canonical(place.name) in {canonical(name) for name in names}
        ]
        if len(same) > 1:  # of one name: those the named district rules out do not count
            same = [place for place in same if verify(*place.position, area).is_accepted] or same
        if len(same) > 1 and not _is_one_place(same):
            result.refusals.append(_refusal(provider, same[0], _("同名的地点不止一处")))
        elif same:
            yield same[0], True
    except GeocoderServiceError as error:
        result.refusals.append(_failure(provider, error))
        if gate.is_final(error):
            return
    try:
        where = f"浙江省宁波市{district.name if district else ''}"
        where += address or names[0]
        for place in gate.ask(provider, lambda: provider.find_address(where))[:1]:
            if place.level in _COARSE:
                result.refusals.append(_refusal(provider, place, _("只查到所在的区域")))
            else:
                yield place, any(canonical(name) in canonical(place.address) for name in names)
    except GeocoderServiceError as error:
        result.refusals.append(_failure(provider, error))


def _is_one_place(places: list[FoundPlace]) -> bool:
    first = places[0].position
    return all(distance_m(*first, *place.position) <= _SAME_PLACE_M for place in places[1:])


def _refusal(provider: MapGeocoder, place: FoundPlace, reason: str) -> dict[str, Any]:
    return {
        "provider": provider.name,
        "name": place.name,
        "lon": round(place.position.lon, 6),
        "lat": round(place.position.lat, 6),
        "reason": reason,
        "raw": short_raw(place.raw),
    }


def _failure(provider: MapGeocoder, error: GeocoderServiceError) -> dict[str, Any]:
    """Why there is no answer; ``kind`` keeps "quota" apart from "bad key" and both from "no"."""
    return {
        "provider": provider.name,
        "error": type(error).__name__,
        "kind": gate.kind_of(error),
        "reason": scrub(str(error)),
    }


def short_raw(raw: dict[str, Any]) -> dict[str, Any]:
    """The raw answer, unless it is longer than we care to keep."""
    return raw if len(str(raw)) <= _RAW_LIMIT else {"too_long": str(raw)[:500]}
