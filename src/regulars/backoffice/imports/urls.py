"""Addresses of the imports."""

from django.urls import path

from regulars.backoffice.imports import account_views, views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.prepare, name="import_prepare"),
    path("imports/draft/<uuid:draft_id>/", views.draft, name="import_draft"),
    path("imports/draft/<uuid:draft_id>/look/", views.look, name="import_look"),
    path("imports/draft/<uuid:draft_id>/run/", views.run, name="import_run"),
    path("imports/draft/<uuid:draft_id>/discard/", views.discard, name="import_discard"),
    path("imports/<str:import_id>/", account_views.account, name="import_account"),
    path("imports/<str:import_id>/rows/", account_views.rows, name="import_rows"),
]
