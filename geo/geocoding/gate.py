"""One gate for all workers: rate, daily budget, back-off and a circuit breaker per map service.

The state is a row in the database, changed in single statements by the database's clock on a
connection of its own: an import that is rolled back has asked all the same, and must not hold
the row while it works. Nothing here waits longer than ``PATIENCE_S``; whoever would have to is
told when to come back.

- **rate**: each request reserves the next free slot. A service that says "slow down" is left
  alone for as long as it asks, at most a minute, doubling when it does not say.
- **quota**: used up by the service's word until midnight in Shanghai, or until the key is another
  (a new account); by our own budget until midnight.
- **key**: refused; left alone for an hour, or until the key is another.
- **down**: five failures in a row; one probe after a minute, doubling up to an hour.
"""

import hashlib
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

from django.db import connection
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)

from geo.geocoding.limits import Limits, limits_of
from geo.geocoding.providers.adapter import scrub
from geo.geocoding.providers.base import MapGeocoder

Kind = Literal["rate", "quota", "key", "query", "down", "unreadable"]
Answer = TypeVar("Answer")

PATIENCE_S = 1.0
BREAKER_FAILURES = 5
BREAKER_S = 60
BREAKER_LONGEST_S = 3600
RATE_LONGEST_S = 60
KEY_S = 3600
_TRIES = 2
_PAUSE_S = 0.2  # before the second try, and up to twice that

_TRANSIENT = (GeocoderTimedOut, GeocoderUnavailable)

_NOW = """(SELECT clock_timestamp() AS now,
                  (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date AS today) AS t"""

_FIRST = f"""
    INSERT INTO geo_providerusage
           (provider, day, requests, failures, rate_strikes, block, key_mark, last_error)
    SELECT %(provider)s, t.today, 0, 0, 0, '', '', '' FROM {_NOW}
        ON CONFLICT (provider) DO NOTHING
"""  # noqa: S608

# After the breaker's pause this request is the probe: the pause begins anew for everybody else.
_ENTER = f"""
    UPDATE geo_providerusage AS u
       SET requests = CASE WHEN u.day = t.today THEN u.requests ELSE 0 END + 1,
           day = t.today,
           next_at = GREATEST(COALESCE(u.next_at, t.now), t.now)
                     + %(spacing)s * interval '1 second',
           blocked_until = CASE WHEN u.failures >= %(breaker)s
                                THEN t.now + %(pause)s * interval '1 second' END,
           block = CASE WHEN u.failures >= %(breaker)s THEN 'down' ELSE '' END,
           key_mark = %(mark)s
      FROM {_NOW}
     WHERE u.provider = %(provider)s
       AND (u.blocked_until IS NULL OR u.blocked_until <= t.now
            OR (u.block IN ('key', 'quota') AND u.key_mark <> %(mark)s))
       AND (u.day <> t.today OR u.requests < %(budget)s)
       AND COALESCE(u.next_at, t.now) <= t.now + %(patience)s * interval '1 second'
    RETURNING EXTRACT(EPOCH FROM u.next_at - t.now)::float8 - %(spacing)s
"""  # noqa: S608

_WHY = f"""
    SELECT CASE WHEN u.blocked_until > t.now THEN u.block
                WHEN u.day = t.today AND u.requests >= %(budget)s THEN 'quota'
                ELSE 'rate' END,
           EXTRACT(EPOCH FROM GREATEST(u.blocked_until, u.next_at) - t.now)::float8
      FROM geo_providerusage AS u, {_NOW}
     WHERE u.provider = %(provider)s
"""  # noqa: S608

# A success must not undo what another worker has learnt meanwhile of quota or key.
_SUCCEEDED = """
    UPDATE geo_providerusage
       SET failures = 0, rate_strikes = 0,
           blocked_until = CASE WHEN block = 'down' THEN NULL ELSE blocked_until END,
           block = CASE WHEN block = 'down' THEN '' ELSE block END
     WHERE provider = %(provider)s AND (failures > 0 OR rate_strikes > 0 OR block = 'down')
"""

_MIDNIGHT = "((t.today + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')"
_SECONDS = "t.now + {} * interval '1 second'"
_DOUBLING = "LEAST(%(longest)s, %(first)s * 2 ^ LEAST(10, GREATEST(0, {})))"
# By kind: what to count, whether that closes the gate, and until when.
_FAILED = {
    "rate": ("rate_strikes = u.rate_strikes + 1,", "TRUE", _SECONDS.format(
        "COALESCE(%(retry_after)s, " + _DOUBLING.format("u.rate_strikes") + ")")),
    "quota": ("", "TRUE", _MIDNIGHT),
    "key": ("", "TRUE", _SECONDS.format("%(first)s")),
    "down": ("failures = u.failures + 1,", "u.failures + 1 >= %(breaker)s", _SECONDS.format(
        _DOUBLING.format("u.failures + 1 - %(breaker)s"))),
}  # fmt: skip


class ProviderPausedError(GeocoderServiceError):  # type: ignore[misc]
    """The service was not asked. ``kind`` says why, ``wait_s`` when it may be."""

    def __init__(self, provider: str, kind: Kind, wait_s: float) -> None:
        super().__init__(f"{provider} is left alone ({kind})")
        self.kind: Kind = kind
        self.wait_s = wait_s


def kind_of(error: GeocoderServiceError) -> Kind:
    """What an error means for the next request. "No match" is no error and never comes here."""
    if isinstance(error, ProviderPausedError):
        return error.kind
    if isinstance(error, GeocoderRateLimited):  # a QuotaExceeded by descent
        return "rate"
    if isinstance(error, GeocoderQuotaExceeded):
        return "quota"
    if isinstance(error, GeocoderAuthenticationFailure | GeocoderInsufficientPrivileges):
        return "key"
    if isinstance(error, GeocoderQueryError):
        return "query"
    return "unreadable" if isinstance(error, GeocoderParseError) else "down"


def is_final(error: GeocoderServiceError) -> bool:
    """Whether the same service need not be asked another question right now."""
    is_closed = isinstance(error, (*_TRANSIENT, ProviderPausedError))
    return is_closed or kind_of(error) in ("rate", "quota", "key")


def ask(provider: MapGeocoder, question: Callable[[], Answer]) -> Answer:
    """Ask *question* of *provider* when its turn has come; once more if the failure is transient.

    Raises geopy's errors, :class:`ProviderPausedError` among them.
    """
    for tries_left in reversed(range(_TRIES)):
        _enter(provider)
        try:
            answer = question()
        except GeocoderServiceError as error:
            _failed(provider, error)
            if not tries_left or not isinstance(error, _TRANSIENT):
                raise
            time.sleep(_PAUSE_S * (1 + random.random()))  # noqa: S311
        else:
            _succeeded(provider)
            return answer
    raise AssertionError("the last try returns or raises")


def _enter(provider: MapGeocoder) -> None:
    limits = limits_of(provider.name)
    values = _values(provider, limits)
    with _aside() as cursor:
        cursor.execute(_FIRST, values)
        cursor.execute(_ENTER, values)
        entered = cursor.fetchone()
        if entered is None:
            cursor.execute(_WHY, values)
            kind, wait_s = cursor.fetchone()
            raise ProviderPausedError(provider.name, kind or "rate", max(0.0, wait_s or 0.0))
    if entered[0] > 0:
        time.sleep(min(PATIENCE_S, entered[0]))


def _succeeded(provider: MapGeocoder) -> None:
    with _aside() as cursor:
        cursor.execute(_SUCCEEDED, {"provider": provider.name})


def _failed(provider: MapGeocoder, error: GeocoderServiceError) -> None:
    kind = kind_of(error)
    if kind == "query":
        return  # ours was the fault
    group = "down" if kind == "unreadable" else kind
    counted, closes, until = _FAILED[group]
    first, longest = {
        "rate": (1, RATE_LONGEST_S),
        "quota": (0, 0),
        "key": (KEY_S, KEY_S),
        "down": (BREAKER_S, BREAKER_LONGEST_S),
    }[group]
    retry_after = getattr(error, "retry_after", None)
    values = {
        **_values(provider, limits_of(provider.name)),
        "first": first,
        "longest": longest,
        "retry_after": None if retry_after is None else min(retry_after, RATE_LONGEST_S),
        "block": group,
        "error": scrub(f"{type(error).__name__}: {error}")[:200],
    }
    statement = f"""
        UPDATE geo_providerusage AS u
           SET {counted} last_error = %(error)s, last_error_at = t.now,
               block = CASE WHEN {closes} THEN %(block)s ELSE u.block END,
               blocked_until = CASE WHEN {closes} THEN {until} ELSE u.blocked_until END
          FROM {_NOW}
         WHERE u.provider = %(provider)s
    """  # noqa: S608
    with _aside() as cursor:
        cursor.execute(statement, values)


def _values(provider: MapGeocoder, limits: Limits) -> dict[str, Any]:
    return {
        "provider": provider.name,
        "spacing": limits.spacing_s,
        "budget": limits.per_day,
        "patience": PATIENCE_S,
        "breaker": BREAKER_FAILURES,
        "pause": BREAKER_S,
        "mark": hashlib.sha256(provider.secret.encode()).hexdigest()[:16],
    }


@contextmanager
def _aside() -> Iterator[Any]:
    """A cursor of a connection of its own, outside of whatever transaction is open."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            yield cursor
    finally:
        own.close()
