"""What the tables of the staff pages are made of: lists, kept rows, queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

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
