"""Pairing: a code on the screen, typed by staff, becomes a token that only the browser holds.

After RFC 8628, turned round. Eight letters without vowels and look-alikes are 34.6 bits; they live
ten minutes and are good once. Nothing anonymous accepts a code: guessing needs an account, and
five wrong ones close that account's form for a quarter of an hour.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from kiosk.models import Enrolment, Screen, ScreenEvent, ScreenState, ScreenToken, WrongCode

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH = 8
CODE_LIFE = timedelta(minutes=10)
POLL_S = 5
MOST_OPEN = 300
PREFIX = "nbk_"
ROTATE_AFTER = timedelta(days=30)
WRONG_BY_ONE, WRONG_WINDOW = 5, timedelta(minutes=15)
WRONG_BY_ALL, WRONG_HOUR = 20, timedelta(hours=1)


class PairingError(Exception):
    """Said to staff as it is."""


@dataclass(frozen=True)
class Offer:
    """What the browser that shows the code gets, once."""

    code: str
    secret: str
    expires_at: datetime


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def code_digest(code: str) -> str:
    """Case, spaces and dashes do not matter."""
    plain = "".join(letter for letter in code.upper() if letter in ALPHABET)
    return salted_hmac("kiosk.code", plain, algorithm="sha256").hexdigest()


def offer(now: datetime, about: dict[str, Any]) -> Offer | None:
    """A new code; None where too many are open."""
    Enrolment.objects.filter(expires_at__lt=now - CODE_LIFE).delete()
    if Enrolment.objects.filter(expires_at__gt=now, taken_at=None).count() >= MOST_OPEN:
        return None
    code = "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH))
    secret = secrets.token_urlsafe(32)
    Enrolment.objects.create(
        code_digest=code_digest(code),
        secret_digest=digest(secret),
        created_at=now,
        expires_at=now + CODE_LIFE,
        about=about,
    )
    return Offer(f"{code[:4]}-{code[4:]}", secret, now + CODE_LIFE)


def find(code: str, user: AbstractBaseUser, now: datetime) -> Enrolment:
    """The browser behind a code. Raises PairingError; a wrong code is counted."""
    wrong = WrongCode.objects
    by_user = wrong.filter(user=user, at__gt=now - WRONG_WINDOW).count()  # type: ignore[misc]
    if by_user >= WRONG_BY_ONE or wrong.filter(at__gt=now - WRONG_HOUR).count() >= WRONG_BY_ALL:
        raise PairingError(_("输错的次数太多，请过 15 分钟再试。"))
    found = Enrolment.objects.filter(
        code_digest=code_digest(code), expires_at__gt=now, confirmed_at=None
    ).first()
    if found is None:
        wrong.create(user=user, at=now)  # type: ignore[misc]
        raise PairingError(
            _("没有屏在显示这个代码：可能输错了，也可能过了 10 分钟，屏上已换新码。")
        )
    return found


@transaction.atomic
def confirm(enrolment: Enrolment, screen: Screen, now: datetime) -> None:
    """The code is used up; of several at once exactly one wins. Raises PairingError."""
    won = Enrolment.objects.filter(pk=enrolment.pk, confirmed_at=None, expires_at__gt=now).update(
        screen=screen, confirmed_at=now
    )
    if not won:
        raise PairingError(_("这个代码刚刚被用掉了。"))
    ScreenState.objects.update_or_create(
        screen=screen,
        defaults={"paired_at": now, "seen_at": None, "is_up": False, "copy_seen_at": None,
                  "instance": "", "earlier_instances": []},
    )  # fmt: skip
    ScreenEvent.objects.create(screen=screen, kind=ScreenEvent.Kind.PAIRED, at=now)


@transaction.atomic
def take(secret: str, now: datetime) -> tuple[str, Screen | None, str]:
    """(waiting | paired | slow | expired, the screen, its token: given out once)."""
    found = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("screen")
        .filter(secret_digest=digest(secret), taken_at=None, expires_at__gt=now)
        .first()
    )
    if found is None:
        return "expired", None, ""
    if found.asked_at and timedelta() <= now - found.asked_at < timedelta(seconds=POLL_S - 2):
        return "slow", None, ""
    found.asked_at = now
    if found.screen is None:
        found.save(update_fields=["asked_at"])
        return "waiting", None, ""
    found.taken_at = now
    found.save(update_fields=["asked_at", "taken_at"])
    revoke(found.screen, now, is_silent=True)
    return "paired", found.screen, new_token(found.screen, now)


def new_token(screen: Screen, now: datetime, follows: ScreenToken | None = None) -> str:
    """256 bits, kept here as a hash only."""
    token = PREFIX + secrets.token_urlsafe(32)
    ScreenToken.objects.create(screen=screen, digest=digest(token), created_at=now, follows=follows)
    return token


def revoke(screen: Screen, now: datetime, is_silent: bool = False) -> None:
    """Every token of the screen is worth nothing from now on."""
    ended = ScreenToken.objects.filter(screen=screen, revoked_at=None).update(revoked_at=now)
    if ended and not is_silent:
        ScreenEvent.objects.create(screen=screen, kind=ScreenEvent.Kind.REVOKED, at=now)


def token_of(cookie: str) -> ScreenToken | None:
    """The token behind a cookie, revoked or not."""
    if not cookie.startswith(PREFIX) or len(cookie) > 100:
        return None
    found = ScreenToken.objects.select_related("screen__state").filter(digest=digest(cookie))
    return found.first()


def use(token: ScreenToken, now: datetime) -> str:
    """Notes the use; the first use of a renewed token ends the old one. "" or a new token.

    The old one stays good until the new one has come back, so that a lost answer costs nothing.
    """
    if token.used_at is None and token.follows_id:
        ScreenToken.objects.filter(pk=token.follows_id).update(revoked_at=now)
    token.used_at = now
    token.save(update_fields=["used_at"])
    if now - token.created_at < ROTATE_AFTER:
        return ""
    token.successors.filter(used_at=None).delete()
    return new_token(token.screen, now, follows=token)
