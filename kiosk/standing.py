"""How a screen is, in words: for the staff's pages, and for whoever stands in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from geo.moments import SHANGHAI
from kiosk.hours import read_opening
from kiosk.models import Screen, ScreenState

# A heartbeat a minute: well to two, late to ten.
WELL, LATE = timedelta(minutes=2), timedelta(minutes=10)
# Where nobody said when the lobby is open, alarms keep to these.
USUAL_HOURS = "每天 08:00–18:00"
OLD_DATA_S = 30 * 60
LARGE_OFFSET_MS = 5 * 60 * 1000


@dataclass(frozen=True)
class Health:
    """`level`: well, late, down, shut (silent while closed), new (never heard), open (not paired).

    `doubts` in words.
    """

    level: str
    words: str
    seen_at: datetime | None
    doubts: tuple[str, ...]


def state_of(screen: Screen) -> ScreenState | None:
    try:
        return screen.state
    except ScreenState.DoesNotExist:
        return None


def health_of(screen: Screen, now: datetime) -> Health:
    """Of a resolved screen."""
    state = state_of(screen)
    if state is None:
        return Health("open", _("没有连接：只放节目，不报告状况"), None, ())
    if state.seen_at is None:
        return Health("new", _("已连接，还没有收到心跳"), None, ())
    silent = max(timedelta(), now - state.seen_at)
    level = "well" if silent <= WELL else "late" if silent <= LATE else "down"
    words = {"well": _("正常"), "late": _("心跳晚了"), "down": _("失联")}[level]
    if level == "down" and not is_open(screen, now):
        level, words = "shut", _("闭馆中，没有心跳")
    doubts = tuple(doubts_of(state, now)) if level in {"well", "late"} else ()
    if level == "well" and doubts:
        level, words = "late", _("有疑问")
    return Health(level, words, state.seen_at, doubts)


def is_open(screen: Screen, now: datetime) -> bool:
    """By its opening hours; where they are not known, by the usual ones."""
    opening = screen.opening() or read_opening(USUAL_HOURS, "")
    return bool(opening and opening.is_open(now))


def opened_at(screen: Screen, now: datetime) -> datetime | None:
    opening = screen.opening() or read_opening(USUAL_HOURS, "")
    return opening.opened_at(now) if opening else None


def doubts_of(state: ScreenState, now: datetime) -> list[str]:
    """What in the last report is not as it should be."""
    told: dict[str, Any] = state.report
    said = []
    if (told.get("age_s") or 0) > OLD_DATA_S:
        said.append(_("数据已旧 %d 分钟") % (told["age_s"] // 60))
    if told.get("fonts") is False:
        said.append(_("缺中文字体"))
    if told.get("secure") is False:
        said.append(_("离线不可用：非安全连接"))
    elif told.get("worker") not in (None, "", "active"):
        said.append(_("离线不可用：%s") % told["worker"])
    if abs(told.get("clock_offset_ms") or 0) > LARGE_OFFSET_MS:
        said.append(_("盒子的时钟差 %d 分钟") % (abs(told["clock_offset_ms"]) // 60000))
    if told.get("errors"):
        said.append(_("脚本出错 %d 次") % sum(one["count"] for one in told["errors"]))
    if (told.get("reloads") or 0) >= 3:
        said.append(_("一小时内自己重新载入 %d 次") % told["reloads"])
    if state.copy_seen_at and now - state.copy_seen_at < timedelta(days=1):
        said.append(_("同一身份有两份在运行"))
    return said


def clock_words(at: datetime | None, now: datetime) -> str:
    """09:40 of today, 6月25日 09:40 of another day."""
    if at is None:
        return ""
    local = at.astimezone(SHANGHAI)
    if local.date() == now.astimezone(SHANGHAI).date():
        return f"{local:%H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"
