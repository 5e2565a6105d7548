"""Activities of different sources that look like one: found, and proposed to a person."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from geo.models import Activity, Occurrence, Resemblance
from geo.resemblance import Resembles, Said, candidates, compare


def propose(today: date) -> int:
    """Proposes every new pair that has something still to come; how many. Decided ones stay so."""
    known = set(Resemblance.objects.values_list("first_id", "second_id"))
    found = []
    activities, said = _coming(today)
    for one, other in candidates({key: each.title for key, each in activities.items()}):
        pair = (min(one, other), max(one, other))
        if pair in known or activities[one].source_id == activities[other].source_id:
            continue
        verdict = compare(said[one], said[other])
        if verdict is not None:
            found.append(_proposal(pair, verdict))
    Resemblance.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def waiting() -> QuerySet[Resemblance]:
    """Pairs to be decided: both still public."""
    return Resemblance.objects.filter(
        state=Resemblance.State.PROPOSED, first__is_published=True, second__is_published=True
    )


def _coming(today: date) -> tuple[dict[int, Activity], dict[int, Said]]:
    rows = (
        Occurrence.objects.filter(held_on__gte=today, activity__is_published=True)
        .exclude(activity__is_sample=True)
        .exclude(status=Occurrence.Status.CANCELLED)
        .select_related("venue")
    )
    standing: dict[int, list[Occurrence]] = defaultdict(list)
    for one in rows:
        standing[one.activity_id].append(one)
    activities = {
        one.pk: one
        for one in Activity.objects.filter(pk__in=standing).prefetch_related(
            "organizer_links__organization"
        )
    }
    said = {key: _said(one, standing[key]) for key, one in activities.items()}
    return activities, said


def _said(activity: Activity, occurrences: Iterable[Occurrence]) -> Said:
    venues = {one.venue_id: one.venue for one in occurrences if one.venue is not None}
    return Said(
        activity.title,
        [link.organization.name for link in activity.organizer_links.all()],
        frozenset(one.held_on for one in occurrences),
        frozenset(key for key in venues if key is not None),
        [
            (venue.point.x, venue.point.y, float(venue.radius_m or 0))
            for venue in venues.values()
            if venue.point is not None
        ],
        frozenset(str(one.district_id) for one in occurrences if one.district_id),
        activity.place_texts,
    )


def _proposal(pair: tuple[int, int], verdict: Resembles) -> Resemblance:
    return Resemblance(
        first_id=pair[0],
        second_id=pair[1],
        likeness=round(verdict.likeness, 3),
        reasons=list(verdict.reasons),
    )
