"""``manage.py measure_geocoding``: how good the offline chain is, and what it covers."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.geocoding.baseline import worse
from geo.geocoding.measuring import measure
from geo.geocoding.meter import Figures

GOLD = Path("tests/gold/places.json")
BASELINE = Path("tests/gold/geocoding_baseline.json")
GOLD_DAY = date(2019, 6, 26)  # the week in which the gold places were printed


class Command(BaseCommand):
    help = (
        "Measures the offline geocoding on places settled by hand and on the lists themselves. "
        "Needs no database. Exit code 1 if anything is worse than the baseline."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the figures, for a new baseline")
        parser.add_argument("--gold", type=Path, default=settings.BASE_DIR / GOLD)
        parser.add_argument("--baseline", type=Path, default=settings.BASE_DIR / BASELINE)

    def handle(self, *args: Any, **options: Any) -> None:
        gold = _read(options["gold"])
        figures = measure(gold["places"], GOLD_DAY)
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1))
            return
        self.stdout.write("\n".join(as_table(figures)))
        found = worse(_read(options["baseline"]), figures)
        if found:
            raise CommandError("Worse than the baseline:\n  " + "\n  ".join(found))
        self.stdout.write("\nNothing is worse than the baseline.")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path.name}: {error.strerror}.") from None
    except ValueError as error:
        raise CommandError(f"{path.name} is not JSON ({error}).") from None


def as_table(figures: Figures) -> list[str]:
    """The figures in lines for a terminal."""
    gold, names, cover = figures["gold"], figures["names"], figures["coverage"]
    lines = [f"{'Gold places: ' + str(gold['places']):24}  known  right  wrong   lost   match rate"]
    lines += [_row(level, tally) for level, tally in gold["levels"].items()]
    lines += ["", f"{'Lists, by their names':24}  known  right  wrong   lost   match rate"]
    lines += [_row(what, tally) for what, tally in names.items()]
    distance, radius, level = gold["distance"], gold["radius"], gold["level"]
    dressed, shortened = figures["metamorphic"]["dressed"], figures["metamorphic"]["shortened"]
    pile = figures["pile_up"]
    pairs = {
        "Places in a wrong unit": f"{gold['wrong_unit']} ({gold['wrong_unit_rate']:.1%})",
        "Questions asked": f"{gold['questions']['asked']} of {gold['questions']['expected']}",
        "Distance on known points": f"median {distance['median_m']} m, p90 {distance['p90_m']} m, "
        f"{distance['points']} points",
        "Within the claimed radius": f"{radius['honest']} of {distance['points']} "
        f"({radius['honest_rate']:.1%})",
        "Level over / under claimed": f"{level['over_claimed']} / {level['under_claimed']}",
        "Places sharing a point": f"{pile['sharing_a_point']} of {pile['places']} "
        f"({pile['sharing_rate']:.1%})",
        "Venues on a label point": str(pile["venues_on_a_label_point"]),
        "Moved by dressing up": f"{dressed['moved']} of {dressed['tried']}",
        "Displaced by shortening": f"{shortened['displaced']} of {shortened['tried']}",
        "Towns": f"{cover['towns']}, {cover['town_points']} with a point",
        "Communities": str(cover["communities"]),
        "Venues": f"{cover['venues']}: {cover['venues_with_point']} with a point "
        f"({cover['venues_known_as_venues']} to 1 000 m or better), "
        f"{cover['venues_without_point']} without",
    }
    return [*lines, "", *(f"{what:28}{said}" for what, said in pairs.items())]


def _row(what: str, tally: Figures) -> str:
    counts = "".join(f"{tally[kind]:7}" for kind in ("known", "right", "wrong", "lost"))
    asked = f"   ({tally['asked']} asked)" if tally.get("asked") else ""
    return f"  {what:22}{counts}      {tally['match_rate']:7.2%}{asked}"
