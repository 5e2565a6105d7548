"""专题, 常设服务, 通知, and the page that is shown when nothing else may be. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from geo.moments import SHANGHAI, day_of
from kiosk.cards import card_of
from kiosk.items import Item, Words, by_day_words, date_words, day_words, is_off, moment
from kiosk.scenes.parts import Group, Payload, Scene, group, is_local, paged, scene

CAMPAIGNS_LIMIT, CAMPAIGN_DAYS, A_DAY = 2, 4, 3
CAMPAIGN_A_PAGE, SERVICES_A_PAGE = 12, 8


def campaign_scenes(
    payload: Payload, items: Sequence[Item], now: datetime, words: Words
) -> list[Scene]:
    """A dated frame around many activities: its theme, its days, and a few of each day."""
    scenes: list[Scene] = []
    for known in payload["campaigns"]:
        own = [one for one in items if one["campaign"] == known["slug"] and not is_off(one)]
        if own and len(scenes) < CAMPAIGNS_LIMIT:
            scenes += _campaign(known, own, now, words)
    return scenes


def _campaign(
    known: Mapping[str, Any], own: Sequence[Item], now: datetime, words: Words
) -> list[Scene]:
    first, last = (date.fromisoformat(known[name]) for name in ("starts_on", "ends_on"))
    dates = words["dates"].format(first=date_words(first, words), last=date_words(last, words))
    left = words["campaign_left"].format(count=len({one["title"] for one in own}))
    made = paged(
        "campaign", words, _campaign_days(own, now, words), CAMPAIGN_A_PAGE,
        title=known["name"], lede=known["theme"], subtitle=f"{dates} · {left}",
    )  # fmt: skip
    for one in made:
        one["id"] = f"{one['id']}-{known['slug']}"
    return made


def _campaign_days(own: Sequence[Item], now: datetime, words: Words) -> list[Group]:
    seen: set[str] = set()
    days: dict[str, list[Item]] = {}
    for item in own:
        if item["title"] not in seen:
            seen.add(item["title"])
            days.setdefault(max(item["day"], day_of(now).isoformat()), []).append(item)
    groups = []
    for day in sorted(days)[:CAMPAIGN_DAYS]:
        found = sorted(days[day], key=lambda one: (not is_local(one), one["is_routine"]))
        cards = [card_of(item, now, words) for item in found[:A_DAY]]
        rest = len(found) - len(cards)
        more = words["more"].format(count=rest) if rest else ""
        groups.append(group(day_words(date.fromisoformat(day), now, words), cards, more))
    return groups


def service_scenes(
    payload: Payload, items: Sequence[Item], now: datetime, words: Words
) -> list[Scene]:
    """What comes back every week, near the lobby: each once, with the days on which it is."""
    standing: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        if item["is_routine"] and is_local(item) and not is_off(item):
            place = item["places"][0]["name"] if item["places"] else ""
            standing.setdefault((item["title"], place), []).append(item)
    cards = []
    for members in standing.values():
        card = card_of(members[0], now, words)
        days = by_day_words([one["day"] for one in members], words)
        card.update(hours=f"{days} {members[0]['hours']}".strip(), state="", go="", verdict="")
        card.update(hours_or_none=card["hours"], tone="plain", chance="")
        cards.append(card)
    if not cards:
        return []
    subtitle = words["services_subtitle"]
    return paged("services", words, [group("", cards)], SERVICES_A_PAGE, subtitle=subtitle)


def notice_scenes(
    payload: Payload, items: Sequence[Item], now: datetime, words: Words
) -> list[Scene]:
    """All notices that hold now, in full."""
    notes = [note_of(one, words) for one in notices_at(payload, now)]
    return [scene("notice", words, [], notes=notes)] if notes else []


def notices_at(payload: Payload, now: datetime) -> list[Mapping[str, Any]]:
    """Those that have begun and not ended, the newest first. A rehearsal is never shown."""
    return [
        one for one in payload.get("notices", [])
        if not one.get("is_rehearsal") and moment(one["starts_at"]) <= now < moment(one["ends_at"])
    ]  # fmt: skip


def note_of(notice: Mapping[str, Any], words: Words) -> dict[str, str]:
    ends = moment(notice["ends_at"])
    day = date_words(day_of(ends), words)
    until = words["until"].format(day=day, time=clock_words(ends))
    return {"title": "", "text": notice["text"], "small": until}


def clock_words(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%H:%M}"


def evergreen(payload: Payload, words: Words, is_gone: bool = False) -> Scene:
    """When there is nothing to show, or nothing that may still be trusted: who and where we are."""
    lobby, contact = payload["lobby"], payload["contact"]
    facts = (
        ("fact_place", f"{lobby['city']}{lobby['area']}"), ("fact_hours", contact["hours"]),
        ("fact_contact", contact["words"]),
    )  # fmt: skip
    notes = [{"title": words[name], "text": said, "small": ""} for name, said in facts if said]
    lede = words["evergreen_gone" if is_gone else "evergreen"]
    return scene("evergreen", words, [], subtitle=lobby["name"], lede=lede, notes=notes)
