"""People on cells: layers, from districts evenly, from towns, or from the points of a raster.

Whatever spreads people gives a district exactly its figure back; Σ over the city is the census.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from geo.gaps.spreading import spread
from geo.measures.results import Basis
from geo.models import Area, Cell, Grid, Population, PopulationLayer

# In Chinese in data and API; pages and files translate them.
EVEN = gettext_noop("在区县市内按面积均摊：没有比区县市更细的人口，格子里的人数只是示意")
EVEN_TOWN = gettext_noop("在街道/镇/乡内按面积均摊")
BY_POINTS = gettext_noop("按栅格点的分布分到格子，再调整到区县市的数字")
BY_POINTS_OF_ALL = gettext_noop("各人群都按总人口的栅格分布分到格子，再调整到区县市的数字")
POINT_CELLS = """
SELECT cell.id, cell.district_id, point."group", sum(point.weight)
FROM geo_populationpoint point
CROSS JOIN LATERAL (
    SELECT id, district_id FROM geo_cell
    WHERE grid_id = %s AND ST_DWithin(centre, point.at, 5000)
    ORDER BY ST_Contains(shape, point.at) DESC, centre <-> point.at LIMIT 1
) AS cell
WHERE point.layer_id = %s AND cell.district_id IS NOT NULL
GROUP BY 1, 2, 3
"""
Key = tuple[int, str]  # district, group


@dataclass(frozen=True)
class Figures:
    """What is known of areas: (area id, group) → persons, all of one day and one basis."""

    counted_on: date
    basis: str
    source: str
    counts: Mapping[Key, int]


def most_complete(sets: Iterable[tuple[date, str]]) -> tuple[date, str] | None:
    """Of the day and basis of every figure the one that has most of them, then the latest; two
    bases of one day are told apart by their names, so that everybody chooses the same."""
    counts = Counter(sets)
    return max(counts, key=lambda one: (counts[one], *one), default=None)


def figures(level: str = "district", basis: str = "", group: str = "") -> Figures | None:
    """The latest day and basis that has most areas of *level*; *basis* picks one."""
    rows = Population.objects.filter(area__level=level)
    if basis:
        rows = rows.filter(basis=basis)
    if group:
        rows = rows.filter(group=group)
    found = list(rows.values_list("counted_on", "basis", "source", "area_id", "group", "count"))
    chosen = most_complete((row[0], row[1]) for row in found)
    if chosen is None:
        return None
    mine = [row for row in found if (row[0], row[1]) == chosen]
    return Figures(chosen[0], chosen[1], mine[0][2], {(row[3], row[4]): row[5] for row in mine})


@transaction.atomic
def make_even_layer(now: datetime, basis: str = "") -> PopulationLayer | None:
    """People of the districts, evenly on the land of their cells. Labelled 示意."""
    known = figures("district", basis)
    if known is None:
        return None
    layer, _ = PopulationLayer.objects.update_or_create(
        slug=f"even-{known.counted_on:%Y}" + (f"-{_slug(basis)}" if basis else ""),
        defaults={
            "title": f"{known.counted_on.year} 年区县市人口，均摊",
            "method": PopulationLayer.Method.EVEN,
            "counted_on": known.counted_on,
            "basis": known.basis,
            "source": known.source,
            "is_sketch": True,
            "made_at": now,
        },
    )
    for grid in Grid.objects.all():
        fill(layer, grid)
    return layer


def _slug(basis: str) -> str:
    return format(sum(ord(c) * (i + 1) for i, c in enumerate(basis)) % 100_000, "d")


@transaction.atomic
def fill(layer: PopulationLayer, grid: Grid) -> None:
    """The layer's people on the cells of a grid, in place of what stood there."""
    known = figures("district", layer.basis)
    land: dict[int | None, list[tuple[int, int | None, float]]] = defaultdict(list)
    for cell, district, town, area in Cell.objects.filter(grid=grid).values_list(
        "pk", "district_id", "town_id", "land_m2"
    ):
        land[district].append((cell, town, area))
    if layer.method == PopulationLayer.Method.POINTS:
        rows = _by_points(layer, grid, known)
    elif layer.method == PopulationLayer.Method.AREAS:
        rows = _by_towns(layer, known, land)
    else:
        rows = _evenly(known, land)
    found = list(rows)  # before the COPY begins: nothing else can be asked meanwhile
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM geo_cellpopulation USING geo_cell"
            " WHERE cell_id = geo_cell.id AND layer_id = %s AND grid_id = %s",
            [layer.pk, grid.pk],
        )
        with cursor.copy(
            'COPY geo_cellpopulation (layer_id, cell_id, "group", count) FROM STDIN'
        ) as copy:
            for cell, group, count in found:
                copy.write_row((layer.pk, cell, group, count))
        cursor.execute("ANALYZE geo_cellpopulation")


Land = Mapping[int | None, list[tuple[int, int | None, float]]]
Row = tuple[int, str, int]  # cell, group, persons


def _evenly(known: Figures | None, land: Land) -> Iterable[Row]:
    for (district, group), people in (known.counts if known else {}).items():
        found = land.get(district)
        if found:
            counts = spread(people, [area for _, _, area in found])
            yield from ((cell, group, n) for (cell, _, _), n in zip(found, counts, strict=True))


def _by_towns(layer: PopulationLayer, known: Figures | None, land: Land) -> Iterable[Row]:
    """Within a town evenly; the rest of the district on its cells outside any such town."""
    towns = dict(Area.objects.filter(level="town").values_list("pk", "parent_id"))
    counted = Population.objects.filter(
        area__level="town", basis=layer.basis, counted_on=layer.counted_on
    )
    by_town = {(a, g): n for a, g, n in counted.values_list("area_id", "group", "count")}
    groups = {group for _, group in by_town}
    for (district, group), people in (known.counts if known else {}).items():
        found = land.get(district, [])
        if group not in groups or not found:
            continue
        drawn = {town for _, town, _ in found if town and (town, group) in by_town}
        placed = sum(by_town[town, group] for town in drawn)
        rest = [one for one in found if one[1] not in drawn]
        if placed > people or (not rest and placed < people):
            weights = {town: float(by_town[town, group]) for town in drawn}
            shares = dict(zip(weights, spread(people, list(weights.values())), strict=True))
        else:
            shares = {town: by_town[town, group] for town in drawn}
        parts: list[tuple[int, list[tuple[int, int | None, float]]]] = [
            (shares[town], [one for one in found if one[1] == town])
            for town in drawn
            if towns.get(town) == district
        ]
        left = people - sum(n for n, _ in parts)
        for n, some in [*parts, (left, rest or found)]:
            for (cell, _, _), count in zip(some, spread(n, [a for *_, a in some]), strict=True):
                if count or n is not left or rest:
                    yield cell, group, count


def _by_points(layer: PopulationLayer, grid: Grid, known: Figures | None) -> Iterable[Row]:
    """Weights of the points in each cell; a district gets its figure back where it has one, and
    one without any point has its people evenly."""
    land: dict[int, dict[int, float]] = defaultdict(dict)
    for cell, district, area in Cell.objects.filter(grid=grid, district__isnull=False).values_list(
        "pk", "district_id", "land_m2"
    ):
        land[district or 0][cell] = area
    weights: dict[Key, dict[int, float]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(POINT_CELLS, [grid.pk, layer.pk])
        for cell, district, group, weight in cursor.fetchall():
            weights[district, group][cell] = weight
    keys = set(weights)
    of_all = {group for _, group in keys} == {""}
    if of_all and known:
        keys = set(known.counts)
    if known and not of_all:
        named = {group for _, group in keys}
        keys |= {key for key in known.counts if key[1] in named}
    for district, group in sorted(keys):
        found = weights.get((district, "" if of_all else group)) or land[district]
        name = group or "total"
        people = known.counts.get((district, name)) if known else None
        total = round(sum(found.values())) if people is None else people
        counts = spread(total, list(found.values()))
        yield from ((cell, name, n) for cell, n in zip(found, counts, strict=True) if n)


def layer_for(group: str, slug: str = "") -> PopulationLayer | None:
    """The layer called *slug*, else the finest that has the group, the latest first."""
    found = PopulationLayer.objects.filter(cells__group=group).distinct()
    return found.filter(slug=slug).first() if slug else found.first()


def basis_of(layer: PopulationLayer | None, group: str) -> Basis:
    if layer is None:
        return Basis(group, None, "", "")
    assumption = {
        PopulationLayer.Method.EVEN: EVEN,
        PopulationLayer.Method.AREAS: EVEN_TOWN,
        PopulationLayer.Method.POINTS: BY_POINTS,
    }[PopulationLayer.Method(layer.method)]
    if layer.points.filter(group="").exists():
        assumption = BY_POINTS_OF_ALL
    return Basis(
        group, layer.counted_on, layer.basis, layer.source, layer.method, layer.is_sketch,
        assumption, layer.licence,
    )  # fmt: skip


def layers(group: str = "total") -> list[tuple[str, Basis]]:
    """(slug, basis) of every layer that has *group*, the best first."""
    found = PopulationLayer.objects.filter(cells__group=group).distinct()
    return [(one.slug, basis_of(one, group)) for one in found]
