"""The back office's addresses."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.generic import RedirectView

from regulars.backoffice.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("regulars.backoffice.accounts.urls")),
    path("", include("regulars.backoffice.insights.urls")),
    path("", include("regulars.backoffice.behaviour.urls")),
    path("", include("regulars.backoffice.customers.urls")),
    path("", include("regulars.backoffice.campaigns.urls")),
    path("", include("regulars.backoffice.imports.urls")),
    path("", include("regulars.backoffice.monitor.urls")),
    path("", include("regulars.backoffice.rules.urls")),
    # One way in and one way out, also for the admin.
    path("admin/login/", RedirectView.as_view(pattern_name="sign_in", query_string=True)),
    path("admin/logout/", LogoutView.as_view()),
    path("admin/", admin.site.urls),
]

handler403 = "regulars.backoffice.pages.forbidden"
handler404 = "regulars.backoffice.pages.not_found"
handler500 = "regulars.backoffice.pages.server_error"
