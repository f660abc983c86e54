"""Addresses of the quality and system pages."""

from django.urls import path

from regulars.backoffice.monitor import views

urlpatterns = [
    path("quality/", views.quality_page, name="quality"),
    path("quality/system/", views.system_page, name="system"),
    path("quality/<slug:name>/", views.finding_page, name="quality_finding"),
    path("refresh/", views.refresh, name="refresh"),
    path("progress/<uuid:progress_id>/", views.progress_page, name="progress"),
]
