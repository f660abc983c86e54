"""The app's name."""

from django.apps import AppConfig


class MonitorConfig(AppConfig):
    """Progress of background tasks, data quality, the system page."""

    name = "regulars.backoffice.monitor"
    label = "monitor"
