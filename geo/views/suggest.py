"""`/suggest/?q=…`: names while a visitor types. Nothing of it is kept or logged by us."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from geo.filters import MAX_QUERY_LENGTH
from geo.suggestions import suggest as names_like


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """``{"items": [{"kind": "场所", "text": "日湖公园", "url": "/venues/33/"}, …]}``"""
    now: datetime = request.now  # type: ignore[attr-defined]
    word = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_QUERY_LENGTH]
    found = [
        {"kind": one.kind, "text": one.text, "url": one.url or f"{reverse('map')}?{one.query}"}
        for one in names_like(word, now)
    ]
    answer = JsonResponse({"items": found}, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "private, max-age=60"
    return answer
