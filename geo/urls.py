"""The residents' and the planner's paths."""

from django.urls import include, path

from geo.views import activities, desk, map, needs, subjects, submissions, suggest, voices

urlpatterns = [
    path("", include("geo.api.urls")),
    path("", map.map_page, name="map"),
    path("results/", map.results, name="results"),
    path("activities/<slug:public_id>/", activities.activity_page, name="activity"),
    path("activities/<slug:public_id>.ics", activities.activity_calendar, name="activity-calendar"),
    path("a/<slug:public_id>", activities.short_link, name="short"),
    path("suggest/", suggest.suggest, name="suggest"),
    path("venues/<int:pk>/", subjects.venue_page, name="venue"),
    path("organizations/<int:pk>/", subjects.organization_page, name="organization"),
    path("districts/<slug:code>/", subjects.district_page, name="district"),
    path("campaigns/<slug:slug>/", subjects.campaign_page, name="campaign"),
    path("submit/", submissions.submit, name="submit"),
    path("submit/<str:secret>/", submissions.follow, name="submission"),
    path("submit/<str:secret>/withdraw/", submissions.withdraw, name="submission-withdraw"),
    path("activities/<slug:public_id>/report/", voices.report_activity, name="report-activity"),
    path("venues/<int:pk>/report/", voices.report_venue, name="report-venue"),
    path("needs/", needs.need_list, name="needs"),
    path("needs/new/", needs.new_need, name="need-new"),
    path("needs/mine/<str:secret>/", needs.follow, name="need-follow"),
    path("needs/<slug:public_id>/", needs.need_page, name="need"),
    path("needs/<slug:public_id>/answer/", needs.answer, name="need-answer"),
    path("planner/", include("geo.views.planner_urls")),
    path("desk/", desk.desk_page, name="desk"),
    path("desk/<int:number>/", desk.batch_page, name="desk-batch"),
    path("desk/<int:number>/change/", desk.change, name="desk-change"),
    path("desk/<int:number>/publish/", desk.publish, name="desk-publish"),
    path("desk/<int:number>/undo/", desk.undo, name="desk-undo"),
    path("desk/<int:number>/report.xlsx", desk.report, name="desk-report"),
    path("desk/<int:number>/drop/", desk.drop, name="desk-drop"),
]
