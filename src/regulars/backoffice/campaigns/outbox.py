"""The outbox: messages written before any channel is called, each handed over on its own.

A crash loses and repeats nothing: what was not marked as sent is sent at the next run
under the same message_id.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction
from django.db.models import F, Min, QuerySet

from regulars.backoffice.campaigns.channels import (
    Channel,
    DeliveryError,
    Outgoing,
    channel_named,
)
from regulars.backoffice.campaigns.models import Campaign, Message

BATCH = 1_000
MOST_ATTEMPTS = 5
FIRST_WAIT = timedelta(minutes=5)


def queue(messages: Iterable[Message]) -> int:
    """Write messages, in batches; one that is there already stays as it is. How many came."""
    written = 0
    stream = iter(messages)
    while batch := list(islice(stream, BATCH)):
        Message.objects.bulk_create(batch, ignore_conflicts=True)
        written += len(batch)
    return written


def dispatch(campaign: Campaign, now: datetime) -> int:
    """Hand every message that is due at ``now`` to the campaign's channel; how many were."""
    channel = channel_named(campaign.channel)
    handed = 0
    while count := _dispatch_batch(campaign, channel, now):
        handed += count
    return handed


def next_due(campaign: Campaign) -> datetime | None:
    """When the next waiting message may go out; None where none waits."""
    waiting = Message.objects.filter(campaign=campaign, state=Message.State.QUEUED)
    return waiting.aggregate(at=Min("send_at"))["at"]


@transaction.atomic
def _dispatch_batch(campaign: Campaign, channel: Channel, now: datetime) -> int:
    batch = list(_locked(_due(campaign, now))[:BATCH])
    for message in batch:
        _hand_over(message, channel, now)
    if batch:
        changed = ["state", "reason", "attempt_count", "send_at", "sent_at"]
        Message.objects.bulk_update(batch, changed)
        # the lake does not know of these yet: delivery.record writes them
        Campaign.objects.filter(pk=campaign.pk).update(change_no=F("change_no") + 1)
    return len(batch)


def _due(campaign: Campaign, now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(
        campaign=campaign, state=Message.State.QUEUED, send_at__lte=now
    ).order_by("send_at", "id")


def _locked(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Rows that no other worker is handing over; SQLite has one writer anyhow."""
    return rows.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)


def _hand_over(message: Message, channel: Channel, now: datetime) -> None:
    if now >= message.send_before:
        message.state, message.reason = Message.State.EXPIRED, "too_late"
        return
    message.attempt_count += 1
    outgoing = Outgoing(message.message_id, message.customer_id, message.address, message.text)
    try:
        channel.send(outgoing)
    except DeliveryError as error:
        message.reason = error.reason
        if error.permanent or message.attempt_count >= MOST_ATTEMPTS:
            message.state = Message.State.FAILED
        else:
            message.send_at = now + FIRST_WAIT * 2 ** (message.attempt_count - 1)
    else:
        message.state, message.sent_at, message.reason = Message.State.SENT, now, ""
