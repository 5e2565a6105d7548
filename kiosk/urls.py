"""The lobby screens' paths."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
