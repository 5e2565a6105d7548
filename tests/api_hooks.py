"""What an OpenAPI schema cannot say, told to schemathesis (SCHEMATHESIS_HOOKS=tests.api_hooks).

A schema has no words for "south is not above north", "the start is not after the end" and "within
comes with near". Valid questions are put right here; wrong ones stay as wrong as they were made.
"""

from __future__ import annotations

from typing import Any

import schemathesis

from geo.api.problems import ParameterError
from geo.api.readers import read_bbox, read_span


@schemathesis.hook
def before_call(context: Any, case: schemathesis.Case[Any], kwargs: Any) -> None:
    """Called with every question just before it is sent, whichever phase made it."""
    is_meant_well = case.meta is None or case.meta.generation.mode.is_positive
    query = case.query
    if not (query and is_meant_well):
        return
    if isinstance(query.get("bbox"), list):
        query["bbox"] = _ordered(query["bbox"])
    elif isinstance(query.get("bbox"), str):
        numbers = [float(number) for number in query["bbox"].split(",")]
        query["bbox"] = ",".join(str(number) for number in _ordered(numbers))
    if isinstance(query.get("datetime"), str):
        query["datetime"] = _forward(query["datetime"])
    if "within" in query and "near" not in query:
        query["near"] = "121.5575,29.8985"


def _ordered(numbers: list[Any]) -> list[Any]:
    if len(numbers) not in {4, 6} or not all(type(n) in {int, float} for n in numbers):
        return numbers
    half = len(numbers) // 2
    limits = (180, 90, 10_000)
    ends = [
        (_inside(numbers[i], limits[i]), _inside(numbers[i + half], limits[i])) for i in range(half)
    ]
    low = [ends[0][0], *(min(pair) for pair in ends[1:])]
    high = [ends[0][1], *(max(pair) for pair in ends[1:])]
    box = low + high
    read_bbox(",".join(str(number) for number in box))
    return box


def _inside(number: float, limit: int) -> float:
    return max(-limit, min(limit, number))


def _forward(words: str) -> str:
    try:
        read_span(words)
    except ParameterError:
        turned = "/".join(reversed(words.split("/")))
        try:
            read_span(turned)
        except ParameterError:
            return words
        return turned
    return words
