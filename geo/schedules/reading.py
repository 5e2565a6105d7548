"""The grammar of printed dates.

cell  := group group …            a new full date (or rule) opens a new group: a merged cell
group := item (、item)*            what one activity says: 6月25、27日
item  := (days [rule] [slots] | rule [days] [slots]) [off]
off   := 周一、周三除外 | 周一闭馆 | 节假日除外: holds for what was said before it, too
days  := date [- date] | 即日起 [至 date] | date 起
slots := slot (、slot)*            上午 | 9:00 | 9:00-11:00 | 上午9时至11时
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from geo.errors import Problem, ProblemError
from geo.schedules import clock
from geo.schedules.lexing import (
    EXPECTED,
    RRULE_DAYS,
    WEEKDAYS,
    Token,
    days_off,
    lex,
    number,
    rrule_of,
    weekday_number,
    without,
    year_number,
)
from geo.schedules.when import When

FARTHEST_TURN_OF_YEAR = 31  # days: 12月30日-1月2日 is four days; 6月30日-6月25日 is a mistake
FIRST_YEAR, LAST_YEAR = 1900, 2100  # a year outside is a misprint
RULES = ("weekly", "bare_weekly", "daily", "monthly")


def read_when(text: str, year: int | None) -> list[When]:
    """All times of a cell, in order; see ``read_groups``."""
    return [when for group in read_groups(text, year) for when in group]


def read_groups(text: str, year: int | None) -> list[list[When]]:
    """The times of a cell, one list for each activity that the cell seems to speak of.

    *year* is the document's; a year in the text wins; None means the document names none.
    Raises ProblemError with the problem in words: nothing is guessed, and no clock is read.
    """
    tokens = lex(text)
    if not tokens:
        raise ProblemError(Problem("empty", "时间一格是空的", EXPECTED))
    return list(_Reader(text, tokens, year).groups())


@dataclass(frozen=True)
class _Days:
    start: date | None
    end: date | None
    is_whole: bool = True  # 日 was printed: 6月25日, not 6月25

    @property
    def is_range(self) -> bool:
        return self.start is None or self.start != self.end


class _Reader:
    def __init__(self, text: str, tokens: list[Token], year: int | None) -> None:
        self.text, self.tokens, self.year = text, tokens, year
        self.at = 0
        self.last_day: date | None = None

    # --- tokens -----------------------------------------------------------------------------
    def sees(self, *kinds: str) -> bool:
        """The next tokens are of these kinds, in this order; "a|b" allows either."""
        ahead = self.tokens[self.at : self.at + len(kinds)]
        return len(ahead) == len(kinds) and all(
            token.kind in kind.split("|") for token, kind in zip(ahead, kinds, strict=True)
        )

    def take(self, kind: str) -> Token | None:
        if not self.sees(kind):
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def refuse(self, code: str, found: str, expected: str = EXPECTED) -> ProblemError:
        return ProblemError(Problem(code, f"「{self.text.strip()}」：{found}", expected))

    def stuck(self) -> ProblemError:
        if self.at >= len(self.tokens):
            return self.refuse("unreadable", "话没有说完")
        return self.refuse("unreadable", f"「{self.tokens[self.at].word}」放在这里读不懂")

    # --- groups and items -------------------------------------------------------------------
    def groups(self) -> Iterator[list[When]]:
        while self.at < len(self.tokens):
            yield self.group()

    def group(self) -> list[When]:
        self.last_day = None  # each activity starts from the document's year again
        found = [self.item()]
        self.take_off(found)
        while self.take("list") or (found[-1][0].rule and self.sees("bare_weekly")):
            if not self.sees("off"):
                found.append(self.item(in_list=True))
            self.take_off(found)
        return [when for days, slots in self._shared(found) for when in self._whens(days, slots)]

    def item(self, in_list: bool = False) -> tuple["_Item", list[clock.Slot]]:
        first = self.at
        days = self.days(in_list)
        rule = self.rule_beside(days)
        if rule and days is None:
            days = self.range_after_rule()
        if days is None and rule is None:
            raise self.stuck()
        slots = self.slots(days)
        printed = self.text[self.tokens[first].first : self.tokens[self.at - 1].last]
        return _Item(days or _Days(None, None), rule, printed.strip()), slots

    def take_off(self, items: list[tuple["_Item", list[clock.Slot]]]) -> None:
        """周一除外: off the items so far that have a Monday; 节假日除外 is kept in their words."""
        while token := self.take("off"):
            days = days_off(token)
            words = self.text[token.first : token.last].strip()
            for at, (item, slots) in enumerate(items):
                if item.rule is None and not item.days.is_range:
                    raise self.refuse("unreadable", f"「{words}」说的不是重复的活动")
                if days and (item.rule or "").startswith("FREQ=MONTHLY"):
                    raise self.refuse("unreadable", f"「{words}」和每月一次放在一起读不懂")
                rule = without(item.rule, days) if days else item.rule or "FREQ=DAILY"
                if rule == "":
                    raise self.refuse("unreadable", f"除去「{words}」，就一天也没有了")
                printed = item.printed if words in item.printed else f"{item.printed}{words}"
                items[at] = replace(item, rule=rule, printed=printed), slots

    def rule_beside(self, days: _Days | None) -> str | None:
        """A rule belongs to the dates before it only when they are a range."""
        if days is not None and not days.is_range:
            if self.sees("bare_weekly"):
                raise self.stuck()  # 6月25日周二至周四: no rule, and no range that one could read
            return None
        token = self.take("|".join(RULES))
        if token is None and days is None and self.sees("weekday", "clock|part"):
            token = self.take("weekday")  # …，周日 13:00—17:00
            return f"FREQ=WEEKLY;BYDAY={RRULE_DAYS[self._weekday(token)]}" if token else None
        if token is not None and token.kind != "daily":
            self.take("daily")  # 周一至周五每天
        return rrule_of(token) if token else None

    @staticmethod
    def _weekday(token: Token) -> int:
        return weekday_number(token.groups.get("wd1") or token.groups["wd2"])

    def range_after_rule(self) -> _Days | None:
        """每周六 7月1日-8月31日; a single date after a rule is another activity."""
        here = self.at
        days = self.days()
        if days is None or days.is_range:
            return days
        self.at = here
        return None

    def _shared(
        self, items: list[tuple["_Item", list[clock.Slot]]]
    ) -> list[tuple["_Item", list[clock.Slot]]]:
        """6月25、27日下午: the part of day of the last date holds for the whole list."""
        shared: list[tuple[_Item, list[clock.Slot]]] = []
        following: list[clock.Slot] = []
        for item, slots in reversed(items):
            if not slots and following and item.days.is_whole:
                raise self.refuse(
                    "ambiguous_part",
                    f"不清楚「{item.printed}」是不是同一时段",
                    "请在每个日期后面写明上午、下午或几点",
                )
            following = slots or following
            shared.append((item, following))
        return shared[::-1]

    def _whens(self, item: "_Item", slots: list[clock.Slot]) -> Iterator[When]:
        days = item.days
        plain = When(days.start, days.end, rrule=item.rule, printed=item.printed)
        for slot in slots or [clock.Slot()]:
            yield replace(plain, part_of_day=slot.part, start_time=slot.start, end_time=slot.end)

    # --- days -------------------------------------------------------------------------------
    def days(self, in_list: bool = False) -> _Days | None:
        if self.sees("from_now|range") and not self.sees("range", "clock|part|number"):
            return self.days_until()
        if not self.sees("date") and not (in_list and self.sees("day|number")):
            return None
        start, whole = self.day()
        if self.take("since"):
            if self.take("range"):
                return self.up_to(start)
            return _Days(start, None)
        if self.sees("range", "date|day") or (not whole and self.sees("range", "number")):
            self.take("range")
            return self.up_to(start)
        if self.sees("until"):
            raise self.refuse("unreadable", "没有写从哪天开始", "请写成「即日起至7月15日」")
        return _Days(start, start, whole)

    def days_until(self) -> _Days:
        """即日起, 即日起至7月15日, 至7月15日止: the first day is not printed."""
        said = self.take("from_now")
        if not self.take("range"):
            if said is None:
                raise self.stuck()
            return _Days(None, None)
        end, _ = self.day()
        self.take("until")
        return _Days(None, end)

    def up_to(self, start: date) -> _Days:
        """The end of a range; over the turn of the year only when that is near."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        end, _ = self.day()
        self.take("until")
        is_dated = token is not None and ("y" in token.groups or "iso_y" in token.groups)
        if end < start and not is_dated:
            end = self._next_year(start, end)
        if end < start:
            raise self.refuse(
                "end_before_start",
                f"结束（{end:%Y-%m-%d}）早于开始（{start:%Y-%m-%d}）",
                "请核对两个日期，跨年请写出年份",
            )
        self.last_day = end
        return _Days(start, end)

    @staticmethod
    def _next_year(start: date, end: date) -> date:
        try:
            later = end.replace(year=end.year + 1)
        except ValueError:
            return end
        return later if (later - start).days <= FARTHEST_TURN_OF_YEAR else end

    def day(self) -> tuple[date, bool]:
        """The next date, and whether 日 was printed; a bare day takes its month from before."""
        token = self.take("date|day|number")
        if token is None:
            raise self.stuck()
        if token.kind == "date":
            found = self._dated(token)
            whole = bool(token.groups.get("mark") or "iso_y" in token.groups)
        else:
            if self.last_day is None:
                raise self.refuse("unreadable", f"「{token.word}」没有写月份")
            before = self.last_day
            day = number(token.groups.get("day") or token.groups["n"])
            found = self._valid(before.year, before.month, day)
            whole = token.kind == "day"
        self.last_day = found
        self.check_weekday(found)
        return found, whole

    def _dated(self, token: Token) -> date:
        groups = token.groups
        if "iso_y" in groups:
            self.year = int(groups["iso_y"])
            return self._valid(self.year, int(groups["iso_m"]), int(groups["iso_d"]))
        if "y" in groups:
            self.year = year_number(groups["y"])
        if self.year is None:
            raise self.refuse("missing_year", "没有年份", "请用 --year 给出文件的年份")
        year = self.last_day.year if self.last_day and "y" not in groups else self.year
        return self._valid(year, number(groups["m"]), number(groups["d"]))

    def _valid(self, year: int, month: int, day: int) -> date:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise self.refuse(
                "impossible_date",
                f"年份 {year} 不在 {FIRST_YEAR} 到 {LAST_YEAR} 之间",
                "请核对年份",
            )
        try:
            return date(year, month, day)
        except ValueError:
            raise self.refuse(
                "impossible_date", f"{year}年没有{month}月{day}日", "请核对原文的日期"
            ) from None

    def check_weekday(self, day: date) -> None:
        token = self.take("weekday")
        if token is None:
            return
        printed = token.groups.get("wd1") or token.groups["wd2"]
        if weekday_number(printed) != day.weekday():
            raise self.refuse(
                "wrong_weekday",
                f"{day.year}年{day.month}月{day.day}日是星期{WEEKDAYS[day.weekday()]}，"
                f"印的是「{token.word.strip('()')}」",
                "日期和星期必有一个印错了，请核对",
            )

    # --- slots ------------------------------------------------------------------------------
    def slots(self, days: _Days | None) -> list[clock.Slot]:
        found: list[clock.Slot] = []
        while self.sees("part|clock") or self.sees("number", "range", "clock"):
            found.append(self.slot())
            if days is not None and days.start is not None:
                self.check_weekday(days.start)
            if not (self.sees("list", "part|clock") or self.sees("list", "number", "range")):
                break
            self.take("list")
        if self.sees("range", "date|day|part"):
            raise self.refuse(
                "unreadable",
                "从某天的某个时段到另一天的某个时段，读不出每天几点",
                "请写成「6月25日-26日 9:00-17:00」",
            )
        return found

    def slot(self) -> clock.Slot:
        part = self.take("part")
        start = self.take("clock|number")
        if start is None:
            return clock.part_only(part.word if part else "")
        if not self.sees("range", "clock") and not self.sees("range", "part", "clock"):
            return clock.slot(self.text, part, start)
        self.take("range")
        return clock.slot(self.text, part, start, self.take("part"), self.take("clock"))


@dataclass(frozen=True)
class _Item:
    days: _Days
    rule: str | None
    printed: str
