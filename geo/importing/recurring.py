"""What repeats: laid out 400 days ahead, with days off; and asked about when nobody confirms it.

An activity that repeats is believed for ``confirm_weeks`` after somebody looked at it. Then its
page says so, and its organiser is asked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from geo.models import Activity, Holiday, Occurrence, Schedule
from geo.moments import day_of
from geo.schedules import When, bounds, expand
from geo.schedules.when import EXPAND_DAYS

ASKED_AGAIN = timedelta(days=28)
_SKIPS = re.compile("(?:法定)?节?假日(?:除外|休息|闭馆|停办|不办|暂停)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


def prints_days_off(printed: str) -> bool:
    """Whether the print itself says that there is nothing on holidays."""
    return bool(_SKIPS.search(printed))


def when_of(schedule: Schedule) -> When:
    """The stored rule as it was read."""
    return When(
        start=schedule.start_on,
        end=schedule.end_on or (None if schedule.rrule else schedule.start_on),
        part_of_day=schedule.part_of_day,
        start_time=schedule.starts_time,
        end_time=schedule.ends_time,
        rrule=schedule.rrule or None,
        printed=schedule.printed_text,
    )


def days_off(schedule: Schedule) -> dict[date, str]:
    """Days on which the rule does not hold, each with its reason."""
    found = {date.fromisoformat(day): _("当天不办") for day in schedule.exceptions}
    if schedule.skips_holidays:
        days = Holiday.objects.filter(on__gte=schedule.start_on)
        found |= {day.on: _("%s，节假日不办") % day.name for day in days}
    return found


def reach_of(schedule: Schedule) -> int:
    """How many days past its first one a rule has been laid out."""
    known = schedule.expanded_to
    return max(EXPAND_DAYS, (known - schedule.start_on).days if known else 0)


def expand_all(today: date) -> tuple[int, int]:
    """Every rule that still holds, 400 days ahead; (laid out, taken off)."""
    horizon = today + timedelta(days=EXPAND_DAYS)
    rules = Schedule.objects.exclude(rrule="").filter(Q(end_on=None) | Q(end_on__gte=today))
    made = off = 0
    for number in rules.values_list("pk", flat=True):
        with transaction.atomic():
            schedule = Schedule.objects.select_for_update(of=("self",)).get(pk=number)
            if schedule.expanded_to is None or schedule.expanded_to < horizon:
                made += _lay_out(schedule, horizon)
            off += _take_off(schedule, today)
    return made, off


def _lay_out(schedule: Schedule, horizon: date) -> int:
    """Days after those that are there, at the places of the last one that is."""
    own = Occurrence.objects.filter(schedule=schedule)
    patterns = _patterns(own)
    if not patterns:
        return 0
    last = patterns[0].original_start
    when, made = when_of(schedule), 0
    reach = (horizon - schedule.start_on).days
    for day in expand(when, until_days=reach, exceptions=days_off(schedule)):
        starts_at, ends_at = bounds(day, when)
        for pattern in patterns if starts_at > last else []:
            one = Occurrence(
                activity_id=schedule.activity_id, schedule=schedule, original_start=starts_at,
                held_on=day, starts_at=starts_at, ends_at=ends_at,
                time_precision=schedule.time_precision, part_of_day=schedule.part_of_day,
                printed_time=schedule.printed_text, place_rank=pattern.place_rank,
                certainty=pattern.certainty,
            )  # fmt: skip
            one.stand_at(pattern.place)
            one.save()
            made += 1
    Schedule.objects.filter(pk=schedule.pk).update(expanded_to=horizon)
    return made


def _patterns(own: QuerySet[Occurrence]) -> list[Occurrence]:
    """The occurrences of the last day that is laid out; none, and there is nothing to go by."""
    last = own.order_by("-original_start").first()
    return list(own.filter(original_start=last.original_start)) if last else []


def _take_off(schedule: Schedule, today: date) -> int:
    """Occurrences on days that have become days off are cancelled with the reason, not deleted."""
    off = {day: why for day, why in days_off(schedule).items() if day >= today}
    standing = Occurrence.objects.filter(
        schedule=schedule, held_on__in=off, status=Occurrence.Status.SCHEDULED
    ).filter(status_reason="")  # a person may have said that it is held all the same
    for one in standing:
        one.status, one.status_reason = Occurrence.Status.CANCELLED, off[one.held_on][:200]
        one.sequence += 1
        one.save()
    return len(standing)


# --- believed for a while --------------------------------------------------------------------
@dataclass(frozen=True)
class Unconfirmed:
    activity: Activity
    since: date  # the day on which somebody looked last


def confirmed_on(activity: Activity) -> date:
    """The last day on which somebody looked: checked by hand, or printed anew by its source."""
    row = activity.source_row
    printed = row.batch.started_at if row is not None and row.batch is not None else None
    known = [activity.checked_on, day_of(printed or activity.created_at)]
    return max(day for day in known if day is not None)


def unconfirmed_since(activity: Activity, today: date) -> date | None:
    """The day of the last look, when it is longer ago than the activity allows; else None."""
    if not any(schedule.rrule for schedule in activity.schedules.all()):
        return None
    seen = confirmed_on(activity)
    return seen if today - seen > timedelta(weeks=activity.confirm_weeks) else None


def fading(today: date) -> Iterable[Unconfirmed]:
    """Repeating activities with something to come that nobody has looked at for too long."""
    rows = (
        Activity.objects.published()
        .filter(is_sample=False, occurrences__held_on__gte=today)
        .exclude(schedules__rrule="")
        .select_related("source", "source_row__batch")
        .prefetch_related("schedules", "organizer_links__organization")
        .distinct()
    )
    for activity in rows:
        since = unconfirmed_since(activity, today)
        if since is not None:
            yield Unconfirmed(activity, since)


def ask_organizers(today: date) -> tuple[int, int]:
    """One mail each, at most every four weeks; (asked, without anybody to ask)."""
    asked = nobody = 0
    for one in fading(today):
        activity = one.activity
        if activity.asked_on is not None and today - activity.asked_on < ASKED_AGAIN:
            continue
        address = _address(activity)
        if not address:
            nobody += 1
            continue
        _ask(one, address)
        Activity.objects.filter(pk=activity.pk).update(asked_on=today, updated_at=F("updated_at"))
        asked += 1
    return asked, nobody


def _address(activity: Activity) -> str:
    """The source's contact, else an address that the organiser itself made public."""
    if activity.source.contact_email:
        return activity.source.contact_email
    for link in activity.organizer_links.all():
        found = _MAIL.search(link.organization.contact)
        if found:
            return found[0]
    return ""


def _ask(one: Unconfirmed, address: str) -> None:
    activity = one.activity
    printed = "；".join(schedule.printed_text for schedule in activity.schedules.all())
    host = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else ""
    words = {
        "title": activity.title,
        "printed": printed,
        "since": f"{one.since:%Y-%m-%d}",
        "url": f"https://{host}{activity.get_absolute_url()}",
    }
    text = _(
        "您好：\n\n「%(title)s」（%(printed)s）最近一次核对是 %(since)s。它还照常办吗？\n"
        "请回信告诉我们：照常、改了时间地点，还是不办了。没有回音之前，页面上会注明很久没有核对。\n\n%(url)s\n"
    )
    subject = _("请确认：%s") % activity.title.replace("\n", " ")
    EmailMessage(subject, text % words, to=[address]).send()
