"""The door for messages of people without an account: secrets, counting, forgetting.

No captcha of others: a sender is counted by a hash of their address that changes every day, a form
filled faster than a person types is turned away, and so is one whose invisible field is filled.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import models

from geo.models import ErrorReport, Need, NeedAnswer, Submission
from geo.models.voices import Voice
from geo.moments import day_of

PER_HOUR = 5  # messages of one sender
PER_DAY = 20
FROM_ALL_PER_HOUR = 200  # what staff could still look at; above it the door is closed to all
QUICKEST_S = 3  # nobody reads and fills a form faster
FORM_AGE_S = 24 * 3600
CONTACT_DAYS = 30  # after the decision


@dataclass(frozen=True)
class Wait:
    """Too many messages; the sender may come again in ``minutes``."""

    minutes: int


def new_secret() -> tuple[str, str]:
    """A secret for a link, and what is stored of it."""
    secret = secrets.token_urlsafe(18)
    return secret, hash_of(secret)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def new_public_id() -> str:
    """Eight letters and digits that nobody can count up."""
    return secrets.token_hex(4)


def sender_of(address: str, now: datetime) -> str:
    """The hash of a network address for one day: it can be counted, and tomorrow not be known."""
    key = f"{settings.SECRET_KEY}|{day_of(now).isoformat()}".encode()
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:32]


def must_wait(sender: str, now: datetime) -> Wait | None:
    """Whether *sender* has said enough for now, counted over all kinds of messages."""
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    recent = [moment for moment in _moments(sender=sender) if moment > day]
    in_hour = sorted(moment for moment in recent if moment > hour)
    if len(recent) >= PER_DAY:
        return Wait(_minutes(min(recent) + timedelta(days=1) - now))
    if len(in_hour) >= PER_HOUR:
        return Wait(_minutes(in_hour[-PER_HOUR] + timedelta(hours=1) - now))
    everybody = sum(found.filter(created_at__gt=hour).count() for found in _all())
    return Wait(60) if everybody >= FROM_ALL_PER_HOUR else None


def _all() -> list[models.QuerySet[Any]]:
    return [
        Submission.objects.all(),
        ErrorReport.objects.all(),
        Need.objects.all(),
        NeedAnswer.objects.all(),
    ]


def _moments(sender: str) -> Iterable[datetime]:
    for found in _all():
        yield from found.filter(sender=sender).values_list("created_at", flat=True)


def _minutes(left: timedelta) -> int:
    return max(1, -int(-left.total_seconds() // 60))


# --- forms that a person filled --------------------------------------------------------------
def opened_at(now: datetime) -> str:
    """For a hidden field of the form: when it was opened, signed."""
    return signing.dumps(int(now.timestamp()), salt="form")


def is_by_hand(stamp: str, invisible: str, now: datetime) -> bool:
    """A form opened between three seconds and a day ago, its invisible field left empty."""
    try:
        opened = int(signing.loads(stamp, salt="form"))
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return not invisible and QUICKEST_S <= now.timestamp() - opened <= FORM_AGE_S


# --- forgetting ------------------------------------------------------------------------------
def forget(now: datetime) -> int:
    """Deletes the contacts of closed matters and all hashes of yesterday; how many contacts."""
    closed = now - timedelta(days=CONTACT_DAYS)
    contacts = 0
    for found in _all():
        found.filter(created_at__lt=now - timedelta(days=1)).exclude(sender="").update(sender="")
    for found in _all()[:3]:  # answers to wishes carry no contact
        contacts += (
            found.filter(decided_at__lt=closed)
            .exclude(contact="")
            .exclude(state__in=[Voice.State.WAITING, Voice.State.RETURNED])
            .update(contact="")
        )
    return contacts
