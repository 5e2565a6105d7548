"""How printed places were read, and the questions that only a person can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.admin import settling
from geo.admin.bases import QueueAdmin
from geo.admin.display import pretty
from geo.asked import today_of, user_name
from geo.models import Area, Occurrence, PlaceReading, Venue


@dataclass(frozen=True)
class Choice:
    """A suggestion of the chain that stands in the tables: ``venue:12``, ``area:345``."""

    value: str
    name: str
    where: str
    note: str = ""

    @property
    def is_point(self) -> bool:
        """A bare position: it becomes an answer only as a venue that a person makes of it."""
        return self.value.startswith("point:")

    @property
    def lon_lat(self) -> str:
        return self.value.partition(":")[2]


class SettleForm(forms.Form):
    """One answer: a suggestion, another venue, or an area only."""

    choice = forms.CharField(required=False)
    venue: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        Venue.objects.filter(is_sample=False), required=False
    )
    area: forms.ModelChoiceField[Any] = forms.ModelChoiceField(Area.objects.all(), required=False)

    def __init__(self, *args: Any, site: admin.AdminSite, choices: list[Choice], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.known = {choice.value for choice in choices if not choice.is_point}
        for name, label in {"venue": _("场所"), "area": _("区域")}.items():
            remote = PlaceReading._meta.get_field(name)
            self.fields[name].label = label
            self.fields[name].widget = AutocompleteSelect(remote, site)
            self.fields[name].widget.choices = self.fields[name].choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        choice = cleaned.get("choice") or ""
        if choice in self.known:
            kind, _colon, number = choice.partition(":")
            model: Any = Venue if kind == "venue" else Area
            return {"venue": None, "area": None, kind: model.objects.get(pk=number)}
        named = [name for name in ("venue", "area") if cleaned.get(name)]
        if not choice and len(named) == 1:  # picked from a list, the circle before it not ticked
            choice = named[0]
        if choice in {"venue", "area"} and cleaned.get(choice):
            return {"venue": None, "area": None, choice: cleaned[choice]}
        raise forms.ValidationError(gettext("请先选一个答案：建议之一、已有场所，或只到区域。"))


@admin.register(PlaceReading)
class PlaceReadingAdmin(QueueAdmin):
    list_display = ("printed", "level", "status", "venue", "area", "as_of", "provider_words")
    list_filter = ("status", "level", "provider", ("area", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("venue", "area")
    list_per_page = 50
    search_fields = ("printed", "venue__name", "area__name")
    fields = readonly_fields = (
        "printed",
        "context_area",
        "as_of",
        "level",
        "status",
        "venue",
        "area",
        "relation",
        "radius_m",
        "provider_words",
        "datum",
        "question",
        "candidates_words",
        "raw_words",
        "asked_on",
    )
    change_form_template = "admin/geo/placereading/change_form.html"
    queue_title = _("待确认的地点")
    queue_template = "admin/geo/placereading/queue.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("由谁给出"), ordering="provider")
    def provider_words(self, reading: PlaceReading) -> str:
        return provider_words(reading)

    @admin.display(description=_("候选"))
    def candidates_words(self, reading: PlaceReading) -> str:
        return "、".join(choice.name for choice in choices_of(reading)) or "—"

    @admin.display(description=_("原始回答"))
    def raw_words(self, reading: PlaceReading) -> str:
        return pretty(reading.raw)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.settle_view)
        return [
            path("<int:number>/settle/", view, name="geo_placereading_settle"),
            *super().get_urls(),
        ]

    def queue_context(self, request: HttpRequest) -> dict[str, Any]:
        questions = questions_in_order()
        return {"questions": questions}

    def settle_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """GET: the question and its possible answers. POST: the person's answer."""
        found = PlaceReading.objects.select_related("context_area", "area", "venue")
        reading = found.filter(pk=number).first()
        if reading is None:
            raise Http404
        if not self.has_change_permission(request, reading):
            return self.admin_site.login(request)
        choices = choices_of(reading)
        answer = request.POST if request.method == "POST" else None
        form = SettleForm(answer, site=self.admin_site, choices=choices)
        if request.method == "POST" and form.is_valid():
            return self._settle(request, reading, form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("「%s」在哪里？") % reading.printed,
            "reading": reading,
            "choices": choices,
            "form": form,
            "media": self.media + form.media,
            "uses": uses_of(reading),
            "same": PlaceReading.objects.questions()
            .filter(printed=reading.printed, context_area=reading.context_area)
            .exclude(pk=reading.pk),
        }
        return TemplateResponse(request, "admin/geo/placereading/settle.html", context)

    def _settle(
        self, request: HttpRequest, reading: PlaceReading, answer: dict[str, Any]
    ) -> HttpResponse:
        count = settling.settle(reading, **answer, by=user_name(request), on=today_of(request))
        place = answer["venue"] or answer["area"]
        words = gettext("「%(printed)s」核定为「%(place)s」。") % {
            "printed": reading.printed,
            "place": place,
        }
        if count > 1:
            words += gettext("相同原文的 %d 处一并核定。") % count
        self.log_change(request, reading, words)
        messages.success(request, words)
        following = questions_in_order().first()
        if following is None:
            return HttpResponseRedirect(reverse("admin:geo_placereading_queue"))
        return HttpResponseRedirect(reverse("admin:geo_placereading_settle", args=[following.pk]))


def provider_words(reading: PlaceReading) -> str:
    """Who gave the answer, in words; a map service by its own name."""
    known = {"curated": gettext("场所名录"), "rules": gettext("地名规则")}
    return known.get(reading.provider) or service_words(reading.provider)


def service_words(provider: str) -> str:
    """The name of a map service."""
    known = {
        "tianditu": gettext("天地图"),
        "amap": gettext("高德地图"),
        "tencent": gettext("腾讯地图"),
        "baidu": gettext("百度地图"),
        "nominatim": "Nominatim",
        "photon": "Photon",
    }
    return known.get(provider, provider)


def questions_in_order() -> QuerySet[PlaceReading]:
    """The open questions, the most used first."""
    found: QuerySet[PlaceReading] = PlaceReading.objects.questions().select_related(
        "context_area", "area", "venue"
    )
    return found


def uses_of(reading: PlaceReading) -> QuerySet[Occurrence]:
    """The occurrences that wait for the answer."""
    return reading.occurrences.select_related("activity__source").order_by("held_on", "activity")


def choices_of(reading: PlaceReading) -> list[Choice]:
    """The chain's candidates that stand in the tables, in its order, each once."""
    found: list[Choice] = []
    for candidate in reading.candidates:
        choice = _choice(candidate) if isinstance(candidate, dict) else None
        if choice and choice.value not in {one.value for one in found}:
            found.append(choice)
    return found


def _choice(candidate: dict[str, Any]) -> Choice | None:
    kind, name = candidate.get("kind"), candidate.get("name", "")
    number: Any = candidate.get("id")
    if kind == "point":  # a map service's answer that nobody vouches for: to look at, not to choose
        where = candidate.get("note") or gettext("地图服务给出，未通过核对")
        return Choice(f"point:{candidate.get('key', '')}", name, where)
    if kind == "venue":
        venue = Venue.objects.select_related("district").filter(pk=number).first()
        if venue:
            return Choice(f"venue:{venue.pk}", venue.name, str(venue.district or ""), venue.address)
    elif kind == "area":
        area = Area.objects.select_related("parent__parent").filter(pk=number).first()
        if area:
            return Choice(f"area:{area.pk}", area.name, _upwards(area))
    return None


def _upwards(area: Area) -> str:
    """慈溪市 · 观海卫镇: what an area lies in, below the city."""
    names: list[str] = []
    parent = area.parent
    while parent is not None and parent.level != Area.Level.CITY:
        names.insert(0, parent.name)
        parent = parent.parent
    return " · ".join(names)
