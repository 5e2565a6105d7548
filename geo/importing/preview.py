"""What the desk shows of a draft: print beside reading, where it is, what differs.

Reads the database, writes nothing: places are read by the own lists alone, and no map service is
asked before publishing.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from geo.geocoding.gazetteer import StoredGazetteer, stored_gazetteer
from geo.geocoding.offline import QUESTION, answer_offline
from geo.importing import FileReading
from geo.importing.columns import NAMES
from geo.importing.drafts import Draft, RowReading
from geo.importing.matching import Match, Plan, likeness
from geo.importing.pieces import names_its_district
from geo.models import Activity, Area, Occurrence, PlaceReading, Venue
from geo.schedules import When, expand, print_when
from geo.texts import fold

TWINS_ALIKE = 0.5  # Dice of the titles' pairs of characters

# What a person may look at: all rows, those that will be published, and so on.
KIND_WORDS = {
    "new": "新增",
    "changed": "有变化",
    "unchanged": "无变化",
    "untouched": "人改过，不覆盖",
    "needs_a_look": "待核对",
    "refused": "读不了",
}
KINDS = tuple(KIND_WORDS)
PRECISION_WORDS = {
    "exact": "写明钟点",
    "part_of_day": "只写时段，不写钟点",
    "date": "只写日期，不写钟点",
    "open_ended": "没有写截止",
}


@dataclass(frozen=True)
class PlaceSeen:
    """How a printed place reads: the level in words, what it was found as, what is in doubt."""

    printed: str
    level: str
    words: str
    name: str = ""
    question: str = ""
    district: str = ""
    venue: Venue | None = None
    area: int | None = None  # the finest one

    @property
    def spot_key(self) -> str:
        """The spot of the map that draws it, as geo.spots names it; "" for none."""
        if self.venue is not None and self.venue.point is not None:
            return f"v{self.venue.pk}"
        return f"a{self.area}" if self.area else ""


@dataclass(frozen=True)
class TimeSeen:
    printed: str
    reads: str
    rule: str


@dataclass(frozen=True)
class Difference:
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class ActivitySeen:
    kind: str
    draft: Draft
    times: tuple[TimeSeen, ...]
    places: tuple[PlaceSeen, ...]
    differences: tuple[Difference, ...] = ()
    address: str = ""  # of the page that is there
    twins: tuple[Activity, ...] = ()  # of other sources, perhaps the same; never merged by itself


@dataclass(frozen=True)
class RowSeen:
    """``kind`` is one of KINDS; ``rule`` says by which rule the row was read."""

    reading: RowReading
    kind: str
    rule: str
    words: str
    notes: tuple[str, ...]
    activities: tuple[ActivitySeen, ...] = ()

    @property
    def mark(self) -> str:
        """As `geo.views.desk_forms.mark_of` has it."""
        cells = repr(sorted(self.reading.cells.items()))
        return hashlib.sha256(cells.encode()).hexdigest()[:16]

    @property
    def chosen(self) -> bool:
        """A person picked this reading; it may be taken back."""
        return self.reading.status == "settled" and "选定：" in self.rule


@dataclass
class Preview:
    """Counts of everything; the rows of one page are laid out by ``rows``."""

    reading: FileReading
    plan: Plan
    gone: tuple[Activity, ...] = ()
    area: Area | None = None  # the source's default
    _stored: StoredGazetteer | None = field(default=None, repr=False)

    def kind_of(self, row: RowReading) -> str:
        if not row.drafts:
            return row.status
        kinds = {match.kind for match in self.plan.of_row(row.number)}
        return next((kind for kind in KINDS if kind in kinds), "unchanged")

    def of_kind(self, kind: str) -> list[RowReading]:
        """ "" for all rows, ``good`` for those that will be written."""
        wanted = {"": KINDS, "good": ("new", "changed")}.get(kind, (kind,))
        return [row for row in self.reading.rows if self.kind_of(row) in wanted]

    def rows(self, readings: Sequence[RowReading]) -> Iterator[RowSeen]:
        matches = [match for row in readings for match in self.plan.of_row(row.number)]
        keys = [match.key for match in matches if match.kind != "new"]
        there = {
            one.source_key: one
            for one in Activity.objects.filter(source_key__in=keys).prefetch_related(
                "organizer_links__organization", "schedules"
            )
        }
        self._stored = self._stored or stored_gazetteer()
        for row in readings:
            yield RowSeen(
                row,
                self.kind_of(row),
                rule_of(row),
                KIND_WORDS[self.kind_of(row)],
                tuple(str(problem) for problem in row.problems),
                tuple(self._activity(one, there) for one in self.plan.of_row(row.number)),
            )

    def _activity(self, match: Match, there: Mapping[str, Activity]) -> ActivitySeen:
        old = there.get(match.key)
        places = tuple(self._places(match.draft))
        return ActivitySeen(
            match.kind,
            match.draft,
            tuple(time_seen(when) for when in match.draft.whens),
            places,
            tuple(differences(old, match.draft)) if old and match.kind != "unchanged" else (),
            old.get_absolute_url() if old and old.is_published else "",
            self._twins(match, places) if match.kind == "new" else (),
        )

    def _twins(self, match: Match, places: Sequence[PlaceSeen]) -> tuple[Activity, ...]:
        """Of another source, on one of the same days, in the same district (where both are known),
        with half of the title's pairs of characters in common."""
        days = {day for when in match.draft.whens for day in expand(when, until_days=31)}
        districts = {place.district for place in places} - {""}
        own = match.key.partition(":")[0]
        rows = (
            Occurrence.objects.filter(held_on__in=days, activity__is_published=True)
            .exclude(activity__source__slug=own)
            .exclude(activity__is_sample=True)
            .select_related("activity__source", "district")
        )
        title = fold(match.draft.title)
        found = {
            one.activity_id: one.activity
            for one in rows
            if (not districts or one.district is None or one.district.name in districts)
            and likeness(title, fold(one.activity.title)) >= TWINS_ALIKE
        }
        return tuple(found.values())

    def _places(self, draft: Draft) -> Iterator[PlaceSeen]:
        """As ``occurrences.resolve_places`` will read them, without asking anybody."""
        days = [when.start for when in draft.whens if when.start is not None]
        stored = self._stored or stored_gazetteer()
        areas, context = stored.gazetteer.areas, stored.entry(self.area)
        for printed in draft.places:
            if names_its_district(printed):
                context = None
            settled = _settled(printed)
            if settled:
                yield settled
                continue
            day = min(days, default=date(2000, 1, 1))
            answer = answer_offline(printed[:200], stored.gazetteer, as_of=day, context=context)
            area = areas.entries.get(answer.area) if answer.area else None
            context = areas.ancestor(area, "district") or context
            venue = Venue.objects.filter(pk=answer.venue).first() if answer.venue else None
            name = venue.name if venue else area.name if area else ""
            question = answer.question if answer.status == QUESTION else ""
            words = _level_words(answer.level)
            near = areas.ancestor(area, "district")
            where = near.name if near else ""
            key = stored.area_ids[answer.area] if answer.area else None
            if venue is not None:
                key = key or venue.town_id or venue.district_id
            yield PlaceSeen(printed, answer.level, words, name, question, where, venue, key)


def time_seen(when: When) -> TimeSeen:
    days = expand(when)
    rule = "按规则重复" if when.rrule else PRECISION_WORDS[when.precision]
    if when.start is None:
        rule += "；没有写从哪天起，请填「发布日期」"
    elif len(days) > 1:
        rule += f"，共 {len(days)} 天"
    return TimeSeen(when.printed, print_when(replace(when, printed="")), rule)


def rule_of(row: RowReading) -> str:
    """By which rule the row stands as it does, in words."""
    if row.decision:
        return row.decision
    if row.status == "ready":
        (draft,) = row.drafts
        said = "一行一项活动"
        if len(draft.places) > 1:
            said += f"，{len(draft.places)} 处地点"
        if len(draft.organizers) > 1:
            said += f"，{len(draft.organizers)} 个单位合办"
        return said
    return ""


def differences(old: Activity, draft: Draft) -> Iterator[Difference]:
    """What the source says otherwise than what is there, field by field, old → new."""
    pairs = {
        "title": (old.title, draft.title),
        "organizers": (
            "、".join(link.organization.name for link in old.organizer_links.all()),
            "、".join(draft.organizers),
        ),
        "content": (old.content, draft.content),
        "audience": (old.audience_text, draft.audience or ""),
        "place": ("、".join(old.place_texts), "、".join(draft.places)),
        "when": (
            "；".join(one.printed_text for one in old.schedules.all()),
            "；".join(when.printed for when in draft.whens if when.start is not None),
        ),
    }
    for name, (before, after) in pairs.items():
        if before != after:
            yield Difference(NAMES[name], before, after)


def _settled(printed: str) -> PlaceSeen | None:
    reading = (
        PlaceReading.objects.filter(printed=printed[:200], status=PlaceReading.Status.SETTLED)
        .select_related("venue", "area")
        .first()
    )
    if reading is None:
        return None
    name = str(reading.venue or reading.area or "")
    words = _level_words(reading.level)
    return PlaceSeen(printed, reading.level, words, name, venue=reading.venue, area=reading.area_id)


def _level_words(level: str) -> str:
    return str(PlaceReading.Level(level).label)
