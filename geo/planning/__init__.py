"""Where something is missing: the planner's question, its counts and its table."""

from geo.planning.question import GROUPS, MEASURES, Choices, Group, Measure, Question
from geo.planning.table import Completeness, LeftOut, Row, Table, table_of

__all__ = [
    "GROUPS",
    "MEASURES",
    "Choices",
    "Completeness",
    "Group",
    "LeftOut",
    "Measure",
    "Question",
    "Row",
    "Table",
    "table_of",
]
