"""`/ask/`: one question a screen, three in all, for who finds filters too much. No script needed.

Each answer is a link; nothing is asked whose answers would all lead to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.filters import ActivityFilter
from geo.models import Area, Category

STEPS = ("when", "where", "what")


@dataclass(frozen=True)
class Answer:
    words: str
    url: str
    count: int | None = None


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """The question of this step; the last answer leads to the list."""
    now: datetime = request.now  # type: ignore[attr-defined]
    asked = ActivityFilter.from_query(request.GET.dict())
    step = request.GET.get("step", "")
    step = step if step in STEPS else STEPS[0]
    question, answers = {"when": _when, "where": _where, "what": _what}[step](asked, now)
    context: dict[str, Any] = {
        "question": question,
        "answers": answers,
        "number": STEPS.index(step) + 1,
        "all": len(STEPS),
        "list_url": _list(asked),
        "at": getattr(request, "asked_at", ""),
    }
    return render(request, "geo/ask.html", context)


def _when(asked: ActivityFilter, now: datetime) -> tuple[str, list[Answer]]:
    choices = (
        ("today", _("今天")),
        ("tomorrow", _("明天")),
        ("weekend", _("周末")),
        ("", _("哪天都行")),
    )
    return _("哪一天去？"), _counted(
        [(words, replace(asked, when=when, day=None)) for when, words in choices], "where", now
    )


def _where(asked: ActivityFilter, now: datetime) -> tuple[str, list[Answer]]:
    choices = [(area.name, replace(asked, district=area.code)) for area in Area.objects.districts()]
    return _("在哪里？"), _counted([(_("全市都行"), asked), *choices], "what", now)


def _what(asked: ActivityFilter, now: datetime) -> tuple[str, list[Answer]]:
    choices = [(one.name, replace(asked, categories=(one.slug,))) for one in Category.objects.all()]
    return _("想参加什么？"), _counted([(_("什么都行"), asked), *choices], "", now)


def _counted(
    choices: list[tuple[str, ActivityFilter]], following: str, now: datetime
) -> list[Answer]:
    """Answers with how many activities they lead to; those with none are left out."""
    found = []
    for words, asked in choices:
        count = asked.apply(now).values("activity").distinct().count()
        if count:
            found.append(Answer(words, _step(asked, following), count))
    return found


def _step(asked: ActivityFilter, following: str) -> str:
    if not following:
        return _list(asked)
    query = asked.query()
    return f"{reverse('ask')}?step={following}" + (f"&{query}" if query else "")


def _list(asked: ActivityFilter) -> str:
    query = asked.query()
    return reverse("map") + (f"?{query}" if query else "")
