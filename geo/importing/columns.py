"""Step 2: which column is which, by the words of its header."""

from collections.abc import Mapping, Sequence

from geo.errors import Problem, ProblemError
from geo.texts import fold

# Field → words of a header, most telling first. A header belongs to the first field whose word it
# holds: 「活动时间」 is a time, although it holds 活动.
WORDS: dict[str, tuple[str, ...]] = {
    "when": (
        "时间", "日期", "时段", "日程", "何时", "時間", "日時", "開始日", "開催日", "期間",
        "startdate", "start date", "dtstart", "date", "time", "when",
    ),
    "place": (
        "地点", "地址", "场所", "区域", "场地", "位置", "场馆", "会场", "何地", "站点", "点位",
        "場所", "住所", "会場", "location", "venue", "address", "place",
    ),
    "organizers": (
        "组织单位", "主办", "举办单位", "承办", "协办", "举办方", "单位", "组织者", "组织", "机构",
        "发起", "主催", "団体", "organizer", "organiser", "organisation", "organization", "host",
    ),
    "content": (
        "内容", "简介", "介绍", "说明", "详情", "概要", "描述", "形式", "流程", "説明",
        "description", "content", "details", "summary of",
    ),
    "audience": (
        "对象", "人群", "面向", "受众", "参加者", "适合", "対象", "audience", "target", "who may",
    ),
    "title": (
        "名称", "主题", "标题", "项目", "活动", "课程", "讲座", "节目", "片名", "イベント",
        "タイトル", "summary", "title", "event", "headline", "name",
    ),
}  # fmt: skip
# A header with one of these speaks of something else, whatever other words it holds.
OTHERS = (
    "报名", "截止", "发布", "更新", "填报", "序号", "编号", "电话", "联系", "备注", "签到",
    "二维码", "费用", "人数", "カナ", "updated", "created", "modified", "price", "phone",
)  # fmt: skip
_ENDS = ("结束", "終了", "截至", "enddate", "end date", "dtend")
_DAYS, _CLOCKS = ("日期", "日", "date"), ("时间", "时段", "时刻", "時間", "time")
NAMES = {
    "title": "活动名称",
    "organizers": "组织单位",
    "content": "活动内容",
    "audience": "服务对象",
    "place": "活动地点",
    "when": "活动时间",
    "when_end": "结束日期",
    "when_more": "具体时刻",
}
REQUIRED = ("title", "place", "when")


def recognise(header: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Field → header as printed. A field that two columns claim goes to the more telling word.

    *known*: header → field, or "" for a column that is left out: a person's word wins.
    """
    best: dict[str, tuple[int, str]] = {}
    for name in header:
        found = (known[name], -1) if known and name in known else claim(name)
        if found is None or not found[0]:
            continue
        field, strength = found
        if field not in best or strength < best[field][0]:
            best[field] = (strength, name)
    columns = {field: name for field, (_, name) in best.items()}
    return columns | _beside(header, columns, known or {})


def _beside(
    header: Sequence[str], columns: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, str]:
    """A column of days beside one of hours are one time: the day first, the hours as more."""
    times = [name for name in header if name not in known and (claim(name) or ("",))[0] == "when"]
    days = [name for name in times if any(word in fold(name) for word in _DAYS)]
    clocks = [name for name in times if any(word in fold(name) for word in _CLOCKS)]
    clocks = [name for name in clocks if name not in days]
    if not days or not clocks or "when_more" in columns or columns.get("when") in known:
        return {}
    return {"when": days[0], "when_more": clocks[0]}


def claim(name: str) -> tuple[str, int] | None:
    """The field that a header speaks of and how tellingly (0 is best), or None."""
    folded = fold(name)
    if any(fold(word) in folded for word in OTHERS):
        return None
    if any(fold(word) in folded for word in _ENDS):
        return "when_end", 0
    for field, words in WORDS.items():
        for strength, word in enumerate(words):
            if fold(word) in folded:
                return field, strength
    return None


def when_words(cell: Mapping[str, str]) -> str:
    """The printed time of a row, from up to three columns: day, last day, hours."""
    first, last = cell["when"].strip(), cell.get("when_end", "").strip()
    span = f"{first}至{last}" if last and last != first else first
    return " ".join(part for part in (span, cell.get("when_more", "").strip()) if part)


def find_header(
    lines: Sequence[Sequence[str]], name: str, known: Mapping[str, str] | None = None
) -> int:
    """The index of the header line. Raises ProblemError with what is there and what is missing."""
    for index, line in enumerate(lines):
        found = recognise([cell.strip() for cell in line], known)
        if all(field in found for field in REQUIRED) and len(set(found.values())) == len(found):
            return index
    first = [cell.strip() for cell in lines[0]] if lines else []
    found = recognise(first)
    missing = "、".join(f"「{NAMES[field]}」" for field in REQUIRED if field not in found)
    printed = "、".join(f"「{cell[:12]}」" for cell in first if cell) or "（空）"
    raise ProblemError(
        Problem(
            "wrong_columns",
            f"「{name}」的表头是 {printed}，缺 {missing}",
            "表头要有活动名称、活动地点、活动时间；最好还有组织单位和活动内容",
            "请在第一行写上表头",
        )
    )
