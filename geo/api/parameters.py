"""The query parameters of the API: each with its words, its schema and its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from geo.api import readers
from geo.api.problems import ParameterError
from geo.filters import MAX_QUERY_LENGTH
from geo.models import Area, Occurrence

SLUG = r"[A-Za-z0-9_-]{1,50}"
SLUGS = rf"^(?:{SLUG}(?:,{SLUG}){{0,19}})?$"
AREA = r"^(?:[0-9]{2,12}|area-[0-9]{1,18})?$"
TEXT = rf"^[^\u0000]{{0,{MAX_QUERY_LENGTH}}}$"
ROW = r"^[0-9]{1,18}$"
NAMES = r"^(?:[^\u0000,]{1,120}(?:,[^\u0000,]{1,120}){0,9})?$"
FORMATS = ("json", "html")


@dataclass(frozen=True)
class Parameter:
    """``schema`` is OpenAPI 3.0; ``read`` raises ParameterError without the name."""

    name: str
    description: str
    schema: dict[str, Any]
    read: Callable[[str], Any]
    is_queryable: bool = False  # a property one can filter by (Part 3)
    title: str = ""


def _words(name: str, description: str, pattern: str, expected: str, **more: Any) -> Parameter:
    read = readers.listing if more.pop("many", False) else readers.matching
    schema = {"type": "string", "pattern": pattern}
    return Parameter(name, description, schema, read(pattern, expected), **more)


def _choices(name: str, description: str, values: Iterable[str], **more: Any) -> Parameter:
    one = "|".join(values)
    expected = f"one or several of {one.replace('|', ', ')}, joined by commas."
    return _words(
        name, description, rf"^(?:(?:{one})(?:,(?:{one})){{0,9}})?$", expected, many=True, **more
    )


def _flag(name: str, description: str) -> Parameter:
    schema = {"type": "boolean", "default": False}
    return Parameter(name, description, schema, readers.read_flag)


FORMAT = Parameter(
    "f",
    "The form of the answer; wins over the Accept header.",
    {"type": "string", "enum": list(FORMATS)},
    readers.matching("|".join(FORMATS), "json or html."),
)
LIMIT = Parameter(
    "limit",
    "Features a page, 1 to 1000. More than 1000 is answered as 1000.",
    {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    readers.read_limit,
)
BBOX = Parameter(
    "bbox",
    "Features whose geometry meets the box (CRS84: lon, lat), and those without a geometry: "
    + readers.BOX_WORDS
    + " South is never above north.",
    {
        "type": "array",
        "minItems": 4,
        "maxItems": 6,
        "items": {"type": "number"},
        "not": {"minItems": 5, "maxItems": 5},
    },
    readers.read_bbox,
)
DATETIME = Parameter(
    "datetime",
    "Features that have time in common with it, and those without a time: "
    + readers.SPAN_WORDS
    + ". An event is [starts_at, ends_at): its end is outside. No start is after its end.",
    {"type": "string", "pattern": readers.SPAN},
    readers.read_span,
)
AFTER = Parameter(
    "after",
    "Continue after this feature, as next links do.",
    {"type": "string", "pattern": readers.KEY},
    readers.read_key,
)
BEFORE = Parameter(
    "before",
    "The page before this feature, as prev links ask.",
    {"type": "string", "pattern": readers.KEY},
    readers.read_key,
)
NEAR = Parameter(
    "near",
    "lon,lat in WGS-84: features with a point, the nearest first.",
    {"type": "string", "pattern": readers.NEAR},
    readers.read_near,
)
WITHIN = Parameter(
    "within",
    "Only within so many metres of `near`, with which it comes.",
    {"type": "integer", "minimum": 1, "maximum": 100_000},
    readers.read_within,
)
Q = _words(
    "q",
    "Words, all of which are found: Chinese or Latin, parts of words too.",
    TEXT,
    f"at most {MAX_QUERY_LENGTH} characters, none of them NUL.",
)
SAMPLE = _flag("sample", "Fictional samples too; they carry `sample: true`.")
AREA_OF = _words(
    "area",
    "In this area or an area of it: an id of the collection `areas`, e.g. 330205.",
    AREA,
    "an id of the collection areas: 330205, or area-17.",
    is_queryable=True,
    title="区域",
)
SLUG_WORDS = "words of a-z, 0-9, - and _, joined by commas."
ORGANIZER_WORDS = "ids or full names of organizations, joined by commas."

PAGING = (LIMIT, AFTER, BEFORE, FORMAT)
COMMON = (BBOX, DATETIME, *PAGING)

EVENTS = (
    *COMMON,
    Q,
    _words("category", "In one of these categories, e.g. fair,health.", SLUGS, SLUG_WORDS,
           many=True, is_queryable=True, title="类别"),
    _words("audience", "For one of these groups, e.g. elders.", SLUGS, SLUG_WORDS,
           many=True, is_queryable=True, title="服务对象"),
    _words("organizer", "By one of these: ids or full names of `organizations`.", NAMES,
           ORGANIZER_WORDS, many=True, is_queryable=True, title="主办"),
    AREA_OF,
    _words("campaign", "Of one of these campaigns.", SLUGS, SLUG_WORDS,
           many=True, is_queryable=True, title="专题"),
    _choices("status", "With one of these states.", Occurrence.Status.values,
             is_queryable=True, title="状态"),
    _words("venue", "At this venue: an id of the collection `venues`.", ROW,
           "an id of the collection venues.", is_queryable=True, title="场所"),
    NEAR,
    WITHIN,
    _flag("now", "Only what may be on at this moment; cancelled and postponed are not."),
    Parameter(
        "updated_since",
        "Changed at or after this moment. What was withdrawn since comes too, whatever else is "
        "asked, as features with `removed: true` and nothing more.",
        {"type": "string", "pattern": f"^{readers.MOMENT}$"},
        readers.read_moment,
    ),
    SAMPLE,
)  # fmt: skip
VENUES = (*COMMON, Q, AREA_OF, NEAR, WITHIN, SAMPLE)
AREAS = (
    *COMMON,
    Q,
    _choices("level", "Of one of these levels.", Area.Level.values, is_queryable=True,
             title="级别"),
    _words("parent", "Directly below this area.", AREA, "an id of the collection areas.",
           is_queryable=True, title="上级"),
)  # fmt: skip
ORGANIZATIONS = (*COMMON, Q, SAMPLE)
RESOURCE = (FORMAT,)  # what pages other than items take

EMPTY_IS_WRONG = {"bbox", "datetime", "limit", "f"}


def read_all(parameters: Iterable[Parameter], query: QueryDict) -> dict[str, Any]:
    """What is asked, by name. Of a repeated parameter the last counts: OGC's own suite repeats.

    Raises ParameterError for what is unknown or cannot be read.
    """
    known = {parameter.name: parameter for parameter in parameters}
    asked: dict[str, Any] = {}
    for name in query:
        if name not in known:
            offered = ", ".join(sorted(known)) or "none"
            raise ParameterError(name, f"one of {offered}.", "unknown parameter")
        words = str(query[name])
        if not words and name not in EMPTY_IS_WRONG:
            continue
        try:
            asked[name] = known[name].read(words)
        except ParameterError as error:
            raise error.named(name) from None
    if "within" in asked and "near" not in asked:
        raise ParameterError(str(query["within"]), "near=lon,lat beside it.", "within")
    return asked
