"""Pasted text that is no table becomes lines of our own columns. Pure.

Four forms are known: labelled blocks (时间：… 地点：…), sentences (4月18日，甲将在乙开展丙；),
lists by date (7月25日 白云街道二楼（卡通动漫）) and opening hours (图书馆：周一至周五 9:00—21:30).
What fits none of them keeps its words as content and has no title, so that it is refused aloud and
not guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from geo.importing.columns import NAMES, claim

FIELDS = ("title", "organizers", "content", "audience", "place", "when")
LONGEST_TITLE = 60  # characters of a line that heads a block

_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[\s；;。，,]))(?P<label>[【\[]?(?:活动|服务|举办|开展|具体)?"
    r"(?:时间|日期|地点|地址|场所|场地|内容|简介|介绍|对象|人群|主题|名称|项目|主办|承办|协办|联办|组织|单位)"
    r"(?:单位|方|机构|名称)?[】\]]?)\s*[：:]\s*"
)
_BULLET = re.compile(
    r"^\s*(?:\d{1,2}[.、．)）](?!\d)|[一二三四五六七八九十]{1,3}、|[（(][\d一二三四五六七八九十]{1,3}[）)]"
    r"|[①-⑳]|[●•·◆■▲★※*])\s*"
)
_CLOCK = r"\d{1,2}(?:[:：]\d{2}|[时点](?:半|\d{1,2}分?)?)"
_PART = r"(?:上午|下午|晚上|晚间|晚|中午|傍晚|全天)"
_TO = r"\s*[-‐-―−~～至到]+\s*"
_DATE = (
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]?"
    rf"(?:(?:{_TO}|、)(?:\d{{1,2}}月)?\d{{1,2}}[日号])*"
    r"\s*(?:[（(]?(?:周|星期)[一二三四五六日天][）)]?)?"
    rf"\s*{_PART}?\s*(?:{_CLOCK}(?:{_TO}{_PART}?{_CLOCK})?)?"
)
_DATED = re.compile(rf"^(?P<when>{_DATE})\s*[，,：:]?\s*(?P<rest>.*)$")
_SENTENCE = re.compile(
    r"^(?P<who>[^，,]{2,60}?)(?:将|拟|计划|定于)?(?:在|于|到|赴|走进)(?P<place>[^，,]{2,60}?)"
    r"(?P<verb>开展|举行|举办|组织|进行|召开)(?P<what>[^，,]{2,80})"
)
_BRACKET = re.compile(r"^(?P<place>.{2,80}?)\s*[（(](?P<title>[^（）()]{2,60})[）)]$")


@dataclass
class _Block:
    cells: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, words: str) -> None:
        joint = "、" if name == "organizers" else " "
        before = self.cells.get(name, "")
        self.cells[name] = f"{before}{joint}{words}" if before and words else before or words

    @property
    def is_labelled(self) -> bool:
        return bool(self.cells.keys() - {"title"})

    def line(self) -> list[str]:
        return [self.cells.get(name, "").strip(" ；;") for name in FIELDS]


def read_prose(text: str) -> tuple[str, list[list[str]]] | None:
    """(which form, header and lines), or None where the text has none of the forms."""
    lines = [line.strip(" \t\u3000\r") for line in text.split("\n")]
    for form, reader in (
        ("标签段落", _labelled),
        ("按句子列出", _sentences),
        ("按日期列出", _by_date),
        ("按开放时间列出", _openings),
    ):
        found = list(reader(lines))
        if found:
            return form, [[NAMES[name] for name in FIELDS], *found]
    return None


# --- 时间：… 地点：… ----------------------------------------------------------------------------
def _labelled(lines: list[str]) -> Iterator[list[str]]:
    printed = [line for line in lines if line]
    labels = {_field(one["label"]) for line in printed for one in _LABEL.finditer(_bare(line))}
    if not {"when"} < labels:
        return
    block, last = _Block(), ""
    for number, bare in enumerate(map(_bare, printed)):
        marks = list(_LABEL.finditer(bare))
        before = bare[: marks[0].start()].strip() if marks else bare
        following = _bare(printed[number + 1]) if number + 1 < len(printed) else ""
        heads = not block.is_labelled or (not marks and _heads(printed[number], following, block))
        if before and heads and len(before) <= LONGEST_TITLE:
            if block.is_labelled:
                yield block.line()
            block, last = _Block({"title": before}), ""
        elif before and block.is_labelled:
            block.add(last, before)  # a wrapped line; what stands above all labels is a preamble
        ends = [*(one.start() for one in marks[1:]), len(bare)]
        for mark, end in zip(marks, ends, strict=False):
            last = _field(mark["label"])
            if last in block.cells and last != "organizers":
                yield block.line()
                block = _Block()
            block.add(last, bare[mark.end() : end].strip(" " if last == "content" else " ；;，,"))
    if block.is_labelled:
        yield block.line()


def _heads(line: str, following: str, block: _Block) -> bool:
    """A line between labels is a title when it is numbered, or when the next label says anew what
    was said already; else it is the wrapped end of the line above."""
    label = _LABEL.match(following)
    if label is None:
        return False
    said = _field(label["label"])
    return _bare(line) != line or (said != "organizers" and said in block.cells)


def _bare(line: str) -> str:
    return _BULLET.sub("", line)


def _field(label: str) -> str:
    found = claim(label.strip("【】[]"))
    return found[0] if found else "content"


# --- 4月18日上午，… 将在 … 开展 …； ---------------------------------------------------------------
def _sentences(lines: list[str]) -> Iterator[list[str]]:
    clauses = [
        _bare(one.strip()) for line in lines for one in re.split(r"[；;。]", line) if one.strip()
    ]
    dated = [(clause, _DATED.match(clause)) for clause in clauses]
    if not any(found and _SENTENCE.match(found["rest"]) for _, found in dated):
        return
    first = next(at for at, (_, found) in enumerate(dated) if found)
    for clause, found in dated[first:]:  # what stands above the first date introduces the list
        if found is None:
            yield _Block({"content": clause}).line()
            continue
        said = _SENTENCE.match(found["rest"])
        block = _Block({"content": clause, "when": found["when"].strip()})
        if said:
            block.cells |= {
                "title": said["what"].strip(),
                "organizers": said["who"].strip(),
                "place": said["place"].strip(),
            }
        yield block.line()


# --- 7月25日 白云街道二楼（卡通动漫） ----------------------------------------------------------
def _by_date(lines: list[str]) -> Iterator[list[str]]:
    dated = [_DATED.match(_bare(line)) for line in lines]
    if sum(found is not None for found in dated) < 1:
        return
    heading = day = ""
    for line, found in zip(lines, dated, strict=True):
        rest = found["rest"].strip() if found else _bare(line)
        if found:
            day = found["when"].strip()
        elif not day:
            heading = rest or heading
        if rest and day:
            said = _BRACKET.match(rest)
            block = _Block({"when": day, "content": heading if said else rest})
            block.cells["place"] = said["place"] if said else ""
            block.cells["title"] = said["title"] if said else ""
            if not said and heading:
                block.cells |= {"title": heading, "place": rest, "content": ""}
            yield block.line()


# --- 鄞州区图书馆：周一至周五 9:00—21:30 --------------------------------------------------------
_OPENING = re.compile(
    r"^(?P<place>[^：:，,]{2,60}?)\s*(?:开放时间)?\s*[：:\s]\s*"
    rf"(?P<when>(?:每[日天周]|周[一二三四五六日天]|星期[一二三四五六日天]).*{_CLOCK}.*)$"
)


def _openings(lines: list[str]) -> Iterator[list[str]]:
    """What is open there stands above the list; without such a line nothing is made up."""
    found = [_OPENING.match(_bare(line)) for line in lines]
    if not any(found):
        return
    heading = ""
    for line, opening in zip(lines, found, strict=True):
        bare = _bare(line)
        if opening:
            when = opening["when"].rstrip("。；;")
            yield _Block({"title": heading, "place": opening["place"], "when": when}).line()
        elif bare:
            heading = bare.rstrip("：:")
