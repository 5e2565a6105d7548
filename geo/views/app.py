"""What makes the site an app on a phone: manifest, service worker, a page without a net."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

WORKER = Path(settings.BASE_DIR) / "static" / "js" / "resident-worker.js"
ICONS = (("yitu-192.png", "192x192", "any"), ("yitu-512.png", "512x512", "any"),
         ("yitu-maskable-512.png", "512x512", "maskable"))  # fmt: skip


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """`/manifest.webmanifest` (W3C)."""
    icons = [
        {"src": static(f"icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in ICONS
    ]
    said = {
        "id": "/",
        "name": _("益图 · 宁波公益活动"),
        "short_name": _("益图"),
        "description": _("宁波的公益活动在哪里、什么时候：地图和列表。"),
        "lang": get_language(),
        "start_url": reverse("map"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
        "icons": icons,
        "shortcuts": [
            {"name": _("今天"), "url": reverse("map") + "?when=today"},
            {"name": _("我的收藏"), "url": reverse("favourites")},
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root: its scope are the residents' pages."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """For a page that was never seen, asked for without a net."""
    return render(request, "geo/offline.html")


@lru_cache(maxsize=1)
def _script() -> str:
    return WORKER.read_text(encoding="utf-8")
