"""The shipped font draws everything that we show, and stays small."""

from __future__ import annotations

import re

import pytest
from fontTools.ttLib import TTFont

from script.lib import fonts

FACE = re.compile(
    r'@font-face \{\s*font-family: "Yitu Sans";\s*font-weight: (?P<weights>[^;]+);'
    r"\s*font-display: swap;"
    r'\s*src: url\("\.\./fonts/(?P<file>[^"]+)"\) format\("woff2"\);'
    r"\s*unicode-range: (?P<ranges>[^;]+);\s*\}"
)
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def faces() -> list[re.Match[str]]:
    text = fonts.STYLES.read_text(encoding="utf-8")
    found = list(FACE.finditer(text))
    assert len(found) == text.count("@font-face"), "a face is written in another way"
    return found


def points(ranges: str) -> set[int]:
    """``U+4e00-4e02,U+5827`` → the numbers."""
    return fonts.points_of([fonts.Face("", "", ranges)])


def test_every_character_that_we_show_is_drawn(faces: list[re.Match[str]]) -> None:
    drawn = set[str]()
    for face in faces:
        asked_for = points(face["ranges"])
        drawn |= {c for c in fonts.characters_of(fonts.FONTS / face["file"]) if ord(c) in asked_for}
    shown = fonts.shown_characters()
    missing = {character: file for character, file in shown.items() if character not in drawn}
    assert missing == {}, "run script/build_fonts: no font of ours draws these"


def test_the_characters_of_the_real_data_are_among_those_looked_for() -> None:
    shown = fonts.shown_characters()
    assert len(shown) > 1000
    assert shown["甽"].startswith("fixtures/areas/")
    assert "A" not in shown


def test_the_core_draws_all_words_of_the_pages_in_every_weight(faces: list[re.Match[str]]) -> None:
    core = next(face for face in faces if face["file"] == fonts.CORE)
    supplement = set(fonts.SUPPLEMENT_LIST.read_text(encoding="utf-8"))
    words = set(fonts.shown_characters(fonts.CORE_WORDS)) - supplement
    ranges = points(core["ranges"])
    lacking = {c for c in words - fonts.characters_of(fonts.FONTS / fonts.CORE) if c > "ヿ"}
    # New words are drawn by a slice until the fonts are made again: a few cost little.
    assert len(lacking) <= 40, "run script/build_fonts: the core does not know these yet"
    assert {ord(character) for character in words - lacking if character > "ヿ"} <= ranges
    with TTFont(fonts.FONTS / fonts.CORE) as font:
        glyph = font.getBestCmap()[ord("益")]
        assert font["gvar"].variations[glyph], "one weight alone"
        assert font["hmtx"][glyph][0] == font["head"].unitsPerEm
        assert len(font["gvar"].variations) == len(font.getGlyphOrder())


def test_the_supplement_holds_what_the_slices_lack(faces: list[re.Match[str]]) -> None:
    listed = set(fonts.SUPPLEMENT_LIST.read_text(encoding="utf-8").strip())
    supplement = next(face for face in faces if face["file"] == fonts.SUPPLEMENT)
    assert {chr(point) for point in points(supplement["ranges"])} == listed
    assert fonts.characters_of(fonts.FONTS / fonts.SUPPLEMENT) >= listed
    assert listed >= set("甽鄮堧斢峧筀")


def test_no_slice_is_asked_for_a_character_of_the_core(faces: list[re.Match[str]]) -> None:
    """While the core loads, a browser would fetch a second face that has the character."""
    ours = {fonts.CORE, fonts.SUPPLEMENT}
    own = set[int]().union(*(points(face["ranges"]) for face in faces if face["file"] in ours))
    others = [points(face["ranges"]) for face in faces if face["file"] not in ours]
    assert not own & set[int]().union(*others)


def test_no_face_is_for_some_weights_alone(faces: list[re.Match[str]]) -> None:
    """A browser would take it for all text of that weight, and draw boxes for what it lacks."""
    assert {face["weights"] for face in faces} == {"100 900"}


def test_the_style_sheet_and_the_folder_name_the_same_files(faces: list[re.Match[str]]) -> None:
    named = [face["file"] for face in faces]
    assert len(named) == len(set(named))
    assert set(named) == {path.name for path in fonts.FONTS.glob("*.woff2")}
    assert (fonts.FONTS / "OFL.txt").read_text().count("SIL OPEN FONT LICENSE Version 1.1") == 1


def test_the_fonts_stay_small(faces: list[re.Match[str]]) -> None:
    sizes = {face["file"]: (fonts.FONTS / face["file"]).stat().st_size for face in faces}
    assert sum(sizes.values()) <= 5 * MEGABYTE
    assert sizes.pop(fonts.CORE) <= 400_000
    assert max(sizes.values()) <= 80_000, "one rare character may not cost a phone more than this"
    assert sizes[fonts.SUPPLEMENT] <= 5_000


def test_neighbouring_characters_are_written_as_a_range() -> None:
    assert fonts.css_ranges("堧一丁丂") == "U+4e00-4e02,U+5827"
