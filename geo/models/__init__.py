"""The words of DESIGN as tables, one file a subject."""

from geo.models.activities import (
    Activity,
    ActivityOrganizer,
    Audience,
    Campaign,
    Category,
    Holiday,
    Occurrence,
    Schedule,
)
from geo.models.areas import Area, AreaName, Population
from geo.models.changes import Change
from geo.models.departures import Departure
from geo.models.measures import (
    Cell,
    CellPopulation,
    CountedSession,
    Grid,
    PopulationLayer,
    PopulationPoint,
    Reach,
)
from geo.models.organizations import Organization
from geo.models.places import PlaceReading
from geo.models.planning import Plan, SavedView
from geo.models.resemblances import Resemblance
from geo.models.sources import ImportBatch, Source, SourceFetch, SourceRow
from geo.models.usage import ProviderUsage
from geo.models.venues import Venue, VenueName
from geo.models.versions import DataVersion
from geo.models.voices import ErrorReport, Need, NeedAnswer, Submission
from geo.models.work import WorkNote

__all__ = [
    "Activity",
    "ActivityOrganizer",
    "Area",
    "AreaName",
    "Audience",
    "Campaign",
    "Category",
    "Cell",
    "CellPopulation",
    "Change",
    "CountedSession",
    "DataVersion",
    "Departure",
    "ErrorReport",
    "Grid",
    "Holiday",
    "ImportBatch",
    "Need",
    "NeedAnswer",
    "Occurrence",
    "Organization",
    "PlaceReading",
    "Plan",
    "Population",
    "PopulationLayer",
    "PopulationPoint",
    "ProviderUsage",
    "Reach",
    "Resemblance",
    "SavedView",
    "Schedule",
    "Source",
    "SourceFetch",
    "SourceRow",
    "Submission",
    "Venue",
    "VenueName",
    "WorkNote",
]
