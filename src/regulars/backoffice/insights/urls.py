"""Addresses of insights."""

from django.urls import path

from regulars.backoffice.insights import alike_views, model_views, people_views, views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("insights/<slug:name>/", views.insight, name="insight"),
    path("insights/<slug:name>/rows.csv", views.export, {"kind": "csv"}, name="insight_csv"),
    path("insights/<slug:name>/rows.xlsx", views.export, {"kind": "xlsx"}, name="insight_xlsx"),
    path("insights/<slug:name>/people/save/", people_views.save, name="insight_people_save"),
    path("insights/lookalikes/of-list/<int:list_id>/", alike_views.alike, name="list_alike"),
    path(
        "insights/lookalikes/of-list/<int:list_id>/save/", alike_views.save, name="list_alike_save"
    ),
    path("models/", model_views.models, name="models"),
    path("models/<slug:name>/", model_views.model, name="model"),
    path("models/<slug:name>/card.json", model_views.model_json, name="model_json"),
    path("models/<slug:name>/card.md", model_views.model_markdown, name="model_markdown"),
]
