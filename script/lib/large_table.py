"""Makes a table of as many activities as one likes, the same at every run: for measuring imports.

    python3 -m script.lib.large_table FILE.xlsx [ROWS]      20 000 rows unless said otherwise

The places are real ones of Ningbo, the activities are not: sources of such tables are samples.
"""

import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

ROOT = Path(__file__).resolve().parents[2]
ROWS = 20_000
SEED = 20190625
HEADER = ("活动名称", "组织单位", "活动内容", "活动地点", "活动时间")
WHAT = (
    "义诊",
    "读书会",
    "急救培训",
    "反诈宣传",
    "电影放映",
    "插花课",
    "太极拳",
    "书法课",
    "旧衣回收",
)
WHO = ("为居民", "为老年人", "为儿童", "为环卫工人", "为志愿者")
BODIES = ("红十字会", "图书馆", "志愿者协会", "社会组织服务中心", "医院", "文化馆", "慈善总会")
HOURS = ("上午", "下午", "晚上", "9:00-11:00", "14:00-16:30", "")


def lines(rows: int = ROWS, seed: int = SEED) -> Iterator[tuple[str, ...]]:
    """The header, then *rows* activities; no two have the same name."""
    dice = random.Random(seed)  # noqa: S311 - the same table for the same seed
    with (ROOT / "fixtures/venues/venues.csv").open(encoding="utf-8", newline="") as file:
        venues = [row["name"] for row in csv.DictReader(file)]
    with (ROOT / "fixtures/areas/towns.csv").open(encoding="utf-8", newline="") as file:
        towns = [row["name"] for row in csv.DictReader(file)]
    yield HEADER
    for number in range(1, rows + 1):
        what, town = dice.choice(WHAT), dice.choice(towns)
        day = date(2019, 6, 1) + timedelta(days=dice.randrange(200))
        yield (
            f"{town}{what}第{number}期",
            f"宁波市{town}{dice.choice(BODIES)}",
            f"{dice.choice(WHO)}开展{what}，现场有志愿者指引。",
            dice.choice(venues),
            f"{day.month}月{day.day}日 {dice.choice(HOURS)}".strip(),
        )


def write(path: Path, rows: int = ROWS, seed: int = SEED) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("安排")
    for line in lines(rows, seed):
        sheet.append(line)
    book.save(path)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ROWS)
