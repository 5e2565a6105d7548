"""What the background worker does for the screens. How: :mod:`geo.work`."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo import work
from kiosk import rehearsal, watch
from kiosk.models import ScreenState


@work.task(gettext_lazy("看护大厅屏"), every="* * * * *", attempts=1)
def watch_screens(now: datetime) -> str:
    """Silent screens, ended notices, builds on their way."""
    return watch.check(now)


@work.task(gettext_lazy("演练通知"), every="10 2 * * *", attempts=1)
def rehearse_notices(now: datetime) -> str:
    """Every morning at ten past ten in Ningbo: does a notice reach the screens, and how fast?"""
    if not ScreenState.objects.exists():
        return ""
    rehearsal.rehearse(now)
    return _("已发出，屏上看不见；结果一分半钟后在“通知”里。")
