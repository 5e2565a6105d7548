"""The times and places of one activity become schedules and occurrences: one a day and place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geo.geocoding.chain import PlaceChain
from geo.importing.drafts import Draft
from geo.importing.merging import bring_home, give_back, send_over
from geo.importing.pieces import names_its_district
from geo.importing.recurring import days_off, prints_days_off, reach_of
from geo.models import Activity, Area, Occurrence, PlaceReading, Schedule
from geo.schedules import When, bounds, expand


@dataclass(frozen=True)
class _Wanted:
    """One occurrence as the source now says it."""

    day: date
    starts_at: datetime
    ends_at: datetime
    when: When
    schedule: Schedule
    rank: int
    place: PlaceReading | None

    @property
    def key(self) -> tuple[datetime, int]:
        return self.starts_at, self.rank


def lay_out(activity: Activity, draft: Draft, places: Sequence[PlaceReading]) -> None:
    """Writes the schedules and occurrences of an activity at its *places*.

    An occurrence that a person moved or cancelled keeps that; one that the source no longer
    prints goes, unless a person had changed it.
    """
    bring_home(activity)  # merged into another one: its days are laid out here, then go there again
    dated = [when for when in draft.whens if when.start is not None]
    old_schedules = list(activity.schedules.order_by("pk"))
    schedules = _schedules(activity, dated, old_schedules)
    wanted = {one.key: one for one in _wanted(dated, schedules, places)}
    give_back(activity, set(wanted))
    for occurrence in activity.occurrences.filter(schedule__activity=activity):
        one = wanted.pop((occurrence.original_start, occurrence.place_rank), None)
        if one is not None:
            _update(occurrence, one, draft.certainty)
        elif occurrence.status == Occurrence.Status.SCHEDULED:
            occurrence.delete()
    for one in wanted.values():
        _new(activity, one, draft.certainty).save()
    for schedule in old_schedules[len(schedules) :]:
        if not schedule.occurrences.exists():
            schedule.delete()
    send_over(activity)


def resolve_places(
    draft: Draft, chain: PlaceChain, context: Area | None = None
) -> list[PlaceReading]:
    """Each place through the chain, as of the first day of the activity.

    A part without a district of its own takes its neighbour's: in 宁海县长街镇初级中学,
    长街镇中心小学 the second is looked for in 宁海县. *context* is the source's default area, for
    those that come before any district. Without a first day nothing is asked.
    """
    first_days = [when.start for when in draft.whens if when.start is not None]
    if not first_days:
        return []
    found: list[PlaceReading] = []
    for place in draft.places:
        if names_its_district(place):
            context = None
        reading = chain.resolve(place, context_area=context, as_of=min(first_days))
        found.append(reading)
        context = _district(reading) or context
    return found


def _district(reading: PlaceReading) -> Area | None:
    if reading.area is not None:
        return reading.area.district
    return reading.venue.district if reading.venue is not None else None


def _schedules(
    activity: Activity, whens: Sequence[When], old: Sequence[Schedule]
) -> list[Schedule]:
    found = []
    for index, when in enumerate(whens):
        schedule = old[index] if index < len(old) else Schedule(activity=activity)
        found.append(filled(schedule, when))
        schedule.save()
    return found


def filled(schedule: Schedule, when: When) -> Schedule:
    """The schedule with what *when*, which has a first day, says. Does not save."""
    if when.start is None:
        raise ValueError("A schedule begins on some day.")
    schedule.printed_text = when.printed
    schedule.start_on = when.start
    schedule.end_on = when.end
    schedule.part_of_day = when.part_of_day
    schedule.starts_time = when.start_time
    schedule.ends_time = when.end_time
    schedule.rrule = when.rrule or ""
    schedule.time_precision = when.precision
    if prints_days_off(when.printed):
        schedule.skips_holidays = True
    return schedule


def _wanted(
    whens: Sequence[When], schedules: Sequence[Schedule], places: Sequence[PlaceReading]
) -> Iterator[_Wanted]:
    """Every day at every place; an activity without a place stands once a day, at none."""
    for when, schedule in zip(whens, schedules, strict=True):
        off = days_off(schedule) if schedule.rrule else ()
        for day in expand(when, until_days=reach_of(schedule), exceptions=off):
            starts_at, ends_at = bounds(day, when)
            for rank, place in enumerate(places or [None]):
                yield _Wanted(day, starts_at, ends_at, when, schedule, rank, place)


def _said(one: _Wanted, certainty: str) -> dict[str, Any]:
    return {
        "schedule": one.schedule,
        "held_on": one.day,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "time_precision": one.when.precision,
        "part_of_day": one.when.part_of_day,
        "printed_time": one.when.printed,
        "certainty": certainty,
    }


def new_occurrences(
    activity: Activity,
    draft: Draft,
    schedules: Sequence[Schedule],
    places: Sequence[PlaceReading],
) -> list[Occurrence]:
    """All occurrences of a new activity, one *schedule* for each dated time. Does not save."""
    dated = [when for when in draft.whens if when.start is not None]
    wanted = {one.key: one for one in _wanted(dated, schedules, places)}
    certainty = draft.certainty
    return [_new(activity, one, certainty) for one in wanted.values()]


def _new(activity: Activity, one: _Wanted, certainty: str) -> Occurrence:
    occurrence = Occurrence(
        activity=activity,
        original_start=one.starts_at,
        place_rank=one.rank,
        **_said(one, certainty),
    )
    occurrence.stand_at(one.place)
    return occurrence


def _update(occurrence: Occurrence, one: _Wanted, certainty: str) -> None:
    if occurrence.status != Occurrence.Status.SCHEDULED:
        return
    said = _said(one, certainty)
    changes = {name: value for name, value in said.items() if getattr(occurrence, name) != value}
    if not changes and occurrence.place == one.place:
        return
    for name, value in changes.items():
        setattr(occurrence, name, value)
    occurrence.stand_at(one.place)
    occurrence.sequence += 1
    occurrence.save()
