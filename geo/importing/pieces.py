"""What a printed cell holds: names, places, paragraphs. Pure.

In a newspaper's table a space is one of three things: the border between two things, a line wrap
inside one name, or a phrase break inside one title. The rules below tell them apart where the row
itself tells; where it does not, ``drafts`` asks a person.
"""

import re
from collections.abc import Sequence

from geo.texts import fold, tidy

_OPENING, _CLOSING = "“‘（(《「『【", "”’）)》」』】"
_STRONG = "、,，;；/|"  # written between names on purpose

# An organisation's name ends in one of these.
_ORGANIZATION_END = re.compile(
    r"(会|局|厅|处|科|部|办|办公室|中心|党委|党组|党工委|工委|纪委|支部|总支|政府|公司|集团|企业|工厂"
    r"|学校|小学|中学|大学|学院|幼儿园|医院|卫生院|银行|馆|院|所|站|台|社|队|团|联盟|联合体|俱乐部"
    r"|工作室|基地|团队|小组|组织|妇联|残联|侨联|文联|科协|团委|街道|镇|乡|社区|村|市委|区委|县委)$"
)
# 市, 区 … at the end of these is no territory.
_NO_TERRITORY = (
    r"(?<!景)(?<!社)(?<!园)(?<!校)(?<!小)(?<!院)(?<!片)(?<!库)(?<!厂)(?<!地)(?<!超)(?<!门)(?<!夜)"
    r"(?<!集)(?<!都)(?<!城)(?<!全)"
)
_RANKS = {"省": 5, "市": 4, "区": 3, "县": 3, "镇": 2, "乡": 2, "街道": 2}
_ENDS_IN_TERRITORY = re.compile(rf"({'|'.join(_RANKS)})(委?)$")
_BEGINS_WITH_TERRITORY = re.compile(rf"^[\u4e00-\u9fff]{{2,7}}?{_NO_TERRITORY}({'|'.join(_RANKS)})")


def fragments(text: str) -> list[str]:
    """Cut at spaces that stand outside quotes and brackets."""
    return _cut(tidy(text), " ")


def _cut(text: str, marks: str) -> list[str]:
    """Cut at *marks* outside quotes and brackets; unbalanced ones protect nothing."""
    balanced = sum(map(text.count, _OPENING)) == sum(map(text.count, _CLOSING))
    pieces, depth = [""], 0
    for character in text:
        if balanced:
            depth += (character in _OPENING) - (character in _CLOSING)
        if character in marks and depth <= 0:
            pieces.append("")
        else:
            pieces[-1] += character
    return [piece.strip() for piece in pieces if piece.strip()]


def titles(text: str, elsewhere: str) -> list[str]:
    """The phrases of a title cell. A line wrap is closed where the row prints the words unbroken.

    「…98周年广场 志愿者服务活动…」 is one phrase when another cell says 「广场志愿者服务活动」.
    """
    unbroken = fold(elsewhere)
    found: list[str] = []
    for piece in fragments(text):
        across = found[-1][-2:] + piece[:2] if found else ""
        if re.fullmatch(r"[\u4e00-\u9fff]{4}", across) and across in unbroken:
            found[-1] += piece
        else:
            found.append(piece)
    return found


def organizers(text: str) -> list[list[str]]:
    """Groups of names: a written mark (、) joins names in a group, a space opens a new group."""
    groups: list[list[str]] = []
    for chunk in _cut(tidy(text), _STRONG):
        names: list[str] = []
        for piece in fragments(chunk):
            if names and _continues(names[-1], piece, a_territory_alone_is_whole=False):
                names[-1] += piece
            else:
                names.append(piece)
        if groups:
            groups[-1].append(names[0])
            names = names[1:]
        groups.extend([name] for name in names)
    return groups


def unfinished(groups: Sequence[Sequence[str]]) -> list[str]:
    """Names before a space that do not end like an organisation: perhaps cut by a line wrap."""
    return [group[-1] for group in groups[:-1] if not _ORGANIZATION_END.search(group[-1])]


def places(text: str) -> list[str]:
    """The places of a cell, in order: cut at written marks and at spaces that are no line wrap."""
    found: list[str] = []
    for chunk in _cut(tidy(text), _STRONG):
        first = True
        for piece in fragments(chunk):
            if not first and _continues(found[-1], piece, a_territory_alone_is_whole=True):
                found[-1] += piece
            else:
                found.append(piece)
            first = False
    return found


def names_its_district(place: str) -> bool:
    """True for 宁海县长街镇…, 慈溪市; False for 长街镇中心小学, 日湖公园."""
    match = _BEGINS_WITH_TERRITORY.match(fold(place))
    return match is not None and _RANKS[match.group(1)] >= 3


def paragraphs(text: str) -> list[str]:
    """A content cell cut where a sentence ends and a space follows: cells printed as one."""
    return [_unwrapped(piece) for piece in re.split(r"(?<=[。！？])\s+", tidy(text)) if piece]


def _unwrapped(text: str) -> str:
    """In running text a space between two Chinese characters is a line wrap."""
    return re.sub(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff])", "", text)


def _continues(before: str, after: str, *, a_territory_alone_is_whole: bool) -> bool:
    """True when the space between the two is a line wrap inside one name.

    It is when *before* stops at a territory (宁波市江北区␣社会组织服务中心, 余姚市委␣两新工委) and
    *after* names no territory of its own of the same rank or above (共青团宁波市委␣宁波市…协会).
    A bare territory (鄞州区) is a place, but never an organiser.
    """
    before = before[-12:]  # the end decides, however long a name grew
    end = _ENDS_IN_TERRITORY.search(before)
    if end is None or not re.search(_NO_TERRITORY + "$", before[: end.start()]):
        return False
    if end.start() == 0:
        return False
    rank = _RANKS[end.group(1)]
    if not a_territory_alone_is_whole and not end.group(2) and rank >= 3:
        return True
    own = _BEGINS_WITH_TERRITORY.match(after)
    return own is None or _RANKS[own.group(1)] < rank
