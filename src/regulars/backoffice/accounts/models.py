"""A user's store, and the append-only log of who looked at personal data."""

from typing import Any, Never

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from regulars.backoffice.accounts.roles import CAPABILITIES


class Profile(models.Model):
    """What we know of a user beyond Django's: the store whose data store staff may see."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="profile", verbose_name=_("user")
    )
    store_id = models.CharField(
        _("store"),
        max_length=100,
        blank=True,
        help_text=_("Store staff see only the customers and orders of this store."),
    )

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        default_permissions = ()
        permissions = [(name, label.en) for name, label in CAPABILITIES.items()]

    def __str__(self) -> str:
        return f"{self.user} @ {self.store_id or '-'}"


class AccessLog(models.Model):
    """One look at one customer's personal field. Rows are added, never changed or removed."""

    seen_at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who"))
    customer_id = models.CharField(_("customer"), max_length=200, db_index=True)
    field = models.CharField(_("what was shown"), max_length=50)

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")
        default_permissions = ()
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%d %H:%M} {self.user} {self.customer_id} {self.field}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; a row that is there already cannot be changed."""
        if self.pk is not None:
            raise TypeError("The access log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        """Never."""
        raise TypeError("The access log is append-only.")
