"""The project's own app (templates, static files, texts) and its admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class BackofficeConfig(AppConfig):
    """Carries the shared templates, static files and translations."""

    name = "regulars.backoffice"
    label = "backoffice"


class AdminConfig(DjangoAdminConfig):
    """Django's admin on Unfold's site."""

    default_site = "unfold.sites.UnfoldAdminSite"
