"""How far a build of the page may go."""

import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from kiosk.build import build_id, page_files
from kiosk.playlist import phase_ms
from kiosk.rings import Release, Witness, canaries_of, is_in_ring, target_of, verdict
from tests.kiosk_factories import SHANGHAI

NOON = datetime(2019, 6, 26, 12, tzinfo=SHANGHAI)
SLUGS = [f"hall-{number}" for number in range(200)]
CANARIES = frozenset(["hall-7"])


def witness(slug: str = "hall-7", healthy: str = "new", **more: object) -> Witness:
    values = {"is_canary": slug == "hall-7", "is_alive": True, **more}
    return Witness(slug, healthy_build=healthy, **values)  # type: ignore[arg-type]


def test_a_tenth_is_a_tenth_and_holds_the_canaries() -> None:
    tenth = [slug for slug in SLUGS if is_in_ring(slug, "tenth", CANARIES)]
    assert "hall-7" in tenth
    assert 10 <= len(tenth) <= 32
    assert [slug for slug in SLUGS if is_in_ring(slug, "canary", CANARIES)] == ["hall-7"]


def test_one_screen_is_the_canary_where_nobody_chose_one() -> None:
    assert len(canaries_of([(slug, False) for slug in SLUGS])) == 1
    assert canaries_of([("a", False), ("b", True)]) == {"b"}


def test_the_others_keep_the_old_build_until_it_is_their_turn() -> None:
    releases = [Release("new", "canary", NOON), Release("old", "all", NOON)]
    assert target_of("hall-7", releases, CANARIES) == "new"
    assert target_of("hall-8", releases, CANARIES) == "old"
    halted = [Release("new", "halted", NOON), Release("old", "all", NOON)]
    assert target_of("hall-7", halted, CANARIES) == "old"


def test_a_build_moves_on_when_its_ring_is_well_and_has_watched_long_enough() -> None:
    release = Release("new", "canary", NOON)
    early, later = NOON + timedelta(minutes=9), NOON + timedelta(minutes=10)
    assert verdict(release, [witness()], early) == ("canary", "")
    assert verdict(release, [witness()], later) == ("tenth", "well")
    assert verdict(release, [witness(healthy="old")], later) == ("canary", "")
    assert verdict(Release("new", "tenth", NOON), [witness()], NOON + timedelta(minutes=30)) == (
        "all", "well",
    )  # fmt: skip


def test_a_build_stops_when_half_of_its_ring_is_lost() -> None:
    lost = witness(is_alive=False, went_down_at=NOON + timedelta(minutes=1))
    release = Release("new", "canary", NOON)
    assert verdict(release, [lost], NOON + timedelta(minutes=2)) == ("halted", "lost")
    before = witness(is_alive=False, went_down_at=NOON - timedelta(hours=1))
    assert verdict(release, [before], NOON + timedelta(minutes=20)) == ("canary", "")
    assert verdict(release, [before], NOON + timedelta(days=1)) == ("tenth", "nobody")


def test_a_build_is_what_the_page_is_made_of_and_nothing_else() -> None:
    root = Path(settings.BASE_DIR).resolve()
    names = {path.relative_to(root).as_posix() for path in page_files(root)}
    assert {
        "static/js/kiosk.js",
        "static/js/lib/kiosk/poll.js",
        "static/js/lib/leaflet.js",
        "static/css/kiosk/frame.css",
        "templates/kiosk/screen.html",
        "kiosk/words.py",
    } <= names
    assert not {name for name in names if "planner" in name or "admin" in name or "enrol" in name}
    other = "import sys; from kiosk.build import build_id; print(build_id())"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", other]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert said.stdout.split()[-1] == build_id()


def test_a_thousand_screens_spread_over_the_period_by_their_names() -> None:
    for name in ("load", "dating", "haishu"):
        seconds = Counter(phase_ms(f"{name}-{number}") // 1000 for number in range(1000))
        assert max(seconds.values()) <= 1.5 * 1000 / 30
