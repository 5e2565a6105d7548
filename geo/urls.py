"""The residents' and the planner's paths."""

from django.urls import include, path

from geo.views import activities, map, planner

urlpatterns = [
    path("", include("geo.api.urls")),
    path("", map.map_page, name="map"),
    path("results/", map.results, name="results"),
    path("activities/<slug:public_id>/", activities.activity_page, name="activity"),
    path("activities/<slug:public_id>.ics", activities.activity_calendar, name="activity-calendar"),
    path("planner/", planner.planner, name="planner"),
    path("planner/card/", planner.planner_card, name="planner-card"),
    path("planner/districts.csv", planner.districts_csv, name="planner-csv"),
]
