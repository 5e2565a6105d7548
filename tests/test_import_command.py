"""``manage.py import_activities`` as a person and as a program use it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from geo.models import Activity, Source

ROOT = Path(__file__).resolve().parents[1]
SCHEDULE = ROOT / "fixtures/schedules/2019-06-ningbo.tsv"
HEADER = "活动名称\t主办单位\t活动内容\t活动地点\t活动时间\n"


def run(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_activities", str(path), *options, stdout=out)
    return out.getvalue()


def dry(path: Path, *options: str) -> list[dict[str, Any]]:
    shown = run(path, "--year", "2019", "--dry-run", "--json", *options)
    rows: list[dict[str, Any]] = json.loads(shown)["rows"]
    return rows


def write(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "table.tsv"
    path.write_text(HEADER + "\n".join(rows), encoding="utf-8")
    return path


def test_a_dry_run_needs_no_database_at_all() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "import_activities",
            str(SCHEDULE),
            "--year",
            "2019",
            "--dry-run",
            "--json",
        ],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
        capture_output=True,
        text=True,
        check=True,
    )
    rows = json.loads(done.stdout)["rows"]
    assert sum(len(row["activities"]) for row in rows) == 28
    assert [row["row"] for row in rows if row["problems"]] == [4, 7, 8, 11, 12]


def test_the_json_of_a_clean_row() -> None:
    row = dry(SCHEDULE)[5]
    assert {key: row[key] for key in ("row", "status", "problems")} == {
        "row": 6,
        "status": "ready",
        "problems": [],
    }
    assert row["cells"]["活动时间"] == "6月27日 上午"
    [activity] = row["activities"]
    asked = ("title", "organizers", "places", "start", "end", "part_of_day", "rrule", "status")
    assert {key: activity[key] for key in asked} == {
        "title": "无人机使用安全宣教 我们在行动",
        "organizers": ["宁波市航协党支部"],
        "places": ["江北区天水家园"],
        "start": "2019-06-27",
        "end": "2019-06-27",
        "part_of_day": "上午",
        "rrule": None,
        "status": "scheduled",
    }


def test_the_rules_alone_leave_doubtful_rows_open() -> None:
    rows = dry(SCHEDULE, "--rules-alone")
    assert [row["row"] for row in rows if row["status"] == "needs_a_look"] == [4, 7, 8, 11, 12]
    titles = [{entry["title"] for entry in one["activities"]} for one in rows[3]["readings"]]
    assert [len(found) for found in titles] == [2, 1]
    assert rows[3]["activities"] == []


def test_a_time_stands_only_where_an_hour_is_printed(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "义诊\t医学会\t\t日湖公园\t6月25日 9:00-11:00",
        "义诊\t医学会\t\t日湖公园\t每周三下午",
        "义诊\t医学会\t\t日湖公园\t即日起至7月15日",
        "义诊\t医学会\t\t日湖公园\t6月25、27日晚",
    )
    times = [
        [(a["start"], a["end"], a["part_of_day"], a["rrule"]) for a in row["activities"]]
        for row in dry(path)
    ]
    assert times == [
        [("2019-06-25T09:00", "2019-06-25T11:00", None, None)],
        [(None, None, "下午", "FREQ=WEEKLY;BYDAY=WE")],
        [(None, "2019-07-15", None, None)],
        [("2019-06-25", "2019-06-25", "晚", None), ("2019-06-27", "2019-06-27", "晚", None)],
    ]
    assert not any(row["problems"] for row in dry(path))
    assert dry(path, "--published", "2019-07-01")[2]["activities"][0]["start"] == "2019-07-01"


def test_a_person_is_told_what_to_look_at(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "义诊\t医学会\t为居民义诊。\t日湖公园\t6月25日",
        "讲座\t医学会\t为居民讲座。\t日湖公园\t6月31日",
        "理发\t美发协会\t为老人理发。\t月湖公园\t即日起",
    )
    assert run(path, "--year", "2019", "--dry-run").splitlines() == [
        "第 2 行 未导入",
        "  疑问 第 2 行「活动时间」：「6月31日」：2019年没有6月31日。请核对原文的日期。",
        "第 3 行 提示 「即日起」没有写从哪天起；请用 --published 给出文件的日期，才能排出场次。",
        "共 3 行，2 项活动：可以导入 2 行，未导入 1 行。",
        "试运行：没有写入任何数据。",
    ]


def test_without_a_year_no_row_without_one_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "义诊\t医学会\t为居民义诊。\t日湖公园\t6月25日",
        "理发\t美发协会\t为老人理发。\t月湖公园\t2019年6月25日",
    )
    rows = json.loads(run(path, "--dry-run", "--json"))["rows"]
    assert [row["status"] for row in rows] == ["refused", "ready"]
    assert rows[0]["problems"] == [
        "第 1 行「活动时间」：「6月25日」：没有年份。请用 --year 给出文件的年份。"
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "a.tsv",
            b"",
            "「a.tsv」是空文件。能读 CSV、TSV、XLSX、DOCX、网页表格、ICS、GeoJSON 和粘贴的文字。",
        ),
        (
            "a.csv",
            "一,二\n三,四\n".encode(),
            "「a.csv」的表头是 「一」、「二」，缺 「活动名称」、「活动地点」、「活动时间」。"
            "表头要有活动名称、活动地点、活动时间；最好还有组织单位和活动内容。请在第一行写上表头。",
        ),
        (
            "a.bin",
            bytes(50),
            "「a.bin」里有 50 个 NUL 字节，不是文字表格。"
            "能读 CSV、TSV、XLSX、DOCX、网页表格、ICS、GeoJSON 和粘贴的文字。"
            "请另存为 UTF-8 的 CSV 或 XLSX。",
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError) as refused:
        run(tmp_path / name, "--year", "2019", "--dry-run")
    assert str(refused.value) == words


def test_a_missing_file_and_broken_corrections_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        run(tmp_path / "none.tsv", "--year", "2019", "--dry-run")
    assert str(refused.value) == ("打不开「none.tsv」（No such file or directory）。请核对文件名。")
    broken = tmp_path / "corrections.json"
    broken.write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run(SCHEDULE, "--dry-run", "--corrections", str(broken))
    assert str(refused.value) == (
        "更正文件「corrections.json」读不懂（KeyError('rows')）。"
        "要有 rows，每一条有 row、cells、decision、alternative、activities。"
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("places")
def test_saving_twice_says_so() -> None:
    corrections = str(ROOT / "fixtures/corrections/2019-06.json")
    first = run(SCHEDULE, "--year", "2019", "--corrections", corrections).splitlines()
    assert first[-2:] == [
        "共 24 行，28 项活动：已导入 24 行。",
        "新增 28 项活动，更新 0 项，0 项无变化。",
    ]
    second = run(SCHEDULE, "--year", "2019", "--corrections", corrections).splitlines()
    assert second[-2:] == [
        "共 24 行，28 项活动：无变化 24 行。",
        "与上次导入相同，没有任何改动。",
    ]
    source = Source.objects.get()
    assert (source.slug, source.year, source.published_on) == ("2019-06-ningbo", 2019, None)
    assert Activity.objects.filter(campaign__slug="2019-gongyiri").count() == 28


def test_what_lies_beside_the_file_must_make_sense(tmp_path: Path) -> None:
    path = write(tmp_path, "义诊\t医学会\t为居民义诊。\t日湖公园\t6月25日")
    beside = path.with_suffix(".json")
    beside.write_text('{"published_on": "June"}', encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run(path, "--year", "2019", "--dry-run")
    assert str(refused.value) == (
        "「table.json」的 published_on 是「June」。请写成 2019-06-25 或 null。"
    )
    beside.write_text("[1, 2]", encoding="utf-8")  # something else of the same name
    assert len(dry(path)) == 1


def test_a_file_with_a_chinese_name_is_saved_only_under_a_source(tmp_path: Path) -> None:
    path = write(tmp_path, "义诊\t医学会\t为居民义诊。\t日湖公园\t6月25日").rename(
        tmp_path / "活动表.tsv"
    )
    assert len(dry(path)) == 1
    with pytest.raises(CommandError) as refused:
        run(path, "--year", "2019")
    assert str(refused.value) == "来源没有标识。请用 --source 给出，如 --source 2019-06-ningbo。"
