"""Places with a name, set by hand on the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import NONCE
from django import forms
from django.contrib import admin, messages
from django.contrib.gis.geos import Point
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdminMixin

from geo.admin import settling
from geo.admin.bases import QueueAdmin, TabularInline
from geo.admin.display import admin_link
from geo.admin.guarding import GuardedAdmin
from geo.admin.places import provider_words
from geo.asked import today_of, user_name
from geo.coordinates import CoordinateError, check_ningbo
from geo.models import PlaceReading, Venue, VenueName
from geo.models.venues import PIN_RADIUS_M

# The places that the whole map was asked for first: where their evidence is coarse, they lead.
FIRST_NAMES = ("益园", "日湖公园", "北仑爱心公园")
SETTLES = "settles"  # ?settles=<reading>: saving the venue answers that question
AT = "lonlat"  # ?lonlat=121.55,29.87: where the pin of a new venue begins


def _with_nonce(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """django-leaflet starts its map from an inline script: let that one in, by its nonce.

    The nonce stands in the policy only where the page used it; ``unsafe-inline`` never does.
    """

    def answered(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response._csp_update = {"script-src": [NONCE]}  # type: ignore[attr-defined]
        return response

    return answered


class VenueForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        point, district = cleaned.get("point"), cleaned.get("district")
        self._check_radius(cleaned)
        town = cleaned.get("town")
        if town and district and town.district != district:
            self.add_error("town", gettext("「%s」不在所选的区县市之内。") % town)
        if not point or "point" not in self.changed_data:
            return cleaned
        around = settling.districts_at(point)
        if not around:
            self.add_error("point", gettext("这个位置在宁波市之外。请把图钉移到市内。"))
        elif district is None:
            cleaned["district"] = around[0]
        elif district not in around:
            words = gettext("图钉落在%(here)s，而区县市写的是%(named)s。请移动图钉，或改选区县市。")
            self.add_error("point", words % {"here": around[0], "named": district})
        return cleaned

    def _check_radius(self, cleaned: dict[str, Any]) -> None:
        radius = cleaned.get("radius_m")
        if not cleaned.get("point"):
            cleaned["radius_m"] = None
        elif radius is None:
            self.add_error("radius_m", gettext("有位置就要写明误差半径：真实位置在这个半径之内。"))
        elif (
            "point" in self.changed_data
            and "radius_m" not in self.changed_data
            and radius > PIN_RADIUS_M
        ):
            words = gettext("位置改了，误差半径还是原来的 %d 米。请写明新的半径。")
            self.add_error("radius_m", words % radius)


class VenueNameInline(TabularInline):
    model = VenueName
    extra = 0


class UsesInline(TabularInline):
    """Which printed words were read as this venue."""

    model = PlaceReading
    fk_name = "venue"
    verbose_name_plural = _("被读作此处的原文")
    extra = 0
    can_delete = False
    fields = readonly_fields = ("words", "as_of", "level", "status", "given_by")

    @admin.display(description=_("原文地点"))
    def words(self, reading: PlaceReading) -> str:
        return admin_link(reading)

    @admin.display(description=_("由谁给出"))
    def given_by(self, reading: PlaceReading) -> str:
        return provider_words(reading)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Venue)
class VenueAdmin(LeafletGeoAdminMixin, QueueAdmin, GuardedAdmin):  # type: ignore[misc]
    form = VenueForm
    list_display = ("name", "kind", "district", "known_to", "needs_review", "corrected_by_person")
    list_filter = (
        "needs_review",
        "corrected_by_person",
        "is_sample",
        ("district", admin.RelatedOnlyFieldListFilter),
        "kind",
    )
    list_select_related = ("district",)
    list_per_page = 50
    search_fields = ("name", "names__name", "address")
    autocomplete_fields = ("district", "town")
    inlines = (VenueNameInline, UsesInline)
    readonly_fields = (
        "point_source",
        "source_datum",
        "confidence",
        "corrected_by_person",
        "is_sample",
    )
    fieldsets = (
        (None, {"fields": ("name", ("district", "town"), "address", "kind")}),
        (
            _("位置"),
            {
                "fields": ("point", "radius_m", "needs_review"),
                "description": _(
                    "点一下地图就把图钉放在那里，也可以拖动它。虚线圈是误差半径。"
                    "保存后记为人工校正，导入和地理编码都不会再改动它。"
                ),
            },
        ),
        (
            _("位置的来历"),
            {"fields": ("point_source", "source_datum", "confidence", "corrected_by_person")},
        ),
        (_("有效期"), {"fields": (("valid_from", "valid_to"), "is_sample")}),
    )
    change_form_template = "admin/geo/venue/change_form.html"
    queue_title = _("位置待核实的场所")
    queue_template = "admin/geo/venue/queue.html"

    @admin.display(description=_("位置"), ordering="radius_m")
    def known_to(self, venue: Venue) -> str:
        if venue.point is None:
            return gettext("没有位置")
        kind = gettext("图钉") if venue.is_pin else gettext("虚线圈")
        return gettext("%(kind)s，%(radius)s 米") % {"kind": kind, "radius": venue.radius_m}

    def changeform_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return _with_nonce(super().changeform_view)(*args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A place that was printed somewhere stays; a wrong one is closed by its dates."""
        return super().has_delete_permission(request, obj) and (
            obj is None or not obj.readings.exists()
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        reading = self._asked(request)
        if reading:
            initial["name"] = reading.printed[:80]
            where = reading.area or reading.context_area
            district = where.district if where else None
            initial["district"] = district.pk if district else None
        if at := _position(request.GET.get(AT, "")):
            initial["point"] = at
        return initial

    def save_model(self, request: HttpRequest, obj: Venue, form: Any, change: bool) -> None:
        if obj.point and "point" in form.changed_data:
            self._placed_by_hand(request, obj)
        elif obj.point and {"radius_m", "needs_review"} & set(form.changed_data):
            self._confirmed_by_hand(request, obj)
        elif obj.point is None and "point" in form.changed_data:
            obj.point_source, obj.source_datum, obj.confidence = "", "", ""
            obj.corrected_by_person, obj.needs_review = False, True
        super().save_model(request, obj, form, change)
        if {"point", "radius_m", "needs_review", "district", "town"} & set(form.changed_data):
            settling.venue_moved(obj)

    def _placed_by_hand(self, request: HttpRequest, venue: Venue) -> None:
        venue.point_source = f"人工校正：{user_name(request)}，{today_of(request)}"
        venue.source_datum = "WGS-84"
        venue.confidence = Venue.Confidence.HIGH
        venue.corrected_by_person, venue.needs_review = True, False

    def _confirmed_by_hand(self, request: HttpRequest, venue: Venue) -> None:
        """The point stays, a person answers for it; where it came from is kept."""
        words = f"；人工核实：{user_name(request)}，{today_of(request)}"
        longest = Venue._meta.get_field("point_source").max_length or 0
        venue.point_source = venue.point_source[: longest - len(words)] + words
        venue.corrected_by_person = True

    def response_add(
        self, request: HttpRequest, obj: Venue, post_url_continue: str | None = None
    ) -> HttpResponse:
        reading = self._asked(request)
        if reading and reading.status == PlaceReading.Status.QUESTION:
            settling.settle(reading, venue=obj, by=user_name(request), on=today_of(request))
            words = gettext("「%(printed)s」核定为新场所「%(venue)s」。")
            messages.success(request, words % {"printed": reading.printed, "venue": obj})
            return HttpResponseRedirect(reverse("admin:geo_placereading_queue"))
        return super().response_add(request, obj, post_url_continue)

    def _asked(self, request: HttpRequest) -> PlaceReading | None:
        number = request.GET.get(SETTLES, "")
        if not number.isdecimal():
            return None
        return PlaceReading.objects.select_related("area", "context_area").filter(pk=number).first()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Venue], search_term: str
    ) -> tuple[QuerySet[Venue], bool]:
        """No real activity is offered a sample's venue."""
        if "field_name" in request.GET:
            queryset = queryset.filter(is_sample=False)
        found: tuple[QuerySet[Venue], bool] = super().get_search_results(
            request, queryset, search_term
        )
        return found

    def queue_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"venues": review_queue(), "admin_link": admin_link}


def _position(words: str) -> Point | None:
    """``121.55,29.87`` (lon, lat; WGS-84) → a point in Ningbo, else None."""
    try:
        lon, lat = (float(part) for part in words.split(","))
        check_ningbo(lon, lat)
        return Point(lon, lat, srid=4326)
    except (ValueError, CoordinateError):
        return None


def review_queue() -> QuerySet[Venue]:
    """Venues to verify: those the map was asked for first, then the most used, then by name."""
    named = Q(name__in=FIRST_NAMES) | Q(names__name__in=FIRST_NAMES)
    coarse = Q(point__isnull=True) | Q(radius_m__gt=PIN_RADIUS_M)
    first = Venue.objects.filter(named & coarse).values("pk")
    waiting: QuerySet[Venue] = Venue.objects.filter(needs_review=True, is_sample=False)
    turn = Case(When(pk__in=first, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        waiting.annotate(occurrence_count=Count("occurrences"), turn=turn)
        .select_related("district", "town")
        .order_by("turn", "-occurrence_count", "name")
    )
