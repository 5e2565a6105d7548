"""Opening hours as staff write them."""

from datetime import date, datetime

import pytest

from kiosk.hours import read_opening
from tests.kiosk_factories import SHANGHAI


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


def test_hours_are_read_as_they_are_written() -> None:
    opening = read_opening(
        "周一至周五 09:00–11:30、13:30–17:30；周六、周日 9:00-12:00",
        "2019-10-01 至 2019-10-07 闭馆\n2019-10-12 14:00–16:00",
    )
    assert opening is not None
    said = opening.as_json()
    assert said["weekly"][0] == [["09:00", "11:30"], ["13:30", "17:30"]]
    assert said["weekly"][6] == [["09:00", "12:00"]]
    assert said["closed_on"][0] == "2019-10-01"
    assert len(said["closed_on"]) == 7
    assert said["open_on"] == {"2019-10-12": [["14:00", "16:00"]]}
    assert opening.is_open(at("2019-06-26T09:40"))
    assert not opening.is_open(at("2019-06-26T12:00"))
    assert not opening.is_open(at("2019-10-02T09:40"))
    assert opening.spans(date(2019, 10, 12)) != opening.weekly[5]
    assert opening.opened_at(at("2019-06-26T14:00")) == at("2019-06-26T13:30")


def test_every_day_may_be_said_in_a_word() -> None:
    for words in ("每天 08:30–17:00", "08:30至17:00", "工作日 08:30–17:00；周末 08:30–17:00"):
        opening = read_opening(words, "")
        assert opening is not None
        assert opening.as_json()["weekly"] == [[["08:30", "17:00"]]] * 7
    assert read_opening("", "") is None
    english = read_opening(
        "Mon-Fri 09:00-17:00; Saturday closed", "2019-10-01 to 2019-10-02 closed"
    )
    chinese = read_opening("周一至周五 09:00–17:00；周六闭馆", "2019-10-01 至 2019-10-02 闭馆")
    assert english == chinese
    closed = read_opening("每天 08:30–17:00；周一 闭馆", "")
    assert closed is not None
    assert closed.weekly[0] == ()


@pytest.mark.parametrize(
    ("hours", "days", "said"),
    [
        ("上班时间", "", "“上班时间”没看懂：要写几点到几点（09:00–17:30），或者写“闭馆”。"),
        ("周一 17:00–09:00", "", "“周一 17:00–09:00”里，结束要晚于开始。"),
        ("初一 09:00–17:00", "", "“初一 09:00–17:00”里的“初一”没看懂。"),
        ("每天 09:00–17:00", "国庆 闭馆",
         "“国庆 闭馆”没看懂：要写 2019-10-01，或 2019-10-01 至 2019-10-07。"),
        ("每天 09:00–17:00", "2019-10-07 至 2019-10-01 闭馆",
         "“2019-10-07 至 2019-10-01 闭馆”里，日期的先后或长短不对。"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named(hours: str, days: str, said: str) -> None:
    with pytest.raises(ValueError, match="“") as refused:
        read_opening(hours, days)
    assert str(refused.value) == said
