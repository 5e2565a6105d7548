"""The import desk: dropped, seen, published, taken back; nothing public before."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from geo.models import Activity, ImportBatch, Occurrence, Source, SourceRow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

HEADER = "活动名称\t主办单位\t活动内容\t活动地点\t活动时间\n"
CLINIC = "义诊\t宁波市医学会\t为居民义诊。\t江北区日湖公园\t6月25日 下午\n"
HAIRCUT = "理发\t宁波市美发协会\t为老人理发。\t海曙区月湖公园\t6月26日 9:00-11:00\n"
BAD_DAY = "讲座\t宁波市图书馆\t为居民讲座。\t江北区\t6月31日\n"
MERGED = "甲活动 乙活动\t甲协会 乙协会\t甲开展活动。 乙开展活动。\t江北区 海曙区\t6月25日 6月26日\n"


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("keeper"))
    return client


def dropped(staff: Client, text: str, **more: Any) -> ImportBatch:
    """The draft of a pasted table under a new source, or under ``source``."""
    said = {"title": "测试用表", "publisher": "测试", "year": "2019", "text": text} | more
    answer = staff.post("/desk/", said)
    assert answer.status_code == 302, re.findall(r'role="alert">(.*?)<', answer.content.decode())
    return ImportBatch.objects.get(pk=int(answer.headers["Location"].split("/")[2]))


def page(staff: Client, batch: ImportBatch, query: str = "") -> str:
    answer = staff.get(f"/desk/{batch.pk}/{query}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', html)
    assert found
    return found[1]


def published(staff: Client, batch: ImportBatch) -> ImportBatch:
    staff.post(f"/desk/{batch.pk}/publish/", {"seen": seen(page(staff, batch))})
    batch.refresh_from_db()
    return batch


def facts() -> list[Any]:
    """All that is said of the activities, without what counts revisions."""
    occurrences = Occurrence.objects.order_by("activity__source_key", "starts_at", "place_rank")
    return [
        *Activity.objects.order_by("source_key").values_list(
            "source_key", "title", "content", "place_texts", "content_hash", "is_published"
        ),
        *occurrences.values_list("held_on", "starts_at", "printed_time", "place__printed", "level"),
        *SourceRow.objects.order_by("source", "number").values_list("cells", "status", "problems"),
    ]


def test_strangers_are_sent_to_the_log_in_and_mere_users_too() -> None:
    for path in ("/desk/", "/desk/1/"):
        answer = Client().get(path)
        assert answer.headers["Location"] == f"/admin/login/?next={path}"
    client = Client()
    client.force_login(User.objects.create_user("visitor"))
    assert client.get("/desk/").headers["Location"] == "/admin/login/?next=/desk/"


def test_staff_without_the_permission_are_refused() -> None:
    client = Client()
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get("/desk/").status_code == 403


def test_a_draft_writes_nothing_public(staff: Client) -> None:
    batch = dropped(staff, HEADER + CLINIC + HAIRCUT)
    html = page(staff, batch)
    assert batch.state == "draft"
    assert (Activity.objects.count(), SourceRow.objects.count()) == (0, 0)
    assert "2 行可以发布" in html
    assert "2019年6月25日 下午" in html
    assert "只写时段，不写钟点" in html
    assert "准确到场所：日湖公园" in html


def test_the_desk_is_not_kept_by_a_proxy(staff: Client) -> None:
    assert "no-store" in staff.get("/desk/").headers["Cache-Control"]


def test_good_rows_are_published_and_doubtful_ones_wait_in_the_queue(staff: Client) -> None:
    batch = published(staff, dropped(staff, HEADER + CLINIC + MERGED + BAD_DAY))
    assert batch.state == "published"
    assert batch.by == "keeper"
    assert batch.counts == {"imported": 1, "needs_a_look": 1, "refused": 1}
    assert [one.title for one in Activity.objects.all()] == ["义诊"]
    assert list(SourceRow.objects.order_by("number").values_list("status", flat=True)) == [
        "imported", "needs_a_look", "refused",
    ]  # fmt: skip
    assert "甲活动 乙活动" in staff.get("/admin/geo/sourcerow/queue/").content.decode()


def change(staff: Client, batch: ImportBatch, said: dict[str, Any]) -> Any:
    """What a form of the page sends, with what it had shown."""
    html = page(staff, batch)
    form = html.partition(f'name="row" value="{said.get("row", "")}"')[0]
    mark = re.findall(r'name="mark" value="(\w+)"', form)
    hidden = {"seen": re.findall(r'name="seen" value="(\w+)"', html)[0], "mark": (mark or [""])[-1]}
    return staff.post(f"/desk/{batch.pk}/change/", {**hidden, **said})


def test_a_problem_names_its_cell_and_what_was_found(staff: Client) -> None:
    html = page(staff, dropped(staff, HEADER + BAD_DAY))
    assert "「6月31日」：2019年没有6月31日。请核对原文的日期。" in html
    assert "没有新的内容可以发布" in html


def test_without_a_year_the_page_asks_for_it_and_reads_again(staff: Client) -> None:
    batch = dropped(staff, HEADER + CLINIC, year="")
    assert "「6月25日 下午」：没有年份。请在上面「年份」里填上文件的年份。" in page(staff, batch)
    change(staff, batch, {"what": "dates", "year": "2019"})
    assert "1 行可以发布" in page(staff, batch)


def test_a_change_shows_old_and_new_and_undoing_brings_the_old_back(staff: Client) -> None:
    first = published(staff, dropped(staff, HEADER + CLINIC + HAIRCUT))
    before = facts()
    moved = (
        HEADER + CLINIC.replace("6月25日 下午", "6月27日") + HAIRCUT + BAD_DAY.replace("31", "30")
    )
    second = dropped(staff, moved, source=str(first.source_id))
    html = page(staff, second)
    assert "<del>6月25日 下午</del> → <ins>6月27日</ins>" in html
    assert "有变化 1" in html
    assert "无变化 1" in html
    assert facts() == before
    published(staff, second)
    assert facts() != before
    staff.post(f"/desk/{second.pk}/undo/")
    second.refresh_from_db()
    assert second.state == "undone"
    Activity.objects.get(title="讲座").occurrences.all().delete()  # it alone is not as before
    assert [fact for fact in facts() if "讲座" not in fact] == before
    assert not Activity.objects.get(title="讲座").is_published


def test_another_activity_in_the_same_row_is_new_and_not_a_change(staff: Client) -> None:
    first = published(staff, dropped(staff, HEADER + CLINIC))
    second = dropped(staff, HEADER + HAIRCUT, source=str(first.source_id))
    html = page(staff, second)
    assert "新增 1" in html
    assert "1 项活动原文里不再有：保留，请核对。" in html


def test_the_same_activity_of_another_source_is_named_and_not_merged(staff: Client) -> None:
    published(staff, dropped(staff, HEADER + CLINIC.replace("义诊", "社区健康义诊活动", 1)))
    other = CLINIC.replace("义诊", "社区健康大型义诊", 1)
    words = "可能已经有了，请核对；不会自动合并："
    assert words in page(staff, dropped(staff, HEADER + other))
    assert words not in page(staff, dropped(staff, HEADER + other.replace("25日", "26日")))
    elsewhere = other.replace("江北区日湖公园", "宁海县")
    assert words not in page(staff, dropped(staff, HEADER + elsewhere))
    assert words not in page(
        staff, dropped(staff, HEADER + other.replace("社区健康大型义诊", "理发"))
    )
    assert Activity.objects.count() == 1


def test_an_undone_activity_is_new_again_at_its_old_address(staff: Client) -> None:
    first = published(staff, dropped(staff, HEADER + CLINIC))
    address = Activity.objects.get().get_absolute_url()
    staff.post(f"/desk/{first.pk}/undo/")
    assert Client().get(address).status_code == 404
    assert "义诊" not in Client().get("/?when=all").content.decode()
    again = dropped(staff, HEADER + CLINIC, source=str(first.source_id))
    assert "新增 1" in page(staff, again)
    published(staff, again)
    assert Client().get(address).status_code == 200
    assert Activity.objects.count() == 1


def test_only_the_last_batch_of_a_source_can_be_undone(staff: Client) -> None:
    first = published(staff, dropped(staff, HEADER + CLINIC))
    ImportBatch.objects.filter(pk=first.pk).update(started_at="2019-06-20T08:00+08:00")
    published(staff, dropped(staff, HEADER + CLINIC + HAIRCUT, source=str(first.source_id)))
    answer = staff.post(f"/desk/{first.pk}/undo/", follow=True)
    assert "请先撤销后来的批次。" in answer.content.decode()
    assert Activity.objects.filter(is_published=True).count() == 2


def test_what_a_person_edited_since_is_left_alone_and_named(staff: Client) -> None:
    batch = published(staff, dropped(staff, HEADER + CLINIC + HAIRCUT))
    Activity.objects.filter(title="义诊").update(edited_by_person=True)
    answer = staff.post(f"/desk/{batch.pk}/undo/", follow=True)
    assert "「义诊」发布后有人改过，没有动它，请核对。" in answer.content.decode()
    assert [one.title for one in Activity.objects.filter(is_published=True)] == ["义诊"]


def test_nobody_publishes_what_they_have_not_seen(staff: Client) -> None:
    batch = dropped(staff, HEADER + CLINIC)
    old = seen(page(staff, batch))
    edit = {"what": "row", "row": "1", "header": ["活动名称"], "cell": ["大义诊"]}
    change(staff, batch, edit)
    answer = staff.post(f"/desk/{batch.pk}/publish/", {"seen": old}, follow=True)
    assert "这份草稿刚刚被改动过，还没有发布。请再看一遍。" in answer.content.decode()
    assert Activity.objects.count() == 0


def test_a_cell_put_right_is_read_again_and_the_print_is_kept(staff: Client) -> None:
    batch = dropped(staff, HEADER + BAD_DAY)
    edit = {"what": "row", "row": "1", "header": ["活动时间"], "cell": ["6月30日"]}
    answer = change(staff, batch, edit)
    assert answer.headers["Location"].endswith("#row-1")
    assert "改过「活动时间」，原文是「6月31日」" in page(staff, batch)
    published(staff, batch)
    assert Activity.objects.get().occurrences.get().held_on.isoformat() == "2019-06-30"
    assert SourceRow.objects.get().correction == "改过「活动时间」，原文是「6月31日」"


def test_two_people_at_one_draft_are_told_and_lose_nothing(staff: Client) -> None:
    batch = dropped(staff, HEADER + BAD_DAY + CLINIC)
    shown = page(staff, batch)
    marks = re.findall(r'name="mark" value="(\w+)"', shown)
    first = {"what": "row", "row": "1", "mark": marks[0], "header": "活动时间", "cell": "6月30日"}
    other = {"what": "row", "row": "2", "mark": marks[1], "header": "活动名称", "cell": "大义诊"}
    url = f"/desk/{batch.pk}/change/"
    staff.post(url, first)
    staff.post(url, other)  # another row: both stand
    html = page(staff, batch)
    assert "改过「活动时间」" in html
    assert "改过「活动名称」" in html
    refused = staff.post(url, {**first, "cell": "6月29日"}, follow=True).content.decode()
    assert "keeper 刚刚改过这份草稿，你的改动没有写入。请看过现在的样子再改。" in refused
    dates = {"what": "dates", "year": "2020", "seen": seen(shown)}
    assert "你的改动没有写入" in staff.post(url, dates, follow=True).content.decode()
    batch.refresh_from_db()
    assert batch.draft["year"] == 2019
    history = staff.get(reverse("admin:geo_importbatch_history", args=[batch.pk]))
    assert "第 1 行「活动时间」</dt><dd><del>6月31日</del> → 6月30日" in history.content.decode()


def test_the_places_of_the_rows_are_drawn_as_known(staff: Client) -> None:
    rows = (
        "甲活动\t某某协会\t讲座\t北仑爱心公园\t6月25日\n"
        "乙活动\t某某协会\t讲座\t江北区庄桥街道\t6月25日\n"
        "丙活动\t某某协会\t讲座\t奉化区\t6月25日\n"
        "丁活动\t某某协会\t讲座\t某某村文化礼堂\t6月25日\n"
    )
    batch = dropped(staff, HEADER + rows)
    html = page(staff, batch)
    block = html.partition('<script id="spots" type="application/json">')[2]
    spots = json.loads(block.partition("</script>")[0])
    drawn = {one["name"]: (one["kind"], one["items"][0]["url"]) for one in spots}
    assert drawn["奉化区"] == ("area", "#row-3")
    assert drawn["庄桥街道"][0] in ("ring", "chip")
    assert "某某村文化礼堂" not in drawn
    assert sum(one["kind"] in ("pin", "ring", "chip", "area") for one in spots) == 3
    assert html.count('class="on-map"') == 3


def test_a_person_picks_one_of_the_readings(staff: Client) -> None:
    batch = dropped(staff, HEADER + MERGED)
    html = page(staff, batch)
    assert "按顺序配成 2 项活动" in html
    change(staff, batch, {"what": "reading", "row": "1", "reading": "0"})
    assert "选定：按顺序配成 2 项活动（keeper，2019-06-26）" in page(staff, batch)
    published(staff, batch)
    assert [one.title for one in Activity.objects.order_by("title")] == ["乙活动", "甲活动"]


def test_unknown_columns_are_explained_once_and_remembered_for_the_source(staff: Client) -> None:
    strange = "啥\t谁\t咋样\t哪儿\t啥时候\n" + CLINIC
    batch = dropped(staff, strange)
    assert "缺 「活动名称」、「活动地点」、「活动时间」" in page(staff, batch)
    said = {"what": "columns", "field": ["title", "organizers", "content", "place", "when"]}
    change(staff, batch, said)
    assert "1 行可以发布" in page(staff, batch)
    again = dropped(staff, strange, source=str(batch.source_id))
    assert "1 行可以发布" in page(staff, again)


def test_a_dropped_draft_takes_its_unused_source_with_it(staff: Client) -> None:
    batch = dropped(staff, HEADER + CLINIC)
    staff.post(f"/desk/{batch.pk}/drop/")
    assert (ImportBatch.objects.count(), Source.objects.count()) == (0, 0)
    kept = published(staff, dropped(staff, HEADER + CLINIC))
    second = dropped(staff, HEADER + CLINIC, source=str(kept.source_id))
    staff.post(f"/desk/{second.pk}/drop/")
    second.refresh_from_db()
    assert second.state == "discarded"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"text": "  "}, "还没有文件，也没有粘贴文字。请选一个文件，或把文字贴进来。"),
        ({"title": ""}, "新来源还没有标题。读者会看到它。请填上文章或文件的标题。"),
        ({"year": "１９"}, "年份「１９」读不懂。如 2019。请改好年份。"),
        ({"published_on": "昨天"}, "发布日期「昨天」读不懂。如 2019-06-25。"),
        ({"source": "99999999"}, "没有这个来源。请重新选择。"),
    ],
)
def test_a_form_that_cannot_be_read_says_why_and_keeps_the_text(
    staff: Client, said: dict[str, str], words: str
) -> None:
    whole = {"title": "测试用表", "year": "2019", "text": HEADER + CLINIC} | said
    answer = staff.post("/desk/", whole)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert whole["text"].strip() in answer.content.decode()
    assert ImportBatch.objects.count() == 0


def test_a_file_is_read_like_pasted_text(staff: Client) -> None:
    file = SimpleUploadedFile("表.csv", (HEADER + CLINIC).replace("\t", ",").encode("gb18030"))
    answer = staff.post("/desk/", {"title": "表", "year": "2019", "file": file}, follow=True)
    assert "1 行可以发布" in answer.content.decode()
    assert ImportBatch.objects.get().file_name == "表.csv"


def test_the_whole_2019_table_goes_through_the_desk(staff: Client) -> None:
    text = (
        Path(__file__).resolve().parents[1] / "fixtures/schedules/2019-06-ningbo.tsv"
    ).read_text()
    batch = published(staff, dropped(staff, text))
    assert batch.counts == {"imported": 24}
    assert Activity.objects.count() == 28
    staff.post(f"/desk/{batch.pk}/undo/")
    assert Activity.objects.filter(is_published=True).count() == 0


def test_the_report_says_per_row_what_happened_and_no_cell_is_a_formula(staff: Client) -> None:
    evil = CLINIC.replace("义诊", "=HYPERLINK(A1)", 1)
    batch = published(staff, dropped(staff, HEADER + evil + MERGED + BAD_DAY))
    answer = staff.get(f"/desk/{batch.pk}/report.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    lines = list(book["逐行"].iter_rows(values_only=True))
    assert [line[:2] for line in lines[1:]] == [(1, "新增"), (2, "待核对"), (3, "读不了")]
    assert lines[1][3] == "'=HYPERLINK(A1)"
    assert "2019年没有6月31日" in str(lines[3][2])
    assert {cell.data_type for row in book["逐行"].iter_rows() for cell in row} <= {
        "s",
        "n",
        "inlineStr",
    }
    assert "经手人" in [line[0] for line in book["概要"].iter_rows(values_only=True)]
