"""What the sample week and the demo city have in common: counted, and gone without a trace."""

from __future__ import annotations

from dataclasses import dataclass

from geo.models import Activity, Occurrence, Organization, PlaceReading, Source, Venue


@dataclass
class Counts:
    """How many rows stand (after making) or went (after removing)."""

    activities: int = 0
    occurrences: int = 0
    venues: int = 0
    organizations: int = 0


def remove_invented(slug: str, prefix: str) -> Counts:
    """Deletes all of the source *slug*, its venues and organisers known by the *prefix* of their
    names. Inside the caller's transaction."""
    occurrences = Occurrence.objects.filter(activity__source__slug=slug)
    activities = Activity.objects.filter(source__slug=slug)
    counts = Counts(activities.count(), occurrences.count())
    occurrences.delete()
    activities.delete()
    venues = Venue.objects.filter(is_sample=True, name__startswith=prefix)
    counts.venues = venues.count()
    # A reading that came to stand on an invented venue says nothing once the venue is gone.
    PlaceReading.objects.filter(venue__in=venues).delete()
    venues.delete()
    organizations = Organization.objects.filter(name__startswith=prefix, activities=None)
    counts.organizations = organizations.count()
    organizations.delete()
    Source.objects.filter(slug=slug).delete()
    return counts
