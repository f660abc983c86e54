"""App configuration of behaviour."""

from django.apps import AppConfig


class BehaviourConfig(AppConfig):
    """The app, under its short label."""

    name = "regulars.backoffice.behaviour"
    label = "behaviour"
