"""What staff should know before they hang a screen, in words."""

from django.utils.translation import gettext as _

from kiosk.legible import Panel, reach_of
from kiosk.models import Screen

FEWEST_REACH = 0.25  # of the panel: less has no room for the buttons


def advice_of(screen: Screen) -> list[str]:
    """Of a resolved screen; empty where everything can be read and reached."""
    panel = Panel(float(screen.diagonal_inch or 0), float(screen.viewing_distance_m or 0))
    return [*_legibility(panel), *_reach(screen, panel), *_hours(screen)]


def _legibility(panel: Panel) -> list[str]:
    said = {
        "distance": f"{panel.distance_m:g}",
        "inch": f"{panel.diagonal_inch:g}",
        "wanted": f"{panel.wanted_mm:.0f}",
        "given": f"{panel.headline_mm:.0f}",
        "reach": f"{panel.headline_reach_m:.1f}",
        "needed": f"{panel.needed_inch:.0f}",
    }
    if not panel.is_headline_legible:
        return [
            _(
                "标题在 %(distance)s 米处看不清：那里要 %(wanted)s 毫米高的字，%(inch)s 英寸的屏"
                "最多 %(given)s 毫米，在 %(reach)s 米内看得清。换 %(needed)s 英寸以上的屏，"
                "或让人站近些。"
            )
            % said
        ]
    if panel.detail_reach_m < panel.distance_m:
        return [
            _("标题看得清；最小的字要走到 %(near)s 米内才看得清。")
            % {"near": f"{panel.detail_reach_m:.1f}"}
        ]
    return []


def _reach(screen: Screen, panel: Panel) -> list[str]:
    if not screen.has_touch or screen.mounting_height_cm is None:
        return []
    low, high = reach_of(panel, screen.mounting_height_cm, screen.orientation == "portrait")
    if high - low >= FEWEST_REACH:
        return []
    return [_("屏挂得太高或太低：离地 40–120 厘米之间的部分太少，坐轮椅的人够不着按钮。")]


def _hours(screen: Screen) -> list[str]:
    if screen.opening() is None:
        return [_("没有填开放时间：告警按每天 08:00–18:00，夜间不会自动变暗。")]
    return []
