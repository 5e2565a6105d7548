"""Two activities that a person says are one: one stays, the other's address leads there. And back.

Nothing is deleted. The other one is hidden; days that only it had move to the one that stays, and
are known as guests there by their schedule, which stays with the activity that printed it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from geo.errors import Problem, ProblemError
from geo.models import Activity, Occurrence, Resemblance


@transaction.atomic
def merge(pair: Resemblance, kept: Activity, now: datetime, by: str, why: str = "") -> int:
    """Returns how many days moved. Raises ProblemError when it was decided meanwhile."""
    pair, first, second = _locked(pair)
    if pair.state == Resemblance.State.MERGED or not (first.is_published and second.is_published):
        raise ProblemError(
            Problem("decided", f"这一对刚刚有人判断过（{pair.get_state_display()}）", "", "请再看")
        )
    stays, goes = (first, second) if kept.pk == first.pk else (second, first)
    goes.merged_into, goes.is_published = stays, False
    goes.save(update_fields=["merged_into", "is_published", "updated_at"])
    moved = send_over(goes)
    _decide(pair, Resemblance.State.MERGED, now, by, why, stays)
    return moved


@transaction.atomic
def take_apart(pair: Resemblance, now: datetime, by: str, why: str = "") -> None:
    """The merge undone: both are public again, each with its own days. They count as different."""
    pair, first, second = _locked(pair)
    goes = next((one for one in (first, second) if one.merged_into_id), None)
    if pair.state != Resemblance.State.MERGED or goes is None:
        raise ProblemError(Problem("not_merged", "这一对没有合并，不能拆开", "", "请再看一遍"))
    bring_home(goes)
    goes.merged_into, goes.is_published = None, True
    goes.save(update_fields=["merged_into", "is_published", "updated_at"])
    _decide(pair, Resemblance.State.DIFFERENT, now, by, why, None)


@transaction.atomic
def keep_apart(pair: Resemblance, now: datetime, by: str, why: str = "") -> None:
    """They only look alike: never proposed again."""
    pair, _first, _second = _locked(pair)
    if pair.state == Resemblance.State.MERGED:
        raise ProblemError(Problem("merged", "这一对已经合并，请先拆开", "", "请再看一遍"))
    _decide(pair, Resemblance.State.DIFFERENT, now, by, why, None)


def send_over(goes: Activity) -> int:
    """Days of a merged activity that the other one does not have; how many."""
    stays = goes.merged_into
    if stays is None:
        return 0
    days = set(stays.occurrences.values_list("held_on", flat=True))
    keys = set(stays.occurrences.values_list("original_start", "place_rank"))
    moved = 0
    for one in goes.occurrences.filter(schedule__activity=goes):
        if one.held_on not in days and (one.original_start, one.place_rank) not in keys:
            _move(one, stays)
            moved += 1
    return moved


def bring_home(goes: Activity) -> None:
    """Its guests come back; where the same day was laid out anew meanwhile, that one stays."""
    there = set(goes.occurrences.values_list("original_start", "place_rank"))
    guests = Occurrence.objects.filter(schedule__activity=goes).exclude(activity=goes)
    for one in guests:
        if (one.original_start, one.place_rank) in there:
            one.delete()
        else:
            _move(one, goes)


def give_back(stays: Activity, keys: set[tuple[datetime, int]]) -> None:
    """Guests whose place the activity's own source now prints itself."""
    for one in stays.occurrences.exclude(schedule__activity=F("activity")).select_related(
        "schedule__activity"
    ):
        if (one.original_start, one.place_rank) in keys:
            bring_home(one.schedule.activity)


def end_of(activity: Activity) -> Activity:
    """Where its address leads now, however often it was merged."""
    seen = {activity.pk}
    while activity.merged_into is not None and activity.merged_into_id not in seen:
        activity = activity.merged_into
        seen.add(activity.pk)
    return activity


def _move(one: Occurrence, to: Activity) -> None:
    one.activity = to
    one.sequence += 1
    one.save(update_fields=["activity", "sequence", "revised_at"])


def _locked(pair: Resemblance) -> tuple[Resemblance, Activity, Activity]:
    """All three, in one order, so that two people never wait for each other."""
    ids = (pair.first_id, pair.second_id)
    rows = Activity.objects.select_for_update().filter(pk__in=ids)
    activities = {one.pk: one for one in rows.order_by("pk")}
    pair = Resemblance.objects.select_for_update().get(pk=pair.pk)
    return pair, activities[pair.first_id], activities[pair.second_id]


def _decide(
    pair: Resemblance, state: str, now: datetime, by: str, why: str, kept: Activity | None
) -> None:
    pair.state, pair.kept = state, kept
    pair.decided_at, pair.decided_by, pair.why = now, by[:150], why[:300]
    pair.save()
