"""The same activity, printed by two sources: recognised, proposed, merged by a person, undone."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from geo import tasks
from geo.errors import ProblemError
from geo.importing import duplicates, merging, read_file
from geo.importing.saving import save_reading
from geo.models import Activity, Departure, Occurrence, Resemblance
from geo.resemblance import Said, candidates, compare, title_likeness
from tests.factories import (
    WEDNESDAY,
    make_activity,
    make_district,
    make_occurrence,
    make_source,
    make_venue,
)

DAY = frozenset({WEDNESDAY})
RIHU = (121.5575, 29.8985, 100.0)
QUEUE = reverse("admin:geo_resemblance_queue")


def said(title: str, **more: Any) -> Said:
    return Said(title, **{"days": DAY, **more})


# --- pure ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("“益”起志愿 公益集市", "「益」起志愿·公益集市", 1, 1),
        ("2019爱心义诊（第三场）", "爱心义诊", 1, 1),
        ("北仑爱心公园公益集市", "公益集市", 0.9, 0.9),
        ("社区义诊进日湖", "日湖社区义诊活动", 0.5, 0.8),
        ("垃圾分类宣传", "公益电影放映", 0, 0),
        ("义", "诊", 0, 0),
    ],
)
def test_titles_are_compared_by_pairs_of_characters(
    one: str, other: str, low: float, high: float
) -> None:
    assert low <= title_likeness(one, other) <= high
    assert title_likeness(one, other) == title_likeness(other, one)


def test_a_title_alone_suffices_only_when_it_is_all_but_the_same() -> None:
    assert compare(said("爱心走乡村公益行"), said("爱心走乡村公益行")) is not None
    assert compare(said("社区义诊进日湖"), said("日湖社区义诊活动")) is None
    who = {"organizers": ["江北区卫生服务中心"]}
    found = compare(said("社区义诊进日湖", **who), said("日湖社区义诊活动", **who))
    assert found is not None
    assert found.reasons[1:] == ("都在 6月26日", "都由江北区卫生服务中心主办")


def test_another_day_another_district_or_a_far_place_speak_against_it() -> None:
    one = said("爱心义诊进社区", districts=frozenset({"江北区"}), points=[RIHU])
    assert compare(one, said("爱心义诊进社区")) is not None
    assert compare(one, said("爱心义诊进社区", days=frozenset({date(2019, 6, 27)}))) is None
    assert compare(one, said("爱心义诊进社区", districts=frozenset({"北仑区"}))) is None
    assert compare(one, said("爱心义诊进社区", points=[(121.60, 29.8985, 100.0)])) is None
    near = compare(one, said("爱心义诊进社区", points=[(121.5580, 29.8985, 50.0)]))
    assert near is not None
    assert "地点相距不到 500 米（含误差）" in near.reasons


def test_only_pairs_that_share_something_rare_are_compared() -> None:
    titles = {
        number: f"活动{chr(0x4E00 + 2 * number)}{chr(0x4E01 + 2 * number)}" for number in range(300)
    }
    titles[900] = titles[7] + "续"
    assert list(candidates(titles)) == [(7, 900)]


# --- in the database -------------------------------------------------------------------------
@pytest.fixture
def twins(db: None) -> tuple[Occurrence, Occurrence]:
    """日湖公园的公益集市, printed by the paper and by the street."""
    district = make_district()
    rihu = make_venue(district=district)
    paper = make_activity("“益”起志愿公益集市", organizers=["江北区志愿者协会"])
    street = make_activity(
        "益起志愿 公益集市",
        organizers=["志愿者协会"],
        source=make_source("street", title="街道的通知"),
    )
    return make_occurrence(paper, venue=rihu), make_occurrence(street, venue=rihu)


def proposed(now: datetime) -> Resemblance:
    assert duplicates.propose(now.date()) == 1
    return Resemblance.objects.get()


def test_a_pair_is_proposed_once_and_never_merged_by_itself(
    twins: tuple[Occurrence, Occurrence], now: datetime
) -> None:
    pair = proposed(now)
    assert (pair.first, pair.second) == (twins[0].activity, twins[1].activity)
    assert "在同一个场所" in pair.reasons
    assert tasks.propose_resemblances(now) == ""
    assert Activity.objects.published().count() == 2


def test_after_merging_the_other_address_leads_to_the_one_that_stays(
    twins: tuple[Occurrence, Occurrence], now: datetime, client: Client
) -> None:
    pair, (paper, street) = proposed(now), (one.activity for one in twins)
    merging.merge(pair, street, now, "lin", "街道的更全")
    for suffix in ("/", ".ics", "/?at=2019-06-26T10:00"):
        answer = client.get(f"/activities/{paper.public_id}{suffix}")
        assert answer.status_code == 301
        assert answer["Location"] == f"/activities/{street.public_id}{suffix}"
    assert client.get(f"/activities/{street.public_id}/").status_code == 200
    assert Departure.objects.filter(public_id=paper.public_id).count() == 1
    assert list(Activity.objects.published()) == [street]


def test_a_chain_of_merges_leads_to_its_end(
    twins: tuple[Occurrence, Occurrence], now: datetime, client: Client
) -> None:
    pair, (paper, street) = proposed(now), (one.activity for one in twins)
    merging.merge(pair, street, now, "lin")
    third = make_activity("益起志愿公益集市", source=make_source("third", title="第三处"))
    make_occurrence(third, venue=twins[1].venue)
    merging.merge(proposed_next(now), third, now, "lin")
    answer = client.get(paper.get_absolute_url())
    assert answer["Location"] == third.get_absolute_url()


def proposed_next(now: datetime) -> Resemblance:
    duplicates.propose(now.date())
    return duplicates.waiting().get()


def test_days_that_only_one_side_has_move_over_and_come_back(
    twins: tuple[Occurrence, Occurrence], now: datetime
) -> None:
    pair, (paper, street) = proposed(now), (one.activity for one in twins)
    extra = make_occurrence(street, day=WEDNESDAY + timedelta(days=1), venue=twins[1].venue)
    assert merging.merge(pair, paper, now, "lin") == 1
    extra.refresh_from_db()
    assert (extra.activity, extra.sequence) == (paper, 1)
    merging.take_apart(pair, now, "chen", "不是一回事")
    extra.refresh_from_db()
    assert (extra.activity, extra.sequence) == (street, 2)
    street.refresh_from_db()
    assert (street.is_published, street.merged_into) == (True, None)
    assert not Departure.objects.filter(public_id=street.public_id).exists()
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.why) == ("different", "chen", "不是一回事")
    assert duplicates.propose(now.date()) == 0  # asked once


def imported(slug: str, *lines: str, now: datetime) -> Activity:
    text = "活动名称,组织单位,活动时间,活动地点\n" + "\n".join(lines)
    save_reading(read_file(text.encode(), "表.csv", 2019), {"slug": slug, "title": slug}, now)
    return Activity.objects.get(source__slug=slug)


@pytest.mark.django_db
def test_an_import_of_either_source_keeps_a_merge_as_it_is(now: datetime) -> None:
    make_district()
    row = "爱心走乡村,志愿者协会,{},江北区日湖公园"
    paper = imported("paper", row.format("6月26日上午"), now=now)
    street = imported("street", row.format("6月26日-27日"), now=now)
    merging.merge(proposed(now), paper, now, "lin")
    held = Occurrence.objects.filter(activity=paper).values_list("held_on", flat=True)
    assert [day.day for day in held] == [26, 27]
    imported("paper", row.format("6月26日下午"), now=now)
    assert [day.day for day in held.all()] == [26, 27]  # the guest stayed
    imported("street", row.format("6月26、28日"), now=now)
    assert [day.day for day in held.all()] == [26, 28]  # and follows its own source
    imported("paper", row.format("6月26、28日"), now=now)
    assert [day.day for day in held.all()] == [26, 28]  # now printed by both, shown once
    street.refresh_from_db()
    assert not street.is_published
    merging.take_apart(Resemblance.objects.get(), now, "lin")
    days = Occurrence.objects.filter(activity=street).values_list("held_on", flat=True)
    assert sorted(day.day for day in days) == [26, 28]


def test_two_people_cannot_decide_the_same_pair_differently(
    twins: tuple[Occurrence, Occurrence], now: datetime
) -> None:
    pair = proposed(now)
    merging.merge(pair, pair.first, now, "lin")
    with pytest.raises(ProblemError, match="这一对刚刚有人判断过（已合并）"):
        merging.merge(pair, pair.second, now, "chen")
    with pytest.raises(ProblemError, match="这一对已经合并，请先拆开"):
        merging.keep_apart(pair, now, "chen")


def test_staff_see_both_sides_and_decide(
    twins: tuple[Occurrence, Occurrence], now: datetime, client: Client
) -> None:
    pair = proposed(now)
    client.force_login(User.objects.create_superuser("lin"))
    assert "疑似重复的活动" in client.get(reverse("admin:index")).content.decode()
    page = client.get(QUEUE).content.decode()
    for words in ("江北区志愿者协会", "街道的通知", "合并，留后来的", "在同一个场所"):
        assert words in page
    answer = client.post(QUEUE, {"pair": pair.pk, "what": "first", "why": "一样"}, follow=True)
    assert (
        "已合并到「“益”起志愿公益集市」，另一个网址会转到这里；移来 0 场。"
        in answer.content.decode()
    )
    answer = client.post(QUEUE, {"pair": pair.pk, "what": "apart"}, follow=True)
    assert "已拆开：两个活动各自公开，各有各的场次。" in answer.content.decode()
    client.force_login(User.objects.create_user("chen", is_staff=True))
    assert client.post(QUEUE, {"pair": pair.pk, "what": "first"}).status_code == 403
