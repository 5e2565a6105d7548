"""The paths of the open API and of subscriptions. What else is below /api is a problem document."""

from django.urls import path

from geo.api import embeds, gaps_csv, subscriptions, tiles, views

urlpatterns = [
    path("api", views.landing, name="api"),
    path("api/", views.landing),
    path("api/conformance", views.conformance, name="api-conformance"),
    path("api/openapi", views.openapi, name="api-openapi"),
    path("api/docs", views.docs, name="api-docs"),
    path("api/collections", views.collections, name="api-collections"),
    path("api/collections/<str:name>", views.collection, name="api-collection"),
    path("api/collections/<str:name>/queryables", views.queryables, name="api-queryables"),
    path("api/collections/<str:name>/schema", views.schema, name="api-schema"),
    path("api/collections/<str:name>/items", views.items, name="api-items"),
    path("api/collections/<str:name>/items/<str:identity>", views.item, name="api-item"),
    path("api/gaps.csv", gaps_csv.gaps_csv, name="api-gaps-csv"),
    path("api/<path:rest>", views.nothing),
    path("tiles/<str:name>.json", tiles.tilejson, name="tilejson"),
    path("tiles/<str:name>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
    path("calendar.ics", subscriptions.calendar, name="calendar"),
    path("feed.atom", subscriptions.atom, name="feed"),
    path("embed", embeds.embed, name="embed"),
    path("oembed", embeds.oembed, name="oembed"),
    path("sitemap-<int:number>.xml", subscriptions.sitemap_part, name="sitemap-part"),
    path("sitemap.xml", subscriptions.sitemap, name="sitemap"),
    path("favicon.ico", subscriptions.favicon),
    path("robots.txt", subscriptions.robots, name="robots"),
]
