"""``manage.py load_population FILE``: a finer layer of people, by code of a town or by point.

    code,group,count        towns (9 digits), communities (12) or districts (6)
    lon,lat,group,count     points of a raster or roster, WGS-84; without group: everybody

Figures by code are kept as they are, under their own day and basis. Points are spread over cells so
that every district gets its own figure of that basis back; nobody is lost and nobody is invented.
"""

import csv
from argparse import ArgumentParser
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.text import slugify

from config import clock
from geo.gaps.spreading import spread
from geo.measures import people
from geo.models import Area, Grid, Population, PopulationLayer, PopulationPoint
from geo.models.measures import PLANE

MOST_ROWS = 5_000_000
MOST_PERSONS = 20_000_000
BATCH = 20_000
BOX = (120.0, 28.5, 123.0, 31.0)  # around Ningbo: what lies outside is another datum or a mistake


class Command(BaseCommand):
    help = "Loads people by town or community code, or by raster points, keeping sums exact."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="UTF-8 CSV with a head line.")
        parser.add_argument("--source", required=True, help="Who counted, as it is to be printed.")
        parser.add_argument("--licence", default="", help="Under which terms it may be used.")
        parser.add_argument("--counted-on", required=True, type=date.fromisoformat)
        parser.add_argument(
            "--basis",
            required=True,
            help="口径: 行政区划（…） or 管理口径（…). Figures of two bases are never mixed.",
        )
        parser.add_argument("--title", default="", help="Name of the layer (default: the source).")
        parser.add_argument("--is-sketch", action="store_true", help="Label its cells 示意.")
        parser.add_argument(
            "--fit",
            action="store_true",
            help="Spread each district's own figure by these counts instead of keeping them.",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as file:
                rows = csv.DictReader(file)
                heads = set(rows.fieldnames or ())
                if {"code", "group", "count"} <= heads:
                    self._by_code(rows)
                elif {"lon", "lat", "count"} <= heads:
                    self._by_point(rows)
                else:
                    raise CommandError(
                        f"The head line says {', '.join(sorted(heads)) or 'nothing'}. Expected"
                        " code,group,count or lon,lat,count with or without group."
                    )
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(
                f"{options['file']}: {error}. Expected a CSV file in UTF-8."
            ) from None

    def _by_code(self, rows: "csv.DictReader[str]") -> None:
        areas = {area.code: area for area in Area.objects.filter(code__isnull=False)}
        found: dict[tuple[Area, str], int] = {}
        for line, row in enumerate(rows, start=2):
            area = areas.get((row["code"] or "").strip())
            if area is None:
                raise CommandError(f"Line {line}: there is no area {row['code']!r}.")
            key = (area, (row["group"] or "").strip())
            if not key[1] or key in found:
                raise CommandError(
                    f"Line {line}: {area} {key[1] or 'without a group'} stands twice."
                )
            found[key] = int(_number(row["count"], line, is_whole=True))
        if self.options["fit"]:
            found = self._fitted(found)
        self._compare(found)
        for (area, group), count in found.items():
            Population.objects.update_or_create(
                area=area, group=group, counted_on=self.options["counted_on"],
                basis=self.options["basis"],
                defaults={"count": count, "source": self._source()},
            )  # fmt: skip
        self.stdout.write(f"{len(found)} figures of {len({a.pk for a, _ in found})} areas.")
        if any(area.level == Area.Level.DISTRICT for area, _ in found):
            people.make_even_layer(clock.now(), self.options["basis"])
        drawn = Area.objects.filter(level="town", boundary__isnull=False)
        if drawn.filter(pk__in={area.pk for area, _ in found}).exists():
            self._layer(PopulationLayer.Method.AREAS)
        elif any(area.level == Area.Level.TOWN for area, _ in found):
            self.stdout.write("No such town has a boundary: rates by town, but no finer cells.")

    def _source(self) -> str:
        words = str(self.options["source"])
        return f"{words}（按区县市数字调整）" if self.options["fit"] else words

    def _fitted(self, found: dict[tuple[Area, str], int]) -> dict[tuple[Area, str], int]:
        """Each district's own figure, spread by the counts of its towns."""
        known = self._district_figures()
        parts: dict[tuple[int | None, str], list[tuple[Area, str]]] = defaultdict(list)
        for area, group in found:
            parts[area.parent_id, group].append((area, group))
        fitted = dict(found)
        for (district, group), keys in parts.items():
            whole = known.counts.get((district or 0, group))
            if whole is None:
                raise CommandError(f"There is no figure of {group} for a district to fit to.")
            counts = spread(whole, [found[key] for key in keys])
            fitted.update(zip(keys, counts, strict=True))
        return fitted

    def _compare(self, found: dict[tuple[Area, str], int]) -> None:
        """Towns of a whole district have to add up to its figure, where both are of one basis."""
        known = people.figures("district", self.options["basis"])
        if known is None or known.counted_on != self.options["counted_on"]:
            return
        sums: dict[tuple[int, str], list[int]] = defaultdict(list)
        for (area, group), count in found.items():
            if area.level == Area.Level.TOWN and area.parent_id:
                sums[area.parent_id, group].append(count)
        for (district, group), counts in sums.items():
            whole = known.counts.get((district, group))
            name = Area.objects.get(pk=district).name
            towns = Area.objects.filter(level="town", parent=district).count()
            if (
                whole is not None
                and (sum(counts) > whole or len(counts) == towns != 0)
                and sum(counts) != whole
            ):
                raise CommandError(
                    f"{name} {group}: the towns add up to {sum(counts)}, the district has {whole}."
                    " Correct the file, or spread the district's figure with --fit."
                )

    def _district_figures(self) -> people.Figures:
        known = people.figures("district", self.options["basis"])
        if known is None:
            raise CommandError(
                f"There are no figures of districts on the basis {self.options['basis']!r}."
                " Load those first."
            )
        return known

    def _by_point(self, rows: "csv.DictReader[str]") -> None:
        self._district_figures()
        layer = self._layer(PopulationLayer.Method.POINTS, is_filled=False)
        layer.points.all().delete()
        batch, count = [], 0
        for line, row in enumerate(rows, start=2):
            lon, lat = (_number(row[name], line) for name in ("lon", "lat"))
            if not (BOX[0] <= lon <= BOX[2] and BOX[1] <= lat <= BOX[3]):
                raise CommandError(f"Line {line}: {lon}, {lat} is not near Ningbo. Is it WGS-84?")
            at = Point(lon, lat, srid=4326)
            at.transform(PLANE)
            weight = _number(row["count"], line)
            group = (row.get("group") or "").strip()
            batch.append(PopulationPoint(layer=layer, at=at, group=group, weight=weight))
            count += 1
            if count > MOST_ROWS:
                raise CommandError(f"More than {MOST_ROWS} points. Load a coarser raster.")
            if len(batch) == BATCH:
                PopulationPoint.objects.bulk_create(batch)
                batch = []
        PopulationPoint.objects.bulk_create(batch)
        for grid in Grid.objects.all():
            people.fill(layer, grid)
        self.stdout.write(f"{count} points on {Grid.objects.count()} grids, layer {layer.slug}.")

    def _layer(self, method: PopulationLayer.Method, is_filled: bool = True) -> PopulationLayer:
        asked = self.options
        title = asked["title"] or asked["source"]
        name = slugify(title) or people._slug(title)
        layer, _ = PopulationLayer.objects.update_or_create(
            slug=f"{method}-{asked['counted_on']:%Y}-{name}"[:50],
            defaults={
                "title": title[:120], "method": method, "counted_on": asked["counted_on"],
                "basis": asked["basis"], "source": self._source(), "licence": asked["licence"],
                "is_sketch": asked["is_sketch"], "made_at": clock.now(),
            },
        )  # fmt: skip
        for grid in Grid.objects.all() if is_filled else ():
            people.fill(layer, grid)
        return layer


def _number(words: str | None, line: int, is_whole: bool = False) -> float:
    """Plain digits: no NaN, no infinity, nothing below zero, no more than a city's people."""
    text = (words or "").strip()
    try:
        number = float(text) if text.replace(".", "", 1).isdigit() and text.isascii() else -1.0
    except ValueError:
        number = -1.0
    if not 0 <= number <= MOST_PERSONS or (is_whole and number != int(number)):
        kind = "a whole number" if is_whole else "a number"
        raise CommandError(f"Line {line}: {text[:20]!r}. Expected {kind}, 0 or more.")
    return number
