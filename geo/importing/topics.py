"""For whom, and about what: by the words of the text. Pure; none is forced.

``audience`` takes the words of the text that name the people served; ``categories_of`` and
``audiences_of`` sort an activity into the short curated lists of ``fixtures/``.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from geo.texts import fold, tidy

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@dataclass(frozen=True)
class Topic:
    """``keywords``: one is enough. ``unless``: with one of these the topic is not meant."""

    slug: str
    name: str
    keywords: tuple[str, ...]
    unless: tuple[str, ...] = ()

    def is_in(self, folded: str) -> bool:
        """Whether the topic is meant in a text that was folded."""
        for phrase in self.folded_unless:
            folded = folded.replace(phrase, "　")
        return any(word in folded for word in self.folded_keywords)

    @cached_property
    def folded_keywords(self) -> tuple[str, ...]:
        return tuple(map(fold, self.keywords))

    @cached_property
    def folded_unless(self) -> tuple[str, ...]:
        return tuple(map(fold, self.unless))


@cache
def topics(list_name: str) -> tuple[Topic, ...]:
    """``categories`` or ``audiences``, from the fixture of that name, in its order."""
    return tuple(
        Topic(e["slug"], e["name"], tuple(e["keywords"]), tuple(e.get("unless", ())))
        for e in entries(list_name)
    )


def entries(list_name: str) -> list[dict[str, Any]]:
    """The fixture as written: slug, name, keywords, rank; categories also glyph and color."""
    text = (FIXTURES / f"{list_name}.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found


def categories_of(text: str) -> list[str]:
    """Slugs of the categories whose words stand in the text; often several, sometimes none."""
    return _matching("categories", text)


def audiences_of(text: str) -> list[str]:
    """Slugs of the audiences whose words stand in the text; sometimes none."""
    return _matching("audiences", text)


def _matching(list_name: str, text: str) -> list[str]:
    folded = fold(text)
    return [topic.slug for topic in topics(list_name) if topic.is_in(folded)]


# --- the people served, in the words of the text ------------------------------------------------
_PEOPLE = re.compile(
    r"(?:老年人|老人|长者|儿童|孩子|青少年|学生|学员|师生|病人|患者|村民|居民|市民|群众|职工|工人|工友"
    r"|人员|人士|使用者|爱好者|劳动者|志愿者|参观者|党员|代表|家庭|妇女|军人|残疾人|的人|游客|业主"
    r"|司机|骑手|社会组织|力量|企业|团队)$"
)
# What is done for them: the people's name ends before the first of these.
_VERB = re.compile(
    r"开展|进行|提供|捐助|捐赠|捐款|赠送|发放|送|播放|展示|展出|宣传|宣讲|讲解|讲授|普及|介绍|表演|演出"
    r"|指引|解答|观看|参观(?!人员|者)|体验|使用(?!者)|建设|搭建|举办|(?<!社会)组织|现场|义诊|免费|上门"
    r"|挂号|教|做"
)
_LEAD = r"^(?:并|还|同时|将|主要|现场|上门|走访|专门|积极)*"
_TOWARDS = re.compile(_LEAD + r"(?:面向|向|对|为|给)")
_CARED_FOR = re.compile(_LEAD + r"(?:慰问|看望|帮扶|帮助|关爱|服务)")
_OBJECT = re.compile(r"对象(?:为|是|：|:)(?P<who>.+)$")
_FOR_USE = re.compile(r"供(?P<who>[^供]{2,12}?)(?:观看|使用|参观|体验|阅览)")
_INVITED = re.compile(r".*(?:引导|倡导|动员|鼓励|邀请|发动)(?P<who>.+?)(?:参与|参加)")
LONGEST = 200  # characters: longer is no name of people
_COUNTED = re.compile(r"^(\d+)(位|名|户)(.+)$")


def audience(content: str) -> str | None:
    """The words that name the people served, or None where the text names nobody.

    「帮助行动不便老年人挂号…，为需要帮助的人指引…」 → 行动不便老年人、需要帮助的人.
    """
    found: list[str] = []
    for clause in re.split(r"[，。；;！？]", tidy(content)):
        who = _served(clause)
        if who and who not in found:
            found.append(_COUNTED.sub(r"\3（\1\2）", who))
    said = "、".join(found)
    return said if 0 < len(said) <= LONGEST else None


def _served(clause: str) -> str | None:
    """The people that one clause names: 向学生开展…, 慰问环卫工人, 供游客观看, 邀请居民参加."""
    said = _OBJECT.search(clause)
    if said:
        return said["who"]
    for lead, may_end in ((_TOWARDS, False), (_CARED_FOR, True)):
        begun = lead.match(clause)
        if begun:
            return _people_before_the_verb(clause[begun.end() :], may_end=may_end)
    said = _FOR_USE.search(clause)
    if said:
        return said["who"]
    said = _INVITED.match(clause)
    return said["who"] if said and _PEOPLE.search(said["who"]) else None


def _people_before_the_verb(words: str, *, may_end: bool) -> str | None:
    """学生 of 「学生开展…」; None where no people stand there (社会展示…, 渔农村建设…)."""
    verb = _VERB.search(words)
    if verb is None and not may_end:
        return None
    who = words[: verb.start()] if verb else words
    return who if _PEOPLE.search(who) else None
