"""The app's name, and what it listens to."""

from typing import Any

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Opportunities, campaigns, their outbox and their measured effect."""

    name = "regulars.backoffice.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        """After a refresh, note which campaigns have been measured to their end."""
        from regulars.backoffice.monitor.signals import shop_refreshed  # noqa: PLC0415

        shop_refreshed.connect(_settle, dispatch_uid="campaigns.settle")


def _settle(**kwargs: Any) -> None:
    from regulars.backoffice.campaigns.delivery import repair, settle  # noqa: PLC0415
    from regulars.backoffice.shop import current_shop  # noqa: PLC0415

    repair()
    settle(current_shop())
