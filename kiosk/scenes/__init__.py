"""Which occurrences go to which scene, and what is said of them. Pure.

Everything here is a function of (payload, now, words): the payload is the JSON a screen polls
(`kiosk.payload`), *now* an instant, the words the sentences of `kiosk.words`. The page computes the
same view in ``static/js/lib/kiosk/scenes.js``, so that a screen without network still drops what
has ended; both are held to the same recorded views (tests/gold/kiosk_views.json).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from geo.moments import SHANGHAI
from kiosk.cards import Card, card_of
from kiosk.items import (
    Item,
    Words,
    date_words,
    in_time,
    is_off,
    is_over,
    moment,
    plainly,
    weekday_words,
)
from kiosk.playlist import wanted
from kiosk.scenes.around import around
from kiosk.scenes.extras import (
    campaign_scenes,
    evergreen,
    note_of,
    notice_scenes,
    notices_at,
    service_scenes,
)
from kiosk.scenes.lists import now_scenes, today_scenes, week_scenes
from kiosk.scenes.parts import Builder, Payload, Scene, with_dwell

RAIL_LIMIT = 3
BUILDERS: dict[str, Builder] = {
    "around": around,
    "now": now_scenes,
    "today": today_scenes,
    "week": week_scenes,
    "campaign": campaign_scenes,
    "services": service_scenes,
    "notice": notice_scenes,
}


Note = dict[str, str] | None  # title, text, small


class View(TypedDict):
    clock: str
    date: str
    weekday: str
    scenes: list[Scene]
    rail: list[Card]
    banner: Note  # the newest notice that is no cover
    cover: Note


def view_of(payload: Payload, now: datetime, words: Words, is_stale: bool = False) -> View:
    """All a screen shows at *now*. Never without a scene. Stale: nothing is said of free places."""
    known = plainly(payload["items"]) if is_stale else payload["items"]
    items = in_time([item for item in known if not is_over(item, now)])
    built = {kind: build(payload, items, now, words) for kind, build in BUILDERS.items()}
    ready = [kind for kind, scenes in built.items() if scenes]
    scenes = [one for kind in wanted(payload["playlist"]["scenes"], ready) for one in built[kind]]
    local = now.astimezone(SHANGHAI)
    aloud = said_aloud(payload, now, words)
    return {
        "clock": f"{local:%H:%M}",
        "date": date_words(local.date(), words),
        "weekday": weekday_words(local.date(), words),
        "scenes": with_dwell(scenes or [evergreen(payload, words)], payload["playlist"]["dwell_s"]),
        "rail": [card_of(item, now, words) for item in rail_of(items, now)],
        "banner": aloud["banner"],
        "cover": aloud["cover"],
    }


def said_aloud(payload: Payload, now: datetime, words: Words) -> dict[str, Note]:
    """The notice in the banner, and the one that covers everything; each the first of its kind."""
    found: dict[str, Note] = {"banner": None, "cover": None}
    for notice in notices_at(payload, now):
        kind = "cover" if notice["level"] == "cover" else "banner"
        found[kind] = found[kind] or note_of(notice, words)
    return found


def rail_of(items: Sequence[Item], now: datetime) -> list[Item]:
    """The next three: the lobby's own next one first, then what begins next, each activity once."""
    coming = [
        item for item in items
        if not is_off(item) and moment(item["starts_at"]) > now
    ]  # fmt: skip
    own = [item for item in coming if item["is_near"] or item["is_own"]]
    chosen: list[Item] = []
    for item in own[:RAIL_LIMIT] + coming:
        if len(chosen) < RAIL_LIMIT and item["title"] not in {one["title"] for one in chosen}:
            chosen.append(item)
    return in_time(chosen)
