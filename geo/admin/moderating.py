"""What a decision on a submission does. The words it returns go to the history and the screen."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from geo.admin.settling import districts_at, settle
from geo.errors import Problem, ProblemError
from geo.importing import submissions
from geo.models import Activity, PlaceReading, Submission, Venue
from geo.models.voices import Voice

PIN_BY_ORGANISER_M = 200  # a finger on a phone's map, and a house's breadth


@transaction.atomic
def publish(one: Submission, now: datetime, today: date, by: str) -> str:
    """Public at once; the organiser's pin places what our own lists do not know."""
    one.activity = submissions.publish(one, now, today, by)
    one.state, one.answer = Voice.State.PUBLISHED, ""
    placed = _place(one, today, by)
    words = _("已公开：%s。") % one.title
    return words + (_("地点用了主办方标的位置。") if placed else "")


def merge(one: Submission, activity: Activity | None) -> str:
    """The same activity is there already: its page is what the sender's link leads to."""
    if activity is None:
        raise ProblemError(Problem("no_activity", _("没有选要并入的活动"), "", _("请选一项")))
    one.activity, one.state = activity, Voice.State.MERGED
    one.answer = _("这项活动已经有了：%s") % activity.title
    return _("已并入：%s。") % activity.title


def return_to_sender(one: Submission, answer: str) -> str:
    """Back with a reason, which the sender reads behind their link."""
    if not answer:
        raise ProblemError(
            Problem("no_reason", _("退回要写一句原因"), "", _("主办方会看到它，照着修改"))
        )
    one.state, one.answer = Voice.State.RETURNED, answer[:300]
    return _("已退回：%s") % answer


def _place(one: Submission, today: date, by: str) -> bool:
    """Whether the organiser's pin was needed and could be used."""
    if one.point is None or one.activity is None:
        return False
    districts = districts_at(one.point)
    reading = (
        PlaceReading.objects.filter(occurrences__activity=one.activity)
        .exclude(level=PlaceReading.Level.VENUE)
        .exclude(status=PlaceReading.Status.SETTLED)
        .first()
    )
    if reading is None or not districts:
        return False
    named = reading.area.district if reading.area else None
    if named and named not in districts:
        raise ProblemError(
            Problem(
                "pin_outside",
                _("主办方写的是%(named)s，图钉却在%(found)s")
                % {"named": named.name, "found": districts[0].name},
                "",
                _("请退回，或先改好地点"),
            )
        )
    venue = Venue.objects.create(
        name=one.place_text[:80],
        district=named or districts[0],
        point=one.point,
        radius_m=PIN_BY_ORGANISER_M,
        point_source=_("主办方投稿时在地图上标的，%s") % today.isoformat(),
        source_datum="WGS-84",
        confidence=Venue.Confidence.MEDIUM,
        needs_review=True,
        valid_from=today,
    )
    settle(reading, venue=venue, by=by, on=today)
    return True
