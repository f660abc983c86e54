"""An import being prepared: which files, read how; and where its account is."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportDraft(models.Model):
    """Files of the inbox and how they are to be read, from upload to account.

    ``mapping`` is what the user chose over the proposal: canonical column -> source column.
    ``look`` is what the last look through the whole files found (looks.py). ``import_id``
    names the account once it ran.
    """

    class State(models.TextChoices):
        NEW = "new", _("not looked through yet")
        LOOKED = "looked", _("to be checked")
        IMPORTED = "imported", _("imported")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    files = models.JSONField(default=list)
    table = models.CharField(max_length=60, blank=True)
    preset = models.CharField(max_length=60, blank=True)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    look = models.JSONField(default=dict)
    import_id = models.CharField(max_length=80, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return ", ".join(self.files)
