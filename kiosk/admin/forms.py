"""Forms of a screen and of a group: the code first, everything else may wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.spelling import syllables_of
from kiosk import pairing
from kiosk.models import Enrolment, Screen, ScreenGroup
from kiosk.playlist import SCENES
from kiosk.words import screen_words

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Screen]
else:
    ModelForm = forms.ModelForm

RESERVED = {"check", "enrol", "healthz", "push", "worker"}


def scene_choices() -> list[tuple[str, str]]:
    words = screen_words()
    return [(kind, words.get(f"scene_{kind}", kind)) for kind in SCENES]


class SettingsForm(ModelForm):
    """Scenes as boxes to tick; none ticked: as the group, as usual."""

    scenes = forms.MultipleChoiceField(
        label=_("轮播"),
        choices=scene_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选：用屏组的，屏组也没有就全部轮播。"),
    )

    def clean_scenes(self) -> list[str] | None:
        chosen = self.cleaned_data["scenes"]
        return [kind for kind in SCENES if kind in chosen] or None


class GroupForm(SettingsForm):
    class Meta:
        model = ScreenGroup
        fields = "__all__"


class ScreenForm(SettingsForm):
    """`request` is set by the admin: a wrong code is counted for the person who typed it."""

    request: HttpRequest
    code = forms.CharField(
        label=_("屏上的代码"),
        required=False,
        max_length=20,
        help_text=_("在屏的浏览器里打开 /kiosk/，把显示的八个字母填在这里。没有屏也可以先建。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    class Meta:
        model = Screen
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolment: Enrolment | None = None
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "name" in self.fields:
            self.fields["name"].required = False

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code:
            try:
                self.enrolment = pairing.find(code, self.request.user, self.request.now)  # type: ignore[arg-type,attr-defined]
            except pairing.PairingError as error:
                raise forms.ValidationError(str(error)) from None
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        venue = cleaned.get("venue")
        if venue and not cleaned.get("name"):
            cleaned["name"] = venue.name[:60]
        if "slug" in self.fields and not cleaned.get("slug") and cleaned.get("name"):
            cleaned["slug"] = free_slug(cleaned["name"])
        if cleaned.get("slug") in RESERVED:
            self.add_error("slug", gettext("这个标识另有用处，请换一个。"))
        return cleaned


def free_slug(name: str) -> str:
    """益园 → yiyuan, yiyuan-2 where that is taken."""
    plain = "".join(syllables_of(name))[:40] or "screen"
    taken = set(Screen.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    taken |= RESERVED
    number, slug = 1, plain
    while slug in taken:
        number += 1
        slug = f"{plain}-{number}"
    return slug
