"""The lobby screens' paths."""

from django.urls import path

from kiosk import beats, checkup, enrol, views

urlpatterns = [
    path("", enrol.start, name="kiosk-start"),
    path("enrol", enrol.enrol, name="kiosk-enrol"),
    path("enrol/status", enrol.status, name="kiosk-enrol-status"),
    path("healthz", enrol.healthz, name="kiosk-healthz"),
    path("check/<slug:slug>-<slug:mark>/", checkup.check, name="kiosk-check"),
    path("<slug:slug>/beat", beats.beat, name="kiosk-beat"),
    path("worker.js", views.worker, name="kiosk-worker"),
    path("<slug:slug>/", views.screen, name="kiosk"),
    path("<slug:slug>/payload.json", views.payload, name="kiosk-payload"),
]
