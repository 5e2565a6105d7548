"""How far is far, and when: standards of reach in metres and bands of the week. No database.

Two families stand side by side under their own names and never mix: minutes on foot (4.5 km/h and
a detour of 1.3, as everywhere in 益图) and the walking circles of GB 50180-2018.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.moments import WALKING_RINGS_M

Words = str | Promise
OWN = "own"  # key of a radius that the planner typed
RADII = (100, 3000)  # metres that may be typed; the stored distances end at 3 km


@dataclass(frozen=True)
class Standard:
    """Within reach is what lies at most ``metres`` away in a straight line."""

    key: str
    name: Words
    metres: int
    family: Words


ON_FOOT = gettext_lazy("步行（每小时 4.5 公里，绕行系数 1.3）")
BY_THE_CODE = gettext_lazy("GB 50180-2018 居住区生活圈")
STANDARDS = (
    Standard("walk5", gettext_lazy("步行 5 分钟"), WALKING_RINGS_M[5], ON_FOOT),
    Standard("walk10", gettext_lazy("步行 10 分钟"), WALKING_RINGS_M[10], ON_FOOT),
    Standard("walk15", gettext_lazy("步行 15 分钟"), WALKING_RINGS_M[15], ON_FOOT),
    Standard("gb300", gettext_lazy("五分钟生活圈"), 300, BY_THE_CODE),
    Standard("gb500", gettext_lazy("十分钟生活圈"), 500, BY_THE_CODE),
    Standard("gb1000", gettext_lazy("十五分钟生活圈"), 1000, BY_THE_CODE),
)
DEFAULT_STANDARD = STANDARDS[2]


def own_standard(metres: int) -> Standard:
    """A radius of one's own, in metres."""
    name = _("直线 %(metres)d 米") % {"metres": metres}
    return Standard(OWN, name, metres, gettext_lazy("自定半径"))


def read_standard(query: Mapping[str, str], problems: list[str]) -> Standard:
    """``reach=walk15``, or ``reach=own&radius=750``. What cannot be read is named."""
    key = query.get("reach", "")
    if key == OWN:
        text = query.get("radius", "")
        if text.isascii() and text.isdigit() and RADII[0] <= int(text[:6]) <= RADII[1]:
            return own_standard(int(text))
        problems.append(
            _("半径“%(found)s”不能用，应是 %(low)d 到 %(high)d 的整数（米）；已按%(shown)s显示。")
            % {"found": text[:12], "low": RADII[0], "high": RADII[1],
               "shown": DEFAULT_STANDARD.name}
        )  # fmt: skip
        return DEFAULT_STANDARD
    found = next((one for one in STANDARDS if one.key == key), None)
    if key and found is None:
        problems.append(
            _("标准“%(found)s”不在可选范围内；已按%(shown)s显示。")
            % {"found": key[:20], "shown": DEFAULT_STANDARD.name}
        )
    return found or DEFAULT_STANDARD


@dataclass(frozen=True)
class Band:
    """A part of the week. What is known only by its day lies in no band of a weekday."""

    key: str
    name: Words


BANDS = (
    Band("", gettext_lazy("任何时候")),
    Band("weekday-day", gettext_lazy("工作日白天")),
    Band("weekday-evening", gettext_lazy("工作日晚上")),
    Band("weekend", gettext_lazy("周末")),
)


def read_band(query: Mapping[str, str], problems: list[str]) -> Band:
    key = query.get("band", "")
    found = next((one for one in BANDS if one.key == key), None)
    if found is None:
        problems.append(
            _("时间段“%(found)s”不在可选范围内；已按任何时候显示。") % {"found": key[:20]}
        )
    return found or BANDS[0]
