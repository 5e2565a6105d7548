"""Runs the long tests by name.

    python3 -m script.lib.soak [PART…] [--seconds N]     see script/soak

A part is a module ``script/lib/soak_NAME.py`` with a first line that says what it does and a
function ``run(seconds: int | None) -> list[str]``: what it found, one line each; nothing is good.
``None`` lets the part take its own time.
"""

import argparse
import ast
import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent


def parts() -> dict[str, str]:
    """Name → what it does, read without importing any."""
    found = {}
    for path in sorted(HERE.glob("soak_*.py")):
        words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        found[path.stem.removeprefix("soak_")] = words.partition("\n")[0]
    return found


def run_part(name: str, seconds: int | None) -> int:
    """The number of findings of one part, each printed."""
    run: Callable[[int | None], list[str]] = importlib.import_module(f"script.lib.soak_{name}").run
    started = time.monotonic()
    print(f"• {name}: {parts()[name]}", flush=True)
    findings = run(seconds)
    for line in findings:
        print(f"  ✗ {line}", flush=True)
    took = time.monotonic() - started
    print(
        f"{'✗' if findings else '✓'} {name}: {len(findings)} findings in {took:.0f} s", flush=True
    )
    return len(findings)


def main(arguments: list[str]) -> int:
    known = parts()
    asked = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    asked.add_argument("parts", nargs="*", help=", ".join(known))
    asked.add_argument("--seconds", type=int, help="how long each part may take")
    options = asked.parse_args(arguments)
    unknown = [name for name in options.parts if name not in known]
    if unknown or not options.parts:
        if unknown:
            print(f"✗ No part is called {unknown[0]}.", file=sys.stderr)
        print("Parts:")
        for name, words in known.items():
            print(f"  {name:10} {words}")
        return 2
    return 1 if sum(run_part(name, options.seconds) for name in options.parts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
