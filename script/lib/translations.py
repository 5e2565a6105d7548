"""Whether the English catalogue knows every Chinese text of code and templates.

python3 -m script.lib.translations      writes what is missing into locale/en, to be translated
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from script.lib.cluster import CHECKOUT

SOURCES = ("config", "geo", "kiosk", "templates")
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
# No line numbers and no wrapping: a moved line is no change to a translator.
MAKE = ["makemessages", "-l", "en", "--keep-pot", "--add-location", "file", "--no-wrap"]


def make_messages(folder: Path) -> str:
    """Reads all texts below *folder* into its locale/; what went wrong, or nothing."""
    (folder / "locale").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "django", *MAKE, "--ignore", ".venv", "--ignore", "node_modules"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    return done.stderr if done.returncode else ""


def say(*command: str) -> str:
    """What a gettext program complained about; empty when it was content."""
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stderr + done.stdout if done.returncode else ""


def trouble() -> str:
    """Broken entries, and texts without an English translation, in words; else empty."""
    catalogue = CHECKOUT / CATALOGUE
    if not catalogue.exists():
        return f"{CATALOGUE} is missing: python3 -m script.lib.translations makes it."
    if broken := say("msgfmt", "--check", "-o", "/dev/null", str(catalogue)):
        return broken
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for source in SOURCES:
            shutil.copytree(
                CHECKOUT / source, copy / source, ignore=shutil.ignore_patterns("*.pyc")
            )
        if said := make_messages(copy):
            return said
        missing = say("msgcmp", str(catalogue), str(copy / "locale" / "django.pot"))
    if missing:
        missing += "Add them with python3 -m script.lib.translations, then translate."
    return missing.replace(str(copy) + "/", "")


def main() -> int:
    if said := make_messages(CHECKOUT):
        print(said, file=sys.stderr)
        return 1
    (CHECKOUT / "locale" / "django.pot").unlink(missing_ok=True)
    print(f"{CATALOGUE} is up to date; entries with an empty msgstr wait for a translator.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
