"""Printed dates: read as printed or refused in words, never guessed."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.errors import ProblemError
from geo.schedules import When, bounds, expand, print_when, read_groups, read_when

YEAR = 2019


def june(day: int, until: int | None = None, part: str = "", **more: object) -> When:
    return When(date(2019, 6, day), date(2019, 6, until or day), part, **more)  # type: ignore[arg-type]


def weekly(days: str, part: str = "", **more: object) -> When:
    return When(None, None, part, rrule=f"FREQ=WEEKLY;BYDAY={days}", **more)  # type: ignore[arg-type]


READ = {
    # as the 2019 table prints them
    "6月25日": [june(25)],
    "6月25日 下午": [june(25, part="afternoon")],
    "6月24日晚": [june(24, part="evening")],
    "6月25日 -26日": [june(25, 26)],
    "6月26日 -28日": [june(26, 28)],
    "6月25日 -7月1日": [When(date(2019, 6, 25), date(2019, 7, 1))],
    "6月25日 下午 6月25日 -26日": [june(25, part="afternoon"), june(25, 26)],
    "6月27日 6月27日 -28日": [june(27), june(27, 28)],
    "6月28日 下午 6月28日": [june(28, part="afternoon"), june(28)],
    # ranges and lists
    "6月25日到30日": [june(25, 30)],
    "6月25日至6月30日": [june(25, 30)],
    "6月25-27日": [june(25, 27)],
    "6月25日–27日": [june(25, 27)],
    "6月25日——27日": [june(25, 27)],
    "６月２５日～２７日": [june(25, 27)],
    "6月25日〜27日": [june(25, 27)],
    "6月25、27日": [june(25), june(27)],
    "6月25、27日下午": [june(25, part="afternoon"), june(27, part="afternoon")],
    "6月25日上午、27日晚": [june(25, part="morning"), june(27, part="evening")],
    "12月30日-1月2日": [When(date(2019, 12, 30), date(2020, 1, 2))],
    "2020年12月30日-2021年1月2日": [When(date(2020, 12, 30), date(2021, 1, 2))],
    # hours
    "2019年6月25日（星期二）14:30-16:00": [june(25, start_time=time(14, 30), end_time=time(16))],
    "6月25日9:00—11:00": [june(25, start_time=time(9), end_time=time(11))],
    "6月25日 上午9时至11时": [june(25, part="morning", start_time=time(9), end_time=time(11))],
    "6月25日 9-11时": [june(25, start_time=time(9), end_time=time(11))],
    "6月25日下午2点半到4点": [
        june(25, part="afternoon", start_time=time(14, 30), end_time=time(16))
    ],
    "6月25日晚7:00": [june(25, part="evening", start_time=time(19))],
    "6月25日上午9:00至下午4:00": [june(25, start_time=time(9), end_time=time(16))],
    "6月25日中午12:00-1:30": [june(25, start_time=time(12), end_time=time(13, 30))],
    "6月25日-26日 9：00～17：00": [june(25, 26, start_time=time(9), end_time=time(17))],
    "6月25日 9:00-11:00、14:00-16:00": [
        june(25, start_time=time(9), end_time=time(11)),
        june(25, start_time=time(14), end_time=time(16)),
    ],
    # other words
    "七月一日": [When(date(2019, 7, 1), date(2019, 7, 1))],
    "六月二十五日晚上": [june(25, part="evening")],
    "二〇一八年六月二十五日": [When(date(2018, 6, 25), date(2018, 6, 25))],
    "6月25号": [june(25)],
    "2019-06-25": [june(25)],
    "6月25日全天": [june(25)],
    "6月25日 中午": [june(25)],
    "6月25日周二下午": [june(25, part="afternoon")],
    "活动时间：6月25日": [june(25)],
    "6月25日起": [When(date(2019, 6, 25), None)],
    "即日起至7月15日": [When(None, date(2019, 7, 15))],
    "即日起": [When(None, None)],
    # repeating
    "每周三下午": [weekly("WE", "afternoon")],
    "每周六": [weekly("SA")],
    "每周六、日上午": [weekly("SA,SU", "morning")],
    "每周一至周五 9:00-17:00": [weekly("MO,TU,WE,TH,FR", start_time=time(9), end_time=time(17))],
    "工作日上午": [weekly("MO,TU,WE,TH,FR", "morning")],
    "每周末": [weekly("SA,SU")],
    "每天": [When(None, None, rrule="FREQ=DAILY")],
    "每月第一个周六": [When(None, None, rrule="FREQ=MONTHLY;BYDAY=1SA")],
    "每月15日": [When(None, None, rrule="FREQ=MONTHLY;BYMONTHDAY=15")],
    # opening lists
    "周一至周五 9:00—21:30，周六、周日 15:30—21:30": [
        weekly("MO,TU,WE,TH,FR", start_time=time(9), end_time=time(21, 30)),
        weekly("SA,SU", start_time=time(15, 30), end_time=time(21, 30)),
    ],
    "周一至周五 9:00-11:30,13:30-17:00；周日 13:00-17:00": [
        weekly("MO,TU,WE,TH,FR", start_time=time(9), end_time=time(11, 30)),
        weekly("MO,TU,WE,TH,FR", start_time=time(13, 30), end_time=time(17)),
        weekly("SU", start_time=time(13), end_time=time(17)),
    ],
    "每日9:00-21:00（周一、周三除外）": [
        weekly("TU,TH,FR,SA,SU", start_time=time(9), end_time=time(21))
    ],
    "周二至周日 9:00-17:00（周一闭馆）": [
        weekly("TU,WE,TH,FR,SA,SU", start_time=time(9), end_time=time(17))
    ],
    "星期一至星期五每天 8:30-17:00": [
        weekly("MO,TU,WE,TH,FR", start_time=time(8, 30), end_time=time(17))
    ],
    "6月1日-30日 9:00-17:00，周一休息": [
        When(
            date(2019, 6, 1),
            date(2019, 6, 30),
            start_time=time(9),
            end_time=time(17),
            rrule="FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU",
        )
    ],
    "7月1日-8月31日每周六上午": [
        When(date(2019, 7, 1), date(2019, 8, 31), "morning", rrule="FREQ=WEEKLY;BYDAY=SA")
    ],
}


@pytest.mark.parametrize("text", READ)
def test_every_printed_form_is_read(text: str) -> None:
    assert read_when(text, YEAR) == READ[text]


REFUSED = {
    "6月31日": "「6月31日」：2019年没有6月31日。请核对原文的日期。",
    "2019年2月29日": "「2019年2月29日」：2019年没有2月29日。请核对原文的日期。",
    "6月30日-6月25日": "「6月30日-6月25日」：结束（2019-06-25）早于开始（2019-06-30）。"
    "请核对两个日期，跨年请写出年份。",
    "6月30日-25日": "「6月30日-25日」：结束（2019-06-25）早于开始（2019-06-30）。"
    "请核对两个日期，跨年请写出年份。",
    "6月25日（星期三）": "「6月25日（星期三）」：2019年6月25日是星期二，印的是「星期三」。"
    "日期和星期必有一个印错了，请核对。",
    "端午节": "「端午节」里的「端午」是农历、节日或假期，这里不换算。"
    "请查好公历日期，写成「6月7日」这样。",
    "农历五月初五": "「农历五月初五」里的「农历」是农历、节日或假期，这里不换算。"
    "请查好公历日期，写成「6月7日」这样。",
    "6月25日、27日下午": "「6月25日、27日下午」：不清楚「6月25日」是不是同一时段。"
    "请在每个日期后面写明上午、下午或几点。",
    "6月25日 2:30": "「6月25日 2:30」：「2:30」不知是凌晨还是下午。请写成 24 小时制。",
    "6月25日 11:00-9:00": "「6月25日 11:00-9:00」：结束的时刻不晚于开始的时刻。"
    "过了午夜的请分成两天写。",
    "6月25日 25:00": "没有「25:00」这个时刻。时刻从 0:00 到 23:59。",
    "0001年6月25日": "「0001年6月25日」：年份 1 不在 1900 到 2100 之间。请核对年份。",
    "待定": "「待定」里的「待定」读不懂。能读的写法如「6月25日 下午」「6月25日-28日」"
    "「6月25日 9:00-11:00」「每周三下午」。",
    "": "时间一格是空的。能读的写法如「6月25日 下午」「6月25日-28日」"
    "「6月25日 9:00-11:00」「每周三下午」。",
    "6月25日周二至周四": "「6月25日周二至周四」：「周二至周四」放在这里读不懂。"
    "能读的写法如「6月25日 下午」「6月25日-28日」「6月25日 9:00-11:00」「每周三下午」。",
    "每周一（周一除外）": "「每周一（周一除外）」：除去「（周一除外）」，就一天也没有了。"
    "能读的写法如「6月25日 下午」「6月25日-28日」「6月25日 9:00-11:00」「每周三下午」。",
    "6月25日（周二除外）": "「6月25日（周二除外）」：「（周二除外）」说的不是重复的活动。"
    "能读的写法如「6月25日 下午」「6月25日-28日」「6月25日 9:00-11:00」「每周三下午」。",
    "6月25日 9:00-26日 17:00": "「6月25日 9:00-26日 17:00」："
    "从某天的某个时段到另一天的某个时段，读不出每天几点。请写成「6月25日-26日 9:00-17:00」。",
}


def test_days_off_stand_in_the_words_of_every_time_they_hold_for() -> None:
    found = read_when("周一至周五 9:00—21:30，周六、周日 15:30—21:30（法定节假日除外）", YEAR)
    assert [when.printed for when in found] == [
        "周一至周五 9:00—21:30（法定节假日除外）",
        "周六、周日 15:30—21:30（法定节假日除外）",
    ]


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_read_is_refused_in_words(text: str) -> None:
    with pytest.raises(ProblemError) as refusal:
        read_when(text, YEAR)
    assert str(refusal.value) == REFUSED[text]


def test_the_year_comes_from_the_document_and_a_printed_year_wins() -> None:
    assert read_when("6月25日", 2021)[0].start == date(2021, 6, 25)
    assert read_when("2018年6月25日", 2021)[0].start == date(2018, 6, 25)
    with pytest.raises(ProblemError) as refusal:
        read_when("6月25日", None)
    assert str(refusal.value) == "「6月25日」：没有年份。请用 --year 给出文件的年份。"


def test_the_next_year_is_meant_only_within_31_days() -> None:
    [when] = read_when("12月1日-1月1日", YEAR)
    assert when.end == date(2020, 1, 1)
    with pytest.raises(ProblemError):
        read_when("12月1日-1月2日", YEAR)


@pytest.mark.parametrize(
    ("printed", "hour"),
    [("上午12点", 12), ("下午1点", 13), ("下午6点", 18), ("晚5点", 17), ("晚11点", 23)],
)
def test_twelve_hour_words_become_the_hours_they_mean(printed: str, hour: int) -> None:
    assert read_when(f"6月25日{printed}", YEAR)[0].start_time == time(hour)


@pytest.mark.parametrize("printed", ["上午13点", "下午11点", "晚12点", "晚3点", "凌晨9点"])
def test_hours_that_do_not_fit_their_words_are_refused(printed: str) -> None:
    with pytest.raises(ProblemError) as refusal:
        read_when(f"6月25日{printed}", YEAR)
    assert str(refusal.value) == (
        f"「6月25日{printed}」：「{printed}」不合常理。请写成 24 小时制。"
    )


def test_a_turn_of_the_year_does_not_carry_into_the_next_activity() -> None:
    last = read_when("12月30日-1月2日 6月5日", YEAR)[-1]
    assert last.start == date(2019, 6, 5)


def test_a_list_is_one_activity_and_a_merged_cell_is_several() -> None:
    assert [len(group) for group in read_groups("6月25、27日", YEAR)] == [2]
    assert [len(group) for group in read_groups("6月27日 6月27日 -28日", YEAR)] == [1, 1]


def test_each_reading_keeps_its_own_printed_words() -> None:
    readings = read_when("6月25日 下午 6月25日 -26日", YEAR)
    assert [when.printed for when in readings] == ["6月25日 下午", "6月25日 -26日"]


def test_precision_says_no_more_than_the_print() -> None:
    said = {
        "6月25日": "date",
        "6月25日下午": "part_of_day",
        "6月25日 9:00": "exact",
        "即日起至7月15日": "open_ended",
        "6月25日起": "open_ended",
        "每周六": "date",
        "6月25日中午": "date",  # lies across two windows: neither is claimed
    }
    assert {text: read_when(text, YEAR)[0].precision for text in said} == said


def test_a_range_of_days_is_one_occurrence_a_day() -> None:
    [when] = read_when("6月25日 -7月1日", YEAR)
    days = expand(when)
    assert len(days) == 7
    assert (days[0], days[-1]) == (date(2019, 6, 25), date(2019, 7, 1))


def test_a_rule_is_laid_out_without_its_exceptions() -> None:
    [when] = read_when("7月1日-7月31日每周三下午", YEAR)
    assert [day.day for day in expand(when)] == [3, 10, 17, 24, 31]
    assert [day.day for day in expand(when, exceptions=[date(2019, 7, 10)])] == [3, 17, 24, 31]


def test_a_rule_without_dates_starts_with_the_document_and_ends_at_the_horizon() -> None:
    [when] = read_when("每周六", YEAR)
    assert expand(when) == []
    days = expand(when.starting(date(2019, 6, 25)), until_days=14)
    assert days == [date(2019, 6, 29), date(2019, 7, 6)]


def test_from_today_on_begins_on_the_day_of_the_document() -> None:
    [when] = read_when("即日起至7月15日", YEAR)
    assert len(expand(when.starting(date(2019, 7, 1)))) == 15


def test_bounds_are_the_windows_in_shanghai_as_utc() -> None:
    def hours(text: str) -> list[str]:
        [when] = read_when(text, YEAR)
        assert when.start is not None
        return [moment.isoformat() for moment in bounds(when.start, when)]

    assert hours("6月25日上午") == ["2019-06-25T00:00:00+00:00", "2019-06-25T04:00:00+00:00"]
    assert hours("6月25日下午") == ["2019-06-25T04:00:00+00:00", "2019-06-25T10:00:00+00:00"]
    assert hours("6月25日晚") == ["2019-06-25T10:00:00+00:00", "2019-06-25T14:00:00+00:00"]
    assert hours("6月25日") == ["2019-06-24T16:00:00+00:00", "2019-06-25T16:00:00+00:00"]
    assert hours("6月25日 14:30-16:00") == [
        "2019-06-25T06:30:00+00:00",
        "2019-06-25T08:00:00+00:00",
    ]
    assert bounds(date(2019, 6, 25), june(25, start_time=time(9)))[1] == datetime(
        2019, 6, 25, 4, tzinfo=UTC
    )  # only the beginning is printed: the window ends at noon


# --- properties --------------------------------------------------------------------------------
DATE_ALPHABET = (
    "0123456789〇一二三四五六七八九十年月日号时点分半周星期每天工作上下午晚中全即起至到止"
    "、,；;:：-—～ ()（）\x00\u200b🙂宁"
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(alphabet=DATE_ALPHABET, max_size=30)))
@example("每周一、")
@example("6月25日-")
@example("²月³日")
@example("٦月٢٥日")
@example("每月〇日")
def test_no_text_crashes_the_reader(text: str) -> None:
    try:
        for when in read_when(text, YEAR):
            assert when.start is None or when.end is None or when.start <= when.end
            for day in expand(when, until_days=40):
                bounds(day, when)
    except ProblemError:
        pass  # refused: tests above read the words


MONTH_DAYS = st.dates(date(2019, 1, 1), date(2019, 12, 31))
PARTS = st.sampled_from(["", "上午", " 下午", "晚", "全天"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(MONTH_DAYS, PARTS), min_size=1, max_size=4))
def test_no_date_is_read_that_the_text_does_not_say(said: list[tuple[date, str]]) -> None:
    text = " ".join(f"{day.month}月{day.day}日{part}" for day, part in said)
    found = read_when(text, YEAR)
    assert [(when.start, when.end) for when in found] == [(day, day) for day, _ in said]


@settings(max_examples=200, deadline=None)
@given(MONTH_DAYS, MONTH_DAYS)
def test_a_range_covers_its_days_or_is_refused(start: date, end: date) -> None:
    text = f"{start.month}月{start.day}日-{end.month}月{end.day}日"
    turned = end if start <= end else end.replace(year=2020)
    try:
        [when] = read_when(text, YEAR)
    except ProblemError:
        assert start > end
        assert (turned - start).days > 31
    else:
        assert (when.start, when.end) == (start, turned)


@st.composite
def whens(draw: st.DrawFn) -> When:
    """Any When that a printed text can say."""
    start = draw(st.none() | st.dates(date(1950, 1, 1), date(2090, 12, 31)))
    days = draw(st.none() | st.integers(0, 500))
    base = start or date(2019, 6, 25)
    end = None if days is None else date.fromordinal(base.toordinal() + days)
    rule = draw(st.none() | RULES)
    if rule and start and start == end:
        end = date.fromordinal(base.toordinal() + 7)
    part, hours = draw(st.sampled_from(list(HOURS.items())))
    first = draw(st.none() | st.builds(time, hours, st.integers(0, 59)))
    last = draw(st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59)))
    if first is None or (last is not None and last <= first):
        last = None
    return When(start, end, part, first, last, rule)


HOURS = {
    "": st.integers(0, 23),
    "morning": st.integers(0, 12),
    "afternoon": st.integers(12, 18),
    "evening": st.integers(17, 23),
}
RULES = st.one_of(
    st.just("FREQ=DAILY"),
    st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True)
    .map(lambda days: sorted(days, key=["MO", "TU", "WE", "TH", "FR", "SA", "SU"].index))
    .map(lambda days: "FREQ=WEEKLY;BYDAY=" + ",".join(days)),
    st.integers(1, 31).map(lambda day: f"FREQ=MONTHLY;BYMONTHDAY={day}"),
    st.sampled_from(["1SA", "2MO", "3WE", "4SU", "-1FR"]).map(
        lambda day: f"FREQ=MONTHLY;BYDAY={day}"
    ),
)


@settings(max_examples=400, deadline=None)
@given(whens(), st.integers(1990, 2050))
def test_what_is_printed_reads_back_to_the_same(when: When, document_year: int) -> None:
    assert read_when(print_when(when), document_year) == [when]
