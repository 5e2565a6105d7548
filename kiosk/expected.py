"""What a screen should be showing at a moment, to compare with what it says it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from kiosk.fleet import Standing
from kiosk.playlist import turn_at
from kiosk.polling import full_payload
from kiosk.scenes import view_of
from kiosk.words import screen_words


@dataclass(frozen=True)
class Comparison:
    """Expected against reported; ids are those of the programme's items."""

    scene: str
    scene_title: str
    titles: dict[str, str]  # of everything the scene may show
    strangers: tuple[str, ...]  # reported, not expected
    is_same_scene: bool

    @property
    def agrees(self) -> bool:
        return self.is_same_scene and not self.strangers


def compared(standing: Standing, at: datetime, scene: str, visible: list[str]) -> Comparison:
    """*at*: the server's time at which the screen showed *visible*.

    A list that is too long for the panel shows a part of itself: fewer ids are no difference. Near
    a turn the neighbouring scene is as good.
    """
    with translation.override(settings.LANGUAGE_CODE):
        words = screen_words()
        payload = full_payload(standing, at)
        scenes = view_of(payload, at, words)["scenes"]
    expected = scenes[index_at(at, scenes)]
    same = [one for one in scenes if one["kind"] == scene]
    titles = {card["key"]: card["title"] for one in (same or [expected]) for card in cards_of(one)}
    near = {scenes[index_at(moment, scenes)]["kind"] for moment in around(at)}
    return Comparison(
        expected["kind"],
        expected["title"],
        titles,
        tuple(one for one in visible if one not in titles),
        scene in near,
    )


def index_at(at: datetime, scenes: list[dict[str, Any]]) -> int:
    return turn_at(at, [one["dwell_s"] for one in scenes])[0]


def around(at: datetime) -> Iterator[datetime]:
    """Two seconds before and after: a turn is never to the millisecond."""
    for seconds in (-2, 0, 2):
        yield datetime.fromtimestamp(at.timestamp() + seconds, at.tzinfo)


def cards_of(part: Any) -> Iterator[dict[str, Any]]:
    """Every card in a scene, however deep."""
    if isinstance(part, dict):
        if "key" in part and "title" in part:
            yield part
        for value in part.values():
            yield from cards_of(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from cards_of(value)
