"""Cuts a printed date into tokens. Every character is read, or the whole text is refused."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import time

from geo.errors import Problem, ProblemError

LONGEST = 200  # characters of a date cell; longer is no date
EXPECTED = "能读的写法如「6月25日 下午」「6月25日-28日」「6月25日 9:00-11:00」「每周三下午」"

WEEKDAYS = "一二三四五六日"
RRULE_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# 中午 and 傍晚 lie across two windows: the day is read, the part stays open (and printed).
PARTS = {
    **dict.fromkeys(("上午", "早上", "早晨", "清晨"), "morning"),
    **dict.fromkeys(("下午", "午后"), "afternoon"),
    **dict.fromkeys(("晚上", "晚间", "夜间", "当晚", "晚"), "evening"),
    **dict.fromkeys(("中午", "傍晚", "凌晨", "全天", "整天"), ""),
}
_NUMERALS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0}

_N = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_WEEK = r"(?:周|星期|礼拜)"
_DASH = r"[-‐-―−~〜至到]"
_AND_DAY = rf"(?:[、,及和]|{_DASH}){_WEEK}"
_DAYS = rf"{_WEEK}[一二三四五六日天](?:(?:[、,及和]|{_DASH}){_WEEK}?[一二三四五六日天](?!月))*"
_OFF = (
    rf"(?:逢|每)?(?:{_DAYS}|(?:国家)?(?:法定)?节?假日)(?:除外|休息|休馆|闭馆|不开放|停办|不办|暂停)"
)
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("space", r"\s+"),
    ("label", r"(?:活动|服务)?(?:时间|日期):"),
    ("date", r"(?P<iso_y>\d{4})[-/.](?P<iso_m>\d{1,2})[-/.](?P<iso_d>\d{1,2})(?!\d)"),
    (
        "date",
        rf"(?:(?P<y>\d{{4}}|[〇零一二三四五六七八九]{{4}})年)?(?P<m>{_N})月(?P<d>{_N})"
        r"(?P<mark>[日号]?)(?![:时点])",
    ),
    ("off", rf"\({_OFF}(?:[、,;]{_OFF})*\)|{_OFF}"),
    ("from_now", r"即日起|即日(?=[至到])"),
    (
        "weekly",
        rf"每逢?{_WEEK}[一二三四五六日天](?:(?:[、,及和]|{_DASH}){_WEEK}?[一二三四五六日天](?!月))*",
    ),
    # An opening list says the days without 每: 周一至周五, 周六、周日.
    ("bare_weekly", rf"{_WEEK}[一二三四五六日天](?:{_AND_DAY}[一二三四五六日天](?!月))+"),
    ("weekly", r"每?个?工作日|每?周末|每?双休日"),
    ("daily", r"每[天日]|天天"),
    ("monthly", rf"每月(?P<nth>第[一二三四]|最后一)个?{_WEEK}(?P<nth_day>[一二三四五六日天])"),
    ("monthly", rf"每月(?P<month_day>{_N})[日号]"),
    ("weekday", rf"\({_WEEK}(?P<wd1>[一二三四五六日天])\)|{_WEEK}(?P<wd2>[一二三四五六日天])"),
    ("part", "|".join(sorted(PARTS, key=len, reverse=True))),
    ("clock", r"(?P<h>\d{1,2})[:∶](?P<min>\d{2})(?::00)?(?!\d)"),
    ("clock", rf"(?P<h2>{_N})[时点](?:(?P<min2>{_N})分|(?P<min3>\d{{2}})|(?P<half>半)|整|钟)?"),
    ("day", rf"(?P<day>{_N})[日号]"),
    ("number", r"(?P<n>\d{1,2})(?![\d:])"),
    ("since", r"起"),
    ("until", r"截?止"),
    ("range", rf"{_DASH}+"),
    ("list", r"[、,;及和]"),
)
_TOKENS = [(kind, re.compile(pattern)) for kind, pattern in _PATTERNS]
_NOT_GREGORIAN = re.compile(
    r"农历|阴历|旧历|正月|腊月|冬月|闰|初[一二三四五六七八九十]|除夕|春节|元宵|清明|端午|七夕|中秋|重阳|腊八"
    r"|国庆|元旦|劳动节|五一|十一(?!月)|七一|六一|八一|妇女节|儿童节|[寒暑]假|期间"
)


@dataclass(frozen=True)
class Token:
    """``first``/``last`` cut the text as it came in; ``word`` is the evened form."""

    kind: str
    word: str
    first: int
    last: int
    groups: dict[str, str]


def lex(text: str) -> list[Token]:
    """The tokens without spaces. Raises ProblemError where a character has no meaning."""
    if len(text) > LONGEST:
        raise ProblemError(Problem("too_long", f"时间一格有 {len(text)} 个字，不像时间", EXPECTED))
    evened, origin = _even_with_origin(text)
    tokens, position = [], 0
    while position < len(evened):
        kind, match = _next_match(evened, position)
        if match is None or match.end() == position:
            raise ProblemError(_unreadable(text, evened[position:]))
        if kind not in ("space", "label"):
            groups = {k: v for k, v in match.groupdict().items() if v is not None}
            span = (origin[match.start()], origin[match.end() - 1] + 1)
            tokens.append(Token(kind, match.group(), *span, groups))
        position = match.end()
    return tokens


def _next_match(evened: str, position: int) -> tuple[str, re.Match[str] | None]:
    for kind, pattern in _TOKENS:
        match = pattern.match(evened, position)
        if match:
            return kind, match
    return "", None


def _even_with_origin(text: str) -> tuple[str, list[int]]:
    """NFKC, one character at a time, and where each character came from."""
    characters, origin = [], []
    for index, character in enumerate(text):
        if unicodedata.category(character) in ("Cf", "Cc") and not character.isspace():
            continue
        for even in unicodedata.normalize("NFKC", character):
            characters.append(even)
            origin.append(index)
    return "".join(characters), origin


def _unreadable(text: str, rest: str) -> Problem:
    holiday = _NOT_GREGORIAN.search(unicodedata.normalize("NFKC", text))
    if holiday:
        return Problem(
            "not_a_calendar_date",
            f"「{text.strip()}」里的「{holiday.group()}」是农历、节日或假期，这里不换算",
            "请查好公历日期，写成「6月7日」这样",
        )
    return Problem("unreadable", f"「{text.strip()}」里的「{rest.strip()[:12]}」读不懂", EXPECTED)


def number(words: str) -> int:
    """25, 二十五, 廿五, 〇 → int. Anything else is 0, which no calendar has."""
    if words.isdecimal():
        return int(words)
    words = words.replace("廿", "二十").replace("卅", "三十")
    tens, ten, units = words.partition("十")
    if not ten:
        return _NUMERALS.get(words, 0)
    if (tens and tens not in _NUMERALS) or (units and units not in _NUMERALS):
        return 0
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[units] if units else 0)


def year_number(words: str) -> int:
    return int(words) if words.isdecimal() else int("".join(str(_NUMERALS[c]) for c in words))


def weekday_number(word: str) -> int:
    """一 → 0 … 日, 天 → 6."""
    return WEEKDAYS.index(word.replace("天", "日"))


def clock_of(token: Token) -> time:
    """The printed hour and minute as they stand (no 上午/下午 applied)."""
    groups = token.groups
    hour = number(groups.get("h") or groups.get("h2", "0"))
    minutes = groups.get("min") or groups.get("min2") or groups.get("min3") or "0"
    minute = 30 if "half" in groups else number(minutes)
    try:
        return time(hour, minute)
    except ValueError:
        raise ProblemError(
            Problem("impossible_time", f"没有「{token.word}」这个时刻", "时刻从 0:00 到 23:59")
        ) from None


def rrule_of(token: Token) -> str:
    """The RFC 5545 rule of a weekly, daily or monthly token."""
    if token.kind == "daily":
        return "FREQ=DAILY"
    if token.kind == "monthly":
        return _monthly(token)
    if "工作日" in token.word:
        days = set(range(5))
    elif "末" in token.word or "双休" in token.word:
        days = {5, 6}
    else:
        days = _weekdays(token.word if token.word.startswith("每") else f"每{token.word}")
    return "FREQ=WEEKLY;BYDAY=" + ",".join(RRULE_DAYS[day] for day in sorted(days))


def days_off(token: Token) -> frozenset[int]:
    """周一、周三除外 → 0, 2; holidays are no weekday."""
    found = re.findall(rf"{_DAYS}", token.word)
    return frozenset(day for words in found for day in _weekdays(f"每{words}"))


def without(rrule: str | None, days: frozenset[int]) -> str:
    """A daily or weekly rule less some weekdays; "" where nothing is left of it."""
    daily = rrule is None or rrule == "FREQ=DAILY"
    held = RRULE_DAYS if daily or not rrule else rrule.partition("BYDAY=")[2].split(",")
    left = [day for day in held if RRULE_DAYS.index(day[-2:]) not in days]
    if len(left) == len(held):
        return rrule or "FREQ=DAILY"
    return "FREQ=WEEKLY;BYDAY=" + ",".join(left) if left else ""


def _weekdays(words: str) -> set[int]:
    """每周一至周五 → 0…4; 每周二、四 → 1, 3."""
    letters = re.findall(rf"({_DASH})?(?:[、,及和])?{_WEEK}?([一二三四五六日天])", words[1:])
    days: set[int] = set()
    previous = 0
    for dash, letter in letters:
        day = weekday_number(letter)
        if dash and day < previous:
            raise ProblemError(
                Problem("end_before_start", f"「{words}」的结束早于开始", "请按周一到周日的顺序写")
            )
        days.update(range(previous, day + 1) if dash else [day])
        previous = day
    return days


def _monthly(token: Token) -> str:
    if "month_day" in token.groups:
        day = number(token.groups["month_day"])
        if not 1 <= day <= 31:
            raise ProblemError(
                Problem("impossible_date", f"「{token.word}」：没有这样的日子", EXPECTED)
            )
        return f"FREQ=MONTHLY;BYMONTHDAY={day}"
    nth = token.groups["nth"]
    which = -1 if nth == "最后一" else number(nth[-1])
    return f"FREQ=MONTHLY;BYDAY={which}{RRULE_DAYS[weekday_number(token.groups['nth_day'])]}"
