"""What the staff pages share."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from csp.constants import NONCE
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    StackedInline = admin.StackedInline[Any, Any]
else:
    _ModelAdmin, TabularInline, StackedInline = (
        admin.ModelAdmin,
        admin.TabularInline,
        admin.StackedInline,
    )


class ModelAdmin(_ModelAdmin):
    """A list is headed by the name of its table."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": self.opts.verbose_name_plural, **(extra_context or {})}
        return super().changelist_view(request, context)


class KeptAdmin(ModelAdmin):
    """Rows that are kept for ever: nothing is added or deleted by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class QueueAdmin(ModelAdmin):
    """Has a page of its own for what waits for a person: ``…/queue/``."""

    queue_title: Any = ""
    queue_template = ""

    def get_urls(self) -> list[URLPattern]:
        name = f"geo_{self.opts.model_name}_queue"
        own = [path("queue/", self.admin_site.admin_view(self.queue_view), name=name)]
        return [*own, *super().get_urls()]

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            return self.admin_site.login(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.queue_title,
            **self.queue_context(request),
        }
        return TemplateResponse(request, self.queue_template, context)

    def queue_context(self, request: HttpRequest) -> dict[str, Any]:
        raise NotImplementedError


def with_nonce(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """django-leaflet starts its map from an inline script: let that one in, by its nonce.

    The nonce stands in the policy only where the page used it; ``unsafe-inline`` never does.
    """

    def answered(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response._csp_update = {"script-src": [NONCE]}  # type: ignore[attr-defined]
        return response

    return answered


def today(request: HttpRequest) -> date:
    """The day in Ningbo, by the project's clock."""
    moment: datetime = request.now  # type: ignore[attr-defined]
    return moment.date()


def table(pairs: Sequence[tuple[str, Any]]) -> SafeString:
    """Names and values as a definition list; values are escaped, line breaks kept by CSS."""
    rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", pairs)
    return format_html('<dl class="cells">{}</dl>', rows)


def pretty(value: Any) -> SafeString:
    """JSON as it was kept, readable."""
    return format_html(
        '<pre class="raw">{}</pre>', json.dumps(value, ensure_ascii=False, indent=2, default=str)
    )


def user_name(request: HttpRequest) -> str:
    """How a person is named beside what they decided."""
    full = request.user.get_full_name() if request.user.is_authenticated else ""
    return full or request.user.get_username()


def admin_link(instance: Model | None, words: str = "") -> SafeString | str:
    """A link to the staff page of a row; 「—」 where there is none."""
    if instance is None:
        return "—"
    meta = instance._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[instance.pk])
    return format_html('<a href="{}">{}</a>', url, words or str(instance))
