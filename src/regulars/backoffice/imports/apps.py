"""The app's name."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Uploads, proposed mappings, previews, imports and their accounts."""

    name = "regulars.backoffice.imports"
    label = "imports"
