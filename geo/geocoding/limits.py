"""How often each map service may be asked: a day's budget and a rate.

The defaults stay below what free accounts were given when this was written; the services change
them, so a setting overrides each: ``YITU_MAP_LIMITS=amap=5000/3,tencent=10000/5``.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Limits:
    """Requests a day (Asia/Shanghai) and requests a second."""

    per_day: int
    per_second: float

    @property
    def spacing_s(self) -> float:
        """Seconds between two requests."""
        return 1.0 / self.per_second


_DEFAULTS = {
    "tianditu": Limits(5000, 5),
    "amap": Limits(150, 3),
    "tencent": Limits(5000, 5),
    "baidu": Limits(150, 3),
    "nominatim": Limits(20_000, 1),  # one's own server; as polite as to the public one
    "photon": Limits(20_000, 5),
}
_WRITTEN = re.compile(r"([a-z]+)=([0-9]{1,7})/([0-9]{1,4}(?:\.[0-9]{1,3})?)", re.ASCII)


def limits_of(provider: str) -> Limits:
    """The limits of one provider, as the settings have them."""
    found = _DEFAULTS[provider]
    for words in settings.YITU_MAP_LIMITS:
        match = _WRITTEN.fullmatch(words)
        if match is None or match[1] not in _DEFAULTS or not float(match[3]):
            names = ", ".join(_DEFAULTS)
            raise ImproperlyConfigured(
                f"YITU_MAP_LIMITS: {words!r} is not name=requests-a-day/requests-a-second. "
                f"Names: {names}."
            )
        if match[1] == provider:
            found = Limits(int(match[2]), float(match[3]))
    return found
