"""Chinese text as it comes out of newspapers, spreadsheets and chat windows, made even. Pure.

``tidy`` is for what is shown (punctuation stays as printed), ``fold`` is for comparing.
"""

import re
import unicodedata

# Zero-width characters, soft hyphen, byte-order mark, and the direction marks.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"[\s\u3000\u00a0]+")
_QUOTES = re.compile("[“”„‟\"'‘’＂＇「」『』《》〈〉]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

NUL_SIGN = "␀"  # shown where a file holds U+0000, which no database keeps


def tidy(text: str) -> str:
    """For showing: no invisible or control characters, runs of space as one space, ends cut."""
    text = text.replace("\x00", NUL_SIGN)
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    return _SPACES.sub(" ", text).strip()


def even(text: str) -> str:
    """Full-width digits, letters and brackets as half-width (NFKC), otherwise tidy."""
    return tidy(unicodedata.normalize("NFKC", text))


def fold(text: str) -> str:
    """For comparing: NFKC, no quotes, no spaces, lower case. 象山“益园” → 象山益园."""
    return _QUOTES.sub("", even(text)).replace(" ", "").casefold()
