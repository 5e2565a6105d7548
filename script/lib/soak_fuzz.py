"""Broken files: bytes, cells and structure of real ones are changed until a reader falls over.

A file may be read, refused in words (ProblemError) or run out of its memory, which the child that
opens files survives. Everything else is a finding: another exception, more than ten seconds, a row
that is lost, doubled, refused without a reason or cannot be stored.
"""

import io
import json
import random
import resource
import signal
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import FrameType

from openpyxl import Workbook

from geo.errors import ProblemError
from geo.importing import FileReading, read_file
from geo.importing.drafts import RowReading
from geo.importing.report import as_json, in_words
from geo.schedules import expand

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_SECONDS = 600
LONGEST_SECONDS = 10
MEMORY_BYTES = 1 << 30
STATUSES = {"ready", "settled", "needs_a_look", "refused"}
NASTY = (
    "", " ", "\x00", "\ufeff", "'", '"', '""', "=1+1", "＝cmd|' /C calc'!A0", "@SUM(A1)",
    "\ud800", "6月31日", "2月30日", "6月25日-24日", "13月1日", "0月0日", "每周八",
    "每月第五个星期一", "即日起至", "25:61", "9999年12月31日", "0001年1月1日起每天",
    "9999年12月31日起每天", "每日", "每天", "周一至周五",
    "周一至周五 9:00—21:30，周六、周日 15:30—21:30", "每日9:00-21:00（周一、周三除外）",
    "一月一", "合计", "活动名称", "活动时间", "2019/2/29", "1e309", "NaN", "-1", "１２月３４日",
    "\u202e反\u202c", "长' * 400", "（", "））", "<b>", "&#0;", "]]>", "\r", "\n", "\t", ",",
    ";", "|", "🎪", "\U0010ffff",
)  # fmt: skip
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def real_files() -> dict[str, bytes]:
    """Name → a good file of each accepted form."""
    table = (ROOT / "fixtures/schedules/2019-06-ningbo.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines()]
    few = lines[:8]
    comma = "\n".join(",".join(f'"{cell}"' for cell in line) for line in few)
    html = "".join(
        "<tr>" + "".join(f"<td rowspan=1>{cell}</td>" for cell in line) + "</tr>" for line in few
    )
    points = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [121.55, 29.87]},
         "properties": {"name": "义诊", "location": "月湖公园", "startDate": "2019-06-25"}}
    ]  # fmt: skip
    return {
        "表.tsv": table.encode(),
        "表.csv": comma.encode("gb18030"),
        "表.xlsx": _xlsx(few),
        "通知.docx": _docx(few),
        "页.html": f"<html><body><table>{html}</table></body></html>".encode(),
        "历.ics": (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:义诊\r\n"
            "LOCATION:日湖公园\r\nDTSTART;TZID=Asia/Shanghai:20190625T090000\r\n"
            "DTEND:20190625T030000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20190730T155959Z\r\n"
            "EXDATE:20190702T010000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ).encode(),
        "点.geojson": json.dumps({"type": "FeatureCollection", "features": points}).encode(),
        "块.txt": (
            "义诊\n时间：6月25日 9:00-11:00\n地点：日湖公园\n主办：医学会\n内容：义诊\n"
        ).encode(),
        "句.txt": (
            "4月18日上午，江北区红十字会将在日湖公园开展急救培训；"
            "4月19日，鄞州区图书馆将在鄞州公园举办读书会。"
        ).encode(),
        "周.txt": (
            "活动名称\t活动地点\t开放时间\n自习室\t鄞州区图书馆\t周一至周五 9:00—21:30，"
            "周六、周日 15:30—21:30\n展览\t宁波美术馆\t每日9:00-21:00（周一、周三除外）\n"
        ).encode(),
        "馆.txt": "自习室\n鄞州区图书馆：周一至周五 9:00—21:30，周六、周日 15:30—21:30\n".encode(),
        "日.txt": "公益电影\n7月25日 白云街道二楼（卡通动漫）\n7月26日 望春街道（战狼）\n".encode(),
    }


def _xlsx(lines: list[list[str]]) -> bytes:
    book = Workbook()
    sheet = book.create_sheet("安排", 0)
    for line in lines:
        sheet.append(line)
    sheet["E3"] = datetime(2019, 6, 25, 9)  # noqa: DTZ001 - as a sheet holds it
    sheet["E4"] = date(2019, 6, 26)
    sheet.merge_cells("D5:D6")
    book.create_sheet("另一张").append(["说明"])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _docx(lines: list[list[str]]) -> bytes:
    rows = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in line)
        + "</w:tr>"
        for line in lines
    )
    body = f'<w:document xmlns:w="{W}"><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", body)
    return data.getvalue()


# --- changes -----------------------------------------------------------------------------------
def change_bytes(data: bytes, dice: random.Random) -> bytes:
    """A few bytes flipped, taken, doubled or put in; the end cut off."""
    found = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 5, 30))):
        at = dice.randrange(len(found) + 1)
        size = dice.choice((1, 1, 2, 4, 16, 200))
        what = dice.randrange(5)
        if what == 0 and at < len(found):
            found[at] = dice.randrange(256)
        elif what == 1:
            del found[at : at + size]
        elif what == 2:
            found[at:at] = found[at : at + size]
        elif what == 3:
            found[at:at] = dice.choice(NASTY).encode("utf-8", "surrogatepass")
        elif dice.random() < 0.2:
            del found[at:]
    return bytes(found)


def change_text(data: bytes, dice: random.Random) -> bytes:
    """Words and lines of a text changed as a hasty hand would, in a legal encoding."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    for _ in range(dice.choice((1, 2, 4))):
        lines = text.split("\n")
        at = dice.randrange(len(lines))
        cells = lines[at].split("\t")
        what = dice.randrange(6)
        if what == 0:
            cells[dice.randrange(len(cells))] = dice.choice(NASTY)
        elif what == 1:
            cells.insert(dice.randrange(len(cells) + 1), dice.choice(NASTY))
        elif what == 2:
            dice.shuffle(cells)
        lines[at] = "\t".join(cells)
        if what == 3:
            lines.insert(at, lines[dice.randrange(len(lines))])
        elif what == 4:
            del lines[at]
        elif what == 5:
            where = dice.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:where] + dice.choice(NASTY) + lines[at][where:]
        text = "\n".join(lines)
    encoding = dice.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"))
    return text.encode(encoding, "replace")


def change_parts(data: bytes, dice: random.Random) -> bytes:
    """A part of a zip changed, dropped or doubled, and packed again so that it opens."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            parts = [(info.filename, old.read(info)) for info in old.infolist()]
    except Exception:  # broken before in a way that no zip reader opens
        return change_bytes(data, dice)
    if not parts:
        return change_bytes(data, dice)
    at = dice.randrange(len(parts))
    what = dice.randrange(4)
    name, content = parts[at]
    if what <= 1:
        change = dice.choice((change_bytes, change_text))
        parts[at] = name, change(content, dice)
    elif what == 2:
        del parts[at]
    else:
        parts.append((dice.choice(("xl/workbook.xml", "word/document.xml", "../x")), content))
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        warnings.simplefilter("ignore")  # a name that stands twice is meant
        for name, content in parts:
            new.writestr(name, content)
    return packed.getvalue()


# --- judging -----------------------------------------------------------------------------------
class TooSlowError(Exception):
    """A reader took longer than LONGEST_SECONDS."""


@contextmanager
def _deadline() -> Iterator[None]:
    def end(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {LONGEST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def judge(data: bytes, name: str) -> str:
    """What is wrong with how a file was read; empty when nothing is."""
    try:
        with _deadline():
            return _wrong(read_file(data, name, 2019))
    except (ProblemError, MemoryError, RecursionError):
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _wrong(reading: FileReading) -> str:
    numbers = [row.number for row in reading.rows]
    if numbers != list(range(1, len(numbers) + 1)):
        return f"rows lost or doubled: {numbers[:20]}"
    said = json.dumps(as_json(reading), ensure_ascii=False) + "".join(in_words(reading))
    said.encode()  # a lone surrogate cannot be stored
    if "\x00" in said or "\\u0000" in said:
        return "U+0000 in what would be stored"
    return next(filter(None, map(_wrong_row, reading.rows)), "")


def _wrong_row(row: RowReading) -> str:
    if row.status not in STATUSES:
        return f"row {row.number}: status {row.status}"
    if row.status == "refused" and not row.problems:
        return f"row {row.number}: refused without a reason"
    if row.status == "ready" and not row.drafts:
        return f"row {row.number}: ready with nothing in it"
    for draft in row.drafts:
        for when in draft.whens:
            expand(when.starting(date(2019, 6, 25)))
    return ""


def fuzz(seconds: float, seed: int) -> tuple[int, dict[str, bytes]]:
    """(number of files tried, finding in words → a file that shows it)."""
    dice = random.Random(seed)  # noqa: S311 - the same files for the same seed
    good = list(real_files().items())
    found: dict[str, bytes] = {}
    tried, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        name, data = good[tried % len(good)]
        changes: list[Callable[[bytes, random.Random], bytes]] = [change_bytes, change_text]
        if data[:2] == b"PK":
            changes = [change_bytes, change_parts, change_parts, change_parts]
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            data = dice.choice(changes)(data, dice)
        wrong = judge(data, name)
        if wrong:
            found.setdefault(f"{name}: {wrong}"[:300], data)
        tried += 1
    return tried, found


def run(seconds: int | None) -> list[str]:
    """Keeps every file that broke something under ``.local/fuzz``."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, limits[1]))
    seed = int(time.time())
    try:
        tried, found = fuzz(DEFAULT_SECONDS if seconds is None else seconds, seed)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
    print(f"  {tried} files, seed {seed}", flush=True)
    folder = ROOT / ".local" / "fuzz"
    for number, data in enumerate(found.values()):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{seed}-{number}").write_bytes(data)
    return list(found)
