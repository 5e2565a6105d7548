"""Points against districts, in PostGIS, with the tolerance of a generalised coast."""

import pytest

from geo.geocoding.verification import verify
from geo.models import Area

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.mark.parametrize(
    ("where", "lon", "lat", "code", "is_accepted"),
    [
        ("日湖公园", 121.5575, 29.8985, "330205", True),
        ("日湖公园, said to be in 海曙", 121.5575, 29.8985, "330203", False),
        ("the middle of 象山港大桥, at sea", 121.80, 29.62, "330225", True),
        ("the open sea, 30 km out", 122.35, 29.30, "330225", False),
        ("上虞, 5 km beyond the border on land", 120.90, 30.03, "330281", False),
        ("三门, beyond the southern border", 121.37, 29.10, "330226", False),
        ("绍兴", 120.58, 30.0, "330281", False),
    ],
)
def test_points_are_checked_against_their_district(
    where: str, lon: float, lat: float, code: str, is_accepted: bool
) -> None:
    verdict = verify(lon, lat, Area.objects.get(code=code))
    assert verdict.is_accepted is is_accepted, (where, verdict.reason)
    assert bool(verdict.reason) is not is_accepted


def test_the_district_of_a_town_and_of_a_zone_is_asked() -> None:
    assert verify(121.5918, 29.7744, Area.objects.get(code="330212108")).is_accepted
    assert verify(121.63, 29.885, Area.objects.get(name="高新区")).is_accepted
    assert not verify(121.26, 30.17, Area.objects.get(name="高新区")).is_accepted


def test_for_the_city_any_district_will_do() -> None:
    city = Area.objects.get(code="330200")
    verdict = verify(121.26, 30.17, city)
    assert verdict.is_accepted
    assert verdict.district_id == Area.objects.get(code="330282").pk
    assert not verify(120.58, 30.0, None).is_accepted


def test_three_hundred_metres_across_a_border_are_forgiven() -> None:
    fenghua, yinzhou = Area.objects.get(code="330213"), Area.objects.get(code="330212")
    assert fenghua.boundary is not None
    assert yinzhou.boundary is not None
    shared = fenghua.boundary.buffer(0.001).intersection(yinzhou.boundary)
    inside_yinzhou = shared.point_on_surface
    assert inside_yinzhou is not None
    assert verify(inside_yinzhou.x, inside_yinzhou.y, fenghua).is_accepted
    far = yinzhou.boundary.difference(fenghua.boundary.buffer(0.01)).point_on_surface
    assert far is not None
    refused = verify(far.x, far.y, fenghua)
    assert not refused.is_accepted
    assert refused.reason.startswith("位置落在鄞州区，离奉化区 ")


def test_without_a_boundary_nothing_is_accepted() -> None:
    Area.objects.filter(code="330225").update(boundary=None)
    verdict = verify(121.87, 29.48, Area.objects.get(code="330225"))
    assert (verdict.is_accepted, verdict.reason) == (False, "没有象山县的边界，无法核对位置")
