"""After the launch: hand the messages over, tell the lake, note what was measured.

Every step may be run again at any time; what was done already is not done twice. A
process that died between the outbox and the lake is made good by the next run.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from regulars import sources
from regulars.backoffice.campaigns import outbox
from regulars.backoffice.campaigns.models import Campaign, LogEntry, Member, Message
from regulars.backoffice.shop import current_home, current_shop
from regulars.backoffice.stored import latest
from regulars.flow.clock import shop_now
from regulars.flow.shop import Shop
from regulars.lake.home import ShopHome
from regulars.tables import CANONICAL

BATCH = 1_000
CAMPAIGNS = CANONICAL["campaigns"]
EXPOSURES = CANONICAL["exposures"]


def deliver(campaign_id: str) -> datetime | None:
    """Hand over what is due and write it to the lake; when to come again, if messages wait."""
    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.is_draft:
        return None
    now = shop_now(current_shop())
    handed = outbox.dispatch(campaign, now)
    if handed:
        _log(campaign_id, LogEntry.What.SENT, {"count": handed})
    record(current_home(), campaign_id)
    return outbox.next_due(campaign)


def repair() -> list[str]:
    """Deliver and record every launched campaign that the lake does not wholly know."""
    unknown = Campaign.objects.filter(recorded_no__lt=F("change_no"))
    ids = list(unknown.order_by("launched_at").values_list("pk", flat=True))
    for campaign_id in ids:
        deliver(campaign_id)
    return ids


def record(home: ShopHome, campaign_id: str) -> bool:
    """Write the campaign and everyone assigned to the lake, by key; False if nothing is new."""
    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.is_draft or campaign.recorded_no == campaign.change_no:
        return False
    cause = f"campaign {campaign_id}"
    sources.ingest(home, "campaigns", _campaign_rows(campaign), cause)
    sources.ingest(home, "exposures", _exposure_rows(campaign), cause)
    with transaction.atomic():
        # what was handed over meanwhile has raised change_no: the next run writes it
        Campaign.objects.filter(pk=campaign_id).update(recorded_no=campaign.change_no)
        _log(campaign_id, LogEntry.What.RECORDED, {})
    return True


def settle(shop: Shop) -> list[str]:
    """Note which launched campaigns the last refresh has measured to their end."""
    stored = latest(shop, "campaign_effects")
    if stored is None:
        return []
    rows = stored.rows.filter(stored.rows.status == "measured")
    done = set(rows.campaign_id.to_pyarrow().to_pylist())
    running = Campaign.objects.filter(state=Campaign.State.LAUNCHED, pk__in=done)
    settled = []
    for campaign_id in running.values_list("pk", flat=True):
        with transaction.atomic():
            if Campaign.objects.filter(pk=campaign_id, state=Campaign.State.LAUNCHED).update(
                state=Campaign.State.MEASURED, measured_at=timezone.now()
            ):
                _log(campaign_id, LogEntry.What.MEASURED, {"as_of": stored.as_of.isoformat()})
                settled.append(campaign_id)
    return settled


def _campaign_rows(campaign: Campaign) -> pa.Table:
    row = {
        "campaign_id": campaign.pk,
        "campaign_name": campaign.name_zh if campaign.language == "zh" else campaign.name_en,
        "kind": campaign.kind,
        "started_at": campaign.launched_at,
        "ended_at": campaign.ends_at,
        "cost_amount": None,
        "offer": json.dumps(campaign.offer),
    }
    return pa.Table.from_pylist([row], schema=CAMPAIGNS.arrow_schema())


def _exposure_rows(campaign: Campaign) -> pa.Table:
    """Everyone assigned, with what became of the message; gathered in batches of columns."""
    schema = EXPOSURES.arrow_schema()
    parts = [pa.RecordBatch.from_pylist(rows, schema=schema) for rows in _exposures(campaign)]
    return pa.Table.from_batches(parts, schema=schema)


def _exposures(campaign: Campaign) -> Iterator[list[dict[str, Any]]]:
    assigned = Member.objects.filter(campaign=campaign, excluded_reason="").order_by("pk")
    stream = assigned.values_list("customer_id", "arm").iterator(chunk_size=BATCH)
    while batch := list(islice(stream, BATCH)):
        ids = [customer_id for customer_id, _ in batch]
        sent = Message.objects.filter(campaign=campaign, step=1, customer_id__in=ids)
        messages = {message.customer_id: message for message in sent}
        yield [_exposure(campaign, who, arm, messages.get(who)) for who, arm in batch]


def _exposure(
    campaign: Campaign, customer_id: str, arm: str, message: Message | None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "campaign_id": campaign.pk,
        "customer_id": customer_id,
        "arm": arm,
        "assigned_at": campaign.launched_at,
    }
    if message is None:
        return row | {"not_sent_reason": "holdout"}
    is_sent = message.state == Message.State.SENT
    return row | {
        "message_id": message.message_id,
        "channel": message.channel,
        "sent_at": message.sent_at,
        "not_sent_reason": None if is_sent else (message.reason or message.state),
        "cost_amount": campaign.cost_per_message if is_sent else Decimal(0),
    }


def _log(campaign_id: str, what: str, details: dict[str, Any]) -> None:
    LogEntry.objects.create(campaign_id=campaign_id, what=what, user=None, details=details)
