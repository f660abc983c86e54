"""App configuration of rules."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """The app, under its short label."""

    name = "regulars.backoffice.rules"
    label = "rules"
