"""From a printed place to a saved reading: curated venues, own rules, map services, a person.

``resolve`` is for one place; a ``PlaceChain`` keeps the gazetteer for many.
"""

import functools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from geo.addresses import split_areas
from geo.area_list import AreaEntry
from geo.geocoding.gazetteer import StoredGazetteer, stored_gazetteer
from geo.geocoding.offline import ANSWERED, QUESTION, PlaceAnswer, answer_offline
from geo.geocoding.online import OnlinePlace, OnlineResult, configured_providers, look_up, short_raw
from geo.geocoding.providers.base import MapGeocoder
from geo.models import Area, PlaceReading, Venue


def resolve(
    printed: str,
    *,
    context_area: Area | None = None,
    as_of: date,
    asked_on: date | None = None,
) -> PlaceReading:
    """The reading of one printed place on a day: an answer, or a question for a person.

    *context_area* is the area of the neighbouring place in the same cell, if there is one;
    *as_of* is the day of the activity, *asked_on* today's date, kept with the answer.
    Asking again changes nothing unless more is known now; what a person settled stays.
    """
    chain = PlaceChain(asked_on=asked_on)
    return chain.resolve(printed, context_area=context_area, as_of=as_of)


def split_places(printed: str, as_of: date, stored: StoredGazetteer | None = None) -> list[str]:
    """高新区、奉化区 → both; any other text comes back whole."""
    stored = stored or stored_gazetteer()
    return split_areas(printed, stored.gazetteer.areas, as_of)


class PlaceChain:
    """The chain with its gazetteer read once."""

    def __init__(
        self,
        stored: StoredGazetteer | None = None,
        providers: Sequence[MapGeocoder] | None = None,
        asked_on: date | None = None,
    ) -> None:
        self.stored = stored or stored_gazetteer()
        self.asked_on = asked_on
        self.providers = configured_providers() if providers is None else providers
        self._epochs = self.stored.turning_days()
        self._known: dict[tuple[str, int | None, int], PlaceReading] = {}
        self._said: dict[tuple[str, str, int], PlaceAnswer] = {}

    def forget(self) -> None:
        """Ask the database anew from here on: a person may have settled a place."""
        self._known.clear()

    def resolve(
        self, printed: str, *, context_area: Area | None = None, as_of: date
    ) -> PlaceReading:
        """See :func:`resolve`. A place that was asked for before is remembered, for as long as no
        name begins or ends between the two days."""
        printed = printed.strip()[:200]  # what the column holds; the row keeps every word
        epoch = bisect_right(self._epochs, as_of)
        key = (printed, context_area.pk if context_area else None, epoch)
        if key not in self._known:
            # Asked first: placing a venue makes everything be forgotten.
            reading = self._resolve(printed, context_area, as_of)
            self._known[key] = reading
        return self._known[key]

    def _resolve(self, printed: str, context_area: Area | None, as_of: date) -> PlaceReading:
        context = self.stored.entry(context_area)
        offline = functools.partial(self._offline, printed, context)
        answer = offline(as_of)
        reading: PlaceReading | None = None
        known: PlaceReading
        readings = PlaceReading.objects.select_related(
            "area__parent__parent", "venue__district", "venue__town__parent"
        )
        for known in readings.filter(printed=printed, context_area=context_area).order_by("as_of"):
            # Another day is the same epoch when the lists say the same of both.
            if known.as_of == as_of or offline(known.as_of) == answer:
                reading = known
                if known.status == PlaceReading.Status.SETTLED:
                    return known
        if reading is not None and self._is_still_good(reading, answer):
            return reading
        if self.providers and self._is_worth_asking(answer):
            answer = self._ask_online(answer)
        return self._save(reading, answer, context_area, as_of)

    def _offline(self, printed: str, context: AreaEntry | None, as_of: date) -> PlaceAnswer:
        """What the lists say; of one epoch they say the same."""
        key = (printed, context.key if context else "", bisect_right(self._epochs, as_of))
        if key not in self._said:
            self._said[key] = answer_offline(
                printed, self.stored.gazetteer, context=context, as_of=as_of
            )
        return self._said[key]

    def _is_still_good(self, reading: PlaceReading, answer: PlaceAnswer) -> bool:
        """Whether the services have already said all they know of this place."""
        names = {provider.name for provider in self.providers}
        same = str(reading.venue_id or "") == (answer.venue or "")
        if reading.raw.get("answer"):
            known = (reading.level, reading.radius_m)
            return same and known == (answer.level, answer.radius_m)
        asked, refusals = reading.raw.get("asked"), reading.raw.get("online", [])
        is_complete = asked is not None and names <= set(asked)
        return same and is_complete and not any("error" in refusal for refusal in refusals)

    def _is_worth_asking(self, answer: PlaceAnswer) -> bool:
        """Only for a venue that is not known as a venue; ambiguity and villages are for people."""
        if answer.level == "venue" or answer.candidates:
            return False
        return answer.venue is not None or bool(answer.raw.get("residual"))

    def _ask_online(self, answer: PlaceAnswer) -> PlaceAnswer:
        areas = self.stored.gazetteer.areas
        area = Area.objects.select_related("parent__parent").get(
            pk=self.stored.area_ids[answer.area or areas.city.key]
        )
        venue = Venue.objects.filter(pk=answer.venue).first() if answer.venue else None
        if venue is not None and venue.corrected_by_person:
            return answer
        names = _names(answer, venue)
        result = look_up(names, area, venue.address if venue else "", self.providers)
        # Who was not asked for lack of time will be, the next time.
        asked = [] if result.is_cut_short else [provider.name for provider in self.providers]
        answer = replace(answer, raw={**answer.raw, "asked": asked, "online": result.refusals})
        if result.accepted is None:
            return _contested(answer, result) if result.rivals else _disputed(answer, result)
        venue = self._place(venue, names[0], result.accepted)
        answer.raw["answer"] = short_raw(result.accepted.place.raw)
        answer.raw["confirmed_by"] = result.confirmed_by
        district = self.stored.keys_by_id.get(venue.district_id or 0)
        return replace(
            answer,
            level="venue",
            status=ANSWERED,
            provider=result.accepted.provider.name,
            area=district if answer.area in (None, areas.city.key) else answer.area,
            venue=str(venue.pk),
            radius_m=venue.radius_m,
            datum=result.accepted.provider.datum,
            question="",
        )

    def _place(self, venue: Venue | None, name: str, found: OnlinePlace) -> Venue:
        """Write the point to the venue; a new venue waits to be verified like any other."""
        place = found.place
        if venue is None:
            same = Venue.objects.filter(name=name, district=found.district_id, valid_from=None)
            venue = same.first() or Venue(name=name, district_id=found.district_id)
        venue.district_id = venue.district_id or found.district_id
        venue.point = Point(*place.position, srid=4326)
        venue.radius_m = found.radius_m
        venue.address = venue.address or place.address[:160]
        asked_on = f"，{self.asked_on:%Y-%m-%d}" if self.asked_on else ""
        venue.point_source = f"{found.provider.label}：{place.name}（{place.level}）{asked_on}"
        venue.source_datum = found.provider.datum
        venue.confidence = Venue.Confidence.MEDIUM
        venue.needs_review = not found.is_name_checked
        venue.save()
        self.stored = stored_gazetteer()
        self._epochs = self.stored.turning_days()
        self._known.clear()
        self._said.clear()
        return venue

    @transaction.atomic
    def _save(
        self,
        reading: PlaceReading | None,
        answer: PlaceAnswer,
        context_area: Area | None,
        as_of: date,
    ) -> PlaceReading:
        fields = {
            "level": answer.level,
            "status": answer.status,
            "venue_id": int(answer.venue) if answer.venue else None,
            "area_id": self.stored.area_ids[answer.area] if answer.area else None,
            "relation": answer.relation,
            "radius_m": answer.radius_m,
            "provider": answer.provider,
            "datum": answer.datum,
            "question": answer.question,
            "candidates": self._candidates(answer),
            "raw": answer.raw,
        }
        if reading is None:
            reading = PlaceReading(printed=answer.printed, context_area=context_area, as_of=as_of)
        elif all(getattr(reading, name) == value for name, value in fields.items()):
            return reading
        for name, value in fields.items():
            setattr(reading, name, value)
        reading.asked_on = self.asked_on
        reading.save()
        return reading

    def _candidates(self, answer: PlaceAnswer) -> list[dict[str, Any]]:
        """Candidates with the primary keys a person's choice will be stored by."""
        candidates: list[dict[str, Any]] = []
        for candidate in answer.candidates:
            row: dict[str, Any] = dict(candidate)
            if candidate["kind"] == "area":
                row["id"] = self.stored.area_ids[candidate["key"]]
            elif candidate["kind"] == "venue":
                row["id"] = int(candidate["key"])
            candidates.append(row)
        return candidates


def _disputed(answer: PlaceAnswer, result: OnlineResult) -> PlaceAnswer:
    """A service put the place outside the area the text names: a person's question."""
    if not result.disagreements:
        return answer
    first = result.disagreements[0]
    words = {"printed": answer.printed, "reason": first["reason"]}
    question = _("地图服务给出的「%(printed)s」未通过核对：%(reason)s。它在哪里？") % words
    found = tuple(
        {"kind": "point", "key": f"{row['lon']},{row['lat']}", "name": row["name"]}
        for row in result.disagreements
    )
    return replace(answer, status=QUESTION, question=question, candidates=found)


def _contested(answer: PlaceAnswer, result: OnlineResult) -> PlaceAnswer:
    """Two services, two places: both are shown to a person, neither is taken."""
    first, second = result.rivals
    words = {
        "printed": answer.printed,
        "one": first.provider.label,
        "other": second.provider.label,
        "km": f"{first.distance_to(second) / 1000:.1f}",
    }
    question = _("「%(printed)s」在哪里？%(one)s和%(other)s给出的位置相距 %(km)s 公里。") % words
    found = tuple(
        {
            "kind": "point",
            "key": f"{one.place.position.lon:.6f},{one.place.position.lat:.6f}",
            "name": one.place.name or answer.printed,
            "note": _("%(service)s，误差 %(metres)d 米以内")
            % {"service": one.provider.label, "metres": one.radius_m},
        }
        for one in result.rivals
    )
    return replace(answer, status=QUESTION, question=question, candidates=found)


def _names(answer: PlaceAnswer, venue: Venue | None) -> list[str]:
    """What to look for: the venue's own name first, then how it was printed."""
    names = [venue.name, *venue.names.values_list("name", flat=True)] if venue else []
    names.append(str(answer.raw.get("text", answer.printed)))
    names.extend(answer.raw.get("bracketed", []))
    residual = str(answer.raw.get("residual", ""))
    if len(residual) > 3:
        names.append(residual)
    return list(dict.fromkeys(names))
