"""What all pages of the planner share: the question that was asked, its tabs, who may look."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy

from geo import measures
from geo.models import Area
from geo.moments import day_of
from geo.planning import GROUPS, Choices, Question, words
from geo.planning.findings import with_headline
from geo.planning.standards import BANDS, STANDARDS

TABS = (
    ("planner", gettext_lazy("地图与排名")),
    ("planner-whatif", gettext_lazy("试放")),
    ("planner-matrix", gettext_lazy("人群与类别")),
    ("planner-equity", gettext_lazy("公平曲线")),
    ("planner-trend", gettext_lazy("趋势")),
    ("planner-compare", gettext_lazy("比较")),
    ("planner-report", gettext_lazy("一页报告")),
    ("planner-method", gettext_lazy("方法")),
)
Answer = Callable[..., HttpResponse]


def for_planners(view: Answer) -> Answer:
    """Public by setting (in the demo); else whoever is logged in, and never kept by a proxy."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.YITU_PUBLIC_PLANNER:
            return view(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


@dataclass(frozen=True)
class Asked:
    """One request's question, with all that its answer starts from."""

    question: Question
    choices: Choices
    districts: Sequence[Area]
    now: datetime
    at: str  # the demo's moment, kept from page to page
    query: Mapping[str, str]

    @property
    def zoom(self) -> Area | None:
        """The district that maps show alone."""
        code = self.query.get("zoom", "")
        return next((one for one in self.districts if one.code == code), None)

    def link(self, **changes: Any) -> str:
        """The question's query string with *changes*, on the moment asked for."""
        return self.with_more(self.question.query(**changes))

    def with_more(self, query: str, **more: str) -> str:
        """*query* with further parameters, and the moment asked for."""
        pairs = {"zoom": self.query.get("zoom", ""), **more, "at": self.at}
        rest = urlencode({key: value for key, value in pairs.items() if value})
        return "&".join(part for part in (query, rest) if part)


def ask(request: HttpRequest) -> Asked:
    """Read the request. Asks for choices and districts: three queries."""
    now: datetime = request.now  # type: ignore[attr-defined]
    choices = Choices.at(now)
    query = request.GET.dict()
    question = Question.from_query(query, choices)
    if "measure" not in query:
        question = with_headline(question)
    return Asked(
        question=question,
        choices=choices,
        districts=list(Area.objects.districts()),
        now=now,
        at=getattr(request, "asked_at", ""),
        query=query,
    )


def frame(asked: Asked, here: str, kept: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What frame and question form need on the page named *here*. *kept*: parameters of the
    page's own that the form passes on."""
    question = asked.question
    today = day_of(asked.now)
    own: dict[str, str | None] = {
        "measure": question.measure.key if "measure" in asked.query else "",
        "demo": "1" if question.demo else "",
        "level": question.level.key if question.level.key != "district" else "",
        "area": question.area,
        "zoom": asked.zoom.code if asked.zoom else "",
        **(kept or {}),
    }
    return {
        "question": question,
        "choices": asked.choices,
        "groups": GROUPS,
        "bands": BANDS,
        "standards": _families(),
        "spans": [(one, words.span_words(one, today)) for one in asked.choices.spans],
        "span_words": words.span_words(question.span, today),
        "kind_words": words.kind_words(question),
        "reach_words": words.reach_words(question),
        "question_words": words.question_words(question, today),
        "kept": [(name, value) for name, value in own.items() if value],
        "tabs": _tabs(asked, here),
        "here": reverse(here),
        "page_key": here,
        "synthetic": question.demo,
        "demo_query": "" if question.demo or not measures.has_demo() else asked.link(demo=True),
        "real_query": asked.link(demo=False) if question.demo else "",
        "kept_view": asked.query.get("view", "") if asked.query.get("view", "").isalnum() else "",
        "districts": asked.districts,
        "zoom": asked.zoom,
        "at": asked.at,
        "query": asked.link(),
        "question_pairs": parse_qsl(question.query(area="")),
        "zoom_pairs": [pair for pair in parse_qsl(asked.link()) if pair[0] not in {"zoom", "at"}],
    }


def _families() -> list[tuple[Any, list[Any]]]:
    found: dict[Any, list[Any]] = {}
    for one in STANDARDS:
        found.setdefault(one.family, []).append(one)
    return list(found.items())


def _tabs(asked: Asked, here: str) -> list[dict[str, Any]]:
    query = asked.link()
    return [
        {"name": name, "url": f"{reverse(key)}?{query}", "is_here": key == here}
        for key, name in TABS
    ]
