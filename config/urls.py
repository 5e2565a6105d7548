"""Who answers which path."""

from django.contrib import admin
from django.urls import include, path

from config.failure import healthz

handler500 = "config.failure.failed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("kiosk/", include("kiosk.urls")),
    path("", include("geo.urls")),
]
