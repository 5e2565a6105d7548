"""What the staff's first page shows above the list of tables."""

from collections.abc import Callable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

# The tables of `geo` in the order in which staff think of them.
SECTIONS = (
    (
        _("活动"),
        (
            "Activity",
            "Occurrence",
            "Schedule",
            "Holiday",
            "Organization",
            "Campaign",
            "Category",
            "Audience",
            "Resemblance",
        ),
    ),
    (_("地点"), ("Venue", "PlaceReading", "Area", "Population", "ProviderUsage")),
    (_("来信"), ("Submission", "ErrorReport", "Need")),
    (_("来源"), ("Source", "ImportBatch", "SourceRow", "SourceFetch", "WorkNote", "Change")),
)


@register.simple_tag(takes_context=True)
def staff_queues(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The queues this person may open: title, words, how many wait, address."""
    from geo.admin.places import questions_in_order
    from geo.admin.sources import failing_sources, rows_to_look_at
    from geo.admin.venues import review_queue
    from geo.admin.work import failed_count
    from geo.importing.duplicates import waiting

    known: tuple[tuple[str, Any, Any, Callable[[], int]], ...] = (
        (
            "sourcerow",
            _("待核对的行"),
            _("规则读出不止一种意思的原文行"),
            lambda: rows_to_look_at().count(),
        ),
        (
            "placereading",
            _("待确认的地点"),
            _("读不准的地名，要人来回答"),
            lambda: questions_in_order().count(),
        ),
        (
            "venue",
            _("位置待核实的场所"),
            _("只知道大概在哪里的场所"),
            lambda: review_queue().count(),
        ),
        (
            "resemblance",
            _("疑似重复的活动"),
            _("两处来源印的，像是同一个"),
            lambda: waiting().count(),
        ),
        (
            "worknote",
            _("失败的后台任务"),
            _("试了几次都没有做成的事"),
            failed_count,
        ),
        (
            "sourcefetch",
            _("抓取失败的来源"),
            _("地址打不开，或内容读不了"),
            lambda: failing_sources().count(),
        ),
    )
    user = context["request"].user
    return _letters(user) + [
        {
            "title": title,
            "words": words,
            "count": count(),
            "url": _queue_address(model),
        }
        for model, title, words, count in known
        if user.has_perm(f"geo.view_{model}") or user.has_perm(f"geo.change_{model}")
    ]


def _queue_address(model: str) -> str:
    if model == "sourcefetch":  # its list, those that fail alone
        return reverse("admin:geo_sourcefetch_changelist") + "?failing_since__isempty=0"
    return reverse(f"admin:geo_{model}_queue")


@register.simple_tag
def staff_sections(app_list: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """Django's list of applications, with the tables of ``geo`` under the subjects they are of."""
    sections: list[dict[str, Any]] = []
    for app in app_list or []:
        if app["app_label"] != "geo":
            sections.append(app)
            continue
        models = {model["object_name"]: model for model in app["models"]}
        for title, names in SECTIONS:
            own = [models[name] for name in names if name in models]
            if own:
                sections.append({**app, "name": title, "models": own})
    return sorted(sections, key=lambda app: app["app_label"] != "geo")


@register.filter
def age(seconds: int | None) -> str:
    """刚刚, 5 分钟前, 3 小时前, 2 天前."""
    if seconds is None:
        return "—"
    if seconds < 60:
        return gettext("刚刚")
    if seconds < 3600:
        return ngettext("%d 分钟前", "%d 分钟前", seconds // 60) % (seconds // 60)
    if seconds < 86_400:
        return ngettext("%d 小时前", "%d 小时前", seconds // 3600) % (seconds // 3600)
    return ngettext("%d 天前", "%d 天前", seconds // 86_400) % (seconds // 86_400)


def _letters(user: Any) -> list[dict[str, Any]]:
    """What people without an account wrote and nobody has looked at yet."""
    from geo.models import ErrorReport, Need, Submission

    known = (
        ("submission", _("主办方投稿"), _("等人看过再公开的活动"), Submission.objects.waiting()),
        ("errorreport", _("纠错"), _("有人说页面上不对"), ErrorReport.objects.waiting()),
        ("need", _("微心愿"), _("等人看过再公开的心愿"), Need.objects.waiting()),
    )
    return [
        {
            "title": title,
            "words": words,
            "count": waiting.count(),
            "url": reverse(f"admin:geo_{model}_changelist") + "?state__exact=waiting",
        }
        for model, title, words, waiting in known
        if user.has_perm(f"geo.view_{model}") or user.has_perm(f"geo.change_{model}")
    ]
