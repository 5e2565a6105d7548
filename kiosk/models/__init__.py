"""Screens, and what is known of each."""

from kiosk.models.builds import Build
from kiosk.models.fleet import Alert, Command, ScreenEvent, ScreenState, StaffReport
from kiosk.models.notices import Notice, NoticeReceipt
from kiosk.models.pairing import Enrolment, ScreenToken, WrongCode
from kiosk.models.screens import Screen, ScreenGroup, default_scenes

__all__ = [
    "Alert",
    "Build",
    "Command",
    "Enrolment",
    "Notice",
    "NoticeReceipt",
    "Screen",
    "ScreenEvent",
    "ScreenGroup",
    "ScreenState",
    "ScreenToken",
    "StaffReport",
    "WrongCode",
    "default_scenes",
]
