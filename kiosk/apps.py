from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

KEEPERS = "屏管理员"
# What whoever looks after the screens may do; a full screen needs a second person of another role.
KEEPER_MAY = (
    "view_screen", "add_screen", "change_screen", "view_screengroup", "add_screengroup",
    "change_screengroup", "view_notice", "add_notice", "change_notice", "cover_screens",
    "add_command", "view_command", "view_alert", "view_build", "change_build",
)  # fmt: skip


class KioskConfig(AppConfig):
    name = "kiosk"
    verbose_name = _("大厅屏")

    def ready(self) -> None:
        from kiosk.build import build_id

        build_id()  # as the files are now, not as they may be at the first poll
        show_lobbies_to_planners()
        post_migrate.connect(make_keepers, sender=self)


def show_lobbies_to_planners() -> None:
    """Where screens stand is a layer of the planner's map, which itself knows no screens."""
    from geo.planning.overlays import Spot, lobby_sources
    from kiosk.models import Screen

    def lobbies() -> list[Spot]:
        screens = Screen.objects.filter(is_sample=False, venue__point__isnull=False)
        return [
            Spot(screen.venue.point.x, screen.venue.point.y, screen.name)
            for screen in screens.select_related("venue")
            if screen.venue.point
        ]

    lobby_sources.append(lobbies)


def make_keepers(**_signal: Any) -> None:
    """The role exists from the first start; what staff have changed about it since is kept."""
    from django.contrib.auth.models import Group, Permission

    group, is_new = Group.objects.get_or_create(name=KEEPERS)
    if is_new:
        own = Permission.objects.filter(content_type__app_label="kiosk", codename__in=KEEPER_MAY)
        venues = Permission.objects.filter(codename="view_venue")
        group.permissions.set([*own, *venues])
