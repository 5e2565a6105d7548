"""Printed dates: read them, print them, lay them out as days. Pure; no clock, no Django.

read_when("6月25日 下午 6月25日 -26日", 2019)   → two When
print_when(when)                                → a form that reads back to the same When
expand(when)                                    → its days
bounds(day, when)                               → two UTC instants, for ordering only
"""

from geo.schedules.printing import print_when
from geo.schedules.reading import read_groups, read_when
from geo.schedules.when import SHANGHAI, WINDOWS, When, bounds, expand

__all__ = [
    "SHANGHAI",
    "WINDOWS",
    "When",
    "bounds",
    "expand",
    "print_when",
    "read_groups",
    "read_when",
]
