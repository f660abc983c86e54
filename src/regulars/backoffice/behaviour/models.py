"""A question kept under a name: what was asked, never what was answered."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class SavedQuestion(models.Model):
    """An analysis with its options, as texts by option name: ``{"step": ["A", "B"]}``."""

    name = models.CharField(max_length=120)
    analysis = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    is_shared = models.BooleanField(default=True)
    is_on_overview = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name
