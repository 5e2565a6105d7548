"""Whether notices arrive: how many screens, how fast; and a rehearsal that no visitor sees."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max

from kiosk.models import Notice, ScreenState

LASTS = timedelta(minutes=5)
JUDGED_AFTER = timedelta(seconds=90)
QUICK_S, SLOW_S = 5, 35  # with push, without it
ALIVE = timedelta(minutes=3)


def reached(notice: Notice) -> tuple[int, float]:
    """(screens that hold it, seconds until the last of them said so)."""
    found = notice.receipts.aggregate(count=Count("pk"), last=Max("at"))
    if not found["count"]:
        return 0, 0.0
    began = max(notice.created_at, notice.starts_at)
    return found["count"], max(0.0, (found["last"] - began).total_seconds())


def rehearse(now: datetime) -> Notice:
    """A notice to every screen that none of them shows."""
    made: Notice = Notice.objects.create(
        text="rehearsal", is_everywhere=True, is_rehearsal=True, created_at=now, starts_at=now,
        ends_at=now + LASTS,
    )  # fmt: skip
    return made


def judge(notice: Notice, now: datetime) -> dict[str, Any]:
    """How it went, kept with it: screens alive then, reached, within 5 s, within 35 s."""
    alive = set(
        ScreenState.objects.filter(seen_at__gte=notice.created_at - ALIVE).values_list(
            "screen_id", flat=True
        )
    )
    took = {
        receipt.screen_id: (receipt.at - notice.created_at).total_seconds()
        for receipt in notice.receipts.all()
    }
    notice.result = {
        "alive": len(alive),
        "reached": len(alive & set(took)),
        "quick": sum(one <= QUICK_S for one in took.values()),
        "in_time": sum(one <= SLOW_S for one in took.values()),
        "slowest_s": round(max(took.values(), default=0.0), 1),
        "missing": sorted(alive - set(took))[:50],
    }
    notice.save(update_fields=["result"])
    return dict(notice.result)
