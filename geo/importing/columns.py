"""Step 2: which column is which, by the words of its header."""

from collections.abc import Mapping, Sequence

from geo.errors import Problem, ProblemError
from geo.texts import fold

# Field → words of a header, most telling first. A header belongs to the first field whose word it
# holds: 「活动时间」 is a time, although it holds 活动.
WORDS: dict[str, tuple[str, ...]] = {
    "when": ("时间", "日期"),
    "place": ("地点", "地址", "场所", "区域", "场地", "位置"),
    "organizers": ("组织单位", "主办", "举办单位", "承办", "单位", "组织者", "组织", "机构"),
    "content": ("内容", "简介", "介绍", "说明", "详情"),
    "audience": ("对象", "人群", "面向"),
    "title": ("名称", "主题", "标题", "项目", "活动"),
}
NAMES = {
    "title": "活动名称",
    "organizers": "组织单位",
    "content": "活动内容",
    "audience": "服务对象",
    "place": "活动地点",
    "when": "活动时间",
}
REQUIRED = ("title", "place", "when")


def recognise(header: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Field → header as printed. A field that two columns claim goes to the more telling word.

    *known*: header → field, or "" for a column that is left out: a person's word wins.
    """
    best: dict[str, tuple[int, str]] = {}
    for name in header:
        claim = (known[name], -1) if known and name in known else _claim(name)
        if claim is None or not claim[0]:
            continue
        field, strength = claim
        if field not in best or strength < best[field][0]:
            best[field] = (strength, name)
    return {field: name for field, (_, name) in best.items()}


def _claim(name: str) -> tuple[str, int] | None:
    folded = fold(name)
    for field, words in WORDS.items():
        for strength, word in enumerate(words):
            if word in folded:
                return field, strength
    return None


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
