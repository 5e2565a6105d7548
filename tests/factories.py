"""Plain functions that make rows: real places of Ningbo, the week of the 2019 公益日."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from geo.models import (
    Activity,
    ActivityOrganizer,
    Area,
    Category,
    Occurrence,
    Organization,
    PlaceReading,
    Schedule,
    Source,
    Venue,
)
from geo.moments import SHANGHAI

WEDNESDAY = date(2019, 6, 26)
NOW = datetime(2019, 6, 26, 9, 40, tzinfo=SHANGHAI)  # a Wednesday morning, the demo's moment
RIHU = (121.5575, 29.8985)  # 日湖公园, lon lat

WINDOWS = {"": (0, 24), "morning": (8, 12), "afternoon": (12, 18), "evening": (18, 22)}


def make_district(
    code: str = "330205", name: str = "江北区", at: tuple[float, float] = RIHU
) -> Area:
    """A district as a square of about 20 km around its label point."""
    lon, lat = at
    city, _ = Area.objects.get_or_create(code="330200", name="宁波市", level=Area.Level.CITY)
    square = Polygon.from_bbox((lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1))
    area, _ = Area.objects.update_or_create(
        code=code,
        defaults={
            "name": name,
            "level": Area.Level.DISTRICT,
            "parent": city,
            "boundary": MultiPolygon(square, srid=4326),
            "label_point": Point(lon, lat, srid=4326),
        },
    )
    return area


def make_town(district: Area, code: str = "330205006", name: str = "庄桥街道", **more: Any) -> Area:
    return Area.objects.create(code=code, name=name, level=Area.Level.TOWN, parent=district, **more)


def make_venue(name: str = "日湖公园", at: tuple[float, float] | None = RIHU, **more: Any) -> Venue:
    more.setdefault("radius_m", 450 if at else None)
    return Venue.objects.create(
        name=name, point=Point(*at, srid=4326) if at else None, point_source="测试", **more
    )


def make_source(slug: str = "gongyiri-2019", **more: Any) -> Source:
    more.setdefault("title", "“红色引擎”释放甬城社会组织发展正能量")
    return Source.objects.get_or_create(slug=slug, defaults=more)[0]


def make_category(slug: str = "fair", name: str = "公益集市") -> Category:
    return Category.objects.get_or_create(
        slug=slug, defaults={"name": name, "glyph": name[-2], "color": "#b84a00"}
    )[0]


def make_activity(title: str = "北鸣党员公益日 北鸣组织在行动", **more: Any) -> Activity:
    organizers = more.pop("organizers", ["宁波市江北区社会组织服务中心"])
    categories = more.pop("categories", [])
    number = Activity.objects.count() + 1
    activity = Activity.objects.create(
        title=title,
        public_id=more.pop("public_id", f"a{number}"),
        source_key=f"test-{number}",
        source=more.pop("source", None) or make_source(),
        **more,
    )
    for rank, name in enumerate(organizers):
        organization, _ = Organization.objects.get_or_create(name=name)
        ActivityOrganizer.objects.create(activity=activity, organization=organization, rank=rank)
    activity.categories.set(categories)
    return activity


def make_occurrence(activity: Activity | None = None, **more: Any) -> Occurrence:
    """One day of an activity. ``hours=("09:00", "11:00")`` is exact; ``part_of_day`` a window."""
    activity = activity or make_activity()
    day: date = more.pop("day", WEDNESDAY)
    hours: tuple[str, str] | None = more.pop("hours", None)
    part: str = more.pop("part_of_day", "")
    starts_at, ends_at = _bounds(day, hours, part)
    precision = "exact" if hours else "part_of_day" if part else "date"
    schedule = Schedule.objects.create(
        activity=activity, start_on=day, part_of_day=part, time_precision=precision
    )
    occurrence = Occurrence(
        activity=activity, schedule=schedule, held_on=day, original_start=starts_at,
        starts_at=starts_at, ends_at=ends_at, time_precision=precision, part_of_day=part,
    )  # fmt: skip
    _stand(occurrence, more)
    for name, value in more.items():
        setattr(occurrence, name, value)
    occurrence.save()
    return occurrence


def _bounds(day: date, hours: tuple[str, str] | None, part: str) -> tuple[datetime, datetime]:
    if hours:
        first, last = (datetime.combine(day, time.fromisoformat(h), SHANGHAI) for h in hours)
        return first, last
    midnight = datetime.combine(day, time.min, SHANGHAI)
    first_hour, last_hour = WINDOWS[part]
    return midnight + timedelta(hours=first_hour), midnight + timedelta(hours=last_hour)


def _stand(occurrence: Occurrence, more: dict[str, Any]) -> None:
    """Fill venue, area, district and level from what is given."""
    venue: Venue | None = more.get("venue")
    area: Area | None = more.get("area") or (venue.town or venue.district if venue else None)
    if venue or area:
        more.setdefault("level", "venue" if venue else area.level if area else "none")
        more.setdefault("area", area)
        more.setdefault("district", area.district if area else None)


def make_reading(printed: str, **more: Any) -> PlaceReading:
    more.setdefault("level", "none")
    more.setdefault("status", "question")
    return PlaceReading.objects.create(printed=printed, as_of=WEDNESDAY, provider="test", **more)
