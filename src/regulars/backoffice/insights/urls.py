"""Addresses of insights."""

from django.urls import path

from regulars.backoffice.insights import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("insights/<slug:name>/", views.insight, name="insight"),
    path("insights/<slug:name>/rows.csv", views.export, {"kind": "csv"}, name="insight_csv"),
    path("insights/<slug:name>/rows.xlsx", views.export, {"kind": "xlsx"}, name="insight_xlsx"),
]
