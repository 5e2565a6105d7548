"""Rows for the tests of the screens: the 2019 table's days around 26 June, laid by hand."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point

from geo.models import (
    Activity,
    ActivityOrganizer,
    Area,
    Occurrence,
    Organization,
    PlaceReading,
    Schedule,
    Source,
    Venue,
)
from kiosk.models import Screen

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINDOWS = {"morning": (8, 12), "afternoon": (12, 18), "evening": (18, 22), "": (0, 24)}
DISTRICTS = {  # code: (name, lon, lat of the seat)
    "330203": ("海曙区", 121.546585, 29.877478),
    "330205": ("江北区", 121.550924, 29.889365),
    "330206": ("北仑区", 121.84007, 29.902338),
    "330211": ("镇海区", 121.592395, 29.967832),
    "330212": ("鄞州区", 121.542429, 29.819082),
    "330213": ("奉化区", 121.402479, 29.657441),
    "330225": ("象山县", 121.865327, 29.479403),
    "330226": ("宁海县", 121.425003, 29.29042),
    "330281": ("余姚市", 121.150163, 30.039421),
    "330282": ("慈溪市", 121.262218, 30.172704),
}
TOWN = "330212108"
VENUES = {  # name: (district, lon, lat, radius_m)
    "益园": ("330225", 121.86533, 29.4794, 2500),
    "日湖公园": ("330205", 121.5575, 29.8985, 450),
    "天水家园": ("330205", 121.546, 29.922, 2500),
    "宁海西子国际广场": ("330226", 121.4405, 29.2905, 5000),
    "宁波市妇女儿童医院": ("330203", 121.531, 29.87, 600),
    "宁波市中医院": ("330203", 121.513, 29.8845, 900),
    "余姚万达广场": ("330281", 121.133, 30.0345, 1200),
    "镇海区人民大会堂广场": ("330211", 121.7125, 29.9555, 1000),
    "鼓楼站": ("330203", 121.544568, 29.875603, 150),
}
MARKET = "“益”起志愿·“园”梦 象山公益集市活动"
ROWS: list[tuple[str, str, list[str], str, str, str]] = [
    # title, organiser, places (venue name or district code), first day, last day, part of day
    ("送体育健身项目下乡镇活动", "宁波市老年人体育协会", [TOWN], "06-25", "06-26", ""),
    ("“走进病房”志愿服务活动", "宁波市癌症康复协会",
     ["宁波市妇女儿童医院", "宁波市中医院"], "06-26", "06-28", ""),
    ("无人机使用安全宣教 我们在行动", "宁波市航协党支部",
     ["天水家园"], "06-27", "06-27", "morning"),
    ("“民间路长”志愿服务活动", "宁波市城市管理局", ["330212", "330213"], "06-27", "06-28", ""),
    ("北鸣党员公益日 北鸣组织在行动", "宁波市江北区社会组织服务中心",
     ["日湖公园"], "06-26", "06-26", ""),
    ("爱心走乡村", "宁波市鄞州区甬动爱心服务中心", ["330212"], "06-26", "06-26", "morning"),
    ("庆祝建党98周年暨“知行合一 社会组织在行动”党员公益日活动", "余姚市委组织部",
     ["余姚万达广场"], "06-28", "06-28", "afternoon"),
    ("庆祝建党98周年暨“知行合一 社会组织在行动”慈溪市2019年社会组织服务周活动", "慈溪市民政局",
     ["330282"], "06-25", "07-01", ""),
    ("庆祝建党98周年广场志愿者服务活动暨2019年全市“公益集市”活动", "宁海县社会组织服务中心",
     ["宁海西子国际广场"], "06-26", "06-26", "afternoon"),
    ("公益项目设计大赛表彰活动", "宁波市社会组织促进会", ["330281"], "06-30", "06-30", ""),
    ("“知行合一 社会组织在行动”党员公益日暨文明城市创建参与", "镇海区民政局",
     ["镇海区人民大会堂广场"], "06-30", "06-30", "morning"),
    (MARKET, "象山县社会组织综合党委", ["益园"], "06-29", "06-29", "afternoon"),
]  # fmt: skip


def city() -> None:
    """The city, its districts and a few venues, as far as they are missing."""
    whole, _new = Area.objects.get_or_create(
        code="330200", defaults={"name": "宁波市", "level": "city"}
    )
    for code, (name, lon, lat) in DISTRICTS.items():
        Area.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "level": "district",
                "parent": whole,
                "label_point": Point(lon, lat, srid=4326),
                "label_radius_m": 400,
            },
        )
    Area.objects.get_or_create(
        code=TOWN,
        defaults={
            "name": "云龙镇", "level": "town", "parent": Area.objects.get(code="330212"),
        },
    )  # fmt: skip
    for name, (code, lon, lat, radius_m) in VENUES.items():
        venue(name, code, lon, lat, radius_m)


def venue(name: str, code: str, lon: float, lat: float, radius_m: int) -> Venue:
    made: Venue = Venue.objects.get_or_create(
        name=name,
        district=Area.objects.get(code=code),
        defaults={"point": Point(lon, lat, srid=4326), "radius_m": radius_m},
    )[0]
    return made


def source(is_sample: bool = False) -> Source:
    made: Source = Source.objects.get_or_create(
        slug="sample-week" if is_sample else "party-day-2019",
        defaults={
            "title": "示例周" if is_sample else "2019年社会组织党员公益日安排",
            "published_words": "2019年6月",
            "is_sample": is_sample,
        },
    )[0]
    return made


def reading(place: str) -> PlaceReading:
    """A venue by name or a district by code."""
    found = Venue.objects.filter(name=place).first()
    area = None if found else Area.objects.get(code=place)
    made: PlaceReading = PlaceReading.objects.get_or_create(
        printed=found.name if found else (area.name if area else place),
        as_of=date(2019, 6, 26),
        defaults={
            "level": "venue" if found else area.level if area else "none",
            "status": "answered",
            "venue": found,
            "area": area,
            "provider": "test",
        },
    )[0]
    return made


def activity(title: str, organizer: str = "宁波市某协会", is_sample: bool = False) -> Activity:
    number = Activity.objects.count() + 1
    made: Activity = Activity.objects.create(
        public_id=f"t{number:04}",
        source=source(is_sample),
        source_key=f"test:{number}",
        title=title,
        is_sample=is_sample,
    )
    who, _new = Organization.objects.get_or_create(name=organizer)
    ActivityOrganizer.objects.create(activity=made, organization=who)
    return made


def at_hours(
    title: str, place: str, day: date, starts: str, ends: str, is_sample: bool = False,
    **more: object,
) -> Occurrence:  # fmt: skip
    """One occurrence with printed hours, e.g. "09:00" to "11:30"."""
    first, last = (
        datetime.combine(day, time.fromisoformat(clock), SHANGHAI) for clock in (starts, ends)
    )
    return _occurrence(activity(title, is_sample=is_sample), place, day, first, last, 0, "exact",
                       **more)  # fmt: skip


def rows_of_june_2019() -> None:
    """The rows of ROWS, one occurrence a day and place, as the importer stores them."""
    city()
    for title, organizer, places, first, last, part in ROWS:
        made = activity(title, organizer)
        day = date.fromisoformat(f"2019-{first}")
        while day <= date.fromisoformat(f"2019-{last}"):
            for rank, place in enumerate(places):
                _day(made, place, day, part, rank, is_sure=len(places) == 1)
            day += timedelta(days=1)


def _day(made: Activity, place: str, day: date, part: str, rank: int, is_sure: bool) -> Occurrence:
    midnight = datetime.combine(day, time.min, SHANGHAI)
    first, last = WINDOWS[part]
    return _occurrence(
        made, place, day, midnight + timedelta(hours=first), midnight + timedelta(hours=last),
        rank, "part_of_day" if part else "date", part_of_day=part,
        certainty="certain" if is_sure else "one_of",
    )  # fmt: skip


def _occurrence(
    made: Activity, place: str, day: date, first: datetime, last: datetime, rank: int,
    precision: str, **more: object,
) -> Occurrence:  # fmt: skip
    plan, _new = Schedule.objects.get_or_create(
        activity=made, defaults={"start_on": day, "time_precision": precision}
    )
    one = Occurrence(
        activity=made, schedule=plan, original_start=first, held_on=day, starts_at=first,
        ends_at=last, time_precision=precision, place_rank=rank, **more,
    )  # fmt: skip
    one.stand_at(reading(place))
    one.save()
    return one


def screen(slug: str = "yiyuan", venue_name: str = "益园", **more: object) -> Screen:
    values = {
        "name": venue_name,
        "venue": Venue.objects.get(name=venue_name),
        "viewing_distance_m": 4,
        **more,
    }
    return Screen.objects.create(slug=slug, **values)
