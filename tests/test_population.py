"""People loaded from finer sources: no one lost, no one invented, two bases never mixed."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.management import CommandError, call_command
from django.db.models import Sum

from geo import measures
from geo.measures import Ask, people
from geo.models import Area, Cell, CellPopulation, Population, PopulationLayer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
CENSUS = date(2020, 11, 1)
BASIS = "行政区划（普查分县资料）"
CITY = 9_404_283
HEXAGONS_M = 2500  # coarse ones are as exact, and quicker


@pytest.fixture
def _cells() -> None:
    call_command("make_cells", "--edge", str(HEXAGONS_M), stdout=StringIO())


def load(folder: Path, text: str, **options: object) -> str:
    file, out = folder / "people.csv", StringIO()
    file.write_text(text, encoding="utf-8")
    asked = {"source": "测试来源", "counted_on": CENSUS, "basis": BASIS} | options
    call_command("load_population", str(file), stdout=out, **asked)
    return out.getvalue()


def people_of(layer: str, group: str = "total") -> dict[str, int]:
    rows = CellPopulation.objects.filter(layer__slug=layer, group=group)
    return dict(rows.values_list("cell__district__code").annotate(n=Sum("count")))


@pytest.mark.usefixtures("_cells")
def test_the_census_on_hexagons_is_the_census() -> None:
    facts = dict(
        Population.objects.filter(group="total", area__level="district").values_list(
            "area__code", "count"
        )
    )
    assert people_of("even-2020") == facts
    assert sum(facts.values()) == CITY
    city = Population.objects.filter(area__level="city", basis=BASIS)
    for group, count in city.values_list("group", "count"):
        assert sum(people_of("even-2020", group).values()) == count


@pytest.mark.usefixtures("_cells")
def test_points_of_a_raster_give_every_district_its_figure_back(tmp_path: Path) -> None:
    seats = Area.objects.districts().values_list("label_point", flat=True)
    lines = ["lon,lat,count"]
    for point in seats:
        lines += [
            f"{point.x + i / 100:.5f},{point.y + i / 200:.5f},{97.3 * (i + 1)}" for i in range(7)
        ]
    assert load(tmp_path, "\n".join(lines), title="raster").startswith("70 points on 1 grids")
    layer = PopulationLayer.objects.get(method="points")
    for group in ("total", "age_60_plus"):
        assert people_of(layer.slug, group) == people_of("even-2020", group)
    assert CellPopulation.objects.filter(layer=layer, group="total").count() < 80
    basis = measures.uncovered(Ask(CENSUS, CENSUS, layer=layer.slug)).frame.basis
    assert (basis.is_sketch, basis.method) == (False, "points")
    assert basis.assumption == people.BY_POINTS_OF_ALL


@pytest.mark.usefixtures("_cells")
def test_towns_with_a_boundary_keep_their_people_and_the_rest_has_the_rest(tmp_path: Path) -> None:
    district = Area.objects.get(code="330205")
    town = Area.objects.filter(level="town", parent=district).first()
    assert town is not None
    assert district.label_point is not None
    x, y = district.label_point.coords
    town.boundary = MultiPolygon(Polygon.from_bbox((x - 0.06, y - 0.06, x + 0.06, y + 0.06)))
    town.save()
    call_command("make_cells", "--edge", str(HEXAGONS_M), stdout=StringIO())
    load(tmp_path, f"code,group,count\n{town.code},total,90001\n", title="towns")
    layer = PopulationLayer.objects.get(method="areas")
    inside = Cell.objects.filter(town=town)
    assert inside.exists()
    here = CellPopulation.objects.filter(layer=layer, cell__in=inside)
    assert here.aggregate(n=Sum("count"))["n"] == 90_001
    assert people_of(layer.slug) == people_of("even-2020")


def test_the_other_basis_stands_beside_the_first(tmp_path: Path) -> None:
    """高新区 counts 贵驷 in the bulletin of 2021-05-17: 21 368 people, and the city stays."""
    facts = dict(
        Population.objects.filter(group="total", area__level="district").values_list(
            "area__code", "count"
        )
    )
    facts |= {"330211": 510_462, "330212": 1_609_555}
    lines = "\n".join(f"{code},total,{count}" for code, count in facts.items())
    load(tmp_path, f"code,group,count\n{lines}\n", basis="管理口径（公报）")
    both = [people.figures("district", basis, "total") for basis in (BASIS, "管理口径（公报）")]
    assert all(one is not None and sum(one.counts.values()) == CITY for one in both)
    first, second = (one.counts for one in both if one)
    assert sorted(second[k] - first[k] for k in first if first[k] != second[k]) == [-21_368, 21_368]


def test_towns_that_do_not_add_up_are_refused_or_fitted(tmp_path: Path) -> None:
    towns = Area.objects.filter(level="town", parent__code="330205").values_list("code", flat=True)
    text = "code,group,count\n" + "\n".join(f"{code},total,1000" for code in towns)
    with pytest.raises(CommandError) as refused:
        load(tmp_path, text)
    assert str(refused.value) == (
        f"江北区 total: the towns add up to {1000 * len(towns)}, the district has 488885."
        " Correct the file, or spread the district's figure with --fit."
    )
    assert "rates by town" in load(tmp_path, text, fit=True)
    rows = Population.objects.filter(area__level="town", area__parent__code="330205")
    assert rows.aggregate(n=Sum("count"))["n"] == 488_885
    assert {row.source for row in rows} == {"测试来源（按区县市数字调整）"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,b\n1,2\n", "The head line says a, b. Expected code,group,count or lon,lat,count with"
         " or without group."),
        ("code,group,count\n330299,total,5\n", "Line 2: there is no area '330299'."),
        ("code,group,count\n330205,total,-5\n",
         "Line 2: '-5'. Expected a whole number, 0 or more."),
        ("code,group,count\n330205,total,1.5\n",
         "Line 2: '1.5'. Expected a whole number, 0 or more."),
        ("code,group,count\n330205,total,nan\n",
         "Line 2: 'nan'. Expected a whole number, 0 or more."),
        ("lon,lat,count\n12.5,41.9,3\n", "Line 2: 12.5, 41.9 is not near Ningbo. Is it WGS-84?"),
        ("lon,lat,count\n121.5,29.9,1e9\n", "Line 2: '1e9'. Expected a number, 0 or more."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_right_says_why(tmp_path: Path, text: str, problem: str) -> None:
    before = Population.objects.count()
    with pytest.raises(CommandError) as refused:
        load(tmp_path, text)
    assert str(refused.value) == problem
    assert Population.objects.count() == before
