"""`/needs/`: 微心愿. Residents say what is missing near them; organisers answer with activities."""

from __future__ import annotations

import re
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo import voices
from geo.asked import now_of, today_of
from geo.models import Activity, Area, Category, Need, NeedAnswer
from geo.models.voices import Voice
from geo.views.voices import kept_out, meta_of, private, sender_of
from geo.voice_forms import NEED_LASTS, NeedForm

PER_PAGE = 20
_ACTIVITY = re.compile(r"/activities/([-\w]+)|^([-\w]{6,16})$")


@require_safe
def need_list(request: HttpRequest) -> HttpResponse:
    """All public wishes, by category and district; on a phone as on paper."""
    needs = Need.objects.public(today_of(request)).with_names().order_by("-decided_at", "pk")
    category, district = request.GET.get("category", ""), request.GET.get("district", "")
    if category:
        needs = needs.filter(category__slug=category)
    if district:
        needs = needs.filter(district__code=district)
    context = {
        "page": Paginator(needs.prefetch_related("answers"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "categories": Category.objects.all(),
        "districts": Area.objects.districts(),
        "category": category,
        "district": district,
    }
    return render(request, "geo/voices/needs.html", context)


@require_safe
def need_page(request: HttpRequest, public_id: str) -> HttpResponse:
    need = get_object_or_404(
        Need.objects.with_names(), public_id=public_id, state=Voice.State.PUBLISHED
    )
    return _page(request, need)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_need(request: HttpRequest) -> HttpResponse:
    form = NeedForm(request.POST or None)
    context = {
        "form": form,
        "opened": request.POST.get("opened") or voices.opened_at(now_of(request)),
    }
    if request.method != "POST":
        return render(request, "geo/voices/need_new.html", context)
    if not form.is_valid():
        return render(request, "geo/voices/need_new.html", context, status=400)
    if (refusal := kept_out(request)) is not None:
        return refusal
    secret, token_hash = voices.new_secret()
    need = form.save(commit=False)
    for name, value in meta_of(request, token_hash).items():
        setattr(need, name, value)
    need.point = form.cleaned_data["point"]
    need.expires_on = today_of(request) + NEED_LASTS
    need.save()
    return redirect("need-follow", secret)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, secret: str) -> HttpResponse:
    """What became of a wish; its sender may take it back, public or not."""
    need = get_object_or_404(Need.objects.with_names(), token_hash=voices.hash_of(secret))
    if request.method == "POST":
        need.state, need.changed_at = Voice.State.WITHDRAWN, now_of(request)
        need.contact = ""
        need.save()
        return redirect("need-follow", secret)
    context = {"need": need, "own_link": request.build_absolute_uri(request.path)}
    return render(request, "geo/voices/need_follow.html", context)


@never_cache
@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """An organiser names the activity that is for this wish. Staff confirm it before it shows."""
    need = get_object_or_404(
        Need.objects.with_names(), public_id=public_id, state=Voice.State.PUBLISHED
    )
    said = request.POST.get("activity", "").strip()
    found = _ACTIVITY.search(said)
    public = next((part for part in found.groups() if part), "") if found else ""
    activity = Activity.objects.published().filter(public_id=public, is_sample=False).first()
    if activity is None:
        problem = _("「%s」不是本站活动的网址。请打开活动的页面，复制它的网址。") % said[:60]
        return _page(request, need, problem, status=400)
    if (refusal := kept_out(request)) is not None:
        return refusal
    NeedAnswer.objects.get_or_create(
        need=need,
        activity=activity,
        defaults={
            "words": request.POST.get("words", "").strip()[:120],
            "sender": sender_of(request),
            "created_at": now_of(request),
        },
    )
    return _page(request, need, thanks=True)


def _page(
    request: HttpRequest, need: Need, problem: str = "", thanks: bool = False, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "need": need,
        "answers": need.answers.filter(is_confirmed=True).select_related("activity"),
        "problem": problem,
        "thanks": thanks,
        "is_over": need.expires_on < today_of(request),
        "opened": request.POST.get("opened") or voices.opened_at(now_of(request)),
    }
    return render(request, "geo/voices/need.html", context, status=status)
