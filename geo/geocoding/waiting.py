"""Places that wait: asked for once more, when a service is free again or our lists know more.

The background worker's part of the chain. An answer that came is copied into its occurrences.
"""

import time
from collections.abc import Callable, Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q

from geo.geocoding.chain import PlaceChain
from geo.models import Occurrence, PlaceReading

BATCH = 200
SECONDS = 60.0  # a run ends then; the next one goes on where it stopped


def ask_again(
    today: date,
    stand: Callable[[PlaceReading], object],
    chain: PlaceChain | None = None,
) -> tuple[int, int]:
    """Asks for places that wait; (asked, better known than before).

    *stand* copies a changed reading into its occurrences. What is used soonest is asked first.
    """
    waiting = list(_in_order(today))
    if not waiting:
        return 0, 0
    chain = chain or PlaceChain(asked_on=today)
    names = {provider.name for provider in chain.providers}
    started, asked, better = time.monotonic(), 0, 0
    for reading in waiting:
        if time.monotonic() - started > SECONDS:
            break
        if not _waits(reading, names):
            continue
        before = (reading.status, reading.level, reading.venue_id, reading.area_id)
        known = chain.resolve(
            reading.printed, context_area=reading.context_area, as_of=reading.as_of
        )
        asked += 1
        if known.pk == reading.pk and before != (
            known.status, known.level, known.venue_id, known.area_id,
        ):  # fmt: skip
            stand(known)
            better += 1
    return asked, better


def _in_order(today: date) -> Iterator[PlaceReading]:
    """Not settled, not a venue yet; those with something still to come first."""
    coming = Occurrence.objects.filter(place=OuterRef("pk"), held_on__gte=today)
    yield from (
        PlaceReading.objects.exclude(status=PlaceReading.Status.SETTLED)
        .filter(Q(status=PlaceReading.Status.QUESTION) | ~Q(level=PlaceReading.Level.VENUE))
        .select_related("context_area")
        .annotate(is_coming=Exists(coming))
        .order_by("-is_coming", "asked_on", "pk")[:BATCH]
    )


def _waits(reading: PlaceReading, services: set[str]) -> bool:
    """A service was not asked or failed; or it is a question that our lists may answer by now."""
    if reading.status == PlaceReading.Status.QUESTION and not reading.candidates:
        return True
    if not reading.raw.get("residual") and reading.venue_id is None:
        return False  # an area and nothing more was printed: no service knows it more finely
    failed = any("error" in refusal for refusal in reading.raw.get("online", []))
    return bool(services - set(reading.raw.get("asked") or [])) or failed
