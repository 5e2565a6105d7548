"""The lobby screens' paths."""

from django.urls import path

from kiosk import views

urlpatterns = [
    path("worker.js", views.worker, name="kiosk-worker"),
    path("<slug:slug>/", views.screen, name="kiosk"),
    path("<slug:slug>/payload.json", views.payload, name="kiosk-payload"),
]
