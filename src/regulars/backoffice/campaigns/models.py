"""A campaign, whom it is for, what was to be sent to whom, and all that happened.

Once launched, a campaign's offer, text and audience never change: what was measured must
stay what was sent.
"""

from typing import Any, ClassVar, Never

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Campaign(models.Model):
    """One offer to one audience; ``id`` is the lake's campaign_id.

    ``change_no`` rises with whatever the lake is to know (the launch, messages handed
    over); ``recorded_no`` is the change that it knows.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        LAUNCHED = "launched", _("running")
        MEASURED = "measured", _("measured")

    id = models.CharField(primary_key=True, max_length=80)
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200)
    kind = models.CharField(max_length=60, db_index=True)
    customer_list = models.ForeignKey(
        "customers.CustomerList", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    as_of = models.DateField(help_text=_("The day of the opportunities it was made from."))
    offer = models.JSONField(default=dict)
    language = models.CharField(max_length=10, default="en")
    message_en = models.TextField()
    message_zh = models.TextField()
    channel = models.CharField(max_length=30, default="file")
    salt = models.CharField(max_length=64)
    holdout_share = models.DecimalField(max_digits=4, decimal_places=3)
    window_days = models.PositiveSmallIntegerField(default=28)
    cost_per_message = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    budget_amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    expectation = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    launched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    launched_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True, help_text=_("End of what is measured."))
    change_no = models.PositiveIntegerField(default=0)
    recorded_no = models.PositiveIntegerField(default=0)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "as_of"],
                condition=models.Q(state="draft") & ~models.Q(kind="list"),
                name="one_draft",
            ),
            models.UniqueConstraint(
                fields=["customer_list"],
                condition=models.Q(state="draft", customer_list__isnull=False),
                name="one_draft_of_a_list",
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def discount_share(self) -> float:
        return float(self.offer.get("discount_share", 0))

    @property
    def message(self) -> str:
        """The text in the language that it is sent in."""
        return self.message_zh if self.language.startswith("zh") else self.message_en

    def name_in(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") else self.name_en


class Member(models.Model):
    """One customer of a campaign's audience, as known when it was made.

    ``excluded_reason`` empty: assigned to ``arm``. ``channel`` is how the customer agreed
    to be reached; ``why`` holds the figures that made it an opportunity.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    customer_id = models.CharField(max_length=200)
    arm = models.CharField(max_length=20, blank=True)
    excluded_reason = models.CharField(max_length=30, blank=True)
    expected_amount = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    channel = models.CharField(max_length=30, blank=True)
    why = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["campaign", "customer_id"], name="member_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["campaign", "excluded_reason", "arm"]),
            models.Index(fields=["customer_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.customer_id}"


class Message(models.Model):
    """The outbox: one message to one customer, written before any channel is called.

    ``reason`` says why it was not sent. ``address`` is emptied when the shop forgets
    the customer.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("too late")

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="messages")
    customer_id = models.CharField(max_length=200)
    step = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField(max_length=30)
    address = models.CharField(max_length=254, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=60, blank=True)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    send_at = models.DateTimeField()
    send_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["campaign", "customer_id", "step"], name="message_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["campaign", "state", "send_at"])
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def message_id(self) -> str:
        """The message's name in the lake: the same at every attempt."""
        return f"{self.campaign_id}:{self.customer_id}:{self.step}"


class LogEntry(models.Model):
    """What happened to a campaign. Rows are added, never changed or removed."""

    class What(models.TextChoices):
        MADE = "made", _("made from opportunities")
        MADE_OF_LIST = "made_of_list", _("made from a list of customers")
        CHANGED = "changed", _("draft changed")
        LAUNCHED = "launched", _("launched")
        SENT = "sent", _("messages handed to the channel")
        RECORDED = "recorded", _("written to the lake")
        MEASURED = "measured", _("measured")
        LIST_TAKEN = "list_taken", _("send list downloaded")
        DISCARDED = "discarded", _("draft discarded")

    at = models.DateTimeField(default=timezone.now)
    campaign_id = models.CharField(max_length=80, db_index=True)
    what = models.CharField(max_length=20, choices=What)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    details = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; a row that is there already cannot be changed."""
        if self.pk is not None:
            raise TypeError("The campaign log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        """Never."""
        raise TypeError("The campaign log is append-only.")
