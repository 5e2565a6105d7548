"""Watching the screens once a minute: who is silent, what is over, how far a build may go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from kiosk import alerts, rehearsal, standing
from kiosk.causes import Cause, Watched, causes_of
from kiosk.models import (
    Alert,
    Build,
    Command,
    Enrolment,
    Notice,
    Screen,
    ScreenEvent,
    ScreenState,
    WrongCode,
)
from kiosk.rings import HALTED, Release, Witness, verdict

SILENT = timedelta(minutes=4)  # four heartbeats: down, in the history
ALARM = timedelta(minutes=15)  # of silence while the lobby is open: somebody is told
KEPT = timedelta(days=90)
NAMES_TOLD = 12


def check(now: datetime) -> str:
    """All of it; a sentence for staff, "" where nothing happened."""
    screens = paired_screens()
    counts = [
        (_("失联 %d 块"), mark_down(screens, now)),
        (_("告警 %d 条"), raise_alarms(screens, now)),
        (_("恢复 %d 条"), close_alarms(screens, now)),
        (_("通知结束 %d 条"), remind(now)),
        (_("演练评定 %d 次"), judge_rehearsals(now)),
        (_("版本推进 %d 个"), move_builds(screens, now)),
    ]
    tidy(now)
    return "，".join(words % count for words, count in counts if count)


def paired_screens() -> list[Screen]:
    """Screens that have been heard at least once: before that there is nothing to miss."""
    found = Screen.objects.with_lobby().select_related(
        "venue__district__parent", "group", "state"
    )  # fmt: skip
    return [one.resolved() for one in found.filter(state__seen_at__isnull=False)]


def silent_for(screen: Screen, now: datetime) -> timedelta:
    return max(timedelta(), now - (screen.state.seen_at or now))


def mark_down(screens: Sequence[Screen], now: datetime) -> int:
    down = [one for one in screens if one.state.is_up and silent_for(one, now) > SILENT]
    for screen in down:
        ScreenState.objects.filter(pk=screen.pk).update(is_up=False, changed_at=now)
        screen.state.is_up, screen.state.changed_at = False, now
    ScreenEvent.objects.bulk_create(
        ScreenEvent(screen=one, kind=ScreenEvent.Kind.DOWN, at=one.state.seen_at or now)
        for one in down
    )
    return len(down)


def is_alarming(screen: Screen, now: datetime) -> bool:
    """Silent for fifteen minutes of the present opening hours."""
    opened = standing.opened_at(screen, now)
    if opened is None or not screen.tokens.filter(revoked_at=None).exists():
        return False
    return min(silent_for(screen, now), now - opened) >= ALARM


def raise_alarms(screens: Sequence[Screen], now: datetime) -> int:
    open_now = [one for one in screens if standing.is_open(one, now)]
    watched = [
        Watched(one.pk, one.venue_id, one.group_id, is_alarming(one, now)) for one in open_now
    ]
    told = set(
        Alert.objects.filter(kind=Alert.Kind.DOWN, closed_at=None).values_list(
            "screens", flat=True
        )
    )  # fmt: skip
    by_key = {one.pk: one for one in open_now}
    raised = 0
    for cause in causes_of(watched):
        fresh = [by_key[pk] for pk in cause.screens if pk not in told]
        if not fresh:
            continue
        running = Alert.objects.filter(
            kind=Alert.Kind.DOWN, closed_at=None, cause=cause.key
        ).first()  # fmt: skip
        if running:  # the same cause: it takes them in without another message
            running.screens.add(*fresh)
            continue
        alerts.raise_alert(Alert.Kind.DOWN, cause.key, fresh, down_words(cause, fresh, now), now)
        raised += 1
    return raised


def down_words(cause: Cause, screens: Sequence[Screen], now: datetime) -> str:
    minutes = int(max(silent_for(one, now) for one in screens).total_seconds() // 60)
    names = "、".join(f"“{one.name}”" for one in screens[:NAMES_TOLD])
    if len(screens) > NAMES_TOLD:
        names += _(" 等")
    said = {"names": names, "count": len(screens), "minutes": minutes}
    kind = cause.key.partition(":")[0]
    if kind == "all":
        head = _("%(count)d 块屏同时失联，多半是服务器或网络：%(names)s。") % said
    elif kind == "venue":
        head = _("同一处的 %(count)d 块屏都失联，多半是那里的网络或电：%(names)s。") % said
    elif kind == "group":
        head = _("同一屏组的 %(count)d 块屏都失联：%(names)s。") % said
    else:
        head = _("%(names)s失联 %(minutes)d 分钟。") % said
        contact = screens[0].contact_words
        head += _("联系：%s。") % contact if contact else ""
    return head


def close_alarms(screens: Sequence[Screen], now: datetime) -> int:
    """When all of a cause's screens are heard again, or gone, those who were told hear it."""
    silent = {one.pk for one in screens if silent_for(one, now) > SILENT}
    trusted = set(Screen.objects.filter(tokens__revoked_at=None).values_list("pk", flat=True))
    closed = 0
    for alert in Alert.objects.filter(kind=Alert.Kind.DOWN, closed_at=None):
        own = list(alert.screens.all())
        if any(one.pk in silent and one.pk in trusted for one in own):
            continue
        minutes = int((now - alert.opened_at).total_seconds() // 60)
        said = {"names": "、".join(f"“{one.name}”" for one in own[:NAMES_TOLD]), "minutes": minutes}
        alerts.close(alert, _("已恢复：%(names)s（告警后 %(minutes)d 分钟）。") % said, now)
        closed += 1
    return closed


def remind(now: datetime) -> int:
    """A notice that has just ended: is it true that it is over?"""
    ended = Notice.objects.filter(
        ends_at__lte=now, reminded_at=None, withdrawn_at=None, is_rehearsal=False
    ).exclude(level=Notice.Level.COVER, approved_by=None)
    count = 0
    for notice in ended:
        notice.reminded_at = now
        notice.save(update_fields=["reminded_at"])
        words = _("通知已到时撤下：“%s”。如果事情还没有完，请另发一条。") % notice.text
        alerts.raise_alert(Alert.Kind.NOTICE, f"notice:{notice.pk}", [], words, now, is_over=True)
        count += 1
    return count


def judge_rehearsals(now: datetime) -> int:
    waiting = Notice.objects.filter(
        is_rehearsal=True, result={}, created_at__lte=now - rehearsal.JUDGED_AFTER
    )
    count = 0
    for notice in waiting:
        result = rehearsal.judge(notice, now)
        count += 1
        if result["reached"] == result["alive"] and result["in_time"] >= result["reached"]:
            continue
        missing = Screen.objects.filter(pk__in=result["missing"])
        words = _("通知演练：%(alive)d 块在线的屏里，35 秒内收到的有 %(in_time)d 块。") % result
        alerts.raise_alert(
            Alert.Kind.REHEARSAL, f"rehearsal:{notice.pk}", missing, words, now, is_over=True
        )
    return count


def move_builds(screens: Sequence[Screen], now: datetime) -> int:
    """The newest build that is on its way moves on, or stops."""
    newest = Build.objects.first()
    if newest is None or newest.ring in {"all", HALTED}:
        return 0
    witnesses = [
        Witness(
            one.slug,
            one.is_canary,
            silent_for(one, now) <= SILENT,
            one.state.healthy_build,
            one.state.changed_at if not one.state.is_up else None,
        )
        for one in screens
        if standing.is_open(one, now)
    ]
    ring, why = verdict(Release(newest.pk, newest.ring, newest.ring_at), witnesses, now)
    if ring == newest.ring:
        return 0
    newest.ring, newest.ring_at, newest.reason = ring, now, reason_words(why)
    newest.save()
    if ring == HALTED:
        alerts.raise_build(newest, [], now)
    return 1


def reason_words(why: str) -> str:
    words = {
        "well": _("先用的屏都报告正常"),
        "nobody": _("一天里没有屏在线，无人可试"),
        "lost": _("先用的屏有一半以上失联"),
    }
    return words.get(why, "")


def tidy(now: datetime) -> None:
    """What nobody needs any more."""
    Enrolment.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()
    WrongCode.objects.filter(at__lt=now - timedelta(days=7)).delete()
    ScreenEvent.objects.filter(at__lt=now - KEPT).delete()
    Command.objects.filter(Q(ended_at__isnull=False) | Q(expires_at__lt=now)).filter(
        issued_at__lt=now - KEPT
    ).delete()
    Command.objects.filter(ended_at=None, expires_at__lt=now).update(
        ended_at=now, state=Command.State.EXPIRED
    )
    Notice.objects.filter(is_rehearsal=True, ends_at__lt=now - KEPT).delete()
