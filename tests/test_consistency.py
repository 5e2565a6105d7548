"""What no single module can promise: the repository as a whole keeps its own rules."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from geo.moments import WALKING_RINGS_M

ROOT = Path(__file__).resolve().parents[1]
TEXT_ENDINGS = {
    ".py", ".md", ".html", ".css", ".js", ".json", ".toml", ".sh", ".txt", ".xml", ".svg",
    ".tsv", ".csv", ".po", ".lock", ".example", ".yaml", ".yml", ".cfg", ".webmanifest", "",
}  # fmt: skip


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository that is there, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted({path for path in paths if path.is_file()}))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def texts(*endings: str) -> Iterator[tuple[str, str]]:
    """Name and content of every text file, or of those with one of *endings*."""
    for path in tracked():
        if path.suffix in (endings or TEXT_ENDINGS):
            try:
                yield named(path), path.read_text()
            except UnicodeDecodeError:
                assert not endings, f"{named(path)} is not UTF-8"


def found(pattern: re.Pattern[str], *endings: str, but: tuple[str, ...] = ()) -> list[str]:
    """``file:line: text`` of every match outside the files in *but*."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts(*endings)
        if name not in but
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


# --- The project speaks only of itself --------------------------------------------------------

HERE = ("tests/test_consistency.py",)


def test_no_file_names_a_folder_of_one_machine() -> None:
    machine = re.compile(r"(?<![\w.])/(work|root|home/(?!li\b))/|/tmp/[w]/|\.\./shared\b")
    assert found(machine, but=(*HERE, "tests/test_scripts.py")) == []


def test_no_file_names_a_package_registry() -> None:
    # Written in two halves, so that this file does not name them either.
    hosts = "|".join(
        re.escape(first + second)
        for first, second in [
            ("pypi.", "org"), ("pythonhosted.", "org"), ("registry.npmjs", ".org"),
            ("deb.debian", ".org"), ("registry.npmmirror", ".com"), ("npmjs", ".com/"),
        ]
    )  # fmt: skip
    assert found(re.compile(hosts)) == []


# --- Templates --------------------------------------------------------------------------------


def test_no_template_holds_inline_style_or_script() -> None:
    inline = re.compile(
        r"""<style\b|\sstyle=["']|\son[a-z]+=["']|javascript:"""
        r"""|<script\b(?![^>]*(\bsrc=|type="application/(ld\+)?json"))""",
        re.IGNORECASE,
    )
    assert found(inline, ".html") == []


def test_no_page_asks_another_host_for_anything() -> None:
    outside = re.compile(
        r"""<(script|img|iframe|source|video|audio)\b[^>]*\bsrc=["'](https?:)?//"""
        r"""|<link\b[^>]*rel=["'](stylesheet|preload|icon)[^>]*href=["'](https?:)?//"""
        r"""|@import\s|url\(["']?(https?:)?//""",
        re.IGNORECASE,
    )
    assert found(outside, ".html", ".css") == []


def template_names() -> dict[str, Path]:
    """What `render` and `include` call each template."""
    names = {}
    for path in tracked():
        parts = path.relative_to(ROOT).parts
        if path.suffix in {".html", ".txt", ".xml", ".js"} and "templates" in parts[:2]:
            names["/".join(parts[parts.index("templates") + 1 :])] = path
    return names


def test_every_template_is_used() -> None:
    # Django looks these up by name itself.
    by_django = re.compile(r"^(400|403|403_csrf|404|500)\.html$|^(admin|registration|leaflet)/")
    elsewhere = "\n".join(text for name, text in texts(".py", ".html") if name not in HERE)
    unused = [
        name
        for name in template_names()
        if not by_django.match(name) and not re.search(rf"""["']{re.escape(name)}["']""", elsewhere)
    ]
    assert unused == []


def test_every_template_that_is_named_exists() -> None:
    named_ones = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([^"'{]+)["']""")
    known = template_names()
    missing = [
        f"{name}: {wanted}"
        for name, text in texts(".html")
        for wanted in named_ones.findall(text)
        if wanted not in known and not wanted.startswith(("admin/", "leaflet/"))
    ]
    assert missing == []


# --- Scripts and styles -----------------------------------------------------------------------


def test_every_file_that_a_template_asks_for_is_there() -> None:
    asked = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")
    from_libraries = ("leaflet/", "admin/")
    missing = [
        f"{name}: static/{wanted}"
        for name, text in texts(".html")
        for wanted in asked.findall(text)
        if not (ROOT / "static" / wanted).exists() and not wanted.startswith(from_libraries)
    ]
    assert missing == []


def test_only_one_script_touches_leaflet() -> None:
    leaflet = re.compile(r"(?<![\w.$'\"])L\.[a-zA-Z]|window\.L\b")
    assert found(leaflet, ".js", but=("static/js/lib/leaflet.js",)) == []


def test_popups_are_never_built_from_text() -> None:
    sinks = re.compile(
        r"\.(innerHTML|outerHTML)\s*[+]?=|insertAdjacentHTML|document\.write"
        r"|bind(Popup|Tooltip)\(\s*[`'\"]|\beval\(|new Function\("
    )
    # The list that our own server rendered, and escaped, is put in as it comes.
    from_server = ("static/js/lib/panel.js",)
    found_sinks = found(sinks, ".js", but=from_server)
    ours = [line for line in found_sinks if line.startswith("static/js/")]
    assert ours == []


# --- Settings and documents -------------------------------------------------------------------


def settings_read() -> set[str]:
    """Names of every environment variable that config/ reads."""
    names = set()
    for path in sorted((ROOT / "config").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and re.fullmatch(r"YITU_[A-Z_]+|DATABASE_URL", value):
                names.add(value)
    return names


def test_the_example_lists_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text()
    listed = set(re.findall(r"^#?\s?([A-Z][A-Z_]+)=", example, re.MULTILINE))
    assert listed == settings_read()


def test_documents_name_only_files_that_exist() -> None:
    """Paths in backticks, and relative links, from the document or from the top."""
    path = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`|\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)")
    made_later = (".local/", ".venv/", "staticfiles/", "node_modules/")
    missing = []
    for name, text in texts(".md"):
        for in_ticks, in_link in path.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
            wanted = in_ticks or in_link
            if in_ticks and not (ROOT / wanted.split("/")[0]).is_dir():
                continue  # not a path of ours: a branch, a type, a unit
            if wanted.startswith(made_later):
                continue
            if not ((ROOT / wanted).exists() or ((ROOT / name).parent / wanted).exists()):
                missing.append(f"{name}: {wanted}")
    assert missing == []


def test_every_library_is_in_its_lock_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    name_of = re.compile(r"^[A-Za-z0-9._-]+")
    runtime = project["dependencies"]
    everything = runtime + project["optional-dependencies"]["dev"]
    for wanted, lock in [(runtime, "requirements.lock"), (everything, "requirements-dev.lock")]:
        locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
        names = {name_of.match(line).group().lower().replace("_", "-") for line in wanted}  # type: ignore[union-attr]
        assert names - locked == set(), f"script/lock makes {lock} again"


# --- Imports ----------------------------------------------------------------------------------


def test_imports_go_one_way() -> None:
    """The contracts of pyproject.toml; a broken one is shown as the tool shows it."""
    done = subprocess.run(["lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


@pytest.mark.parametrize("folder", ["config", "geo", "kiosk"])
def test_only_the_clock_reads_the_time(folder: str) -> None:
    clock = re.compile(
        r"\btime\.time\(|\bdate\.today\(|\bdatetime\.(now|utcnow)\(|\btimezone\.now\b"
    )
    readers = found(clock, ".py", but=("config/clock.py",))
    assert [line for line in readers if line.startswith(f"{folder}/")] == []


@pytest.mark.parametrize("path", ["walking.js", "kiosk/map.js"])
def test_scripts_draw_the_walking_rings_that_python_means(path: str) -> None:
    text = (ROOT / "static/js/lib" / path).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("const RINGS"))
    numbers = [int(found) for found in re.findall(r"\d+", line.partition("//")[0])]
    assert dict(zip(numbers[::2], numbers[1::2], strict=True)) == WALKING_RINGS_M
