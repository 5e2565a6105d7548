"""`/submit/`: an organiser offers an activity, looks at how it reads, and follows it by a link."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from geo import voices
from geo.asked import now_of, today_of
from geo.importing.submissions import Look, is_another, look_at
from geo.models import ErrorReport, Submission
from geo.models.voices import Voice
from geo.views.voices import kept_out, meta_of, private
from geo.voice_forms import SubmissionForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """The form; then the answers as we read them, with what may be there already; then thanks."""
    if request.method != "POST":
        return _form(request, SubmissionForm())
    form = SubmissionForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=400)
    answers = _answers(form, Submission())
    look = look_at(answers, today_of(request))
    if look.problems or "confirm" not in request.POST:
        return _form(request, form, look, status=400 if look.problems else 200)
    if (refusal := kept_out(request)) is not None:
        return refusal
    secret = _keep(answers, request)
    return redirect("submission", secret)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, secret: str) -> HttpResponse:
    """What became of it; while it is open, its sender may change it."""
    one = get_object_or_404(Submission, token_hash=voices.hash_of(secret))
    if request.method != "POST":
        return _followed(request, one, SubmissionForm(instance=one, initial=_pin(one)))
    form = SubmissionForm(request.POST, instance=one)
    if not one.is_open or not form.is_valid():
        one.refresh_from_db()
        return _followed(request, one, form, status=400)
    changed = _answers(form, one)
    look = look_at(changed, today_of(request))
    if is_another(changed):
        form.add_error("title", _("名称和原来的差得太多，像是另一项活动。请另外投稿。"))
    if form.errors or look.problems or "confirm" not in request.POST:
        status = 400 if form.errors or look.problems else 200
        return _followed(request, one, form, look, status)
    if (refusal := kept_out(request)) is not None:
        return refusal
    changed.state, changed.changed_at = Voice.State.WAITING, now_of(request)
    changed.save()
    return redirect("submission", secret)


@private
@require_POST
def withdraw(request: HttpRequest, secret: str) -> HttpResponse:
    """Not public yet: taken back at once. Public: staff are told that it is off, and why."""
    one = get_object_or_404(Submission, token_hash=voices.hash_of(secret))
    if (refusal := kept_out(request)) is not None:
        return refusal
    now = now_of(request)
    if one.activity is None:
        one.state, one.changed_at = Voice.State.WITHDRAWN, now
        one.save()
    else:
        _secret, token_hash = voices.new_secret()
        reason = request.POST.get("reason", "").strip()[:300]
        ErrorReport.objects.create(
            **meta_of(request, token_hash),
            kind=ErrorReport.Kind.OFF,
            activity=one.activity,
            contact=one.contact,
            words=_("主办方本人说：不办了。") + reason,
        )
        one.answer = _("已通知工作人员：活动不办了。")
        one.save(update_fields=["answer"])
    return redirect("submission", secret)


# --- pieces ----------------------------------------------------------------------------------
def _answers(form: SubmissionForm, one: Submission) -> Submission:
    """The form's answers on a row that is not saved."""
    for name in form.Meta.fields:
        setattr(one, name, form.cleaned_data[name] or ("" if name != "category" else None))
    one.point = form.cleaned_data["point"]
    return one


def _keep(answers: Submission, request: HttpRequest) -> str:
    secret, token_hash = voices.new_secret()
    for name, value in meta_of(request, token_hash).items():
        setattr(answers, name, value)
    answers.save()
    return secret


def _pin(one: Submission) -> dict[str, float]:
    return {"lon": one.point.x, "lat": one.point.y} if one.point else {}


def _form(
    request: HttpRequest, form: SubmissionForm, look: Look | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "geo/voices/submit.html", _context(request, form, look), status=status)


def _followed(
    request: HttpRequest, one: Submission, form: SubmissionForm, look: Look | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = _context(request, form, look) | {
        "one": one,
        "own_link": request.build_absolute_uri(request.path),
    }
    return render(request, "geo/voices/follow.html", context, status=status)


def _context(request: HttpRequest, form: SubmissionForm, look: Look | None) -> dict[str, Any]:
    stamp = request.POST.get("opened") or voices.opened_at(now_of(request))
    return {"form": form, "look": look, "opened": stamp}
