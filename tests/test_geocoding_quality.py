"""Figures of the offline chain against the kept baseline; metamorphic rules; coverage."""

import copy
import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from geo.geocoding.baseline import worse
from geo.geocoding.measuring import measure
from geo.geocoding.meter import Figures, Meter

HERE = Path(__file__).parent
GOLD: list[dict[str, Any]] = json.loads(
    (HERE / "gold" / "places.json").read_text(encoding="utf-8")
)["places"]
BASELINE: Figures = json.loads(
    (HERE / "gold" / "geocoding_baseline.json").read_text(encoding="utf-8")
)
DAY = date(2019, 6, 26)


@pytest.fixture(scope="module")
def figures() -> Figures:
    return measure(GOLD, DAY)


def test_nothing_is_worse_than_the_baseline(figures: Figures) -> None:
    assert worse(BASELINE, figures) == [], (
        "If the new state is meant: manage.py measure_geocoding --json > "
        "tests/gold/geocoding_baseline.json, and say why in the commit."
    )


def test_the_baseline_speaks_of_the_same_figures(figures: Figures) -> None:
    assert _names(BASELINE) == _names(figures)


def _names(figures: Figures) -> set[str]:
    names = set()
    for name, value in figures.items():
        names |= {f"{name}.{rest}" for rest in _names(value)} if isinstance(value, dict) else {name}
    return names


def test_no_gold_place_is_in_a_wrong_unit_and_no_claim_is_too_bold(figures: Figures) -> None:
    gold = figures["gold"]
    assert gold["wrong_unit"] == 0
    assert gold["level"]["over_claimed"] == 0
    assert gold["radius"]["honest_rate"] >= 0.9
    assert gold["questions"]["asked"] == gold["questions"]["expected"]
    assert {level: tally["match_rate"] for level, tally in gold["levels"].items()} == {
        "venue": 1.0,
        "community": 1.0,
        "town": 1.0,
        "district": 1.0,
    }


def test_every_name_in_the_lists_finds_its_own_place_or_a_question(figures: Figures) -> None:
    for what, tally in figures["names"].items():
        assert tally["wrong"] == 0, what
        assert tally["match_rate"] >= 0.98, what
    assert figures["names"]["communities"]["known"] == 3042


def test_only_seats_and_stations_stand_on_label_points(figures: Figures) -> None:
    # The label of a district is its seat of government; three towns are labelled by a station.
    assert figures["pile_up"]["venues_on_a_label_point"] <= 14


class TestMetamorphic:
    def test_dressing_a_place_up_hardly_ever_moves_it(self, figures: Figures) -> None:
        dressed = figures["metamorphic"]["dressed"]
        assert dressed["tried"] > 3000
        assert dressed["moved"] / dressed["tried"] < 0.001, dressed["examples"]

    def test_without_the_district_a_place_may_only_coarsen(self, figures: Figures) -> None:
        shortened = figures["metamorphic"]["shortened"]
        assert shortened["tried"] > 300
        assert shortened["displaced"] == 0, shortened["examples"]

    @pytest.mark.parametrize(
        ("printed", "venue"),
        [
            ("鄞州区五乡镇人民政府", "五乡镇人民政府|330212|"),  # not the district's government
            ("海曙区鼓楼站", "鼓楼站|330203|"),  # not 宁波站, although 鼓楼 is a town
            ("鄞州区鄞州体育馆", "鄞州体育馆|330212|2003-10"),
            ("宁海县胡陈乡人民政府", None),  # not in the table: its town, not 宁海县人民政府
            ("宁海县政府", "宁海县人民政府|330226|"),
        ],
    )
    def test_the_named_district_never_makes_a_name_vaguer(
        self, printed: str, venue: str | None
    ) -> None:
        answer = Meter.on(DAY).read(printed)
        assert (answer.venue, answer.status) == (venue, "answered")

    def test_brackets_tell_two_venues_of_one_name_apart(self) -> None:
        answer = Meter.on(DAY).read("宁波市孙文英小学（气象路校区）")
        assert answer.venue == "宁波市孙文英小学（气象路校区）|330203|2016-09"


def test_the_city_is_covered(figures: Figures) -> None:
    coverage = figures["coverage"]
    assert coverage["towns"] == 162
    assert coverage["communities"] >= 0.95 * 3042
    assert coverage["town_points"] >= 100
    assert coverage["venues"] >= 60
    total = coverage["venues_with_point"] + coverage["venues_without_point"]
    assert total == coverage["venues"]
    assert coverage["venues_known_as_venues"] <= coverage["venues_with_point"]


def test_every_venue_with_a_point_names_its_source_and_its_radius() -> None:
    from geo.geocoding.shipped import venues

    for row in venues():
        if row.entry.position is not None:
            assert row.point_source, row.entry.name
            assert row.entry.radius_m, row.entry.name


class TestCommand:
    def test_it_prints_a_table(self) -> None:
        out = StringIO()
        call_command("measure_geocoding", stdout=out)
        said = out.getvalue()
        assert "Towns                       162, " in said
        assert "Communities                 3042" in said
        assert "Places in a wrong unit      0 (0.0%)" in said
        assert said.endswith("Nothing is worse than the baseline.\n")

    def test_it_prints_json(self, figures: Figures) -> None:
        out = StringIO()
        call_command("measure_geocoding", json=True, stdout=out)
        assert json.loads(out.getvalue()) == figures  # and twice the same

    def test_it_fails_when_something_is_worse(self, tmp_path: Path) -> None:
        better = copy.deepcopy(BASELINE)
        better["names"]["towns"]["match_rate"] = 1.01
        path = tmp_path / "baseline.json"
        path.write_text(json.dumps(better), encoding="utf-8")
        with pytest.raises(CommandError, match=r"names\.towns\.match_rate: 1\.01 -> 0\.99"):
            call_command("measure_geocoding", baseline=path, stdout=StringIO())

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"nowhere\.json: No such file or directory\."):
            call_command("measure_geocoding", gold=tmp_path / "nowhere.json")


def test_more_and_less_are_told_apart() -> None:
    old = {"a": {"match_rate": 0.9, "wrong": 1, "known": 10}}
    assert worse(old, {"a": {"match_rate": 0.9, "wrong": 1, "known": 5}}) == []
    assert worse(old, {"a": {"match_rate": 0.95, "wrong": 0, "known": 10}}) == []
    assert worse(old, {"a": {"match_rate": 0.8, "wrong": 2, "known": 10}}) == [
        "a.match_rate: 0.9 -> 0.8",
        "a.wrong: 1 -> 2",
    ]
    assert worse(old, {"a": {"wrong": 1}}) == ["a.match_rate: 0.9 -> None"]
