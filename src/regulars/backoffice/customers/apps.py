"""App configuration of customers."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The app, under its short label."""

    name = "regulars.backoffice.customers"
    label = "customers"
