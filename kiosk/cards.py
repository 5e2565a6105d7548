"""What a card on a screen says. Pure."""

from datetime import date, datetime
from typing import Any

from geo.moments import Grade
from kiosk.items import (
    Item,
    Place,
    Words,
    day_words,
    go_words,
    grade_of,
    is_off,
    slack_min,
    when_words,
)

Card = dict[str, Any]

TONES = {Grade.LIVE: "live", Grade.WINDOW: "window", Grade.SOON: "soon"}


def card_of(item: Item, now: datetime, words: Words, number: int = 0) -> Card:
    """What a card says. Empty words are not shown."""
    known = grade_of(item, now)
    go, verdict = go_words(item, now, words)
    slack = slack_min(item, now)
    off = is_off(item)
    return {
        "key": item["id"],
        "number": str(number) if number else "",
        "title": item["title"],
        "by": item["by"],
        "day": day_words(date.fromisoformat(item["day"]), now, words),
        "hours": item["hours"],
        "hours_or_none": item["hours"] or words["no_hour"],
        "when": when_words(item, now, words),
        "place": place_words(item, words),
        "where": where_words(item, words),
        "state": "" if off else state_words(known, words),
        "tone": "off" if off else TONES.get(known, "plain"),
        "go": "" if off else go,
        "verdict": "" if off else verdict,
        "chance": "" if slack is None or off else ("yes" if slack >= 0 else "no"),
        "note": note_words(item, words),
        "sample": words["sample"] if item["sample"] else "",
        "spots": [spot_of(place) for place in item["places"] if place["kind"]],
    }


def state_words(known: Grade, words: Words) -> str:
    return {Grade.LIVE: words["live"], Grade.WINDOW: words["window"]}.get(known, "")


def place_words(item: Item, words: Words) -> str:
    """日湖公园 · 江北区; several places are joined."""
    names = words["list_comma"].join(place["name"] for place in item["places"])
    areas = list(dict.fromkeys(place["area"] for place in item["places"]))
    said = [names or words["no_place"]]
    if len(areas) == 1 and areas[0]:
        said.append(areas[0])
    return " · ".join(said)


def where_words(item: Item, words: Words) -> str:
    """The same under its district's name: a place known only as that district says so."""
    if all(place["kind"] == "area" for place in item["places"]):
        return words["no_exact_place"]
    return words["list_comma"].join(place["name"] for place in item["places"])


def note_words(item: Item, words: Words) -> str:
    said = [item["status_words"]] if item["status"] != "scheduled" else []
    if item["reason"]:
        said.append(item["reason"])
    if not item["is_sure"]:
        said.append(words["one_of"])
    return " · ".join(said)


def spot_of(place: Place) -> dict[str, Any]:
    return {name: place[name] for name in ("kind", "name", "district", "lon", "lat", "radius_m")}
