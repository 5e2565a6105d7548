"""What the snapshot answers is, byte for byte, what SQL answers: any question, after any change."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.api.answers import held_already
from geo.live.keeper import KEEPER
from geo.models import Activity, Audience, Campaign, Occurrence, Organization, Venue
from tests.factories import (
    NOW,
    RIHU,
    make_activity,
    make_category,
    make_district,
    make_occurrence,
    make_reading,
    make_town,
    make_venue,
)

CLIENT = Client()
ITEMS = "/api/collections/events/items"
WORDS = ("志愿", "公园", "义诊", "社会组织", "益", "党员", "100%", "_", "庄桥")
TITLES = ("志愿服务 100%", "义诊_便民", "Straße 公益", "益起走", "ＡB 集市", "party 党员日")


@pytest.fixture
def city(db: None) -> Iterator[None]:
    """Sixty occurrences of twenty activities at ten places, some of them nowhere."""
    chance = Random(20190626)  # noqa: S311
    district = make_district()
    town = make_town(district)
    categories = [make_category(), make_category("health", "健康"), make_category("care", "助老")]
    elders = Audience.objects.create(slug="elders", name="老年人")
    week = Campaign.objects.create(
        slug="gongyiri", name="公益日", starts_on=date(2019, 6, 25), ends_on=date(2019, 6, 30)
    )
    places = [
        make_venue(f"公园{n}", (RIHU[0] + chance.uniform(-0.3, 0.3), RIHU[1] + n / 50), town=town)
        for n in range(7)
    ] + [make_venue("同一处", RIHU), make_venue("也在那处", RIHU), make_venue("没有坐标", None)]
    times: list[dict[str, Any]] = [{}, {"hours": ("09:00", "11:00")}, {"part_of_day": "afternoon"}]
    for number in range(20):
        activity = make_activity(
            TITLES[number % len(TITLES)],
            categories=chance.sample(categories, number % 3),
            organizers=[f"第{number % 4}社会组织"],
            is_sample=number == 7,
            is_published=number != 8,
            campaign=week if number % 5 == 0 else None,
            content="" if number % 2 else "为老人理发、量血压",
        )
        if number % 3 == 0:
            activity.audiences.add(elders)
        for day in range(3):
            make_occurrence(
                activity,
                day=date(2019, 6, 20) + timedelta(days=chance.randrange(14)),
                place_rank=day,
                status=chance.choice(["scheduled", "cancelled", "full", "postponed"]),
                venue=chance.choice([*places, None]),
                place=make_reading(f"庄桥某处{number}-{day}") if day == 2 else None,
                **chance.choice(times),
            )
    long = make_occurrence(make_activity("长展览"), venue=places[0], day=date(2019, 5, 1))
    long.ends_at += timedelta(days=90)
    long.save()
    brief = make_occurrence(make_activity("一瞬"), venue=places[1])
    brief.ends_at = brief.starts_at
    brief.save()
    bring_up_to_date()
    yield
    KEEPER.snapshot = KEEPER.version = None


def bring_up_to_date() -> bool:
    with connection.cursor() as cursor:  # as the end of a transaction does
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET yitu.version = ''")  # the next change is another transaction's
    return KEEPER.refresh(NOW)


def answers(query: dict[str, str], path: str = ITEMS) -> tuple[Any, Any, int]:
    """The answer of the snapshot and of SQL; and how many queries the first one took."""
    found = []
    with connection.execute_wrapper(lambda run, *rest: counted.append(1) or run(*rest)):  # type: ignore[func-returns-value]
        counted: list[int] = []
        found.append(CLIENT.get(path, query))
        took = len(counted)
    kept = KEEPER.snapshot
    KEEPER.snapshot = None
    found.append(CLIENT.get(path, query))
    KEEPER.snapshot = kept
    return plain(found[0]), plain(found[1]), took


def plain(response: Any) -> Any:
    body = json.loads(response.content)
    body.pop("timeStamp", None)
    kept = {name: response[name] for name in ("Last-Modified", "Link") if name in response}
    return response.status_code, json.dumps(body, ensure_ascii=False), kept


def difference(live: Any, sql: Any) -> str:
    at = next(
        (i for i, pair in enumerate(zip(live[1], sql[1], strict=False)) if len({*pair}) > 1), -1
    )
    return f"{live[1][at - 60 : at + 60]}\n{sql[1][at - 60 : at + 60]}\n{live[2]}\n{sql[2]}"


lons = st.floats(121.0, 122.2).map(lambda x: round(x, 4))
lats = st.floats(29.4, 30.4).map(lambda x: round(x, 4))
moments = st.integers(0, 400).map(
    lambda halves: (NOW - timedelta(hours=23) + timedelta(minutes=30 * halves)).isoformat()
)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, str]:
    first = draw(moments)
    last = draw(st.one_of(st.just(".."), moments.map(lambda at: max(at, first))))
    asked = {"datetime": f"{first}/{last}", "limit": str(draw(st.integers(1, 30)))}
    more: dict[str, st.SearchStrategy[str]] = {
        "bbox": st.tuples(lons, lats, lons, lats).map(
            lambda b: f"{b[0]},{min(b[1], b[3])},{b[2]},{max(b[1], b[3])}"
        ),
        "category": st.sampled_from(["fair", "health", "fair,care", "nothing"]),
        "audience": st.just("elders"),
        "campaign": st.sampled_from(["gongyiri", "other"]),
        "status": st.sampled_from(["scheduled", "cancelled,full"]),
        "q": st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join),
        "near": st.tuples(lons, lats).map(lambda at: f"{at[0]},{at[1]}"),
        "now": st.just("true"),
        "sample": st.just("true"),
    }
    for name in draw(st.lists(st.sampled_from(sorted(more)), unique=True, max_size=3)):
        asked[name] = draw(more[name])
    return asked


CHANGES: list[Callable[[Random], Any]] = [
    lambda by: Occurrence.objects.filter(pk=any_of(Occurrence, by)).update(status="cancelled"),
    lambda by: Occurrence.objects.filter(pk=any_of(Occurrence, by)).delete(),
    lambda by: Occurrence.objects.filter(pk=any_of(Occurrence, by)).update(
        venue=any_of(Venue, by), starts_at=NOW, ends_at=NOW + timedelta(hours=by.randrange(30))
    ),
    lambda by: Activity.objects.filter(pk=any_of(Activity, by)).update(
        is_published=by.random() < 0.7, title="志愿改了"
    ),
    lambda by: Activity.objects.get(pk=any_of(Activity, by)).categories.set([make_category()]),
    lambda by: Activity.objects.get(pk=any_of(Activity, by)).audiences.clear(),
    lambda by: Venue.objects.filter(pk=any_of(Venue, by)).update(
        name="搬了的公园", point=Point(RIHU[0] + by.random(), RIHU[1], srid=4326)
    ),
    lambda by: Venue.objects.filter(pk=any_of(Venue, by)).update(point=None),
    lambda by: Organization.objects.filter(pk=any_of(Organization, by)).update(
        name=f"改名的志愿组织{by.random()}"
    ),
    lambda by: Campaign.objects.update(slug=by.choice(["gongyiri", "other"])),
    lambda by: make_occurrence(
        Activity.objects.get(pk=any_of(Activity, by)),
        day=date(2019, 7, 1),
        place_rank=by.randrange(100, 30000),
    ),
]


def any_of(model: Any, by: Random) -> int:
    return int(by.choice(list(model.objects.order_by("pk").values_list("pk", flat=True))))


def test_any_question_after_any_change_is_answered_as_sql_does(city: None) -> None:
    chance = Random(1)  # noqa: S311

    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(questions(), st.integers(0, 10**6), st.booleans())
    def compare(asked: dict[str, str], seed: int, is_changed: bool) -> None:
        if is_changed:
            with suppress(IntegrityError), transaction.atomic():
                chance.choice(CHANGES)(Random(seed))  # noqa: S311
            bring_up_to_date()
        live, sql, took = answers(asked)
        assert live == sql, difference(live, sql)
        assert took == 0

    compare()


@pytest.mark.parametrize("first", ["", "category=fair", "near=121.55,29.89", "q=志愿"])
def test_pages_forth_and_back_are_those_of_sql(city: None, first: str) -> None:
    asked = {"datetime": "2019-06-25T12:00:00+08:00/..", "limit": "3"}
    name, _, value = first.partition("=")
    asked |= {name: value} if name else {}
    for direction in ("next", "prev"):
        for _ in range(30):
            live, sql, _took = answers(asked)
            assert live == sql
            links = {one["rel"]: one["href"] for one in json.loads(live[1])["links"]}
            if direction not in links:
                break
            asked = CLIENT.get(links[direction]).wsgi_request.GET.dict()
        assert direction not in links


def test_every_item_is_that_of_sql(city: None) -> None:
    live = KEEPER.snapshot
    assert live is not None
    for feature in [json.loads(one.replace(b"\0", b"")) for one in live.features]:
        found, sql, took = answers({}, f"{ITEMS}/{feature['id']}")
        assert found == sql
        assert took == 0


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"datetime": "2019-06-01/2019-07-01"},
        {"datetime": "2019-06-26/..", "area": "330205"},
        {"datetime": "2019-06-26/..", "organizer": "第0社会组织"},
        {"datetime": "2019-06-26/..", "near": "121.5,29.9", "within": "900"},
        {"datetime": "2019-06-26/..", "q": "gongyuan"},
        {"datetime": "2019-06-26/..", "q": "straße"},
        {"updated_since": "2019-06-26"},
    ],
)
def test_what_the_snapshot_cannot_know_is_asked_of_sql(city: None, asked: dict[str, str]) -> None:
    live, sql, took = answers(asked)

    assert live == sql
    assert took > 0


def test_who_holds_the_answer_is_told_so_before_django_until_the_data_change(city: None) -> None:
    asked = {"datetime": "2019-06-26/.."}
    first = CLIENT.get(ITEMS, asked)
    environ = {**first.wsgi_request.META, "HTTP_IF_NONE_MATCH": first["ETag"]}
    begun: list[str] = []
    server = held_already(lambda *_: [b"asked Django"])

    KEEPER.confirmed_at = time.monotonic()
    assert list(server(environ, lambda status, _: begun.append(status))) == []
    assert begun == ["304 Not Modified"]
    for other in ({"QUERY_STRING": "datetime=.."}, {"HTTP_HOST": "x"}, {"HTTP_COOKIE": "a=b"}):
        assert list(server({**environ, **other}, None)) == [b"asked Django"]

    Venue.objects.update(kind="改了")
    bring_up_to_date()
    assert list(server(environ, None)) == [b"asked Django"]
