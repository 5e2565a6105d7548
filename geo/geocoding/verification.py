"""Does a point lie where the text says? Asked of PostGIS, answered in words.

The boundary set is generalised: along borders on land a point may stand 300 m outside, at the
coast up to 6 km, provided that no other district is nearer. Distances are metres on the
ellipsoid.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from geo.models import Area

INLAND_TOLERANCE_M = 300
SEAWARD_TOLERANCE_M = 6000

# The border with the neighbours on land: from Hangzhou Bay down the west side, and along the
# south as far as Sanmen Bay. Every other stretch of the outer boundary is coast.
_WEST_OF, _BELOW = 121.25, 30.26
_SOUTH_OF, _UP_TO = 29.25, 121.50

_SQL = """
    SELECT area.id, area.name,
           ST_Distance(area.boundary::geography, here.point::geography),
           ST_X(ST_ClosestPoint(area.boundary, here.point)),
           ST_Y(ST_ClosestPoint(area.boundary, here.point))
      FROM geo_area AS area,
           (SELECT ST_SetSRID(ST_MakePoint(%s, %s), 4326) AS point) AS here
     WHERE area.level = 'district' AND area.boundary IS NOT NULL
     ORDER BY 3
"""


@dataclass(frozen=True)
class Verdict:
    """Whether the point is accepted, the district it counts to, and why not."""

    is_accepted: bool
    district_id: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class _Near:
    district_id: int
    name: str
    distance_m: float
    border_lon: float
    border_lat: float

    @property
    def is_inland_border(self) -> bool:
        west = self.border_lon < _WEST_OF and self.border_lat < _BELOW
        south = self.border_lat < _SOUTH_OF and self.border_lon < _UP_TO
        return west or south


def verify(lon: float, lat: float, area: Area | None) -> Verdict:
    """Check the WGS-84 point against the district of *area* (None or the city: any of them)."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [lon, lat])
        nearest = [_Near(*row) for row in cursor.fetchall()]
    if not nearest:
        return Verdict(False, reason=_("没有区县边界，无法核对位置"))
    district = area.district if area is not None else None
    first = nearest[0]
    if district is None:
        return _verdict(first, first)
    named = next((near for near in nearest if near.district_id == district.pk), None)
    if named is None:
        return Verdict(
            False, reason=_("没有%(name)s的边界，无法核对位置") % {"name": district.name}
        )
    return _verdict(named, first)


def _verdict(named: _Near, first: _Near) -> Verdict:
    if named.distance_m <= INLAND_TOLERANCE_M:
        return Verdict(True, named.district_id)
    if first.distance_m == 0:
        words = {"where": first.name, "name": named.name, "km": f"{named.distance_m / 1000:.1f}"}
        return Verdict(False, reason=_("位置落在%(where)s，离%(name)s %(km)s 公里") % words)
    is_nearest = named.district_id == first.district_id
    if is_nearest and not first.is_inland_border and first.distance_m <= SEAWARD_TOLERANCE_M:
        return Verdict(True, named.district_id)
    words = {"name": named.name, "km": f"{named.distance_m / 1000:.1f}"}
    return Verdict(False, reason=_("位置在%(name)s之外 %(km)s 公里") % words)
