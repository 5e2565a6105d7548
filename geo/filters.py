"""The questions a visitor can ask, as one value: the same for page, map, feed and kiosk.

A filter comes from a query string and goes back into one, so that a link is a view.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from geo.coordinates import CoordinateError, check_ningbo
from geo.models import Occurrence
from geo.moments import day_of, weekend_of
from geo.querysets import OccurrenceQuerySet

WHEN_WORDS = ("now", "today", "tomorrow", "weekend", "past")
MAX_QUERY_LENGTH = 60
NEAR_DIGITS = 3  # 0.001° is about 100 m: a visitor's position is never sent more finely


@dataclass(frozen=True)
class Near:
    """Where from: a position (lon, lat; WGS-84), a district by its code, or words to look up."""

    lon: float | None = None
    lat: float | None = None
    district: str = ""
    words: str = ""

    def __str__(self) -> str:
        if self.district or self.words:
            return self.district or self.words
        return f"{self.lon:.{NEAR_DIGITS}f},{self.lat:.{NEAR_DIGITS}f}"


@dataclass(frozen=True)
class ActivityFilter:
    """One question. Empty means everything from today on, without samples."""

    when: str = ""  # one of WHEN_WORDS, or "" with or without `day`
    day: date | None = None
    categories: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    district: str = ""
    q: str = ""
    near: Near | None = None
    sample: bool = False
    routines: bool = True  # False: without what repeats every week
    problems: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> ActivityFilter:
        """Read a query string. What cannot be read is left out and named in ``problems``."""
        problems: list[str] = []
        when, day = _read_when(query.get("when", ""), query.get("date", ""), problems)
        return cls(
            when=when,
            day=day,
            categories=_slugs(query.get("category", "")),
            audiences=_slugs(query.get("audience", "")),
            district=_read_district(query.get("district", ""), problems),
            q=" ".join(query.get("q", "").replace("\x00", "").split())[:MAX_QUERY_LENGTH],
            near=_read_near(query.get("from", "") or query.get("near", ""), problems),
            sample=query.get("sample", "") == "1",
            routines=query.get("routines", "") != "0",
            problems=tuple(problems),
        )

    def query(self, **changes: object) -> str:
        """The query string of this filter with *changes* made to it; "" when nothing is asked."""
        changed = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        pairs = {
            "when": changed.when,
            "date": changed.day.isoformat() if changed.day else "",
            "category": ",".join(changed.categories),
            "audience": ",".join(changed.audiences),
            "district": changed.district,
            "q": changed.q,
            "near": str(changed.near) if changed.near else "",
            "sample": "1" if changed.sample else "",
            "routines": "" if changed.routines else "0",
        }
        return urlencode({key: value for key, value in pairs.items() if value}, safe=",:")

    @property
    def is_narrow(self) -> bool:
        """True when anything but the time, the place of the visitor and samples is asked."""
        asked = self.categories or self.audiences or self.district or self.q
        return bool(asked) or not self.routines

    def days(self, now: datetime) -> tuple[date | None, date | None]:
        """The first and last day asked for; None is an open end."""
        today = day_of(now)
        if self.day:
            return self.day, self.day
        if self.when == "tomorrow":
            return today + timedelta(days=1), today + timedelta(days=1)
        if self.when == "weekend":
            saturday, sunday = weekend_of(today)
            return max(saturday, today), sunday
        if self.when in {"today", "now"}:
            return today, today
        return (None, None) if self.when == "past" else (today, None)

    def apply(self, now: datetime) -> OccurrenceQuerySet:
        """The occurrences that answer the question at *now*."""
        found: OccurrenceQuerySet = self.matching()
        if self.when == "now":
            return found.going_on(now)
        if self.when == "past":
            return found.over(now)
        first, last = self.days(now)
        if last is None:
            return found.not_over(now)
        return found.between(first or last, last)

    def matching(self) -> OccurrenceQuerySet:
        """All but the time: what a histogram over days counts."""
        found: OccurrenceQuerySet = Occurrence.objects.published()
        if not self.sample:
            found = found.real()
        if not self.routines:
            found = found.once()
        if self.categories:
            found = found.in_categories(self.categories)
        if self.audiences:
            found = found.for_audiences(self.audiences)
        if self.district:
            found = found.in_district(self.district)
        return found.mentioning(self.q.split()) if self.q else found


def _read_when(when: str, day: str, problems: list[str]) -> tuple[str, date | None]:
    if day:
        try:
            return "", date.fromisoformat(day)
        except ValueError:
            problems.append(
                _("日期“%(found)s”读不懂，应写成 2019-06-29 这样；已按“今天起”显示。")
                % {"found": day[:20]}
            )
            return "", None
    if when and when not in WHEN_WORDS:
        problems.append(
            _("时间“%(found)s”不在可选范围内；已按“今天起”显示。") % {"found": when[:20]}
        )
        return "", None
    return when, None


def _read_district(code: str, problems: list[str]) -> str:
    if code and not (code.isascii() and code.isdigit() and len(code) == 6):
        problems.append(
            _("区县“%(found)s”读不懂，应是 6 位区划代码；已按全市显示。") % {"found": code[:20]}
        )
        return ""
    return code


def _read_near(words: str, problems: list[str]) -> Near | None:
    if not words:
        return None
    words = " ".join(words.replace("\x00", "").split())[:MAX_QUERY_LENGTH]
    if words.isascii() and words.isdigit() and len(words) == 6:
        return Near(district=words)
    if re.search(r"[^\W\d_]", words):  # a letter of any script: a place by its name
        return Near(words=words)
    try:
        lon, lat = (round(float(part), NEAR_DIGITS) for part in words.split(",", 1))
        check_ningbo(lon, lat)
    except (ValueError, CoordinateError):
        problems.append(
            _("位置“%(found)s”不在宁波范围内或读不懂；列表按时间排列。") % {"found": words[:40]}
        )
        return None
    return Near(lon=lon, lat=lat)


def _slugs(words: str) -> tuple[str, ...]:
    """`a,b` → ("a", "b"): what cannot be a slug is dropped, order and doubles do not matter."""
    parts = {part.strip() for part in words.split(",")}
    return tuple(sorted(p for p in parts if p and p.replace("-", "").replace("_", "").isalnum()))
