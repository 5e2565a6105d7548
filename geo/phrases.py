"""What may be said of a time, a place and a distance, in words. Nothing here invents an hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.models import Occurrence, PlaceReading, Venue
from geo.models.venues import WALK_RADIUS_M
from geo.moments import SHANGHAI, Grade, Reach, Times, day_of, grade


def times_of(occurrence: Occurrence) -> Times:
    return Times(occurrence.starts_at, occurrence.ends_at, occurrence.time_precision)


def grade_of(occurrence: Occurrence, now: datetime) -> Grade:
    return grade(times_of(occurrence), now)


def weekday(day: date) -> str:
    """周三"""
    return str(
        [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")][day.weekday()]
    )


def short_date(day: date) -> str:
    """6月29日"""
    # Translators: a date format of Django, month and day
    return format_date(day, _("n月j日"))


def day_words(day: date, now: datetime) -> str:
    """今天, 明天, or 6月29日 周六; the year when it is another one."""
    today = day_of(now)
    if day == today:
        return str(_("今天"))
    if day == today + timedelta(days=1):
        return str(_("明天"))
    words = f"{short_date(day)} {weekday(day)}"
    if day.year == today.year:
        return words
    # Translators: a date of another year
    return _("%(year)d年%(date)s") % {"year": day.year, "date": words}


def runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days folded into runs without a gap: [25, 26, 28] → [(25, 26), (28, 28)]."""
    folded: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if folded and day - folded[-1][1] == timedelta(days=1):
            folded[-1] = (folded[-1][0], day)
        else:
            folded.append((day, day))
    return folded


def days_words(days: Sequence[date], now: datetime) -> str:
    """One day as `day_words`, a run as 6月26日–28日, scattered days joined; many are counted."""
    folded = runs(days)
    if len(folded) == 1 and folded[0][0] == folded[0][1]:
        return day_words(folded[0][0], now)
    said = [_run_words(first, last) for first, last in folded[:3]]
    if len(folded) > 3:
        said.append(
            ngettext("等 %(count)d 天", "等 %(count)d 天", len(set(days)))
            % {"count": len(set(days))}
        )
    # Translators: what stands between the parts of a list
    return _("、").join(said)


def _run_words(first: date, last: date) -> str:
    if first == last:
        return short_date(first)
    if (first.year, first.month) == (last.year, last.month):
        # Translators: a run of days in one month, e.g. 6月26日–28日
        return _("%(first)s–%(day)d日") % {"first": short_date(first), "day": last.day}
    return f"{short_date(first)}–{short_date(last)}"


def hours_words(occurrence: Occurrence) -> str:
    """09:00–11:30, or 上午 where only that is printed, or "" where nothing is."""
    if occurrence.time_precision == "exact":
        return f"{_clock(occurrence.starts_at)}–{_clock(occurrence.ends_at)}"
    if occurrence.time_precision == "part_of_day":
        return str(occurrence.get_part_of_day_display())
    if occurrence.time_precision == "open_ended" and occurrence.schedule.starts_time:
        return _("%(time)s 开始，结束时间未注明") % {"time": _clock(occurrence.starts_at)}
    return ""


def _clock(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%H:%M")


def when_words(occurrence: Occurrence, now: datetime) -> str:
    """今天 上午 · 6月29日 周六 下午 · 明天 09:00–11:30 · 今天（时间未注明）"""
    hours = hours_words(occurrence)
    day = day_words(occurrence.held_on, now)
    return f"{day} {hours}" if hours else _("%(day)s（时间未注明）") % {"day": day}


def paper_words(occurrence: Occurrence) -> str:
    """6月29日 周六 下午: as `when_words`, but never 今天, for a page that hangs on a wall."""
    day = f"{short_date(occurrence.held_on)} {weekday(occurrence.held_on)}"
    hours = hours_words(occurrence)
    return f"{day} {hours}" if hours else _("%(day)s（时间未注明）") % {"day": day}


def state_words(occurrence: Occurrence, now: datetime) -> str:
    """The honest grade of now, in words."""
    if occurrence.status in {Occurrence.Status.CANCELLED, Occurrence.Status.POSTPONED}:
        return str(occurrence.get_status_display())
    known = grade_of(occurrence, now)
    if known is Grade.SOON:
        minutes = max(1, round((occurrence.starts_at - now).total_seconds() / 60))
        return ngettext("%(minutes)d 分钟后开始", "%(minutes)d 分钟后开始", minutes) % {
            "minutes": minutes
        }
    return {
        Grade.LIVE: _("正在进行"),
        Grade.WINDOW: _("本时段"),
        Grade.TODAY: _("今天"),
        Grade.LATER_TODAY: _("今天稍后"),
        Grade.TOMORROW: _("明天"),
        Grade.UPCOMING: _("将举行"),
        Grade.OVER: _("已结束"),
    }[known]


def distance_words(metres: float, is_rough: bool = False) -> str:
    """350 米, 1.2 公里; 约 before what is known roughly."""
    if metres < 1000:
        words = _("%(metres)d 米") % {"metres": max(10, round(metres / 10) * 10)}
    elif metres < 10_000:
        words = _("%(km).1f 公里") % {"km": metres / 1000}
    else:
        words = _("%(km)d 公里") % {"km": round(metres / 1000)}
    return _("约 %(distance)s") % {"distance": words} if is_rough else words


def may_say_distance(metres: float, radius_m: int) -> str | None:
    """The distance in words, 「约」 for a place known roughly, None where it says nothing."""
    if radius_m <= WALK_RADIUS_M:
        return distance_words(metres)
    return distance_words(metres, is_rough=True) if radius_m * 2 <= metres else None


def reach_words(known: Reach) -> str:
    """步行 12 分钟 · 还剩 40 分钟: why it is in time, or too late."""
    walk = ngettext("步行 %(minutes)d 分钟", "步行 %(minutes)d 分钟", known.walk_min) % {
        "minutes": known.walk_min
    }
    if known.left_min is not None:
        rest = ngettext("还剩 %(minutes)d 分钟", "还剩 %(minutes)d 分钟", known.left_min) % {
            "minutes": known.left_min
        }
    else:
        rest = _("%(time)s后开始") % {"time": _span_words(known.until_min or 0)}
    return f"{walk} · {rest}"


def _span_words(minutes: int) -> str:
    """25 分钟, 3 小时 20 分钟."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(minutes)d 分钟", "%(minutes)d 分钟", rest) % {"minutes": rest}
    if not rest:
        return ngettext("%(hours)d 小时", "%(hours)d 小时", hours) % {"hours": hours}
    return _("%(hours)d 小时 %(minutes)d 分钟") % {"hours": hours, "minutes": rest}


def place_name(occurrence: Occurrence) -> str:
    """The name of where it is: the venue, else the finest area, else the text as printed."""
    if occurrence.venue:
        return occurrence.venue.name
    if occurrence.place:
        return occurrence.place.printed
    return occurrence.area.name if occurrence.area else str(_("地点待确认"))


def precision_words(occurrence: Occurrence) -> str:
    """How well the place is known, in words; a name that a person has still to look at says so."""
    words = _precision(occurrence)
    doubtful = occurrence.place and occurrence.place.status == PlaceReading.Status.QUESTION
    known = occurrence.level not in {PlaceReading.Level.NONE, PlaceReading.Level.CITY}
    return _("%(words)s；原文地名待核对") % {"words": words} if doubtful and known else words


def venue_precision_words(venue: Venue) -> str:
    """How well a venue's position is known, in words."""
    if venue.point and venue.is_pin:
        return str(_("准确到场所"))
    if venue.point:
        return _("位置待核实，误差约 %(distance)s") % {
            "distance": distance_words(venue.radius_m or 0)
        }
    area = venue.town or venue.district
    if area:
        return _("只知道在%(area)s，具体位置待核实") % {"area": area.name}
    return str(_("地点待确认"))


def _precision(occurrence: Occurrence) -> str:
    venue = occurrence.venue
    if venue and venue.point:
        return venue_precision_words(venue)
    area = occurrence.area.name if occurrence.area else ""
    if not area or occurrence.level == PlaceReading.Level.NONE:
        return str(_("地点待确认"))
    if occurrence.level == PlaceReading.Level.CITY:
        return str(_("只知道在宁波市，地点待确认"))
    if occurrence.level == PlaceReading.Level.VENUE:
        return _("只知道在%(area)s，具体位置待核实") % {"area": area}
    if occurrence.level == PlaceReading.Level.DISTRICT:
        return _("只知道在%(area)s，具体地点未注明") % {"area": area}
    return _("准确到%(area)s，具体地点未注明") % {"area": area}
