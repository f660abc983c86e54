"""App configuration of accounts: roles follow the code after every migration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _roles_follow_the_code(**kwargs: Any) -> None:
    from regulars.backoffice.accounts.services import sync_roles  # noqa: PLC0415 - apps load first

    sync_roles()


class AccountsConfig(AppConfig):
    """The app, under its short label."""

    name = "regulars.backoffice.accounts"
    label = "accounts"

    def ready(self) -> None:
        post_migrate.connect(_roles_follow_the_code, sender=self)
