"""What a background task is doing, for the page that waits for it."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SILENT_FOR = timedelta(minutes=15)
WORKER_WAIT = timedelta(seconds=20)


class Progress(models.Model):
    """One background task from the click to its end.

    ``occupies`` names what no other task may do meanwhile (one refresh at a time); it is
    given back at the end. ``outcome`` is what the task leaves for the next page.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title_en = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    occupies = models.CharField(max_length=60, unique=True, null=True, blank=True)
    step_en = models.CharField(max_length=200, blank=True)
    step_zh = models.CharField(max_length=200, blank=True)
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(default=0)
    error = models.TextField(blank=True)
    outcome = models.JSONField(default=dict)
    next_url = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["-created_at"])]

    def __str__(self) -> str:
        return f"{self.title_en} ({self.state})"

    @property
    def is_ended(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED}

    @property
    def is_silent(self) -> bool:
        """Running, but not heard of for so long that its process is likely gone."""
        return self.state == self.State.RUNNING and timezone.now() - self.heard_at > SILENT_FOR

    @property
    def waits_for_worker(self) -> bool:
        """Queued for longer than a living worker takes to notice."""
        waited = timezone.now() - self.created_at
        return self.state == self.State.QUEUED and waited > WORKER_WAIT

    @property
    def percent(self) -> int:
        if self.state == self.State.DONE:
            return 100
        return int(100 * min(self.done_count / self.total_count, 1)) if self.total_count else 0
