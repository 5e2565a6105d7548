"""Our Chinese font: a core with what our pages say, slices with the rest, and a supplement.

    python3 -m script.lib.fonts        writes static/fonts/, static/css/fonts.css and
                                       fixtures/glyphs-supplement.txt; see script/build_fonts

The slices of Noto Sans SC come as they are from npm. They follow how often a character is used in
China's web, so a page of ours would need twenty of them; the core gathers our own characters from
them into one file. The supplement is cut from Debian's Noto Sans CJK, whose Chinese set is larger.
Which characters each holds is read from what we show, never typed by hand.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.ttLib import TTFont

from script.lib.cluster import CHECKOUT

PACKAGE = "@fontsource-variable/noto-sans-sc@5.3.1"
PACKAGE_SHA512 = (
    "UB96JJ17HyD5ehEU7Em0hDdh7fvTMB4B4Hzmq5c4QaNwwSLqTrdM2S+coySeBqCkXwh0DxqXT0b0wMrmzorFpQ=="
)
# Emoji, private use, and two scripts that no page of ours is written in.
LEFT_OUT = {"4", "6", "cyrillic", "vietnamese"}

DEBIAN_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SIMPLIFIED = 2  # the font of that number in Debian's collection file: JP, KR, SC, TC, HK
# The slice that the core starts from: letters, figures and punctuation with their spacing rules.
CORE_BASE = "119"
# The words of every page, and the activities and places that most pages show.
CORE_WORDS = (
    "templates", "geo", "kiosk", "static/js", "static/basemap", "fixtures/schedules",
    "fixtures/corrections", "fixtures/venues", "fixtures/sample_week.json",
    "fixtures/categories.json", "fixtures/audiences.json", "fixtures/screens.json",
    "fixtures/areas/districts.csv", "fixtures/areas/towns.csv", "fixtures/areas/zones.csv",
)  # fmt: skip
ALWAYS = (*range(0x21, 0x7F), *map(ord, "“”‘’…→←·×–—≤≥°"))
KANA = (0x3041, 0x30FA)

SUPPLEMENT = "supplement.woff2"
CORE = "core.woff2"
FONTS = CHECKOUT / "static" / "fonts"
STYLES = CHECKOUT / "static" / "css" / "fonts.css"
SUPPLEMENT_LIST = CHECKOUT / "fixtures" / "glyphs-supplement.txt"
CHINESE = (
    (0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF),
)  # fmt: skip
# Where the words come from that a page can show.
SHOWN = ("fixtures", "templates", "static", "locale", "geo", "kiosk", "config")
TEXT_FILES = {
    ".csv", ".css", ".geojson", ".html", ".js", ".json", ".po", ".py", ".svg", ".topojson",
    ".tsv", ".txt",
}  # fmt: skip

HEAD = """\
/* Yitu Sans = Noto Sans SC (SIL Open Font License 1.1, see ../fonts/OFL.txt), in slices: a browser
   fetches those whose characters a page shows. Written by script/build_fonts. */
"""
FACE = """\
@font-face {{
  font-family: "Yitu Sans";
  font-weight: {weights};
  font-display: swap;
  src: url("../fonts/{file}") format("woff2");
  unicode-range: {ranges};
}}
"""


class FontError(Exception):
    """What is wrong, and what to do."""


@dataclass(frozen=True)
class Face:
    """One file of `static/fonts/`, the weights it can draw, and its characters in CSS."""

    file: str
    weights: str
    ranges: str


# --- Which characters -------------------------------------------------------------------------


def is_chinese(character: str) -> bool:
    """Han, its punctuation and full-width forms: what a system without a CJK font lacks."""
    point = ord(character)
    return any(first <= point <= last for first, last in CHINESE)


def text_files(names: Iterable[str], root: Path = CHECKOUT) -> Iterator[Path]:
    """The text files at *names* and below them, in a fixed order, without our own output."""
    for name in names:
        path = root / name
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.suffix in TEXT_FILES and file.is_file() and file != SUPPLEMENT_LIST:
                yield file


def shown_characters(names: Iterable[str] = SHOWN, root: Path = CHECKOUT) -> dict[str, str]:
    """Each Chinese character that we show, and the first file that shows it."""
    found: dict[str, str] = {}
    for path in text_files(names, root):
        for character in sorted(set(path.read_text(encoding="utf-8"))):
            if is_chinese(character):
                found.setdefault(character, str(path.relative_to(root)))
    return found


def characters_of(font: Path) -> set[str]:
    """The characters that the font file can draw."""
    with TTFont(font, lazy=True) as opened:
        return {chr(point) for point in opened.getBestCmap()}


def css_ranges(characters: Iterable[str]) -> str:
    """``甽鄮`` → ``U+753d,U+912e``; neighbours as a range."""
    points = sorted(map(ord, characters))
    runs: list[tuple[int, int]] = []
    for point in points:
        if runs and runs[-1][1] == point - 1:
            runs[-1] = (runs[-1][0], point)
        else:
            runs.append((point, point))
    return ",".join(f"U+{a:x}" if a == b else f"U+{a:x}-{b:x}" for a, b in runs)


def points_of(faces: Iterable[Face]) -> set[int]:
    """The numbers of all characters that the faces are declared for."""
    found: set[int] = set()
    for face in faces:
        for part in face.ranges.split(","):
            first, _, last = part.strip().removeprefix("U+").partition("-")
            found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def without(taken: set[int], face: Face) -> Face:
    """*face* for its other characters: while one face loads, browsers ask the next that has it."""
    return replace(face, ranges=css_ranges(map(chr, points_of([face]) - taken)))


# --- The files --------------------------------------------------------------------------------


def fetch_package(folder: Path) -> Path:
    """The unpacked npm package, after its hash was compared."""
    packed = subprocess.run(
        ["npm", "pack", PACKAGE, "--silent"], cwd=folder, capture_output=True, text=True, check=True
    )
    archive = folder / packed.stdout.strip().splitlines()[-1]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != PACKAGE_SHA512:
        raise FontError(f"{PACKAGE} is not the package we know: its hash is {digest}.")
    shutil.unpack_archive(archive, folder, filter="data")
    return folder / "package"


def copy_slices(package: Path) -> list[Face]:
    """The slices in the package's order: a later one wins where two have a character."""
    ranges: dict[str, str] = json.loads((package / "unicode.json").read_text())
    faces = []
    for key, points in ranges.items():
        name = key.strip("[]")
        if name in LEFT_OUT:
            continue
        file = f"noto-sans-sc-{name}.woff2"
        source = package / "files" / f"noto-sans-sc-{name}-wght-normal.woff2"
        (FONTS / file).write_bytes(source.read_bytes())
        faces.append(Face(file, "100 900", points))
    shutil.copyfile(package / "LICENSE", FONTS / "OFL.txt")
    return faces


def make_core(slices: Iterable[Path]) -> Face:
    """One font of all weights with the characters of `CORE_WORDS`, gathered from the *slices*."""
    core = TTFont(FONTS / f"noto-sans-sc-{CORE_BASE}.woff2", recalcTimestamp=False)
    kept = [point for point in core.getBestCmap() if not KANA[0] <= point <= KANA[1]]
    options = Options()
    options.layout_features = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=kept)
    subsetter.subset(core)
    wanted = {ord(character) for character in shown_characters(CORE_WORDS)}
    wanted = (wanted | set(ALWAYS)) - set(kept)
    for path in slices:
        with TTFont(path) as donor:
            for point in sorted(wanted & set(donor.getBestCmap())):
                move_glyph(donor, core, point)
                wanted.discard(point)
    del core["HVAR"]  # numbers glyphs in the old order; browsers take the advance from gvar
    core.flavor = "woff2"
    core.save(FONTS / CORE)
    return Face(CORE, "100 900", css_ranges(map(chr, core.getBestCmap())))


def move_glyph(donor: TTFont, core: TTFont, point: int) -> None:
    """Copies outline, widths and weights of the character number *point* into *core*."""
    if donor["fvar"].axes[0].maxValue != core["fvar"].axes[0].maxValue:
        raise FontError("Two slices have different weights.")
    old, new = donor.getBestCmap()[point], f"uni{point:04X}"
    outline = donor["glyf"][old]
    if outline.isComposite():
        raise FontError(f"U+{point:04X} is made of other glyphs.")
    core.setGlyphOrder([*core.getGlyphOrder(), new])
    core["glyf"].glyphs[new] = outline
    core["glyf"].glyphOrder = core.getGlyphOrder()
    for table in ("hmtx", "vmtx"):
        core[table].metrics[new] = donor[table].metrics[old]
    core["gvar"].variations[new] = donor["gvar"].variations.get(old, [])
    for table in core["cmap"].tables:
        if table.isUnicode():
            table.cmap[point] = new


def make_supplement(characters: str) -> Face:
    """A font of the *characters* alone, from Debian's regular weight.

    Declared for all weights: a browser that finds a face for bold alone takes that one for all bold
    text, and draws boxes for what it lacks. So these few are a little light in a bold line.
    """
    if not DEBIAN_FONT.exists():
        raise FontError(f"{DEBIAN_FONT} is missing: apt-get install fonts-noto-cjk")
    options = Options()
    options.flavor = "woff2"
    options.font_number = SIMPLIFIED
    options.hinting = False
    options.desubroutinize = True
    options.layout_features = ["kern", "palt", "ccmp", "locl"]
    font = load_font(str(DEBIAN_FONT), options)
    lacking = [c for c in characters if ord(c) not in font.getBestCmap()]
    if lacking:
        raise FontError(f"Noto Sans CJK has no {' '.join(lacking)} either.")
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    save_font(font, str(FONTS / SUPPLEMENT), options)
    return Face(SUPPLEMENT, "100 900", css_ranges(characters))


def build() -> None:
    """Everything anew, from nothing."""
    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        faces = copy_slices(fetch_package(Path(scratch)))
    drawn = set[str]().union(*(characters_of(FONTS / face.file) for face in faces))
    missing = "".join(sorted(set(shown_characters()) - drawn))
    SUPPLEMENT_LIST.write_text(missing + "\n", encoding="utf-8")
    ours = [make_core([FONTS / face.file for face in faces]), make_supplement(missing)]
    faces = [without(points_of(ours), face) for face in faces] + ours
    STYLES.write_text(HEAD + "".join(FACE.format(**vars(face)) for face in faces), encoding="utf-8")
    total = sum(path.stat().st_size for path in FONTS.glob("*.woff2"))
    print(f"{len(faces)} fonts, {total / 1e6:.2f} MB; the supplement holds {missing}")


if __name__ == "__main__":
    try:
        build()
    except FontError as error:
        sys.exit(f"✗ {error}")
