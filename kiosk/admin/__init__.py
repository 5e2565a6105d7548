"""Screens in the staff pages."""

from kiosk.admin import alerts, builds, groups, notices, screens

__all__ = ["alerts", "builds", "groups", "notices", "screens"]
