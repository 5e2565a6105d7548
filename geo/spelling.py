"""How a name may be typed on a keyboard: 日湖公园 → rihugongyuan, rhgy.

Pure. `spelled` gives what is stored beside a name (the column ``search_text``); `keys` what of a
search can be looked for there. A key matches from the beginning of any syllable, so that
``gongyuan`` and ``gy`` find the park, while ``ong`` finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SPAN = 8  # syllables from each beginning: as many as anybody types
KEY = re.compile(r"[a-z0-9]{2,40}")
WORD = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+")


def spelled(*names: str) -> str:
    """The text to search in: a space before every beginning; syllables run together, initials too.

    >>> spelled("日湖")
    ' rihu rh hu h'
    """
    pieces: dict[str, None] = {}
    for name in names:
        syllables = syllables_of(name)
        for first in range(len(syllables)):
            run = syllables[first : first + SPAN]
            pieces["".join(run)] = None
            pieces["".join(one[0] for one in run)] = None
    return "".join(f" {piece}" for piece in pieces)


def syllables_of(name: str) -> list[str]:
    """鄞州Go → yin, zhou, go; signs are left out; ü is v, as on a keyboard."""
    from pypinyin import lazy_pinyin  # its table takes 0.2 s to load: only for those who ask

    return [word for run in lazy_pinyin(name.lower()) for word in WORD.findall(run)]


def key_of(word: str) -> str:
    """What of a typed *word* is looked for in ``search_text``; "" when it is no spelling."""
    plain = word.lower().replace("ü", "v").replace("'", "").replace("’", "")
    return plain if KEY.fullmatch(plain) else ""


def sounds_like(words: Iterable[str]) -> list[str]:
    """The spelling of Chinese words, to find what was written with other characters."""
    return [key for word in words if (key := key_of("".join(syllables_of(word))))]
