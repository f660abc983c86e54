"""App configuration of insights."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """The app, under its short label."""

    name = "regulars.backoffice.insights"
    label = "insights"
