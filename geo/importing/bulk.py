"""Step 7c: what was matched is written: new activities together, changed ones singly."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence

from geo.importing import topics
from geo.importing.drafts import Draft
from geo.importing.matching import Match, hash_of
from geo.importing.occurrences import filled, lay_out, new_occurrences
from geo.models import (
    Activity,
    ActivityOrganizer,
    Audience,
    Campaign,
    Category,
    Occurrence,
    Organization,
    PlaceReading,
    Schedule,
    SourceRow,
)

Places = Mapping[str, list[PlaceReading]]


def store(
    matches: Sequence[Match],
    rows: Mapping[int, SourceRow],
    campaign: Campaign | None,
    places: Places,
) -> None:
    """Writes every match of these *rows* (by number): new ones together, changed ones singly."""
    there = {
        one.source_key: one
        for one in Activity.objects.filter(source_key__in=[match.key for match in matches])
    }
    _point_at_rows(matches, rows, there)
    written = [match for match in matches if match.is_written]
    fresh = [match for match in written if match.key not in there]
    _create(fresh, rows, campaign, places)
    for match in written:
        if match.key in there:
            _update(there[match.key], match, rows[match.row], campaign, places)


def _point_at_rows(
    matches: Iterable[Match], rows: Mapping[int, SourceRow], there: Mapping[str, Activity]
) -> None:
    for match in matches:
        activity = there.get(match.key)
        if activity is not None and match.kind in ("unchanged", "untouched"):
            row = rows[match.row]
            if activity.source_row_id != row.pk:
                Activity.objects.filter(pk=activity.pk).update(source_row=row)


def said_of(match: Match, row: SourceRow, campaign: Campaign | None) -> dict[str, object]:
    """The columns of an activity as its source says them."""
    draft = match.draft
    said: dict[str, object] = {
        "source": row.source,
        "source_row": row,
        "title": draft.title,
        "content": draft.content,
        "audience_text": draft.audience or "",
        "place_texts": list(draft.places),
        "content_hash": hash_of(draft),
        "campaign": campaign,
    }
    if match.kind == "new":
        said["is_published"] = True  # also one whose earlier import was undone
    return said


def public_id(source_key: str) -> str:
    """Eight letters and digits for the address of the page: the same at every import."""
    digest = hashlib.sha256(source_key.encode()).digest()
    return base64.b32encode(digest)[:8].decode().lower()


# --- many that are new -----------------------------------------------------------------------
def _create(
    matches: Sequence[Match],
    rows: Mapping[int, SourceRow],
    campaign: Campaign | None,
    places: Places,
) -> None:
    activities = [
        Activity(
            source_key=match.key,
            public_id=public_id(match.key),
            **said_of(match, rows[match.row], campaign),
        )
        for match in matches
    ]
    for activity in activities:
        activity.spell()
    Activity.objects.bulk_create(activities)
    pairs = list(zip(activities, (match.draft for match in matches), strict=True))
    _name_organizers(pairs)
    _sort(pairs)
    occurrences: list[Occurrence] = []
    schedules = _schedules(pairs)
    for activity, draft in pairs:
        at = places.get(activity.source_key, [])
        occurrences += new_occurrences(activity, draft, schedules[activity.pk], at)
    Occurrence.objects.bulk_create(occurrences, batch_size=2000)


def _name_organizers(pairs: Iterable[tuple[Activity, Draft]]) -> None:
    pairs = list(pairs)
    names = {name for _, draft in pairs for name in draft.organizers}
    known = set(Organization.objects.filter(name__in=names).values_list("name", flat=True))
    missing = [Organization(name=name) for name in sorted(names - known)]
    for organization in missing:
        organization.spell()
    Organization.objects.bulk_create(missing, ignore_conflicts=True)
    ids = dict(Organization.objects.filter(name__in=names).values_list("name", "pk"))
    ActivityOrganizer.objects.bulk_create(
        ActivityOrganizer(activity=activity, organization_id=ids[name], rank=rank)
        for activity, draft in pairs
        for rank, name in enumerate(draft.organizers)
    )


def _sort(pairs: Iterable[tuple[Activity, Draft]]) -> None:
    """Into categories and audiences, by the words of the text."""
    categories = dict(Category.objects.values_list("slug", "pk"))
    audiences = dict(Audience.objects.values_list("slug", "pk"))
    by_category = Activity.categories.through
    by_audience = Activity.audiences.through
    of_categories, of_audiences = [], []
    for activity, draft in pairs:
        of_categories += [
            by_category(activity=activity, category_id=categories[slug])
            for slug in topics.categories_of(draft.words)
            if slug in categories
        ]
        of_audiences += [
            by_audience(activity=activity, audience_id=audiences[slug])
            for slug in topics.audiences_of(draft.audience or draft.title)
            if slug in audiences
        ]
    by_category.objects.bulk_create(of_categories)
    by_audience.objects.bulk_create(of_audiences)


def _schedules(pairs: Iterable[tuple[Activity, Draft]]) -> dict[int, list[Schedule]]:
    """Activity → its schedules in order, stored."""
    found: dict[int, list[Schedule]] = {}
    for activity, draft in pairs:
        found[activity.pk] = [
            filled(Schedule(activity=activity), when)
            for when in draft.whens
            if when.start is not None
        ]
    Schedule.objects.bulk_create([one for many in found.values() for one in many])
    return found


# --- one that has changed --------------------------------------------------------------------
def _update(
    activity: Activity, match: Match, row: SourceRow, campaign: Campaign | None, places: Places
) -> None:
    for name, value in said_of(match, row, campaign).items():
        setattr(activity, name, value)
    activity.save()
    activity.organizer_links.all().delete()
    activity.categories.clear()
    activity.audiences.clear()
    pairs = [(activity, match.draft)]
    _name_organizers(pairs)
    _sort(pairs)
    lay_out(activity, match.draft, places.get(match.key, []))
