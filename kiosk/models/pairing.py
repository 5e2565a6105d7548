"""How a box becomes a screen's: a code that lives ten minutes, a token kept as a hash."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kiosk.models.screens import Screen


class Enrolment(models.Model):
    """A browser that shows a code. Neither the code nor its secret is stored, only their hashes."""

    code_digest = models.CharField(max_length=64, unique=True)
    secret_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    asked_at = models.DateTimeField(null=True)
    about = models.JSONField(default=dict)
    screen = models.ForeignKey(Screen, models.CASCADE, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class ScreenToken(models.Model):
    """What a paired browser keeps in a cookie no script can read; here only its SHA-256."""

    screen = models.ForeignKey(Screen, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("发出"))
    used_at = models.DateTimeField(_("最近使用"), null=True)
    revoked_at = models.DateTimeField(_("作废"), null=True)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="successors")

    class Meta:
        verbose_name = _("屏的凭证")
        verbose_name_plural = _("屏的凭证")

    def __str__(self) -> str:
        return f"{self.screen} · {self.created_at:%Y-%m-%d}"


class WrongCode(models.Model):
    """A code that was typed and is none: counted by person and over all."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
