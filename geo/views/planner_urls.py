"""The planner's paths, below /planner/."""

from django.urls import path

from geo.views import (
    planner,
    planner_matrix,
    planner_pages,
    planner_report,
    planner_saving,
    planner_whatif,
)

urlpatterns = [
    path("", planner.planner, name="planner"),
    path("card/", planner.planner_card, name="planner-card"),
    path("matrix/", planner_matrix.matrix, name="planner-matrix"),
    path("equity/", planner_matrix.equity, name="planner-equity"),
    path("trend/", planner_pages.trend, name="planner-trend"),
    path("compare/", planner_pages.compare, name="planner-compare"),
    path("whatif/", planner_whatif.whatif, name="planner-whatif"),
    path("report/", planner_report.report, name="planner-report"),
    path("method/", planner_report.method, name="planner-method"),
    path("districts.csv", planner.districts_csv, name="planner-csv"),
    path("districts.xlsx", planner.districts_xlsx, name="planner-xlsx"),
    path("cells.csv", planner.cells_csv, name="planner-cells-csv"),
    path("save/", planner_saving.save_view, name="planner-save"),
    path("v/<slug:key>/", planner_saving.saved_view, name="planner-view"),
    path("draft/", planner_saving.draft_page, name="planner-draft"),
    path("plans/<int:number>/", planner_saving.plan_page, name="planner-plan"),
]
