"""English pages are English: the catalogue is whole, and nothing Chinese is left but names."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from gettext import GNUTranslations
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from geo.models import Audience
from script.lib.translations import trouble
from tests.factories import (
    make_activity,
    make_category,
    make_district,
    make_occurrence,
    make_source,
    make_venue,
)

CATALOGUE = Path(__file__).parents[1] / "locale/en/LC_MESSAGES/django.po"
PLACEHOLDERS = re.compile(r"%\(\w+\)[-+ #0]*[\d.]*[a-z]|%[ds%]|\{\w*\}|</?\w+>")
CHINESE = re.compile(r"[\u3001-\u301f\u3400-\u9fff\uff01-\uffe6]+")
# Zones have no English name (a note of the planner); an example of a notice is like real ones.
NAMES_IN_ENGLISH_TEXTS = (
    "镇海", "鄞州区", "鄞州", "高新区", "东钱湖", "前湾新区", "日湖公园",
    "时间：6月29日下午&#10;地点：日湖公园&#10;内容：",
)  # fmt: skip
# Names of activities, places and people as they are in the data, and what is drawn, not read.
NAMES = (
    "北鸣党员公益日 北鸣组织在行动", "日湖公园", "江北区", "宁波市江北区社会组织服务中心",
    "宁波市癌症康复协会", "“红色引擎”释放甬城社会组织发展正能量", "公益集市", "老年人",
    "江北", "宁波市", "益", "集", "中文",
)  # fmt: skip


@pytest.fixture(scope="module")
def locale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue as it is in the checkout, compiled; a stale .mo would prove nothing."""
    folder = tmp_path_factory.mktemp("locale")
    compiled = folder / "en" / "LC_MESSAGES" / "django.mo"
    compiled.parent.mkdir(parents=True)
    subprocess.run(["msgfmt", "-o", str(compiled), str(CATALOGUE)], check=True)
    return folder


@pytest.fixture(autouse=True)
def _this_catalogue(locale: Path, settings: Settings) -> Iterator[None]:
    settings.LOCALE_PATHS = [locale]
    yield
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture
def entries(locale: Path) -> dict[str, list[str]]:
    """Each Chinese text with its English ones: one, or singular and plural."""
    with (locale / "en" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        found: dict[Any, str] = vars(GNUTranslations(file))["_catalog"]
    texts: dict[str, list[str]] = {}
    for key, english in found.items():
        text = key[0] if isinstance(key, tuple) else key
        if text:
            texts.setdefault(text.split("\x04")[-1], []).append(english)
    return texts


def test_every_text_of_code_and_templates_has_an_english_one() -> None:
    assert trouble() == ""


def test_placeholders_and_tags_are_those_of_the_chinese_text(
    entries: dict[str, list[str]],
) -> None:
    for chinese, english in entries.items():
        for one in english:
            assert sorted(PLACEHOLDERS.findall(one)) == sorted(PLACEHOLDERS.findall(chinese)), one


def test_no_english_text_is_chinese(entries: dict[str, list[str]]) -> None:
    said = {one for english in entries.values() for one in english}
    assert {one for one in said if CHINESE.search(without(one, NAMES_IN_ENGLISH_TEXTS))} == set()


def without(text: str, names: tuple[str, ...]) -> str:
    """*text* without *names*, the longest first."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return text


def chinese_left(html: str) -> list[str]:
    """Chinese on a page that is neither a name, nor quoted in 「」, nor data for a script."""
    html = re.sub(r"<script.*?</script>|<!--.*?-->", "", html, flags=re.DOTALL)
    html = re.sub("「[^」]*」", "", unescape(html))
    return CHINESE.findall(without(html, NAMES + NAMES_IN_ENGLISH_TEXTS))


@pytest.fixture
def english(db: None) -> Client:
    """A visitor who reads English, on the morning of a day with activities."""
    Audience.objects.get_or_create(slug="elders", defaults={"name": "老年人"})
    activity = make_activity(
        public_id="north",
        source=make_source(published_words="2019"),
        categories=[make_category()],
        organizers=["宁波市江北区社会组织服务中心", "宁波市癌症康复协会"],
    )
    make_occurrence(activity, venue=make_venue(district=make_district()), part_of_day="morning")
    return Client(HTTP_ACCEPT_LANGUAGE="en")


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == "en"
    return answer.content.decode().replace("、", "")  # between two names


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["Yitu", "From today", "Whole city", "1 activity", "Today morning", "Around now"]),
        ("/?when=nonsense", ["“nonsense” is not a time you can pick. Showing “From today”."]),
        ("/?date=2019-06-28", ["No activities found for this day.", "Search more widely"]),
        ("/activities/north/", ["Add to calendar", "Exact to the venue"]),
        (
            "/planner/",
            ["Part of the week", "Districts ranked", "How complete the data is", "Last 30 days"],
        ),
        ("/planner/?area=330205&measure=days", ["Days since the last one", "Last held"]),
    ],
)
def test_an_english_page_has_no_chinese_but_names(
    english: Client, path: str, words: list[str]
) -> None:
    html = page(english, path)
    assert [one for one in words if one not in unescape(html)] == []
    assert chinese_left(html) == []


def test_chinese_stays_chinese_for_those_who_read_it(english: Client) -> None:
    html = Client(HTTP_ACCEPT_LANGUAGE="zh-CN,zh;q=0.9,en;q=0.8").get("/").content.decode()
    assert "今天 上午" in html
    assert "From today" not in html


def test_one_and_several_are_told_apart(entries: dict[str, list[str]]) -> None:
    with translation.override("en"):
        few = translation.ngettext("%(count)s 个活动", "%(count)s 个活动", 1)
        many = translation.ngettext("%(count)s 个活动", "%(count)s 个活动", 2)
    assert (few, many) == ("%(count)s activity", "%(count)s activities")
