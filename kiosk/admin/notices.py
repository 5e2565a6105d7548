"""Notices: a banner by default, the whole screen only in an emergency and by two people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.admin.bases import ModelAdmin
from geo.texts import tidy
from kiosk.models import Notice
from kiosk.rehearsal import reached

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Notice]
else:
    ModelForm = forms.ModelForm

LONGEST = {"banner": timedelta(days=14), "cover": timedelta(hours=24)}


class NoticeForm(ModelForm):
    """It must end, it must go somewhere, and a full screen is not for everybody to write."""

    request: HttpRequest

    class Meta:
        model = Notice
        fields = ("text", "level", "starts_at", "ends_at", "is_everywhere", "groups", "screens")

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last, level = (cleaned.get(name) for name in ("starts_at", "ends_at", "level"))
        now: datetime = self.request.now  # type: ignore[attr-defined]
        if level == "cover" and not self.request.user.has_perm("kiosk.cover_screens"):
            self.add_error("level", gettext("全屏通知只给紧急情况用，您没有这个权限。"))
        if first and last and level:
            if last <= first or last <= now:
                self.add_error("ends_at", gettext("结束要晚于开始，也要晚于现在。"))
            elif last - max(first, now) > LONGEST[level]:
                self.add_error("ends_at", gettext("太长了：横幅最长 14 天，全屏最长 24 小时。"))
        if not any(cleaned.get(name) for name in ("is_everywhere", "groups", "screens")):
            self.add_error(None, gettext("给哪些屏？选“所有屏”、屏组或单块屏。"))
        return cleaned


@admin.register(Notice)
class NoticeAdmin(ModelAdmin):
    form = NoticeForm
    list_display = ("text", "level", "stage", "starts_at", "ends_at", "arrived")
    list_filter = ("level", "is_rehearsal")
    search_fields = ("text",)
    autocomplete_fields = ("groups", "screens")
    actions = ("approve", "withdraw")
    fieldsets = (
        (None, {"fields": ("text", "level", "starts_at", "ends_at")}),
        (_("给哪些屏"), {"fields": ("is_everywhere", "groups", "screens")}),
        (_("经过"), {"fields": ("stage", "arrived", "written_by", "approved_by", "created_at")}),
    )
    readonly_fields = ("stage", "arrived", "written_by", "approved_by", "created_at")

    def get_fieldsets(self, request: HttpRequest, obj: Notice | None = None) -> Any:
        """What happened to it stands only where something has."""
        return self.fieldsets if obj else self.fieldsets[:2]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.request = request  # type: ignore[attr-defined]
        self._now = request.now  # type: ignore[attr-defined]
        return form

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        self._now = request.now  # type: ignore[attr-defined]
        return super().get_changelist_instance(request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        now: datetime = request.now  # type: ignore[attr-defined]
        ends_at = (now + timedelta(hours=2)).replace(second=0, microsecond=0)
        return {"starts_at": now.replace(second=0, microsecond=0), "ends_at": ends_at}

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """What hung on screens is not rewritten afterwards: withdraw it and write another one."""
        if obj is not None and (obj.withdrawn_at or obj.is_rehearsal or obj.approved_by_id):
            return False
        return bool(super().has_change_permission(request, obj))

    def save_model(self, request: HttpRequest, obj: Notice, form: Any, change: bool) -> None:
        """Whoever changes it has written it: an approval given to other words is gone."""
        obj.written_by, obj.approved_by = request.user, None  # type: ignore[assignment]
        if not change:
            obj.created_at = request.now  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        if obj.level == Notice.Level.COVER:
            messages.warning(
                request, gettext("全屏通知要另一个人批准后才上屏：在列表里选中它，点“批准”。")
            )

    @admin.display(description=_("状态"))
    def stage(self, notice: Notice) -> str:
        now = getattr(self, "_now", None)
        if notice.withdrawn_at:
            return gettext("已撤回")
        if notice.level == Notice.Level.COVER and not notice.approved_by_id:
            return gettext("等人批准")
        if now is None or not notice.ends_at:
            return "—"
        if notice.ends_at <= now:
            return gettext("已结束")
        return gettext("未开始") if notice.starts_at > now else gettext("正在显示")

    @admin.display(description=_("送达"))
    def arrived(self, notice: Notice) -> str:
        if notice.pk is None:
            return "—"
        got, slowest = reached(notice)
        if not got:
            return gettext("还没有屏回报")
        return gettext("%(count)d 块屏，最慢 %(seconds).0f 秒") % {
            "count": got,
            "seconds": slowest,
        }

    @admin.action(description=_("批准所选的全屏通知"), permissions=["approve"])
    def approve(self, request: HttpRequest, chosen: QuerySet[Notice]) -> None:
        """The writer cannot approve, unless nobody else may do anything here at all."""
        for notice in chosen.filter(level=Notice.Level.COVER, approved_by=None):
            if notice.written_by_id == request.user.pk and not request.user.is_superuser:
                messages.error(request, gettext("自己写的全屏通知，要另一个人批准。"))
                continue
            notice.approved_by = request.user  # type: ignore[assignment]
            notice.save(update_fields=["approved_by"])
            self.log_change(request, notice, "approved")
            messages.success(request, gettext("已批准：%s") % notice)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("kiosk.approve_cover"))

    @admin.action(description=_("撤回所选的通知"), permissions=["change"])
    def withdraw(self, request: HttpRequest, chosen: QuerySet[Notice]) -> None:
        now: datetime = request.now  # type: ignore[attr-defined]
        for notice in chosen.filter(withdrawn_at=None):
            notice.withdrawn_at = now
            notice.save(update_fields=["withdrawn_at"])
            self.log_change(request, notice, "withdrawn")
        messages.success(request, gettext("已撤回，几秒内从屏上消失。"))
