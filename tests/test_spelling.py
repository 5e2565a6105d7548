"""Names as they are typed on a keyboard."""

import pytest

from geo.spelling import key_of, sounds_like, spelled, syllables_of


def test_a_key_begins_at_any_syllable() -> None:
    assert spelled("日湖") == " rihu rh hu h"


def test_readings_follow_the_word_not_the_character() -> None:
    assert syllables_of("重庆") == ["chong", "qing"]
    assert syllables_of("鄞州区") == ["yin", "zhou", "qu"]


def test_signs_are_left_out_and_latin_letters_stay() -> None:
    assert syllables_of("象山“益园” e点通2019") == [
        "xiang", "shan", "yi", "yuan", "e", "dian", "tong", "2019",
    ]  # fmt: skip


def test_a_long_title_stays_short() -> None:
    assert len(spelled("庆祝建党九十八周年" * 20)) < 20 * 200


@pytest.mark.parametrize(
    ("word", "key"),
    [("RHGY", "rhgy"), ("lü", "lv"), ("xi'an", "xian"), ("日湖", ""), ("r", ""), ("a%", "")],
)
def test_only_letters_and_digits_are_a_key(word: str, key: str) -> None:
    assert key_of(word) == key


def test_other_characters_with_the_same_sound_are_heard() -> None:
    assert sounds_like(["日胡公园"]) == ["rihugongyuan"]
