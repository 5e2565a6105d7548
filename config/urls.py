"""Who answers which path."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("kiosk/", include("kiosk.urls")),
    path("", include("geo.urls")),
]
