"""Telling staff: one message for one cause, and one when it is over. Mail and webhook."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from geo.moments import SHANGHAI
from kiosk.models import Alert, Build, Screen

log = logging.getLogger(__name__)
WEBHOOK_LIMIT_S = 5


def raise_alert(
    kind: str,
    cause: str,
    screens: Iterable[Screen],
    words: str,
    now: datetime,
    is_over: bool = False,
) -> Alert:
    """Opens an alert and sends it. *is_over*: it only says something, nothing has to end."""
    alert = Alert.objects.create(
        kind=kind, cause=cause, words=words, opened_at=now, closed_at=now if is_over else None
    )
    alert.screens.set(screens)
    _deliver(alert, words, "opened", now)
    return alert


def close(alert: Alert, words: str, now: datetime) -> None:
    """It is over, and those who were told hear it."""
    alert.closed_at = now
    alert.save(update_fields=["closed_at"])
    _deliver(alert, words, "closed", now)


def raise_copy(screen: Screen, now: datetime) -> None:
    words = _("“%(name)s”同时有两份在运行：可能是系统盘被复制过，或者开了两个窗口。") % {
        "name": screen.name
    }
    raise_alert(Alert.Kind.COPY, f"copy:{screen.pk}", [screen], words, now, is_over=True)


def raise_build(build: Build, screens: Sequence[Screen], now: datetime) -> None:
    words = _("页面新版 %(build)s 已停止推送，各屏用回旧版。%(reason)s") % {
        "build": build.pk,
        "reason": build.reason,
    }
    raise_alert(Alert.Kind.BUILD, f"build:{build.pk}", screens, words, now, is_over=True)


def _deliver(alert: Alert, words: str, event: str, now: datetime) -> None:
    """Both ways; what fails is kept with the alert and in the log, and stops nothing."""
    trouble = [found for found in (_mail(words), _post(alert, words, event, now)) if found]
    if trouble:
        alert.trouble = "；".join(trouble)[:200]
        alert.save(update_fields=["trouble"])
        log.warning("Alert %s was not delivered: %s", alert.pk, alert.trouble)


def _mail(words: str) -> str:
    if not settings.YITU_ALERT_MAIL:
        return ""
    subject = _("益图大厅屏：%s") % words.split("\n", 1)[0][:80]
    try:
        send_mail(subject, words, None, settings.YITU_ALERT_MAIL)
    except OSError as error:  # smtplib's own errors are OSErrors too
        return f"mail: {type(error).__name__}"
    return ""


def _post(alert: Alert, words: str, event: str, now: datetime) -> str:
    if not settings.YITU_ALERT_WEBHOOK:
        return ""
    content: dict[str, Any] = {
        "event": event,
        "alert": alert.pk,
        "kind": alert.kind,
        "words": words,
        "text": words,  # what chat robots show
        "screens": list(alert.screens.values_list("slug", flat=True)),
        "at": now.astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }
    request = urllib.request.Request(  # noqa: S310 - the operator's own setting
        settings.YITU_ALERT_WEBHOOK,
        json.dumps(content, ensure_ascii=False).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=WEBHOOK_LIMIT_S):  # noqa: S310
            return ""
    except (OSError, ValueError) as error:
        return f"webhook: {type(error).__name__}"
