"""The forms of people without an account, as Django forms: names, limits, words of help."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from geo.coordinates import CoordinateError, check_ningbo
from geo.models import Area, ErrorReport, Need, Submission
from geo.texts import tidy

NEED_LASTS = timedelta(days=90)
NEED_DIGITS = 3  # 0.001° is about 100 m: nobody's door is shown


class VoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Tidies every text, and reads the pin of the map (lon, lat; WGS-84)."""

    required_css_class = "is-required"
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = _lines(value)
        lon, lat = cleaned.get("lon"), cleaned.get("lat")
        cleaned["point"] = None
        if lon is not None and lat is not None:
            try:
                check_ningbo(lon, lat)
                cleaned["point"] = Point(lon, lat, srid=4326)
            except CoordinateError:
                self.add_error(None, _("标的位置不在宁波，请在地图上重新标。"))
        return cleaned


def _lines(text: str) -> str:
    """Tidy, line by line: a paragraph stays one."""
    lines = (tidy(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


class SubmissionForm(VoiceForm):
    """Eight questions; two of them may stay open."""

    class Meta:
        model = Submission
        fields = (
            "title", "when_text", "place_text", "content", "audience_text", "category",
            "organizer", "contact",
        )  # fmt: skip
        widgets = {"content": forms.Textarea(attrs={"rows": 4})}
        labels = {
            "title": _("活动叫什么"),
            "when_text": _("什么时候"),
            "place_text": _("在哪里"),
            "content": _("做什么"),
            "audience_text": _("为谁办"),
            "category": _("哪一类"),
            "organizer": _("谁办的"),
            "contact": _("怎么联系您"),
        }
        help_texts = {
            "when_text": _("照平常说的写就行，如「12月3日下午1:30—4:00」「12月3日至5日上午」。"),
            "place_text": _("场所或地址，写上哪个区县市。也可以在下面的地图上标出来。"),
            "audience_text": _("可以不填。如「60 岁以上老人」。"),
            "category": _("可以不选，我们会按内容来分。"),
            "contact": _("只有工作人员看得到，不公开，处理完 30 天后自动删除。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].required = True
        self.fields["category"].empty_label = _("不选")  # type: ignore[attr-defined]


class ErrorReportForm(forms.ModelForm):  # type: ignore[type-arg]
    required_css_class = "is-required"

    class Meta:
        model = ErrorReport
        fields = ("kind", "words", "contact")
        widgets = {
            "kind": forms.RadioSelect,
            "words": forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        }
        labels = {"words": _("应该是怎样的？"), "contact": _("怎么联系您")}
        help_texts = {
            "words": _("您怎么知道的，也请写一句。"),
            "contact": _("可以不填。只有工作人员看得到，处理完 30 天后自动删除。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [pair for pair in ErrorReport.Kind.choices if pair[0] not in self._unfit()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def _unfit(self) -> tuple[str, ...]:
        """A venue has no time; an activity does not move house."""
        if self.instance.venue_id:
            return (ErrorReport.Kind.TIME, ErrorReport.Kind.OFF)
        return (ErrorReport.Kind.GONE,)


class NeedForm(VoiceForm):
    class Meta:
        model = Need
        fields = ("words", "category", "audience", "district", "place_text", "contact")
        labels = {"words": _("您的心愿"), "place_text": _("在哪一带")}
        help_texts = {
            "words": _("一句话，如「希望社区里每周有人教我们用手机挂号」。"),
            "place_text": _("写社区或路名就够了，不要写门牌号。"),
            "contact": _("可以不填。只有工作人员看得到，处理完 30 天后自动删除。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = Area.objects.districts()  # type: ignore[attr-defined]
        self.fields["district"].required = True
        self.fields["category"].empty_label = _("请选一类")  # type: ignore[attr-defined]
        self.fields["district"].empty_label = _("请选一个")  # type: ignore[attr-defined]
        self.fields["audience"].empty_label = _("不限")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned["point"]:
            at = cleaned["point"]
            cleaned["point"] = Point(round(at.x, NEED_DIGITS), round(at.y, NEED_DIGITS), srid=4326)
        return cleaned
