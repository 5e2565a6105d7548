"""Which build of the screen's page this is: a hash of what the page is made of, and of that only.

A screen reloads for a new build, so a change of the planner's colours must not be one. Every
process takes the hash when it starts: one that is started again after the files were changed says
so, and the rings (``kiosk.rings``) decide who follows.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings

ENTRIES = (
    "static/js/kiosk*.js",
    "static/js/lib/kiosk/touch/desk.js",  # asked for only by panels that feel touch
    "static/js/early.js",
    "static/js/fonts.js",
)
STYLES = ("tokens", "base", "fonts", "kiosk/*")
TEMPLATES = ("templates/base.html", "templates/kiosk/*.html")
NOT_THE_PAGE = {"enrol.html", "check.html"}
MODULES = ("cards", "items", "scenes*", "playlist", "payload", "words")
IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"';]*["'](\.[^"']+)["']""", re.MULTILINE)


@lru_cache(maxsize=1)
def build_id() -> str:
    """Twelve hex digits; the same for every process that runs the same files."""
    digest = hashlib.sha256()
    root = Path(settings.BASE_DIR).resolve()
    for path in sorted(page_files(root)):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def page_files(root: Path) -> set[Path]:
    """Scripts with all they import, styles, templates, and the modules that make the programme."""
    found = set(with_imports(path for entry in ENTRIES for path in root.glob(entry)))
    found |= {path for name in STYLES for path in root.glob(f"static/css/{name}.css")}
    found |= {path for name in TEMPLATES for path in root.glob(name)}
    for name in MODULES:
        found |= {*root.glob(f"kiosk/{name}.py"), *root.glob(f"kiosk/{name}/*.py")}
    return {path for path in found if path.name not in NOT_THE_PAGE}


def with_imports(entries: Iterator[Path]) -> Iterator[Path]:
    waiting, seen = list(entries), set[Path]()
    while waiting:
        path = waiting.pop().resolve()
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        yield path
        script = path.read_text(encoding="utf-8")
        waiting += [path.parent / name for name in IMPORT.findall(script)]
