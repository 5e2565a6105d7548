"""The gate before the map services: shared by all workers, and never confused."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test import Client
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)
from pytest_django import Settings

from geo.geocoding import gate
from geo.geocoding.chain import resolve
from geo.geocoding.gate import ProviderPausedError
from geo.geocoding.limits import limits_of
from geo.geocoding.providers.amap import AMap
from geo.geocoding.providers.tianditu import Tianditu
from tests.gate import forget_usage, run, usage
from tests.map_service import Handler, MapService, map_service, tianditu_point, tianditu_pois

pytestmark = pytest.mark.django_db

KEY = "very-secret-key"
DAY = date(2019, 6, 26)
YIYUAN = (121.8712, 29.4781)


@pytest.fixture(autouse=True)
def _fresh(settings: Settings) -> Iterator[None]:
    settings.YITU_MAP_LIMITS = ["tianditu=1000/1000", "amap=1000/1000"]
    forget_usage()
    yield
    forget_usage()


@pytest.fixture
def service() -> Iterator[MapService]:
    with map_service() as running:
        yield running


def asker(key: str = KEY) -> Tianditu:
    return Tianditu.at(key, "http://127.0.0.1:1")


def fail_with(error: GeocoderServiceError) -> Any:
    def question() -> None:
        raise error

    return question


def fail(error: GeocoderServiceError, provider: Tianditu | None = None) -> None:
    with pytest.raises(type(error)):
        gate.ask(provider or asker(), fail_with(error))


def paused(provider: Tianditu | None = None) -> ProviderPausedError:
    with pytest.raises(ProviderPausedError) as raised:
        gate.ask(provider or asker(), lambda: pytest.fail("asked all the same"))
    return raised.value


class TestKinds:
    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (GeocoderRateLimited("slow down", retry_after=3), "rate"),
            (GeocoderQuotaExceeded("no more today"), "quota"),
            (GeocoderAuthenticationFailure("bad key"), "key"),
            (GeocoderInsufficientPrivileges("not this address"), "key"),
            (GeocoderQueryError("too long"), "query"),
            (GeocoderParseError("not JSON"), "unreadable"),
            (GeocoderTimedOut("late"), "down"),
            (GeocoderUnavailable("refused"), "down"),
            (GeocoderServiceError("?"), "down"),
        ],
    )
    def test_quota_key_rate_and_failure_are_kept_apart(
        self, error: GeocoderServiceError, kind: str
    ) -> None:
        assert gate.kind_of(error) == kind

    def test_no_match_is_a_success(self) -> None:
        assert gate.ask(asker(), list) == []
        assert usage("tianditu", "requests", "failures", "block") == (1, 0, "")


class TestBlocks:
    def test_a_used_up_quota_closes_the_gate_until_midnight_in_shanghai(self) -> None:
        fail(GeocoderQuotaExceeded("no more today"))
        assert paused().kind == "quota"
        (until,) = run(
            "SELECT to_char(blocked_until AT TIME ZONE 'Asia/Shanghai', 'HH24:MI:SS')"
            " FROM geo_providerusage"
        )
        assert until == ("00:00:00",)
        assert usage("tianditu", "last_error") == ("GeocoderQuotaExceeded: no more today",)

    def test_our_own_budget_counts_by_the_day(self, settings: Settings) -> None:
        settings.YITU_MAP_LIMITS = ["tianditu=2/1000"]
        for _ in range(2):
            gate.ask(asker(), list)
        assert paused().kind == "quota"
        assert usage("tianditu", "requests") == (2,)
        run("UPDATE geo_providerusage SET day = day - 1")
        assert gate.ask(asker(), lambda: ["a new day"]) == ["a new day"]
        assert usage("tianditu", "requests") == (1,)

    def test_a_bad_key_is_not_asked_with_again_until_it_is_another(self) -> None:
        fail(GeocoderAuthenticationFailure("bad key"))
        assert paused().kind == "key"
        assert 3500 < paused().wait_s <= 3600
        assert gate.ask(asker("another-key"), lambda: ["ok"]) == ["ok"]
        assert usage("tianditu", "block", "blocked_until") == ("", None)
        assert KEY not in str(run("SELECT * FROM geo_providerusage"))

    def test_a_new_account_opens_the_gate_after_a_used_up_quota(self) -> None:
        fail(GeocoderQuotaExceeded("no more today"))
        assert gate.ask(asker("another-key"), lambda: ["ok"]) == ["ok"]

    @pytest.mark.parametrize(
        ("retry_after", "low", "high"), [(7, 6, 7), (3600, 59, 60), (None, 0.5, 1)]
    )
    def test_slow_down_is_heeded_but_for_a_minute_at_most_and_never_slept(
        self, retry_after: int | None, low: float, high: float
    ) -> None:
        started = time.monotonic()
        fail(GeocoderRateLimited("slow down", retry_after=retry_after))
        refused = paused()
        assert time.monotonic() - started < 0.9
        assert refused.kind == "rate"
        assert low < refused.wait_s <= high

    def test_without_a_word_the_pause_doubles(self) -> None:
        waits = []
        for _ in range(8):
            fail(GeocoderRateLimited("slow down"))
            waits.append(round(paused().wait_s))
            run("UPDATE geo_providerusage SET blocked_until = NULL, block = ''")
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
        gate.ask(asker(), list)
        assert usage("tianditu", "rate_strikes") == (0,)

    def test_one_service_closed_leaves_the_others_open(self) -> None:
        fail(GeocoderQuotaExceeded("no more today"))
        assert gate.ask(AMap.at(KEY, "http://127.0.0.1:1"), lambda: ["ok"]) == ["ok"]


class TestBreaker:
    def test_five_failures_in_a_row_open_it_and_one_probe_tries_again(self) -> None:
        for _ in range(4):
            fail(GeocoderParseError("not JSON"))
        gate.ask(asker(), list)  # a success in between starts the count anew
        for _ in range(5):
            fail(GeocoderParseError("not JSON"))
        assert paused().kind == "down"
        assert 55 < paused().wait_s <= 60
        run("UPDATE geo_providerusage SET blocked_until = clock_timestamp()")

        def probe() -> list[str]:
            assert paused().kind == "down"  # the probe is out: nobody else goes
            return ["up again"]

        assert gate.ask(asker(), probe) == ["up again"]
        assert usage("tianditu", "failures", "block", "blocked_until") == (0, "", None)

    def test_a_failed_probe_doubles_the_pause(self) -> None:
        for _ in range(5):
            fail(GeocoderParseError("not JSON"))
        waits = []
        for _ in range(7):
            run("UPDATE geo_providerusage SET blocked_until = clock_timestamp()")
            fail(GeocoderParseError("not JSON"))
            waits.append(round(paused().wait_s))
        assert waits == [120, 240, 480, 960, 1920, 3600, 3600]

    def test_our_own_mistakes_do_not_count(self) -> None:
        for _ in range(6):
            fail(GeocoderQueryError("too long"))
        assert usage("tianditu", "failures", "block") == (0, "")

    def test_a_success_does_not_undo_what_another_worker_learnt_of_the_quota(self) -> None:
        def meanwhile() -> list[str]:
            fail(GeocoderQuotaExceeded("no more today"))
            return ["mine was the last"]

        gate.ask(asker(), meanwhile)
        assert paused().kind == "quota"


class TestRetries:
    @pytest.mark.parametrize("error", [GeocoderTimedOut("late"), GeocoderUnavailable("refused")])
    def test_what_is_transient_is_tried_once_more(self, error: GeocoderServiceError) -> None:
        answers: list[Any] = [error, ["second time lucky"]]

        def question() -> Any:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        assert gate.ask(asker(), question) == ["second time lucky"]
        assert usage("tianditu", "requests", "failures") == (2, 0)

    @pytest.mark.parametrize(
        "error",
        [
            GeocoderRateLimited("slow down"),
            GeocoderQuotaExceeded("no more today"),
            GeocoderAuthenticationFailure("bad key"),
            GeocoderInsufficientPrivileges("not you"),
            GeocoderQueryError("too long"),
            GeocoderParseError("not JSON"),
            GeocoderServiceError("?"),
        ],
    )
    def test_nothing_else_is(self, error: GeocoderServiceError) -> None:
        fail(error)
        assert usage("tianditu", "requests") == (1,)


class TestManyWorkers:
    def test_eight_threads_share_the_rate_and_the_budget(self, settings: Settings) -> None:
        settings.YITU_MAP_LIMITS = ["tianditu=12/20"]
        moments: list[float] = []
        refused: list[str] = []

        def work() -> None:
            for _ in range(2):
                try:
                    gate.ask(asker(), lambda: moments.append(time.monotonic()))
                except ProviderPausedError as error:
                    refused.append(error.kind)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        moments.sort()
        assert len(moments) == 12
        assert set(refused) == {"quota"}
        assert moments[-1] - moments[0] >= 11 * 0.05 - 0.05
        assert usage("tianditu", "requests") == (12,)

    def test_who_would_wait_long_is_sent_away_and_costs_no_budget(self, settings: Settings) -> None:
        settings.YITU_MAP_LIMITS = ["tianditu=1000/0.2"]
        gate.ask(asker(), list)
        refused = paused()
        assert refused.kind == "rate"
        assert 3 < refused.wait_s <= 5
        assert usage("tianditu", "requests") == (1,)

    def test_a_rolled_back_import_has_asked_all_the_same_and_holds_no_lock(self) -> None:
        with transaction.atomic():
            gate.ask(asker(), list)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = 100")
            gate.ask(asker(), list)
            transaction.set_rollback(True)
        assert usage("tianditu", "requests") == (2,)

    def test_another_process_sees_the_same_gate(self) -> None:
        fail(GeocoderQuotaExceeded("no more today"))
        name = connection.settings_dict["NAME"]
        host, user = (connection.settings_dict[word] for word in ("HOST", "USER"))
        program = (
            "import django; django.setup()\n"
            "from geo.geocoding import gate\n"
            "from geo.geocoding.providers.tianditu import Tianditu\n"
            f"provider = Tianditu.at({KEY!r}, 'http://127.0.0.1:1')\n"
            "try: gate.ask(provider, list)\n"
            "except gate.ProviderPausedError as error: print(error.kind)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={
                "DATABASE_URL": f"postgres://{user}@/{name}?host={host}",
                "DJANGO_SETTINGS_MODULE": "config.settings",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "quota\n"


@pytest.mark.usefixtures("places")
class TestChain:
    @pytest.fixture(autouse=True)
    def _tianditu(self, service: MapService, settings: Settings) -> None:
        settings.YITU_TIANDITU_KEY, settings.YITU_TIANDITU_URL = KEY, service.url

    def test_a_service_that_is_left_alone_is_asked_for_the_place_later(
        self, service: MapService
    ) -> None:
        service.answers["/v2/search"] = lambda handler: handler.send_bytes(b"", 429)
        service.answers["/geocoder"] = tianditu_point(*YIYUAN)
        first = resolve("象山“益园”", as_of=DAY)
        again = resolve("象山“益园”", as_of=DAY)
        assert service.paths() == ["/v2/search"]
        kinds = [[row["kind"] for row in reading.raw["online"]] for reading in (first, again)]
        assert kinds == [["rate"], ["rate"]]
        assert again.raw["online"][0]["error"] == "ProviderPausedError"
        forget_usage()
        service.answers["/v2/search"] = tianditu_pois(("益园", *YIYUAN))
        assert resolve("象山“益园”", as_of=DAY).provider == "tianditu"

    def test_a_dead_service_costs_an_import_a_bounded_number_of_requests(
        self, service: MapService
    ) -> None:
        def silent(handler: Handler) -> None:
            handler.send_bytes(b"", 503)

        service.answers["/v2/search"] = silent
        for number in range(1, 8):
            resolve(f"象山县第{number}幼儿园", as_of=DAY)
        assert len(service.asked) == gate.BREAKER_FAILURES
        assert usage("tianditu", "block") == ("down",)


def test_staff_see_why_a_service_is_left_alone_and_no_key(admin_client: Client) -> None:
    fail(GeocoderAuthenticationFailure(f"?tk={KEY} is not accepted"))
    (number,) = usage("tianditu", "id")
    for path in ("", f"{number}/change/"):
        page = admin_client.get(f"/admin/geo/providerusage/{path}").content.decode()
        assert "天地图" in page
        assert "密钥不被接受" in page
        assert KEY not in page
    assert "?tk=*** is not accepted" in page
    assert admin_client.get("/admin/geo/providerusage/add/").status_code == 403


class TestLimits:
    def test_the_setting_overrides_one_provider(self, settings: Settings) -> None:
        settings.YITU_MAP_LIMITS = ["amap=9000/2.5"]
        assert (limits_of("amap").per_day, limits_of("amap").spacing_s) == (9000, 0.4)
        assert limits_of("baidu").per_day == 150

    @pytest.mark.parametrize("words", ["amap", "amap=5", "amap=5/0", "bing=5/5", "amap=-1/5"])
    def test_a_slip_names_itself(self, settings: Settings, words: str) -> None:
        settings.YITU_MAP_LIMITS = [words]
        with pytest.raises(ImproperlyConfigured, match=f"YITU_MAP_LIMITS: {words!r} is not"):
            limits_of("amap")
