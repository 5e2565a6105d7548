"""Hours: 上午9时至11时, 下午2:30-4:00, 14:30. Twelve-hour words become the hours they mean."""

from dataclasses import dataclass
from datetime import time

from geo.errors import Problem, ProblemError
from geo.schedules.lexing import PARTS, Token, clock_of, number

# word → hours that stand as printed, hours that mean +12
_MORNING = (range(13), range(0))
_HOURS: dict[str, tuple[range, range]] = {
    "morning": _MORNING,
    "afternoon": (range(12, 19), range(1, 7)),
    "evening": (range(17, 24), range(5, 12)),
    "中午": (range(11, 15), range(1, 3)),
    "傍晚": (range(16, 21), range(4, 9)),
    "凌晨": (range(7), range(0)),
    "全天": (range(24), range(0)),
    "整天": (range(24), range(0)),
}


@dataclass(frozen=True)
class Slot:
    part: str = ""
    start: time | None = None
    end: time | None = None


def part_only(word: str) -> Slot:
    return Slot(PARTS[word])


def slot(
    text: str,
    part: Token | None,
    start: Token,
    end_part: Token | None = None,
    end: Token | None = None,
) -> Slot:
    """Raises ProblemError where the hour is impossible, ambiguous or ends before it starts."""
    word = part.word if part else ""
    first = _meant(text, word, start)
    last = None if end is None else _end(text, word, end_part, end, first)
    crosses = end_part is not None and PARTS[end_part.word] != PARTS.get(word, "")
    return Slot("" if crosses else PARTS.get(word, ""), first, last)


def _meant(text: str, word: str, token: Token) -> time:
    """The hour that is meant by 下午2时; refuses a lone 2:30 (night or afternoon?)."""
    printed = clock_of(token) if token.kind == "clock" else time(_hour(text, token))
    if not word:
        if 1 <= printed.hour <= 5 and not token.word.startswith("0"):
            raise _refuse(
                text, "ambiguous_hour", f"「{token.word}」不知是凌晨还是下午", "请写成 24 小时制"
            )
        return printed
    as_printed, plus_twelve = _HOURS[PARTS[word] or word]
    if printed.hour in as_printed:
        return printed
    if printed.hour in plus_twelve:
        return printed.replace(hour=printed.hour + 12)
    raise _refuse(text, "impossible_time", f"「{word}{token.word}」不合常理", "请写成 24 小时制")


def _end(text: str, word: str, end_part: Token | None, end: Token, first: time) -> time:
    candidates = []
    try:
        candidates.append(_meant(text, end_part.word if end_part else word, end))
    except ProblemError:
        if end_part or not word:
            raise
    candidates.append(clock_of(end))  # 上午10:00-13:00
    for candidate in candidates[: 1 if end_part else 2]:
        if candidate > first:
            return candidate
    raise _refuse(text, "end_before_start", "结束的时刻不晚于开始的时刻", "过了午夜的请分成两天写")


def _hour(text: str, token: Token) -> int:
    hour = number(token.groups["n"])
    if hour > 23:
        raise _refuse(text, "impossible_time", f"没有「{token.word}」这个时刻", "时刻从 0 到 23")
    return hour


def _refuse(text: str, code: str, found: str, expected: str) -> ProblemError:
    return ProblemError(Problem(code, f"「{text.strip()}」：{found}", expected))
