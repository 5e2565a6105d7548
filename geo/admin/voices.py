"""What people without an account told us: one click publishes, returns or merges."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.admin.bases import KeptAdmin, TabularInline
from geo.admin.display import admin_link
from geo.admin.moderating import merge, publish, return_to_sender
from geo.asked import now_of, today_of, user_name
from geo.errors import ProblemError
from geo.importing.submissions import look_at
from geo.models import Activity, ErrorReport, Need, NeedAnswer, Submission
from geo.models.voices import Voice


class VoiceAdmin(KeptAdmin):
    """What waits stands first; who decided, and when, is written down by itself."""

    date_hierarchy = "created_at"
    ordering = ("-changed_at",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if "state" in form.changed_data or "answer" in form.changed_data:
            decided(obj, request)
        super().save_model(request, obj, form, change)


def decided(one: Voice, request: HttpRequest) -> None:
    one.decided_at = now_of(request)
    one.decided_by = user_name(request)


@admin.register(Submission)
class SubmissionAdmin(VoiceAdmin):
    list_display = ("title", "organizer", "when_text", "place_text", "state", "changed_at")
    list_filter = ("state",)
    search_fields = ("title", "organizer", "place_text")
    change_form_template = "admin/geo/submission/change_form.html"
    readonly_fields = ("pin", "public", "state", "answer", "created_at", "decided_at", "decided_by")
    fields = (
        "title", "when_text", "place_text", "pin", "content", "audience_text", "category",
        "organizer", "contact", "public", "state", "answer", "created_at", "decided_at",
        "decided_by",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("主办方标的位置"))
    def pin(self, one: Submission) -> str:
        if not one.point:
            return "—"
        return format_html("{:.5f}, {:.5f}", one.point.x, one.point.y)

    @admin.display(description=gettext_lazy("公开的活动"))
    def public(self, one: Submission) -> Any:
        return admin_link(one.activity)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/decide/",
                self.admin_site.admin_view(self.decide),
                name="geo_submission_decide",
            )
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:  # fmt: skip
        one = get_object_or_404(Submission, pk=object_id)
        context = {"look": look_at(one, today_of(request)), "one": one, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One click: publish, return with a reason, or merge into what is there already."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        one = get_object_or_404(Submission, pk=pk)
        if not self.has_change_permission(request, one):
            return self.admin_site.login(request)
        if request.POST.get("seen") != one.changed_at.isoformat():
            messages.error(request, _("主办方刚刚改过这份投稿，请再看一遍。"))
            return redirect("admin:geo_submission_change", pk)
        try:
            words = self._decide(request, one)
        except ProblemError as error:
            messages.error(request, str(error))
            return redirect("admin:geo_submission_change", pk)
        decided(one, request)
        one.save()
        self.log_change(request, one, words)
        messages.success(request, words)
        return redirect("admin:geo_submission_changelist")

    def _decide(self, request: HttpRequest, one: Submission) -> str:
        what, answer = request.POST.get("what"), request.POST.get("answer", "").strip()
        if what == "publish":
            return publish(one, now_of(request), today_of(request), user_name(request))
        if what == "merge":
            return merge(one, Activity.objects.filter(pk=request.POST.get("into") or 0).first())
        return return_to_sender(one, answer)


@admin.register(ErrorReport)
class ErrorReportAdmin(VoiceAdmin):
    list_display = ("kind", "about", "words", "state", "created_at")
    list_filter = ("state", "kind")
    list_select_related = ("activity", "venue")
    actions = ("mark_done",)
    readonly_fields = (
        "about",
        "kind",
        "words",
        "contact",
        "created_at",
        "decided_at",
        "decided_by",
    )
    fields = ("about", "kind", "words", "contact", "state", "answer", "created_at", "decided_at",
              "decided_by")  # fmt: skip

    @admin.display(description=gettext_lazy("说的是"))
    def about(self, one: ErrorReport) -> Any:
        return admin_link(one.activity or one.venue)

    @admin.action(description=gettext_lazy("标为已处理"))
    def mark_done(self, request: HttpRequest, found: QuerySet[ErrorReport]) -> None:
        settle_all(self, request, found, Voice.State.DONE)


class NeedAnswerInline(TabularInline):
    model = NeedAnswer
    extra = 0
    fields = ("activity", "words", "is_confirmed", "created_at")
    readonly_fields = ("activity", "words", "created_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Need)
class NeedAdmin(VoiceAdmin):
    list_display = ("words", "category", "audience", "district", "place_text", "state", "waiting")
    list_filter = ("state", "category", "district")
    list_select_related = ("category", "audience", "district")
    actions = ("make_public", "decline")
    inlines = (NeedAnswerInline,)
    readonly_fields = ("created_at", "decided_at", "decided_by")
    fields = (
        "words", "category", "audience", "district", "place_text", "expires_on", "contact",
        "state", "answer", "created_at", "decided_at", "decided_by",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("待确认的回应"))
    def waiting(self, one: Need) -> int:
        return one.answers.filter(is_confirmed=False).count()

    @admin.action(description=gettext_lazy("公开"))
    def make_public(self, request: HttpRequest, found: QuerySet[Need]) -> None:
        settle_all(self, request, found, Voice.State.PUBLISHED)

    @admin.action(description=gettext_lazy("不予公开"))
    def decline(self, request: HttpRequest, found: QuerySet[Need]) -> None:
        settle_all(self, request, found, Voice.State.DECLINED)


def settle_all(
    owner: VoiceAdmin, request: HttpRequest, found: QuerySet[Any], state: Voice.State
) -> None:
    """Every chosen row at once, each with its line in the history; withdrawn ones stay so."""
    count = 0
    for one in found.exclude(state=Voice.State.WITHDRAWN):
        one.state = state
        decided(one, request)
        one.save()
        owner.log_change(request, one, str(state.label))
        count += 1
    messages.success(
        request, _("%(count)d 条：%(state)s。") % {"count": count, "state": state.label}
    )
