"""The residents' and the planner's paths."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
