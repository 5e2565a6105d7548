"""The table of screens: how each one is, a form that needs a code and a lobby, and their pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import ModelAdmin
from kiosk import orders, pairing
from kiosk.admin import pages
from kiosk.admin.forms import ScreenForm
from kiosk.advice import advice_of
from kiosk.models import Screen
from kiosk.standing import clock_words, health_of

SETTING_FIELDS: tuple[Any, ...] = (
    (_("屏幕"), {"fields": (
        "diagonal_inch", "viewing_distance_m", "orientation", "has_touch", "mounting_height_cm",
    )}),
    (_("大厅"), {"fields": (
        "hours_words", "holidays_words", "contact_words", "language",
    )}),
    (_("节目"), {"fields": ("scenes", "dwell_s", "radius_m", "areas")}),
    (_("明暗"), {"fields": ("theme", "night_look", "night_from", "night_to")}),
)  # fmt: skip


@admin.register(Screen)
class ScreenAdmin(ModelAdmin):
    form = ScreenForm
    change_form_template = "admin/kiosk/screen/change_form.html"
    change_list_template = "admin/kiosk/screen/change_list.html"
    list_display = ("name", "health", "seen", "venue", "group", "address")
    list_filter = ("group", "is_sample")
    list_per_page = 50
    search_fields = ("slug", "name", "venue__name")
    autocomplete_fields = ("venue", "areas")
    readonly_fields = ("advice", "inherited")
    actions = ("order_reload", "order_identify", "order_clear_cache")

    def get_fieldsets(self, request: HttpRequest, obj: Screen | None = None) -> Any:
        """A new one asks for a code and a lobby; the rest is folded and may stay empty."""
        first = ["code", "venue", "name", "group"]
        if obj:
            first = ["advice", "name", "venue", "group", "code", "inherited"]
        rest = [
            (title, {**content, "classes": [] if obj else ["collapse"]})
            for title, content in SETTING_FIELDS
        ]
        more = {"fields": ("slug", "is_canary", "is_sample"), "classes": ["collapse"]}
        return [(None, {"fields": first}), *rest, (_("其他"), more)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Screen]:
        found: QuerySet[Screen] = super().get_queryset(request)
        return found.select_related("venue__district__parent", "group", "state")

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.request = request  # type: ignore[attr-defined]
        self._now = request.now  # type: ignore[attr-defined]
        return form

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        self._now = request.now  # type: ignore[attr-defined]
        return super().get_changelist_instance(request)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        enrolment, screen = form.enrolment, form.instance
        if enrolment is None:
            return
        try:
            pairing.confirm(enrolment, screen, request.now)  # type: ignore[attr-defined]
        except pairing.PairingError as error:
            messages.error(request, str(error))
            return
        self.log_change(request, screen, [{"changed": {"name": "code", "object": "screen"}}])
        about = enrolment.about
        words = gettext("已连接：%(width)s×%(height)s 的屏，%(browser)s。几秒后它会换成节目。")
        messages.success(
            request,
            words
            % {
                "width": about.get("width", "?"),
                "height": about.get("height", "?"),
                "browser": str(about.get("browser", ""))[:80],
            },
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("wall/", wrap(pages.wall), name="kiosk_screen_wall"),
            path("<int:number>/status/", wrap(pages.status), name="kiosk_screen_status"),
            path("<int:number>/simulate/", wrap(pages.simulate), name="kiosk_screen_simulate"),
            path("<int:number>/order/", wrap(pages.order), name="kiosk_screen_order"),
            path("<int:number>/revoke/", wrap(pages.revoke), name="kiosk_screen_revoke"),
        ]
        return [*own, *super().get_urls()]

    # --- columns ---
    @admin.display(description=_("状况"))
    def health(self, screen: Screen) -> str:
        found = health_of(screen.resolved(), self._now)
        url = reverse("admin:kiosk_screen_status", args=[screen.pk])
        words = "；".join((found.words, *found.doubts))
        return format_html('<a class="lamp lamp--{}" href="{}">{}</a>', found.level, url, words)

    @admin.display(description=_("最近心跳"), ordering="state__seen_at")
    def seen(self, screen: Screen) -> str:
        state = getattr(screen, "state", None)
        return clock_words(state.seen_at, self._now) if state and state.seen_at else "—"

    @admin.display(description=_("网址"))
    def address(self, screen: Screen) -> str:
        return format_html('<a href="{0}">{0}</a>', screen.get_absolute_url())

    @admin.display(description=_("提醒"))
    def advice(self, screen: Screen) -> str:
        said = format_html_join(
            "", '<p class="problem">{}</p>', ((one,) for one in advice_of(screen.resolved()))
        )
        return said or format_html("<p>{}</p>", gettext("尺寸、距离和高度都合适。"))

    @admin.display(description=_("实际生效"))
    def inherited(self, screen: Screen) -> str:
        settled = screen.resolved()
        fields = ("diagonal_inch", "viewing_distance_m", "radius_m", "dwell_s", "hours_words")
        pairs = [
            (Screen._meta.get_field(name).verbose_name, getattr(settled, name) or "—")  # type: ignore[union-attr]
            for name in fields
        ]
        return format_html_join("；", "{} {}", pairs)

    # --- orders for many ---
    @admin.action(description=_("让所选的屏重新载入"), permissions=["order"])
    def order_reload(self, request: HttpRequest, chosen: QuerySet[Screen]) -> None:
        self._order(request, chosen, "reload")

    @admin.action(description=_("让所选的屏显示编号"), permissions=["order"])
    def order_identify(self, request: HttpRequest, chosen: QuerySet[Screen]) -> None:
        self._order(request, chosen, "identify")

    @admin.action(description=_("让所选的屏清除缓存"), permissions=["order"])
    def order_clear_cache(self, request: HttpRequest, chosen: QuerySet[Screen]) -> None:
        self._order(request, chosen, "clear_cache")

    def has_order_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("kiosk.add_command"))

    def _order(self, request: HttpRequest, chosen: QuerySet[Screen], kind: str) -> None:
        count = orders.issue(list(chosen), kind, request.user, request.now)  # type: ignore[arg-type,attr-defined]
        messages.success(request, gettext("已发给 %d 块屏，回执在各屏的状况页。") % count)
