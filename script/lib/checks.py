"""Everything that can be judged without running the tests, two at a time, each by its name.

    python3 -m script.lib.checks            all
    python3 -m script.lib.checks types …    only these

Runs inside `script/check`, which brings the tools and the database.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from script.lib import demo_data, translations
from script.lib.cluster import CHECKOUT

LOCKS = ("requirements.lock", "requirements-dev.lock", "package-lock.json")
PAGES = CHECKOUT / ".local" / "pages"
SCRIPTS = CHECKOUT / ".local" / "scripts"
STYLES = CHECKOUT / "static" / "css"
# What a public server sets; `check --deploy` judges these.
PRODUCTION = {
    "YITU_SECRET_KEY": secrets.token_urlsafe(50),
    "YITU_ALLOWED_HOSTS": "map.example.org",
    "YITU_DEMO": "0",
    "YITU_DEBUG": "0",
    "YITU_NOW": "",
}
DEMO = {"YITU_DEMO": "1", "YITU_NOW": demo_data.DEMO_NOW}
# Pages are judged without the collected files, which another check is making at the same time.
PLAIN = {**DEMO, "YITU_PLAIN_STATIC": "1"}


@dataclass(frozen=True)
class Check:
    """A name to call it by, what it is in words, and the commands that must succeed in order."""

    name: str
    words: str
    commands: tuple[Sequence[str], ...] = ()
    function: Callable[[], str] | None = None  # the trouble in words, or nothing
    environment: Mapping[str, str] = field(default_factory=dict)


def addresses_in_locks() -> str:
    """Lock files hold versions and hashes; where to fetch from is each machine's own business."""
    found = []
    for name in LOCKS:
        for number, line in enumerate((CHECKOUT / name).read_text().splitlines(), 1):
            if "://" in line or line.startswith("-"):
                found.append(f"{name}:{number}: {line.strip()}")
    return "\n".join(found)


def shell_syntax() -> str:
    """Whether bash can read every script that names it in its first line."""
    said = ""
    for path in [*(CHECKOUT / "script").rglob("*"), CHECKOUT / ".ci" / "run"]:
        is_bash = path.is_file() and path.open("rb").readline().endswith(b"bash\n")
        if is_bash or path.suffix == ".sh":
            said += execute(["bash", "-n", str(path)], {})[1]
    return said


def newer_syntax() -> str:
    """What a kiosk's browser of 2018 (Chromium 69) could not read in our own scripts.

    It reads `import()`, which came into the standard only later: that one is taken for a call.
    """
    shutil.rmtree(SCRIPTS, ignore_errors=True)
    for path in (CHECKOUT / "static").rglob("*.js"):
        if "vendor" not in path.parts:  # libraries answer for themselves
            copy = SCRIPTS / path.relative_to(CHECKOUT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(re.sub(r"\bimport\(", "import_(", path.read_text()))
    is_good, said = execute(["es-check", "es2018", "--module", f"{SCRIPTS}/**/*.js"], {})
    return "" if is_good else said


# Not known to Chromium 69 (2018): value functions, properties and rules that came later. What is
# ignored there without harm (text-wrap) may stay.
NEWER_CSS = re.compile(
    r"\b(clamp|min|max|color-mix|oklch|oklab|lch)\(|:(is|where|has|focus-visible)\b|"
    r"@(layer|container|property)\b|(?:^|[;{\s])(gap|row-gap|inset|aspect-ratio|"
    r"(?:margin|padding|inset)-(?:inline|block)|accent-color|content-visibility)\s*:",
    re.MULTILINE,
)
SCREEN_STYLES = ("kiosk/*", "tokens")


def newer_css() -> str:
    """What the kiosk's browser of 2018 could not read in the lobby screen's styles."""
    said = ""
    for path in (one for name in SCREEN_STYLES for one in STYLES.glob(f"{name}.css")):
        text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), path.read_text(),
                      flags=re.DOTALL)  # fmt: skip
        for number, line in enumerate(text.splitlines(), 1):
            if found := NEWER_CSS.search(line):
                said += f"{path.relative_to(CHECKOUT)}:{number}: {found[0].strip()}\n"
    return said


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error::RuntimeWarning", "manage.py", *arguments]


def all_checks() -> list[Check]:
    """The slow ones first, so that two processors end together."""
    migrations = manage("makemigrations", "--check", "--dry-run")
    deployment = manage("check", "--deploy", "--fail-level", "WARNING")
    return [
        Check("types", "Types", (["mypy"],)),
        Check(
            "pages",
            "Pages are valid HTML and no link is dead",
            (
                [sys.executable, "-m", "script.lib.pages", str(PAGES)],
                ["html-validate", "--max-warnings", "0", str(PAGES)],
            ),
            environment=PLAIN,
        ),
        Check("style", "Python style", (["ruff", "check", "."],)),
        Check("format", "Python format", (["ruff", "format", "--check", "."],)),
        Check("imports", "Import contracts", (["lint-imports"],)),
        Check("migrations", "No migration is missing", (migrations,), environment=DEMO),
        Check("deployment", "Production settings", (deployment,), environment=PRODUCTION),
        Check("static", "Static files", (manage("collectstatic", "--noinput"),), environment=DEMO),
        Check(
            "templates",
            "Templates",
            (["djlint", "--lint", "--quiet", "--ignore", "H023,H030,H031", "templates"],),
        ),
        Check("translations", "Translations", function=translations.trouble),
        Check("javascript", "Scripts a browser of 2018 can read", function=newer_syntax),
        Check("css", "Screen styles a browser of 2018 can read", function=newer_css),
        Check("locks", "No addresses in lock files", function=addresses_in_locks),
        Check("shell", "Shell scripts", function=shell_syntax),
    ]


def execute(command: Sequence[str], environment: Mapping[str, str]) -> tuple[bool, str]:
    """Whether *command* succeeded, and all that it said."""
    try:
        done = subprocess.run(
            command,
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except FileNotFoundError:
        return False, f"{command[0]} is not installed: script/setup --test brings it.\n"
    return done.returncode == 0, done.stdout


def run(check: Check) -> bool:
    """Runs one check and prints its line, and on failure what was found, in one piece."""
    started = time.monotonic()
    said = check.function() if check.function else ""
    is_good = not said
    for command in check.commands:
        succeeded, output = execute(command, check.environment)
        if not succeeded:
            is_good, said = False, said + output
            break
    mark = "✓" if is_good else "✗"
    line = f"{mark} {check.words} [{check.name}] {time.monotonic() - started:.1f} s"
    print(line if is_good else f"{line}\n{said.strip()}\n", flush=True)
    return is_good


def main(names: Sequence[str]) -> int:
    checks = all_checks()
    known = {check.name for check in checks}
    if unknown := set(names) - known:
        print(f"✗ No check is called {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 2
    wanted = [check for check in checks if not names or check.name in names]
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(run, wanted))
    failed = [check.name for check, is_good in zip(wanted, results, strict=True) if not is_good]
    if failed:
        print(f"\n✗ {len(failed)} of {len(wanted)} checks failed: {', '.join(failed)}")
        print(f"  One alone: script/check {failed[0]}")
        return 1
    print(f"\n✓ All {len(wanted)} checks passed.")
    return 0


if __name__ == "__main__":
    (CHECKOUT / ".local").mkdir(exist_ok=True)
    sys.exit(main(sys.argv[1:]))
