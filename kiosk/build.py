"""Which build of the screen's page this is: a hash of everything it is made of."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

PARTS = ("static/js", "static/css", "templates/kiosk", "kiosk")
ENDINGS = {".js", ".css", ".html", ".py"}


@lru_cache(maxsize=1)
def build_id() -> str:
    """Twelve hex digits; the same for every process that runs the same files."""
    digest = hashlib.sha256()
    root = Path(settings.BASE_DIR)
    for part in PARTS:
        for path in sorted((root / part).rglob("*")):
            if path.suffix in ENDINGS:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
