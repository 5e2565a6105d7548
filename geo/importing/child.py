"""Opens a stranger's file in a process of its own, with limits on memory, time and files.

``open_in_child`` is what the desk calls; ``python -m geo.importing.child NAME`` is the child: bytes
on stdin, JSON on stdout. It gets no environment, so that it knows no key and no database.
"""

import contextlib
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from geo.errors import Problem, ProblemError
from geo.importing import sheets
from geo.importing.opening import open_file
from geo.importing.sheets import LARGEST_BYTES, Opened, too_large

MEMORY_BYTES = 512 * 1024 * 1024
SECONDS = 10  # of the processor
PATIENCE = 25  # seconds by the clock: a busy machine is no reason to refuse a file
_ROOT = Path(__file__).resolve().parents[2]


def open_in_child(data: bytes, name: str, dialect: str = "") -> Opened:
    """The sheets of a file, as `open_file` reads it.

    Raises ProblemError when it cannot be read within the limits.
    """
    if len(data) > LARGEST_BYTES:
        raise ProblemError(too_large(name, len(data)))
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the name is one argument
            [sys.executable, "-m", "geo.importing.child", name.replace("\x00", "")[:200], dialect],
            input=data,
            capture_output=True,
            cwd=_ROOT,
            env={"PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"},
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise ProblemError(_gave_up(name, f"{PATIENCE} 秒")) from None
    if done.returncode:
        raise ProblemError(_gave_up(name, f"{SECONDS} 秒、{MEMORY_BYTES >> 20} MB 内存"))
    said: dict[str, Any] = json.loads(done.stdout)
    if "problem" in said:
        raise ProblemError(Problem(**said["problem"]))
    return sheets.from_json(said)


def _gave_up(name: str, limit: str) -> Problem:
    return Problem(
        "too_heavy",
        f"「{name}」在 {limit}之内没有读完",
        "普通的表格不到一秒就能读完",
        "请新建一个表格，只复制有字的格子，再导入",
    )


def _limit() -> None:
    """No more memory and time than this, and not a byte to any file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    _limit()
    try:
        said = sheets.as_json(open_file(sys.stdin.buffer.read(LARGEST_BYTES + 1), *sys.argv[1:3]))
    except ProblemError as error:
        said = {"problem": vars(error.problem)}
    except (MemoryError, RecursionError):
        return 3
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(said, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
