"""Sources with an address: fetched by and by, from servers that are slow, huge or changing."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from geo import tasks
from geo.geocoding.web import FetchError, fetch
from geo.importing import fetching
from geo.models import Activity, ImportBatch, PlaceReading, Source, SourceFetch, SourceRow
from tests.factories import make_district
from tests.file_server import Handler, Server, drip, flood, serving

HEAD = "活动名称,组织单位,活动时间,活动地点\n"
ONE = "爱心走乡村,宁波市社会组织促进会,6月26日上午,江北区日湖公园\n"
TWO = "公益电影放映,宁波市社会组织促进会,6月27日下午,江北区日湖公园\n"
DOUBT = "书场,宁波市社会组织促进会,6月31日,江北区日湖公园\n"


def csv(*lines: str) -> bytes:
    return (HEAD + "".join(lines)).encode()


def make_feed(server: Server, **more: object) -> Source:
    fields = {"title": "促进会的活动表", "year": 2019, "fetch_every_h": 6, **more}
    return Source.objects.create(slug="feed", feed_url=f"{server.url}/plan.csv", **fields)


def run(source: Source, now: datetime) -> str:
    return fetching.fetch_source(Source.objects.get(pk=source.pk), now)


@pytest.fixture(autouse=True)
def _intranet(settings: pytest.FixtureRequest) -> None:
    settings.YITU_FETCH_PRIVATE = True  # type: ignore[attr-defined]


def refusal(url: str, **more: object) -> str:
    more.setdefault("allow_private", True)
    with pytest.raises(FetchError) as caught:
        fetch(url, seconds=0.6, max_bytes=1_000_000, **more)  # type: ignore[arg-type]
    return str(caught.value)


# --- the adapter -----------------------------------------------------------------------------
def test_inner_addresses_are_refused_unless_a_setting_allows_them() -> None:
    with serving(lambda handler: handler.give(b"secret")) as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            assert refusal(url, allow_private=False) == "这个地址在内部网络里，不能抓取"
        assert server.asked == []
    for inner in ("10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0"):
        assert refusal(f"http://{inner}/", allow_private=False).startswith("这个地址在内部网络里")


def test_a_redirect_is_judged_like_the_first_address() -> None:
    def answer(handler: Handler) -> None:
        targets = {"/a": "/b", "/loop": "/loop", "/file": "file:///etc/passwd"}
        target = targets.get(handler.path)
        if target:
            handler.give(b"", 302, Location=target)
        else:
            handler.give(csv(ONE))

    with serving(answer) as server:
        assert fetch(f"{server.url}/a", allow_private=True).body == csv(ONE)
        assert refusal(f"{server.url}/loop") == "服务器转了 3 次以上，没有再跟"
        assert refusal(f"{server.url}/file") == "地址要以 http:// 或 https:// 开头，不带用户名"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (drip, "0.6 秒内没有收完"),
        (flood, "内容超过 1 MB，没有读完"),
        (lambda h: h.give(b"x", Content_Length="99999999"), "内容超过 1 MB，没有读完"),
        (lambda h: h.give(b"x", Content_Length="9"), "服务器没有把内容发完"),
        (lambda h: h.give(b"oh", 500), "服务器回答 500"),
        (
            lambda h: h.give(b"x", Content_Type="image/png"),
            "服务器给的是 image/png，不是表格、日历或网页",
        ),
        (
            lambda h: h.give(b"x", Content_Encoding="gzip"),
            "服务器压缩了内容，虽然我们没有要",
        ),
        (lambda h: h.wfile.write(b"nonsense\r\n\r\n"), "连接中断（BadStatusLine）"),
    ],
)
def test_a_server_that_misbehaves_is_left_with_words(answer: object, words: str) -> None:
    with serving(answer) as server:  # type: ignore[arg-type]
        assert refusal(server.url) == words


def test_a_closed_port_and_an_unknown_name_are_told_apart() -> None:
    with serving(lambda handler: handler.give(b"")) as server:
        url = server.url
    assert refusal(url) == "服务器没有开"
    assert refusal("http://no-such-name.invalid/") == "找不到这个服务器的名字"
    assert refusal("ftp://example.org/") == "地址要以 http:// 或 https:// 开头，不带用户名"


# --- the pipeline ----------------------------------------------------------------------------
@pytest.mark.django_db
def test_good_rows_are_published_by_themselves_and_doubtful_ones_wait(now: datetime) -> None:
    make_district()
    with serving(lambda handler: handler.give(csv(ONE, DOUBT))) as server:
        source = make_feed(server, publishes_itself=True)
        assert run(source, now) == "已发布：新增 1 项，更新 0 项；待核对 1 行。"
    assert [one.title for one in Activity.objects.all()] == ["爱心走乡村"]
    waiting = SourceRow.objects.exclude(status="imported").get()
    assert "6月31日" in "".join(waiting.problems)
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.by, batch.file_name) == ("published", "自动抓取", "plan.csv")


@pytest.mark.django_db
def test_a_source_may_rather_wait_at_the_desk(now: datetime) -> None:
    make_district()
    with serving(lambda handler: handler.give(csv(ONE))) as server:
        source = make_feed(server)
        words = "新增 1 项，更新 0 项，待核对 0 行，在导入台等人发布。"
        assert run(source, now) == words
        assert Activity.objects.count() == 0
        assert ImportBatch.objects.get().state == "draft"
        server.answer = lambda handler: handler.give(csv(ONE, TWO))
        run(source, now + timedelta(hours=7))
    states = list(ImportBatch.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["discarded", "draft"]  # one draft waits, the newest


@pytest.mark.django_db
def test_what_has_not_changed_is_asked_for_conditionally_and_makes_nothing(now: datetime) -> None:
    make_district()

    def answer(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == '"v1"':
            handler.give(b"", 304)
        else:
            handler.give(csv(ONE), ETag='"v1"', Last_Modified="Tue, 25 Jun 2019 01:00:00 GMT")

    with serving(answer) as server:
        source = make_feed(server, publishes_itself=True)
        run(source, now)
        assert run(source, now + timedelta(hours=6)) == "没有变化（服务器说的）。"
        assert server.asked[1][1]["If-Modified-Since"] == "Tue, 25 Jun 2019 01:00:00 GMT"
        server.answer = lambda handler: handler.give(csv(ONE))  # no validators any more
        assert run(source, now + timedelta(hours=12)) == "没有变化。"
        server.answer = lambda handler: handler.give(csv(ONE) + b"\n\n")
        assert run(source, now + timedelta(hours=18)) == "内容变了，活动没有变化。"
    assert ImportBatch.objects.exclude(state="discarded").count() == 1


@pytest.mark.django_db
def test_a_changed_row_changes_its_activity_and_keeps_its_address(now: datetime) -> None:
    make_district()
    with serving(lambda handler: handler.give(csv(ONE))) as server:
        source = make_feed(server, publishes_itself=True)
        run(source, now)
        before = Activity.objects.get().get_absolute_url()
        moved = ONE.replace("6月26日上午", "6月28日上午")
        server.answer = lambda handler: handler.give(csv(moved))
        assert run(source, now + timedelta(hours=6)).startswith("已发布：新增 0 项，更新 1 项")
    assert Activity.objects.get().get_absolute_url() == before


@pytest.mark.django_db
def test_a_file_that_lost_most_of_its_rows_is_published_by_nobody_but_a_person(
    now: datetime,
) -> None:
    make_district()
    many = [ONE.replace("乡村", f"第{number}村") for number in "一二三四五六七八"]
    with serving(lambda handler: handler.give(csv(*many))) as server:
        source = make_feed(server, publishes_itself=True)
        run(source, now)
        server.answer = lambda handler: handler.give(csv(many[0], TWO))
        words = run(source, now + timedelta(hours=6))
    assert words == "少了一半以上的活动（7 / 8），没有发布，请到导入台核对。"
    assert Activity.objects.filter(title="公益电影放映").count() == 0


@pytest.mark.django_db
def test_failures_are_counted_seen_and_after_three_days_told_once(
    now: datetime, client: Client
) -> None:
    with serving(lambda handler: handler.give(b"", 500)) as server:
        source = make_feed(server, contact_email="wang@example.org", contact_name="王芳")
        for day in (0, 1, 2):
            assert run(source, now + timedelta(days=day)) == "失败：服务器回答 500"
        assert mail.outbox == []
        run(source, now + timedelta(days=3))
        run(source, now + timedelta(days=4))
    (sent,) = mail.outbox
    assert sent.to == ["wang@example.org"]
    assert sent.subject == "益图读不到「促进会的活动表」"
    assert "益图从 2019-06-26 起读不到" in sent.body
    assert "服务器回答 500" in sent.body
    client.force_login(User.objects.create_superuser("lin"))
    assert "抓取失败的来源" in client.get(reverse("admin:index")).content.decode()
    listed = client.get(reverse("admin:geo_sourcefetch_changelist")).content.decode()
    assert "服务器回答 500" in listed
    with serving(lambda handler: handler.give(csv(ONE))) as server:
        Source.objects.update(feed_url=f"{server.url}/plan.csv")
        run(source, now + timedelta(days=5))
    state = SourceFetch.objects.get()
    assert (state.failures, state.failing_since, state.told_at) == (0, None, None)


@pytest.mark.django_db
def test_a_page_without_a_table_is_a_failure_and_leaves_no_draft(now: datetime) -> None:
    page = "<html><body><p>本站维护中</p></body></html>".encode()
    with serving(lambda handler: handler.give(page, Content_Type="text/html")) as server:
        source = make_feed(server)
        assert run(source, now).startswith("失败：")
    assert Source.objects.filter(pk=source.pk).exists()
    assert not ImportBatch.objects.filter(state="draft").exists()


@pytest.mark.django_db
def test_a_failing_source_is_tried_sooner_then_more_and_more_seldom(now: datetime) -> None:
    source = Source.objects.create(slug="f", title="表", feed_url="http://x/", fetch_every_h=6)
    assert fetching.due(now) == [source]
    state = SourceFetch.objects.create(source=source, tried_at=now, failures=1)
    for failures, minutes in ((1, 15), (2, 30), (3, 60), (9, 360), (0, 360)):
        state.failures = failures
        state.save()
        assert fetching.due(now + timedelta(minutes=minutes - 1)) == []
        assert fetching.due(now + timedelta(minutes=minutes)) == [source]


@pytest.mark.django_db
def test_the_default_area_is_where_a_place_without_a_district_is_looked_for(now: datetime) -> None:
    beilun = make_district("330206", "北仑区", (121.83, 29.93))
    make_district()
    bare = ONE.replace("江北区日湖公园", "爱心公园")
    with serving(lambda handler: handler.give(csv(bare))) as server:
        run(make_feed(server, publishes_itself=True, area=beilun), now)
    assert PlaceReading.objects.get().context_area == beilun


@pytest.mark.django_db
def test_the_worker_fetches_one_source_and_says_what_came(now: datetime) -> None:
    make_district()
    with serving(lambda handler: handler.give(csv(ONE))) as server:
        source = make_feed(server, publishes_itself=True)
        said = tasks.fetch_source(now, source=source.pk)
    assert said == "促进会的活动表：已发布：新增 1 项，更新 0 项；待核对 0 行。"
    assert tasks.fetch_source(now, source=0) == "没有这个来源"
