"""Words of the fleet's pages."""

from datetime import datetime

from django import template

from kiosk.standing import clock_words

register = template.Library()


@register.filter
def clock(at: datetime | None, now: datetime) -> str:
    """``{{ seen_at|clock:now }}`` → 09:40, or 6月25日 09:40."""
    return clock_words(at, now)
